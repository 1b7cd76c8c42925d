//! Who calls: households and companies, their places, and how careless people write them down.

use super::crm::{Address, Contact, Customer, Location};
use super::world::World;
use crate::Cents;
use crate::dice::Dice;

const STREETS: [&str; 6] = [
    "Example Way",
    "Sample Street",
    "Test Lane",
    "Fixture Road",
    "Model Court",
    "Mock Avenue",
];

/// A household or a company calls for the first time; gives the customer's id.
pub(crate) fn new_customer(world: &mut World, dice: &mut Dice) -> i64 {
    let now = world.now;
    let id = world.customers.next_id();
    let name = format!("Example Household {}", id - 70_000);
    let address = address(dice);
    let location = world.locations.add(
        now,
        Location {
            customer: id,
            name: name.clone(),
            address: address.clone(),
            zone: dice
                .chance(7_000)
                .then(|| 12 + i64::from(dice.chance(5_000))),
            merged_to: None,
            tags: Vec::new(),
            external: Vec::new(),
        },
    );
    world.customers.add(
        now,
        Customer {
            name,
            kind: if dice.chance(1_500) {
                "Commercial"
            } else {
                "Residential"
            },
            address,
            balance: Cents::ZERO,
            do_not_service: false,
            tags: if dice.chance(1_000) {
                vec![41]
            } else {
                Vec::new()
            },
            merged_to: None,
            locations: vec![location],
            membership: None,
            external: Vec::new(),
        },
    );
    reachable(world, (id, location), dice);
    id
}

/// Telephone and mail of a customer, as far as they were asked for (Q27).
fn reachable(world: &mut World, (id, location): (i64, i64), dice: &mut Dice) {
    let now = world.now;
    let number = 5_550_000 + id % 10_000;
    if dice.chance(8_500) {
        let value = format!("+1 {number}");
        let kind = if dice.chance(6_000) {
            "MobilePhone"
        } else {
            "Phone"
        };
        world.customer_contacts.add(
            now,
            Contact {
                owner: id,
                of_location: false,
                kind,
                value,
                memo: None,
            },
        );
    }
    if dice.chance(6_000) {
        let value = format!("household{id}@example.com");
        world.customer_contacts.add(
            now,
            Contact {
                owner: id,
                of_location: false,
                kind: "Email",
                value,
                memo: Some("home"),
            },
        );
    }
    if dice.chance(4_000) {
        let value = format!("555{number}");
        world.location_contacts.add(
            now,
            Contact {
                owner: location,
                of_location: true,
                kind: "Phone",
                value,
                memo: None,
            },
        );
    }
}

/// An address as careless people type it (Q29).
fn address(dice: &mut Dice) -> Address {
    let zip = ["00001", "00002", "00003", "A1B 2C3"][dice.weighted(&[50, 30, 18, 2])];
    let country = [Some("USA"), Some("United States"), None][dice.weighted(&[80, 12, 8])];
    let position = match dice.weighted(&[58, 38, 2, 2]) {
        0 => Some((
            300_000 + dice.between(0, 9_999),
            -970_000 - dice.between(0, 9_999),
        )),
        1 => None,
        2 => Some((0, 0)),
        _ => Some((9_990_000, -970_000)),
    };
    Address {
        street: format!("{} {}", dice.between(1, 9_999), dice.pick(&STREETS)),
        unit: dice.chance(1_500).then(|| "B".to_owned()),
        city: dice.chance(9_700).then(|| "Sampleton".to_owned()),
        state: dice.chance(9_700).then(|| "TX".to_owned()),
        zip: dice.chance(9_700).then(|| zip.to_owned()),
        country: country.map(str::to_owned),
        position,
    }
}

/// Who calls: somebody new, or one of those who are there.
pub(crate) fn caller(world: &mut World, dice: &mut Dice) -> i64 {
    if dice.chance(3_500) {
        return new_customer(world, dice);
    }
    let id = 70_001 + dice.below(world.customers.len().max(1)) as i64;
    let active = world.customers.meta(id).is_some_and(|meta| meta.active);
    let survivor = world.customers.get(id).and_then(|row| row.merged_to);
    match survivor {
        Some(survivor) if !active => survivor,
        _ => id,
    }
}
