//! The write calls (reference/servicetitan.md A10). There is no idempotency key: the same POST twice makes two.

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::app::Call;
use super::crm::{Address, Contact, Customer, External, Location, application};
use super::endpoints::Kind;
use super::handle::WorldHandle;
use super::params::{Answer, Refusal};
use super::table::Form;
use super::world::World;
use super::{reads, writes_money, writes_work};
use crate::Cents;

/// What came of a write.
pub(crate) enum Done {
    /// The record as it stands now.
    Row(Kind, i64),
    /// Nothing to show.
    Empty,
}

/// Carries a write out.
pub(crate) fn answer(world: &WorldHandle, call: &Call, body: &[u8]) -> Answer<Response> {
    let body: Value = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(body)
            .map_err(|_| Refusal::BadRequest("body", "not JSON".to_owned()))?
    };
    let rest: Vec<&str> = call.rest.iter().map(String::as_str).collect();
    world.write(|world| {
        let done = match call.module.as_str() {
            "crm" => crm(world, &call.method, &rest, &body),
            "jpm" | "dispatch" => writes_work::answer(world, &call.method, &rest, &body),
            "sales" | "accounting" => writes_money::answer(world, &call.method, &rest, &body),
            "settings" => settings(world, &call.method, &rest, &body),
            _ => Err(Refusal::NotFound),
        }?;
        Ok(match done {
            Done::Empty => StatusCode::OK.into_response(),
            Done::Row(kind, id) => {
                let table = world.listing(kind);
                let mut out = Vec::new();
                let application = body["externalData"]["applicationGuid"]
                    .as_str()
                    .map(application);
                let form = Form {
                    application,
                    ..Form::LIST
                };
                table.print(
                    table.row_of(id).ok_or(Refusal::NotFound)?,
                    form,
                    world,
                    &mut out,
                );
                reads::json(out)
            }
        })
    })
}

pub(crate) fn id(text: &str) -> Answer<i64> {
    text.parse().map_err(|_| Refusal::NotFound)
}

/// A text that must be there.
pub(crate) fn text(body: &Value, name: &'static str) -> Answer<String> {
    let given = body[name].as_str().filter(|text| !text.is_empty());
    given
        .map(str::to_owned)
        .ok_or_else(|| Refusal::BadRequest(name, "is required".to_owned()))
}

/// A number that must be there.
pub(crate) fn number(body: &Value, name: &'static str) -> Answer<i64> {
    body[name]
        .as_i64()
        .ok_or_else(|| Refusal::BadRequest(name, "is required".to_owned()))
}

/// The list that replaces the old one (Q45), if one is given.
pub(crate) fn list(body: &Value, name: &str) -> Option<Vec<i64>> {
    let items = body.get(name)?.as_array()?;
    Some(items.iter().filter_map(Value::as_i64).collect())
}

/// `{"applicationGuid": …, "externalData": [{"key": …, "value": …}]}`; replaces the application's own.
pub(crate) fn external(body: &Value, kept: &mut Vec<External>) {
    let Some(guid) = body["externalData"]["applicationGuid"].as_str() else {
        return;
    };
    let application = application(guid);
    kept.retain(|entry| entry.application != application);
    for entry in body["externalData"]["externalData"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let part = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        kept.push(External {
            application,
            key: part("key"),
            value: part("value"),
        });
    }
}

fn address(body: &Value) -> Address {
    let part = |name: &str| body["address"][name].as_str().map(str::to_owned);
    Address {
        street: part("street").unwrap_or_default(),
        unit: part("unit"),
        city: part("city"),
        state: part("state"),
        zip: part("zip"),
        country: part("country"),
        position: None,
    }
}

fn crm(world: &mut World, method: &Method, rest: &[&str], body: &Value) -> Answer<Done> {
    let now = world.now;
    match (method.as_str(), rest) {
        ("POST", ["customers"]) => {
            let places = body["locations"]
                .as_array()
                .filter(|places| !places.is_empty());
            let places = places.ok_or_else(|| {
                Refusal::BadRequest("locations", "at least one is needed".to_owned())
            })?;
            new_customer(world, body, places)
        }
        ("PATCH", ["customers", customer]) => patch_customer(world, id(customer)?, body),
        ("POST", ["locations"]) => {
            let customer = number(body, "customerId")?;
            world
                .customers
                .get(customer)
                .ok_or_else(|| Refusal::BadRequest("customerId", "there is none".to_owned()))?;
            let id = new_location(world, customer, body);
            Ok(Done::Row(Kind::Locations, id))
        }
        ("PATCH", ["locations", location]) => patch_location(world, id(location)?, body),
        (
            verb @ ("POST" | "DELETE"),
            [owner @ ("customers" | "locations"), record, "tags", tag],
        ) => {
            let (record, tag) = (id(record)?, id(tag)?);
            let set = |tags: &mut Vec<i64>| {
                tags.retain(|known| *known != tag);
                if verb == "POST" {
                    tags.push(tag);
                }
            };
            let changed = match *owner {
                "customers" => world
                    .customers
                    .change(record, now, |row| set(&mut row.tags)),
                _ => world
                    .locations
                    .change(record, now, |row| set(&mut row.tags)),
            };
            changed.map(|()| Done::Empty).ok_or(Refusal::NotFound)
        }
        (
            verb,
            [
                owner @ ("customers" | "locations"),
                record,
                "contacts",
                rest @ ..,
            ],
        ) => contact(
            world,
            (verb, *owner == "locations", id(record)?),
            rest,
            body,
        ),
        _ => Err(Refusal::NotFound),
    }
}

