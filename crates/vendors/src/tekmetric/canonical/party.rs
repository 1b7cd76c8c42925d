//! Customers, vehicles, employees.

use crate::page::VendorShopRef;
use crate::tekmetric::canonical::{named, own_shop, required_id};
use crate::tekmetric::wire::{Extra, Fault, Read, Wire};
use domain::CustomerId;
use domain::issue::RejectReason;
use domain::record::{Address, Customer, Employee, Phone, RecordTimes, Vehicle};

/// The vendor's number of the customer type "business".
const BUSINESS: i32 = 2;

/// Enters the record.
fn open(wire: &mut Wire<'_>) -> Read<()> {
    if wire.object("record")? {
        return Ok(());
    }
    Err(Fault::new(RejectReason::Malformed, "record: null"))
}

pub(super) fn customer(wire: &mut Wire<'_>, shop: &VendorShopRef) -> Read<(i64, Customer)> {
    let mut customer = Customer::default();
    let (mut id, mut extra) = (None, Extra::default());
    open(wire)?;
    while let Some(key) = wire.key()? {
        match key {
            "id" => id = wire.integer("id")?,
            "firstName" => customer.first_name = wire.text("firstName")?,
            "lastName" => customer.last_name = wire.text("lastName")?,
            "contactFirstName" => customer.contact_first_name = wire.text("contactFirstName")?,
            "contactLastName" => customer.contact_last_name = wire.text("contactLastName")?,
            "email" => customer.email = wire.texts("email")?,
            "phone" | "phones" => customer.phones.append(&mut phones(wire)?),
            "customerType" => {
                let kind = named(wire, "customerType")?;
                customer.customer_type_id = kind.id.and_then(|id| i32::try_from(id).ok());
                if customer.customer_type_id.is_none() && kind.code.as_deref() == Some("BUSINESS") {
                    customer.customer_type_id = Some(BUSINESS);
                }
                customer.customer_type_name = kind.name.or(kind.code);
            }
            "address" => customer.address = address(wire)?,
            "notes" => customer.notes = wire.text("notes")?,
            "shopId" => own_shop(wire, shop)?,
            "okForMarketing" => customer.ok_for_marketing = wire.flag("okForMarketing")?,
            "eligibleForAccountsReceivable" => {
                customer.ar_eligible = wire.flag("eligibleForAccountsReceivable")?;
            }
            "creditLimit" => customer.credit_limit = wire.cents("creditLimit")?,
            "birthday" => customer.birthday = wire.text("birthday")?,
            _ if time(wire, key, &mut customer.times)? => {}
            _ => {
                let value = wire.unknown("", key)?;
                extra.push(key, value);
            }
        }
    }
    if customer.customer_type_id == Some(BUSINESS) {
        // Businesses carry their name in the person's fields.
        let parts = [
            customer.first_name.as_deref(),
            customer.last_name.as_deref(),
        ];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        customer.company_name = (!name.is_empty()).then_some(name);
    }
    customer.id = required_id(id)?;
    customer.extra = extra.finish();
    Ok((customer.id, customer))
}

/// Objects on reading, bare texts in the vendor's older answers.
fn phones(wire: &mut Wire<'_>) -> Read<Vec<Phone>> {
    let mut phones = Vec::new();
    if wire.raw_ahead()?.starts_with('"') {
        phones.extend(wire.text("phone")?.map(bare_phone));
        return Ok(phones);
    }
    if !wire.array("phone")? {
        return Ok(phones);
    }
    while wire.item()? {
        if wire.raw_ahead()?.starts_with(['"', 'n']) {
            phones.extend(wire.text("phone[]")?.map(bare_phone));
            continue;
        }
        let mut phone = Phone::default();
        wire.object("phone[]")?;
        while let Some(key) = wire.key()? {
            match key {
                "number" => phone.number = wire.text("phone[].number")?.unwrap_or_default(),
                "type" => phone.kind = wire.text("phone[].type")?,
                "primary" => phone.primary = wire.flag("phone[].primary")?.unwrap_or(false),
                "id" => wire.ignore()?,
                _ => {
                    wire.unknown("phone[].", key)?;
                }
            }
        }
        if !phone.number.is_empty() {
            phones.push(phone);
        }
    }
    Ok(phones)
}

fn bare_phone(number: String) -> Phone {
    Phone {
        number,
        ..Phone::default()
    }
}

