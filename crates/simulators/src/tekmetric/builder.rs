//! Worlds of given entities: a fixture's payloads are served exactly as given until they change.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::entity::{
    Charge, Customer, Decision, Employee, Job, Labor, Order, Part, PartKind, Role, Shop, Status,
    Sublet, Tax, Text, Vehicle,
};
use super::world::World;
use crate::{Cents, Decimal, Error, Result, Stamp};

/// One shop of a fixture: the vendor's own JSON, plus the zone that the API does not have.
#[derive(Debug, Clone, Default)]
pub struct FixtureShop {
    /// IANA time zone.
    pub timezone: String,
    /// A.8.1; only `id` is required.
    pub shop: Value,
    /// A.8.5.
    pub employees: Vec<Value>,
    /// A.8.2.
    pub customers: Vec<Value>,
    /// A.8.3.
    pub vehicles: Vec<Value>,
    /// A.8.4; `id` and `createdDate` are required.
    pub repair_orders: Vec<Value>,
}

/// Builds worlds of given entities.
#[derive(Debug)]
pub struct WorldBuilder;

impl WorldBuilder {
    /// A world at an instant, holding exactly these entities. Nothing happens in it by itself.
    ///
    /// # Errors
    /// [`Error::TimeZone`], or [`Error::Fixture`] when a required field is missing.
    pub fn from_json(now: Stamp, shops: Vec<FixtureShop>) -> Result<World> {
        let mut world = World::empty(now);
        for given in shops {
            let shop = read_shop(given.shop, &given.timezone)?;
            let shop_id = shop.id;
            world.shops.push(shop);
            for payload in given.employees {
                world.employees.push(read_employee(payload, shop_id)?);
            }
            for payload in given.customers {
                world.customers.push(read_customer(payload, shop_id)?);
            }
            for payload in given.vehicles {
                world.vehicles.push(read_vehicle(payload, shop_id)?);
            }
            for payload in given.repair_orders {
                world.place_order(read_order(payload, shop_id)?);
            }
        }
        world.employees.sort_by_key(|person| person.id);
        world.customers.sort_by_key(|customer| customer.id);
        world.vehicles.sort_by_key(|vehicle| vehicle.id);
        Ok(world)
    }
}

impl World {
    /// Puts a repair order in as given, replacing one of the same id; served verbatim until it changes.
    ///
    /// # Errors
    /// [`Error::Fixture`] when `id` or `createdDate` is missing.
    pub fn put_order(&mut self, shop_id: i64, payload: Value) -> Result<()> {
        self.place_order(read_order(payload, shop_id)?);
        Ok(())
    }
}

fn incomplete(entity: &'static str, shop_id: i64, field: &str) -> Error {
    Error::Fixture {
        entity,
        shop_id,
        reason: format!("{field} is missing or unreadable"),
    }
}

fn id_of(payload: &Value, entity: &'static str, shop_id: i64) -> Result<i64> {
    payload["id"]
        .as_i64()
        .ok_or_else(|| incomplete(entity, shop_id, "id"))
}

fn text(value: &Value) -> Option<Text> {
    value.as_str().map(|text| Text::Owned(text.to_owned()))
}

