//! Customers with their contacts, and technicians.

use super::{filled, instant, number, parse, refuse};
use crate::page::{Decoded, RawRecord, VendorShopRef};
use domain::Cents;
use domain::issue::{Reject, RejectReason};
use domain::record::{Address, Customer, Employee, Phone, RecordTimes};
use jiff::Timestamp;
use serde::Deserialize;

/// The role that makes the shop average of pay rates, the same number at every vendor.
const TECHNICIAN: i32 = 3;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Document {
    #[serde(deserialize_with = "number")]
    id: Option<i64>,
    gone: bool,
    name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    kind: Option<String>,
    email: Option<String>,
    street: Option<String>,
    unit: Option<String>,
    city: Option<String>,
    state: Option<String>,
    zip: Option<String>,
    credit_limit: Option<i64>,
    do_not_mail: Option<bool>,
    created_on: Option<i64>,
    modified_on: Option<i64>,
    contacts: Vec<Contact>,
}

#[derive(Debug, Deserialize)]
struct Contact {
    kind: Option<String>,
    value: Option<String>,
}

impl Document {
    fn times(&self) -> RecordTimes {
        let updated_at = instant(self.modified_on);
        RecordTimes {
            created_at: instant(self.created_on),
            updated_at,
            deleted_at: self
                .gone
                .then(|| updated_at.unwrap_or(Timestamp::UNIX_EPOCH)),
        }
    }
}

fn document(stream: &'static str, raw: &RawRecord) -> Result<(i64, Document), Box<Reject>> {
    let document: Document = parse(stream, raw)?;
    match document.id {
        Some(id) => Ok((id, document)),
        None => {
            let detail = "the number is no number".to_owned();
            Err(refuse(stream, raw, RejectReason::MissingId, detail))
        }
    }
}

/// A customer. Contacts come in order of rank: his own, then those of his locations (quirk Q27).
pub(crate) fn decode_customer(
    _: &VendorShopRef,
    raw: &RawRecord,
) -> Result<Decoded<Customer>, Box<Reject>> {
    let (id, document) = document("customers", raw)?;
    let times = document.times();
    let business = document.kind.as_deref() == Some("Commercial");
    let name = filled(document.name);
    let mut customer = Customer {
        id,
        customer_type_id: Some(if business { 2 } else { 1 }),
        customer_type_name: filled(document.kind),
        ok_for_marketing: document.do_not_mail.map(|no| !no),
        credit_limit: document.credit_limit.map(Cents),
        address: Address {
            line1: filled(document.street),
            line2: filled(document.unit),
            city: filled(document.city),
            state: filled(document.state),
            zip: filled(document.zip),
        },
        times,
        ..Customer::default()
    };
    // The interface sends one name; it is not guessed which part of it is which.
    if business {
        customer.company_name = name;
    } else {
        customer.last_name = name;
    }
    for contact in document.contacts {
        let Some(value) = filled(contact.value) else {
            continue;
        };
        match contact.kind.as_deref() {
            Some("Email") => customer.email.push(value),
            Some("Phone" | "MobilePhone") => customer.phones.push(Phone {
                number: value,
                kind: contact.kind,
                primary: customer.phones.is_empty(),
            }),
            _ => {}
        }
    }
    Ok(Decoded {
        record: customer,
        issues: Vec::new(),
        unknown_keys: Vec::new(),
    })
}

/// A technician.
pub(crate) fn decode_employee(
    _: &VendorShopRef,
    raw: &RawRecord,
) -> Result<Decoded<Employee>, Box<Reject>> {
    let (id, document) = document("employees", raw)?;
    let times = document.times();
    // Where the parts are not sent the whole name stands as the first: the last is not guessed.
    let whole = document.last_name.is_none();
    let employee = Employee {
        id,
        first_name: filled(document.first_name).or(filled(document.name).filter(|_| whole)),
        last_name: filled(document.last_name),
        email: filled(document.email),
        role_id: Some(TECHNICIAN),
        role_code: Some(TECHNICIAN.to_string()),
        role_name: Some("Technician".to_owned()),
        can_perform_work: Some(true),
        times,
        ..Employee::default()
    };
    Ok(Decoded {
        record: employee,
        issues: Vec::new(),
        unknown_keys: Vec::new(),
    })
}