fn address(wire: &mut Wire<'_>) -> Read<Address> {
    let mut address = Address::default();
    if wire.object("address")? {
        while let Some(key) = wire.key()? {
            match key {
                "address1" => address.line1 = wire.text("address.address1")?,
                "address2" => address.line2 = wire.text("address.address2")?,
                "city" => address.city = wire.text("address.city")?,
                "state" => address.state = wire.text("address.state")?,
                "zip" => address.zip = wire.text("address.zip")?,
                "id" | "streetAddress" | "fullAddress" => wire.ignore()?,
                _ => {
                    wire.unknown("address.", key)?;
                }
            }
        }
    }
    Ok(address)
}

/// Reads one of the record's times; `false` for any other key.
fn time(wire: &mut Wire<'_>, key: &str, times: &mut RecordTimes) -> Read<bool> {
    match key {
        "createdDate" => times.created_at = wire.time("createdDate")?,
        "updatedDate" => times.updated_at = wire.time("updatedDate")?,
        "deletedDate" => times.deleted_at = wire.time("deletedDate")?,
        _ => return Ok(false),
    }
    Ok(true)
}

pub(super) fn vehicle(wire: &mut Wire<'_>, shop: &VendorShopRef) -> Read<(i64, Vehicle)> {
    let mut vehicle = Vehicle::default();
    let (mut id, mut extra) = (None, Extra::default());
    open(wire)?;
    while let Some(key) = wire.key()? {
        match key {
            "id" => id = wire.integer("id")?,
            "customerId" => vehicle.customer_id = wire.integer("customerId")?.map(CustomerId),
            // Quirk B-57: the shop is not in the body of most vehicles.
            "shopId" => own_shop(wire, shop)?,
            "year" => vehicle.year = wire.small("year")?,
            "mileage" => vehicle.odometer = wire.integer("mileage")?,
            "make" => vehicle.make = text_or_name(wire, "make")?,
            "model" => vehicle.model = text_or_name(wire, "model")?,
            "subModel" => vehicle.sub_model = text_or_name(wire, "subModel")?,
            "engine" => vehicle.engine = text_or_name(wire, "engine")?,
            "transmission" => vehicle.transmission = text_or_name(wire, "transmission")?,
            "driveType" => vehicle.drive_type = text_or_name(wire, "driveType")?,
            "bodyType" => vehicle.body_type = text_or_name(wire, "bodyType")?,
            "color" => vehicle.color = text_or_name(wire, "color")?,
            "vin" => vehicle.vin = wire.text("vin")?,
            "licensePlate" => vehicle.license_plate = wire.text("licensePlate")?,
            "state" => vehicle.license_state = wire.text("state")?,
            "unitNumber" => vehicle.unit_number = wire.text("unitNumber")?,
            "notes" => vehicle.notes = wire.text("notes")?,
            _ if time(wire, key, &mut vehicle.times)? => {}
            // Known, but without a column of its own.
            "productionDate" => extra.push(key, wire.raw()?),
            _ => {
                let value = wire.unknown("", key)?;
                extra.push(key, value);
            }
        }
    }
    vehicle.id = required_id(id)?;
    vehicle.extra = extra.finish();
    Ok((vehicle.id, vehicle))
}

/// A text, or an object of which the name counts (quirk B-35).
fn text_or_name(wire: &mut Wire<'_>, field: &'static str) -> Read<Option<String>> {
    if wire.raw_ahead()?.starts_with('{') {
        return Ok(named(wire, field)?.name);
    }
    wire.text(field)
}

pub(super) fn employee(wire: &mut Wire<'_>, shop: &VendorShopRef) -> Read<(i64, Employee)> {
    let mut employee = Employee::default();
    let (mut id, mut extra) = (None, Extra::default());
    open(wire)?;
    while let Some(key) = wire.key()? {
        match key {
            "id" => id = wire.integer("id")?,
            "shopId" => own_shop(wire, shop)?,
            "firstName" => employee.first_name = wire.text("firstName")?,
            "lastName" => employee.last_name = wire.text("lastName")?,
            "email" => employee.email = wire.texts("email")?.into_iter().next(),
            "employeeRole" => {
                let role = named(wire, "employeeRole")?;
                // The code is the role's number as a text.
                let number = role.id.or_else(|| role.code.as_ref()?.parse().ok());
                employee.role_id = number.and_then(|n| i32::try_from(n).ok());
                employee.role_code = role.code;
                employee.role_name = role.name;
            }
            "canPerformWork" => employee.can_perform_work = wire.flag("canPerformWork")?,
            "certificationNumber" => {
                employee.certification_number = wire.text("certificationNumber")?;
            }
            // Home addresses of employees are nobody's business here.
            "address" => wire.ignore()?,
            _ if time(wire, key, &mut employee.times)? => {}
            _ => {
                let value = wire.unknown("", key)?;
                extra.push(key, value);
            }
        }
    }
    employee.id = required_id(id)?;
    employee.extra = extra.finish();
    Ok((employee.id, employee))
}
