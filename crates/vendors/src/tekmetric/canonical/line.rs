//! Lines: parts, labour, sublets, fees and discounts.

use crate::tekmetric::canonical::named;
use crate::tekmetric::wire::{Extra, Read, Wire};
use domain::issue::IssueCode;
use domain::record::{Charge, Labor, Part, Sublet, SubletItem};
use domain::{Cents, EmployeeId, Quantity};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The stable key of a line (reference K2): its id, or its place and a digest of what it says.
///
/// `twins` is how many lines before it carry the same id; a second one gets a suffix, so keys stay unique.
fn line_key(
    wire: &mut Wire<'_>,
    field: &'static str,
    id: Option<i64>,
    (index, twins): (usize, usize),
    content: impl FnOnce() -> String,
) -> String {
    match id {
        Some(id) if twins == 0 => format!("id:{id}"),
        Some(id) => format!("id:{id}#{}", twins + 1),
        None => {
            wire.issue(IssueCode::LineWithoutId, field);
            let mut key = format!("pos:{index}:");
            for byte in &Sha256::digest(content().as_bytes())[..6] {
                // Writing to a string cannot fail.
                let _ = write!(key, "{byte:02x}");
            }
            key
        }
    }
}

/// The name, or what stands for it (quirk B-6).
fn name_or(
    wire: &mut Wire<'_>,
    field: &'static str,
    name: Option<String>,
    fallback: impl FnOnce() -> String,
) -> String {
    name.unwrap_or_else(|| {
        wire.issue(IssueCode::NullName, field);
        fallback()
    })
}

/// Keys that only tires have, and that are kept as they are.
const TIRE: [&str; 17] = [
    "model",
    "width",
    "ratio",
    "diameter",
    "constructionType",
    "loadIndex",
    "loadRange",
    "speedRating",
    "mileageWarranty",
    "runFlat",
    "sideWallStyle",
    "temperature",
    "tireCategory",
    "tireType",
    "traction",
    "treadwear",
    "dotNumbers",
];

pub(super) fn parts(wire: &mut Wire<'_>) -> Read<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    if wire.array("jobs[].parts")? {
        while wire.item()? {
            if let Some(mut part) = part(wire)? {
                let twins = parts.iter().filter(|p| p.id == part.id).count();
                let place = (parts.len(), twins);
                part.line_key = line_key(wire, "jobs[].parts[]", part.id, place, || {
                    let number = part.part_number.as_deref().unwrap_or("");
                    let cost = part.cost.map_or(0, |c| c.0);
                    format!(
                        "{}\u{1f}{number}\u{1f}{}\u{1f}{}\u{1f}{cost}",
                        part.name, part.quantity, part.retail.0
                    )
                });
                parts.push(part);
            }
        }
    }
    Ok(parts)
}

fn part(wire: &mut Wire<'_>) -> Read<Option<Part>> {
    if !wire.object("jobs[].parts[]")? {
        return Ok(None);
    }
    let mut part = Part {
        line_key: String::new(),
        id: None,
        name: String::new(),
        part_number: None,
        description: None,
        manufacturer: None,
        // Quirk B-3: a missing quantity is one; zero stays zero.
        quantity: Quantity::from_ten_thousandths(domain::decimal::SCALE),
        retail: Cents::ZERO,
        cost: None,
        part_type: None,
        part_type_id: None,
        tire: None,
    };
    let (mut name, mut tire) = (None, Extra::default());
    while let Some(key) = wire.key()? {
        match key {
            "id" => part.id = wire.integer("jobs[].parts[].id")?,
            "quantity" => {
                if let Some(quantity) = wire.quantity("jobs[].parts[].quantity")? {
                    part.quantity = quantity;
                }
            }
            "name" => name = wire.text("jobs[].parts[].name")?,
            "brand" => part.manufacturer = wire.text("jobs[].parts[].brand")?,
            "partNumber" => part.part_number = wire.text("jobs[].parts[].partNumber")?,
            "description" => part.description = wire.text("jobs[].parts[].description")?,
            "cost" => part.cost = wire.cents("jobs[].parts[].cost")?,
            "retail" => part.retail = wire.cents("jobs[].parts[].retail")?.unwrap_or_default(),
            "partType" => {
                let kind = named(wire, "jobs[].parts[].partType")?;
                part.part_type_id = kind.id.and_then(|id| i16::try_from(id).ok());
                part.part_type = kind.code.or(kind.name);
            }
            "partStatus" => wire.ignore()?,
            _ if TIRE.contains(&key) => {
                let value = wire.raw()?;
                if value != "null" {
                    tire.push(key, value);
                }
            }
            _ => {
                wire.unknown("jobs[].parts[].", key)?;
            }
        }
    }
    part.tire = tire.finish();
    part.name = name_or(wire, "jobs[].parts[].name", name, || {
        let known = part
            .manufacturer
            .clone()
            .or_else(|| part.part_number.clone());
        known.unwrap_or_else(|| "Unnamed part".to_owned())
    });
    Ok(Some(part))
}

