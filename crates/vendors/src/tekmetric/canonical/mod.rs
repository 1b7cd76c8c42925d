//! The vendor's records in our words (reference C.5). Pure.

mod line;
mod order;
mod party;

use crate::page::{Decoded, RawRecord, VendorShopRef};
use crate::stream::Stream;
use crate::tekmetric::reader::{Reader, Token};
use crate::tekmetric::wire::{Fault, Read, Wire};
use domain::issue::{Issue, Reject, RejectReason};
use domain::record::{Customer, Employee, RepairOrder, Vehicle, VendorShop};

/// A repair order with its jobs and lines.
pub(crate) fn decode_order(
    shop: &VendorShopRef,
    raw: &RawRecord,
) -> Result<Decoded<RepairOrder>, Box<Reject>> {
    decode(raw, Stream::RepairOrders, |wire| order::read(wire, shop))
}

/// A customer.
pub(crate) fn decode_customer(
    shop: &VendorShopRef,
    raw: &RawRecord,
) -> Result<Decoded<Customer>, Box<Reject>> {
    decode(raw, Stream::Customers, |wire| party::customer(wire, shop))
}

/// A vehicle.
pub(crate) fn decode_vehicle(
    shop: &VendorShopRef,
    raw: &RawRecord,
) -> Result<Decoded<Vehicle>, Box<Reject>> {
    decode(raw, Stream::Vehicles, |wire| party::vehicle(wire, shop))
}

/// An employee.
pub(crate) fn decode_employee(
    shop: &VendorShopRef,
    raw: &RawRecord,
) -> Result<Decoded<Employee>, Box<Reject>> {
    decode(raw, Stream::Employees, |wire| party::employee(wire, shop))
}

/// A shop of `/shops`; `None` without an id.
pub(crate) fn shop(body: String) -> Option<VendorShop> {
    let mut wire = Wire::new(&body);
    let (mut id, mut name) = (None, None);
    wire.object("shop").ok().filter(|entered| *entered)?;
    while let Some(key) = wire.key().ok()? {
        match key {
            "id" => id = wire.integer("id").ok()?,
            "name" => name = wire.text("name").ok()?,
            _ => wire.ignore().ok()?,
        }
    }
    Some(VendorShop {
        id: id?,
        name,
        body,
    })
}

/// What an issue calls a record of the stream.
const fn entity(stream: Stream) -> &'static str {
    match stream {
        Stream::Employees => "employee",
        Stream::Customers => "customer",
        Stream::Vehicles => "vehicle",
        Stream::RepairOrders => "repair_order",
        Stream::Cached(table) => table,
    }
}

fn decode<T>(
    raw: &RawRecord,
    stream: Stream,
    read: impl FnOnce(&mut Wire<'_>) -> Read<(i64, T)>,
) -> Result<Decoded<T>, Box<Reject>> {
    let mut wire = Wire::new(&raw.body);
    let (entity_id, record) = read(&mut wire).map_err(|fault| refused(raw, stream, fault))?;
    let issues = wire.issues.into_iter().map(|(code, detail)| Issue {
        entity: entity(stream),
        entity_id,
        code,
        detail,
    });
    Ok(Decoded {
        record,
        issues: issues.collect(),
        unknown_keys: wire.unknown_keys,
    })
}

fn refused(raw: &RawRecord, stream: Stream, fault: Fault) -> Box<Reject> {
    let number = raw.id.map(|id| id.to_string());
    let number = number.or_else(|| printed_number(&raw.body));
    Box::new(Reject {
        stream: stream.as_str(),
        entity_id: raw.id,
        record_number: number.unwrap_or_else(|| "unknown".to_owned()),
        reason: fault.reason,
        detail: fault.detail,
        payload: raw.body.clone(),
    })
}

/// The number printed on an order: its name where it has no id.
fn printed_number(body: &str) -> Option<String> {
    let mut reader = Reader::new(body);
    if reader.token().ok()? != Token::Object {
        return None;
    }
    while let Some(key) = reader.key().ok()? {
        if key == "repairOrderNumber" {
            return match reader.token().ok()? {
                Token::Number(number) => Some(number.to_owned()),
                Token::Text(text) => Some(text.inner.to_owned()),
                Token::Null | Token::Flag(_) | Token::Object | Token::Array => None,
            };
        }
        reader.skip().ok()?;
    }
    None
}

/// Refuses a record without id.
fn required_id(id: Option<i64>) -> Read<i64> {
    id.ok_or_else(|| Fault::new(RejectReason::MissingId, "id: missing or null"))
}

/// Refuses a record of another shop; 0 is what the vendor writes when it does not know (quirk B-53).
fn own_shop(wire: &mut Wire<'_>, shop: &VendorShopRef) -> Read<()> {
    match wire.integer("shopId")? {
        Some(id) if id != shop.vendor_id && id != 0 => Err(Fault::new(
            RejectReason::ForeignShop,
            format!("shopId: {id} instead of {}", shop.vendor_id),
        )),
        Some(_) | None => Ok(()),
    }
}

/// The `name` (and `id`, `code`) of a small object like a type or a label.
#[derive(Debug, Default)]
struct Named {
    id: Option<i64>,
    code: Option<String>,
    name: Option<String>,
}

fn named(wire: &mut Wire<'_>, field: &'static str) -> Read<Named> {
    let mut named = Named::default();
    if wire.object(field)? {
        while let Some(key) = wire.key()? {
            match key {
                "id" => named.id = wire.integer(field)?,
                "code" => named.code = wire.text(field)?,
                "name" => named.name = wire.text(field)?,
                "status" | "postedOrAccrecv" | "nickname" | "website" | "phone" => wire.ignore()?,
                _ => {
                    wire.unknown(&format!("{field}."), key)?;
                }
            }
        }
    }
    Ok(named)
}

#[cfg(test)]
mod tests;
