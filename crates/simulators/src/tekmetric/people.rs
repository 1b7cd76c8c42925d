//! Customers and their vehicles, invented.

use super::catalog::{CARS, COLORS, COMPANIES, FIRST_NAMES, LAST_NAMES};
use super::entity::{Customer, Text, Vehicle};
use crate::Stamp;
use crate::dice::Dice;

/// A customer who first came at an instant.
pub(crate) fn customer(dice: &mut Dice, id: i64, shop_id: i64, at: Stamp) -> Customer {
    let business = dice.chance(600);
    let first_name = if business {
        *dice.pick(&COMPANIES)
    } else {
        *dice.pick(&FIRST_NAMES)
    };
    let last_name = match business {
        true => None,
        false => Some(Text::Borrowed(*dice.pick(&LAST_NAMES))),
    };
    let email = dice
        .chance(7_500)
        .then(|| format!("customer{id}@example.com"));
    let phone = dice
        .chance(9_300)
        .then(|| format!("555-01{:02}-{:04}", id / 10_000 % 100, id % 10_000));
    Customer {
        id,
        shop_id,
        first_name: Text::Borrowed(first_name),
        last_name,
        email: if dice.chance(300) {
            Some(String::new())
        } else {
            email
        },
        phone,
        business,
        street: dice
            .chance(8_000)
            .then(|| format!("{} Sample Ave", id % 900 + 1)),
        notes: None,
        marketing: dice.chance(8_000),
        created_at: at,
        updated_at: Some(at),
        deleted_at: None,
        given: None,
    }
}

/// A customer's vehicle.
pub(crate) fn vehicle(dice: &mut Dice, id: i64, owner: &Customer, at: Stamp) -> Vehicle {
    let (make, model) = *dice.pick(&CARS);
    let vin = match dice.weighted(&[80, 12, 8]) {
        0 => Some(format!("SMPL0000{:09}", id % 1_000_000_000)),
        1 => Some(String::new()),
        _ => None,
    };
    Vehicle {
        id,
        shop_id: owner.shop_id,
        customer_id: owner.id,
        year: (!dice.chance(50)).then(|| dice.between(2_003, 2_025)),
        make: Text::Borrowed(make),
        model: Text::Borrowed(model),
        color: dice
            .chance(6_000)
            .then(|| Text::Borrowed(*dice.pick(&COLORS))),
        plate: dice.chance(8_500).then(|| format!("SMP{:04}", id % 10_000)),
        vin,
        created_at: at,
        updated_at: Some(at),
        deleted_at: None,
        given: None,
    }
}