fn owned(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn stamp(value: &Value) -> Option<Stamp> {
    value.as_str().and_then(Stamp::parse_lenient)
}

fn cents(value: &Value) -> Cents {
    Cents(value.as_i64().unwrap_or(0))
}

fn decimal(value: &Value) -> Option<Decimal> {
    value
        .as_number()
        .and_then(|number| Decimal::parse(&number.to_string()))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn read_shop(payload: Value, zone: &str) -> Result<Shop> {
    let id = id_of(&payload, "shop", 0)?;
    let tz = TimeZone::get(zone).map_err(|source| Error::TimeZone {
        shop_id: id,
        zone: zone.to_owned(),
        source,
    })?;
    Ok(Shop {
        id,
        name: text(&payload["name"]).unwrap_or(Text::Borrowed("Fixture")),
        zone: tz,
        zone_name: Text::Owned(zone.to_owned()),
        city: Text::Borrowed(""),
        state: Text::Borrowed(""),
        given: Some(payload),
    })
}

fn read_employee(payload: Value, shop_id: i64) -> Result<Employee> {
    let role = match payload["employeeRole"]["id"].as_i64() {
        Some(1) => Role::ShopAdmin,
        Some(2) => Role::Advisor,
        Some(3) => Role::Technician,
        _ => Role::Owner,
    };
    Ok(Employee {
        id: id_of(&payload, "employee", shop_id)?,
        shop_id,
        first_name: text(&payload["firstName"]).unwrap_or_default(),
        last_name: text(&payload["lastName"]).unwrap_or_default(),
        role,
        created_at: stamp(&payload["createdDate"]).unwrap_or(Stamp(0)),
        updated_at: stamp(&payload["updatedDate"]),
        left_at: None,
        given: Some(payload),
    })
}

fn read_customer(payload: Value, shop_id: i64) -> Result<Customer> {
    Ok(Customer {
        id: id_of(&payload, "customer", shop_id)?,
        shop_id,
        first_name: text(&payload["firstName"]).unwrap_or_default(),
        last_name: text(&payload["lastName"]),
        email: owned(&payload["email"]),
        phone: owned(&payload["phone"][0]["number"]),
        business: payload["customerType"]["id"] == 2,
        street: None,
        notes: text(&payload["notes"]),
        marketing: payload["okForMarketing"] == true,
        created_at: stamp(&payload["createdDate"]).unwrap_or(Stamp(0)),
        updated_at: stamp(&payload["updatedDate"]),
        deleted_at: stamp(&payload["deletedDate"]),
        given: Some(Box::new(payload)),
    })
}

fn read_vehicle(payload: Value, shop_id: i64) -> Result<Vehicle> {
    Ok(Vehicle {
        id: id_of(&payload, "vehicle", shop_id)?,
        shop_id,
        customer_id: payload["customerId"].as_i64().unwrap_or(0),
        year: payload["year"].as_i64(),
        make: text(&payload["make"]).unwrap_or_default(),
        model: text(&payload["model"]).unwrap_or_default(),
        color: text(&payload["color"]),
        plate: owned(&payload["licensePlate"]),
        vin: owned(&payload["vin"]),
        created_at: stamp(&payload["createdDate"]).unwrap_or(Stamp(0)),
        updated_at: stamp(&payload["updatedDate"]),
        deleted_at: stamp(&payload["deletedDate"]),
        given: Some(Box::new(payload)),
    })
}

fn read_order(payload: Value, shop_id: i64) -> Result<Order> {
    let status = payload["repairOrderStatus"]["id"]
        .as_i64()
        .and_then(Status::from_id);
    let created_at = stamp(&payload["createdDate"]);
    let order = Order {
        id: id_of(&payload, "repair order", shop_id)?,
        number: payload["repairOrderNumber"].as_i64().unwrap_or(0),
        shop_id,
        status: status.unwrap_or(Status::Estimate),
        status_before_delete: Status::Estimate,
        customer_id: payload["customerId"].as_i64().unwrap_or(0),
        vehicle_id: payload["vehicleId"].as_i64(),
        technician_id: payload["technicianId"].as_i64(),
        advisor_id: payload["serviceWriterId"].as_i64(),
        miles_in: payload["milesIn"].as_i64(),
        miles_out: payload["milesOut"].as_i64(),
        keytag: text(&payload["keytag"]),
        lead_source: text(&payload["leadSource"]),
        concern: text(&payload["customerConcerns"][0]["concern"]),
        tax: Tax::Fixed(cents(&payload["taxes"])),
        paid: cents(&payload["amountPaid"]),
        jobs: list(&payload["jobs"]).iter().map(read_job).collect(),
        sublets: list(&payload["sublets"]).iter().map(read_sublet).collect(),
        fees: read_charges(&payload["fees"]),
        discounts: read_charges(&payload["discounts"]),
        completed_at: stamp(&payload["completedDate"]),
        posted_at: stamp(&payload["postedDate"]),
        promised_at: stamp(&payload["customerTimeOut"]),
        created_at: created_at.ok_or_else(|| incomplete("repair order", shop_id, "createdDate"))?,
        updated_at: stamp(&payload["updatedDate"]),
        deleted_at: stamp(&payload["deletedDate"]),
        given: None,
    };
    Ok(Order {
        given: Some(Box::new(payload)),
        ..order
    })
}

fn read_decision(payload: &Value) -> Decision {
    Decision {
        authorized: payload["authorized"].as_bool(),
        decided_at: stamp(&payload["authorizedDate"]),
    }
}

fn read_job(payload: &Value) -> Job {
    Job {
        id: payload["id"].as_i64().unwrap_or(0),
        name: text(&payload["name"]).unwrap_or_default(),
        category: text(&payload["jobCategoryName"]),
        note: text(&payload["note"]),
        decision: read_decision(payload),
        selected: payload["selected"].as_bool().unwrap_or(true),
        archived: payload["archived"].as_bool().unwrap_or(false),
        technician_id: payload["technicianId"].as_i64(),
        logged_hours: decimal(&payload["loggedHours"]),
        sort: payload["sort"].as_i64().unwrap_or(0),
        labor: list(&payload["labor"]).iter().map(read_labor).collect(),
        parts: list(&payload["parts"]).iter().map(read_part).collect(),
        fees: read_charges(&payload["fees"]),
        discounts: read_charges(&payload["discounts"]),
        created_at: stamp(&payload["createdDate"]),
        updated_at: stamp(&payload["updatedDate"]),
        completed_at: stamp(&payload["completedDate"]),
    }
}

fn read_labor(payload: &Value) -> Labor {
    Labor {
        id: payload["id"].as_i64().unwrap_or(0),
        name: text(&payload["name"]),
        rate: cents(&payload["rate"]),
        hours: decimal(&payload["hours"]).unwrap_or_default(),
        complete: payload["complete"].as_bool().unwrap_or(false),
        technician_id: payload["technicianId"].as_i64(),
    }
}

fn read_part(payload: &Value) -> Part {
    Part {
        id: payload["id"].as_i64().unwrap_or(0),
        quantity: decimal(&payload["quantity"]),
        name: text(&payload["name"]),
        brand: text(&payload["brand"]),
        number: text(&payload["partNumber"]),
        cost: payload["cost"].as_i64().map(Cents),
        retail: cents(&payload["retail"]),
        kind: match payload["partType"]["id"].as_i64() {
            Some(2) => PartKind::Tire,
            Some(5) => PartKind::Battery,
            _ => PartKind::Part,
        },
    }
}

/// Price and cost as D.4 reads them: the own price, else the items'; the items' cost, else the own.
fn read_sublet(payload: &Value) -> Sublet {
    let items = list(&payload["items"]);
    let item_price = items.iter().map(|item| cents(&item["price"])).sum();
    let item_cost = items.iter().map(|item| cents(&item["cost"])).sum();
    Sublet {
        id: payload["id"].as_i64().unwrap_or(0),
        name: text(&payload["name"]).unwrap_or_default(),
        vendor: text(&payload["vendor"]["name"]).unwrap_or_default(),
        decision: read_decision(payload),
        item_id: items
            .first()
            .and_then(|item| item["id"].as_i64())
            .unwrap_or(0),
        price: payload["price"].as_i64().map_or(item_price, Cents),
        cost: if items.is_empty() {
            cents(&payload["cost"])
        } else {
            item_cost
        },
    }
}

fn read_charges(payload: &Value) -> Vec<Charge> {
    let read = |charge: &Value| Charge {
        id: charge["id"].as_i64().unwrap_or(0),
        name: text(&charge["name"]).unwrap_or_default(),
        total: cents(&charge["total"]),
    };
    list(payload).iter().map(read).collect()
}