pub(super) fn labor(wire: &mut Wire<'_>) -> Read<Vec<Labor>> {
    let mut lines: Vec<Labor> = Vec::new();
    if !wire.array("jobs[].labor")? {
        return Ok(lines);
    }
    while wire.item()? {
        if !wire.object("jobs[].labor[]")? {
            continue;
        }
        let (mut id, mut name, mut technician) = (None, None, None);
        let (mut hours, mut rate, mut complete) = (None, None, None);
        while let Some(key) = wire.key()? {
            match key {
                "id" => id = wire.integer("jobs[].labor[].id")?,
                "name" => name = wire.text("jobs[].labor[].name")?,
                "rate" => rate = wire.cents("jobs[].labor[].rate")?,
                "hours" => hours = wire.hours("jobs[].labor[].hours")?,
                "complete" => complete = wire.flag("jobs[].labor[].complete")?,
                "technicianId" => technician = wire.integer("jobs[].labor[].technicianId")?,
                _ => {
                    wire.unknown("jobs[].labor[].", key)?;
                }
            }
        }
        let name = name_or(wire, "jobs[].labor[].name", name, || "Labor".to_owned());
        let (hours, rate) = (hours.unwrap_or_default(), rate.unwrap_or_default());
        let place = (lines.len(), lines.iter().filter(|l| l.id == id).count());
        let line_key = line_key(wire, "jobs[].labor[]", id, place, || {
            format!("{name}\u{1f}{hours}\u{1f}{}", rate.0)
        });
        lines.push(Labor {
            line_key,
            id,
            name,
            hours,
            rate,
            technician_id: person(technician),
            complete,
            stated: None,
        });
    }
    Ok(lines)
}

/// A reference to an employee; 0 is nobody.
pub(super) fn person(id: Option<i64>) -> Option<EmployeeId> {
    id.filter(|id| *id != 0).map(EmployeeId)
}

/// Fees or discounts; `fallback` names a nameless one.
pub(super) fn charges(
    wire: &mut Wire<'_>,
    field: &'static str,
    fallback: &'static str,
) -> Read<Vec<Charge>> {
    let mut charges: Vec<Charge> = Vec::new();
    if !wire.array(field)? {
        return Ok(charges);
    }
    while wire.item()? {
        if !wire.object(field)? {
            continue;
        }
        let (mut id, mut name, mut total) = (None, None, None);
        while let Some(key) = wire.key()? {
            match key {
                "id" => id = wire.integer(field)?,
                "name" => name = wire.text(field)?,
                "total" => total = wire.cents(field)?,
                _ => {
                    wire.unknown(&format!("{field}[]."), key)?;
                }
            }
        }
        let name = name_or(wire, field, name, || fallback.to_owned());
        let total = total.unwrap_or_default();
        let place = (charges.len(), charges.iter().filter(|c| c.id == id).count());
        let line_key = line_key(wire, field, id, place, || {
            format!("{name}\u{1f}{}", total.0)
        });
        charges.push(Charge {
            line_key,
            id,
            name,
            total,
        });
    }
    Ok(charges)
}