fn patch_customer(world: &mut World, customer: i64, body: &Value) -> Answer<Done> {
    let now = world.now;
    let changed = world.customers.change(customer, now, |row| {
        if let Some(name) = body["name"].as_str() {
            name.clone_into(&mut row.name);
        }
        if let Some(no) = body["doNotService"].as_bool() {
            row.do_not_service = no;
        }
        if body["address"].is_object() {
            row.address = address(body);
        }
        row.tags = list(body, "tagTypeIds").unwrap_or_else(|| std::mem::take(&mut row.tags));
        external(body, &mut row.external);
    });
    changed
        .map(|()| Done::Row(Kind::Customers, customer))
        .ok_or(Refusal::NotFound)
}

fn patch_location(world: &mut World, location: i64, body: &Value) -> Answer<Done> {
    let now = world.now;
    let changed = world.locations.change(location, now, |row| {
        if let Some(name) = body["name"].as_str() {
            name.clone_into(&mut row.name);
        }
        if body["address"].is_object() {
            row.address = address(body);
        }
        row.tags = list(body, "tagTypeIds").unwrap_or_else(|| std::mem::take(&mut row.tags));
        external(body, &mut row.external);
    });
    changed
        .map(|()| Done::Row(Kind::Locations, location))
        .ok_or(Refusal::NotFound)
}

fn new_location(world: &mut World, customer: i64, body: &Value) -> i64 {
    let now = world.now;
    let mut row = Location {
        customer,
        name: body["name"].as_str().unwrap_or_default().to_owned(),
        address: address(body),
        zone: None,
        merged_to: None,
        tags: Vec::new(),
        external: Vec::new(),
    };
    external(body, &mut row.external);
    let id = world.locations.add(now, row);
    world
        .customers
        .change(customer, now, |row| row.locations.push(id));
    id
}

fn new_customer(world: &mut World, body: &Value, places: &[Value]) -> Answer<Done> {
    let mut row = Customer {
        name: text(body, "name")?,
        kind: if body["type"] == "Commercial" {
            "Commercial"
        } else {
            "Residential"
        },
        address: address(body),
        balance: Cents::ZERO,
        do_not_service: false,
        tags: list(body, "tagTypeIds").unwrap_or_default(),
        merged_to: None,
        locations: Vec::new(),
        membership: None,
        external: Vec::new(),
    };
    external(body, &mut row.external);
    let customer = world.customers.add(world.now, row);
    for place in places {
        new_location(world, customer, place);
    }
    Ok(Done::Row(Kind::Customers, customer))
}

/// Contacts below their owner.
fn contact(
    world: &mut World,
    (verb, of_location, owner): (&str, bool, i64),
    rest: &[&str],
    body: &Value,
) -> Answer<Done> {
    let now = world.now;
    let exists = if of_location {
        world.locations.get(owner).is_some()
    } else {
        world.customers.get(owner).is_some()
    };
    if !exists {
        return Err(Refusal::NotFound);
    }
    let kind = if of_location {
        Kind::LocationContacts
    } else {
        Kind::CustomerContacts
    };
    let table = if of_location {
        &mut world.location_contacts
    } else {
        &mut world.customer_contacts
    };
    match (verb, rest) {
        ("POST", []) => {
            let known = ["Phone", "Email", "Fax", "MobilePhone"];
            let wanted = known.into_iter().find(|name| body["type"] == *name);
            let kind_of =
                wanted.ok_or_else(|| Refusal::BadRequest("type", "unknown value".to_owned()))?;
            let row = Contact {
                owner,
                of_location,
                kind: kind_of,
                value: text(body, "value")?,
                memo: None,
            };
            let id = table.add(now, row);
            Ok(Done::Row(kind, id))
        }
        ("PATCH", [contact]) => {
            let contact = id(contact)?;
            let value = text(body, "value")?;
            let changed = table.change(contact, now, |row| row.value = value);
            changed
                .map(|()| Done::Row(kind, contact))
                .ok_or(Refusal::NotFound)
        }
        ("DELETE", [contact]) => {
            table.set_active(id(contact)?, now, false);
            Ok(Done::Empty)
        }
        _ => Err(Refusal::NotFound),
    }
}

fn settings(world: &mut World, method: &Method, rest: &[&str], body: &Value) -> Answer<Done> {
    let now = world.now;
    match (method.as_str(), rest) {
        ("POST", ["tag-types"]) => {
            let name = text(body, "name")?;
            let id = world.tag_types.add(now, super::settings::TagType { name });
            Ok(Done::Row(Kind::TagTypes, id))
        }
        ("PATCH", [entity, record]) => {
            let record = id(record)?;
            let name = text(body, "name");
            let (kind, changed) = match *entity {
                "technicians" => (
                    Kind::Technicians,
                    world.technicians.change(record, now, |row| {
                        row.name = name.unwrap_or_else(|_| std::mem::take(&mut row.name));
                        row.memo = body["memo"]
                            .as_str()
                            .map(str::to_owned)
                            .or_else(|| row.memo.take());
                    }),
                ),
                "business-units" => (
                    Kind::BusinessUnits,
                    world.business_units.change(record, now, |row| {
                        row.name = name.unwrap_or_else(|_| std::mem::take(&mut row.name));
                    }),
                ),
                "tag-types" => (
                    Kind::TagTypes,
                    world.tag_types.change(record, now, |row| {
                        row.name = name.unwrap_or_else(|_| std::mem::take(&mut row.name));
                    }),
                ),
                _ => return Err(Refusal::NotFound),
            };
            changed
                .map(|()| Done::Row(kind, record))
                .ok_or(Refusal::NotFound)
        }
        _ => Err(Refusal::NotFound),
    }
}