/// Sublets hang on the order (quirk B-16).
pub(super) fn sublets(wire: &mut Wire<'_>) -> Read<Vec<Sublet>> {
    let mut sublets: Vec<Sublet> = Vec::new();
    if wire.array("sublets")? {
        while wire.item()? {
            if let Some(mut sublet) = sublet(wire)? {
                let twins = sublets.iter().filter(|s| s.id == sublet.id).count();
                let place = (sublets.len(), twins);
                sublet.line_key = line_key(wire, "sublets[]", sublet.id, place, || {
                    let cents = |c: Option<Cents>| c.map_or(0, |c| c.0);
                    format!(
                        "{}\u{1f}{}\u{1f}{}",
                        sublet.name,
                        cents(sublet.price),
                        cents(sublet.cost)
                    )
                });
                sublets.push(sublet);
            }
        }
    }
    Ok(sublets)
}

fn sublet(wire: &mut Wire<'_>) -> Read<Option<Sublet>> {
    if !wire.object("sublets[]")? {
        return Ok(None);
    }
    let mut sublet = Sublet {
        line_key: String::new(),
        id: None,
        name: String::new(),
        description: None,
        supplier_id: None,
        supplier_name: None,
        authorized: None,
        authorized_at: None,
        selected: None,
        price: None,
        cost: None,
        items: Vec::new(),
        items_json: None,
    };
    let mut name = None;
    while let Some(key) = wire.key()? {
        match key {
            "id" => sublet.id = wire.integer("sublets[].id")?,
            "name" => name = wire.text("sublets[].name")?,
            "vendor" => {
                let supplier = named(wire, "sublets[].vendor")?;
                sublet.supplier_id = supplier.id;
                sublet.supplier_name = supplier.name;
            }
            "authorized" => sublet.authorized = wire.flag("sublets[].authorized")?,
            "authorizedDate" => sublet.authorized_at = wire.time("sublets[].authorizedDate")?,
            "selected" => sublet.selected = wire.flag("sublets[].selected")?,
            "note" => sublet.description = wire.text("sublets[].note")?,
            "price" => sublet.price = wire.cents("sublets[].price")?,
            "cost" => sublet.cost = wire.cents("sublets[].cost")?,
            "items" => {
                let raw = wire.raw_ahead()?;
                sublet.items = items(wire)?;
                sublet.items_json = (!sublet.items.is_empty()).then(|| raw.to_owned());
            }
            "repairOrderId" | "sort" | "feeable" | "taxSublet" | "accountsPayable" => {
                wire.ignore()?;
            }
            _ => {
                wire.unknown("sublets[].", key)?;
            }
        }
    }
    sublet.name = name_or(wire, "sublets[].name", name, || {
        let supplier = sublet.supplier_name.clone();
        supplier.unwrap_or_else(|| "Unnamed sublet".to_owned())
    });
    Ok(Some(sublet))
}

fn items(wire: &mut Wire<'_>) -> Read<Vec<SubletItem>> {
    let mut items = Vec::new();
    if wire.array("sublets[].items")? {
        while wire.item()? {
            let mut item = SubletItem::default();
            if !wire.object("sublets[].items[]")? {
                continue;
            }
            while let Some(key) = wire.key()? {
                match key {
                    "price" => item.price = wire.cents("sublets[].items[].price")?,
                    "cost" => item.cost = wire.cents("sublets[].items[].cost")?,
                    "id" | "name" | "complete" => wire.ignore()?,
                    _ => {
                        wire.unknown("sublets[].items[].", key)?;
                    }
                }
            }
            items.push(item);
        }
    }
    Ok(items)
}
