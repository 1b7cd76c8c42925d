//! Who works where, since when, and at which pay.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::catalog::{FIRST_NAMES, LAST_NAMES};
use super::config::{DAY, ShopSpec, WorldConfig};
use super::entity::{Employee, Role, Shop, Text};
use crate::{Error, Result, Stamp};

/// One owner appears in the list of every shop, so an employee's id alone is no key (A.8.5).
const OWNER_ID: i64 = 40_001;

/// What an employee costs per hour. The API has no pay rates (B-11), so they are entered by hand:
/// these are the figures to enter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostRate {
    /// The vendor's shop number.
    pub shop_id: i64,
    /// The vendor's employee id.
    pub employee_id: i64,
    /// First day, `YYYY-MM-DD`.
    pub effective_from: String,
    /// Last day, included; `None` while it lasts.
    pub effective_to: Option<String>,
    /// Cents per hour.
    pub hourly_cost_cents: i64,
}

/// The shop of a recipe.
///
/// # Errors
/// [`Error::TimeZone`] when the zone is not in the IANA database.
pub(crate) fn shop(spec: &ShopSpec) -> Result<Shop> {
    let zone = TimeZone::get(spec.timezone).map_err(|source| Error::TimeZone {
        shop_id: spec.id,
        zone: spec.timezone.to_owned(),
        source,
    })?;
    let (city, state) = match spec.timezone {
        "America/New_York" => ("Sampleton", "NY"),
        "America/Chicago" => ("Mockville", "IL"),
        _ => ("Exampleburg", "AZ"),
    };
    Ok(Shop {
        id: spec.id,
        name: Text::Borrowed(spec.name),
        zone,
        zone_name: Text::Borrowed(spec.timezone),
        city: Text::Borrowed(city),
        state: Text::Borrowed(state),
        given: None,
    })
}

/// The employees of the shop at `index` of a recipe.
pub(crate) fn employees(config: &WorldConfig, index: usize) -> Vec<Employee> {
    let spec = &config.shops[index];
    let opened = config
        .start
        .plus(-(i64::from(config.history_days) + 400) * DAY);
    let person = |id: i64, role: Role, names: (usize, usize)| Employee {
        id,
        shop_id: spec.id,
        first_name: Text::Borrowed(FIRST_NAMES[names.0 % FIRST_NAMES.len()]),
        last_name: Text::Borrowed(LAST_NAMES[names.1 % LAST_NAMES.len()]),
        role,
        created_at: opened,
        updated_at: Some(opened.plus(30 * DAY)),
        left_at: None,
        given: None,
    };
    let mut staff = vec![
        person(OWNER_ID, Role::Owner, (0, 0)),
        person(41_000 + index as i64, Role::ShopAdmin, (3 + index, 9)),
    ];
    for number in 0..spec.advisors {
        staff.push(person(
            advisor_id(index, number),
            Role::Advisor,
            (index * 5 + number + 1, number + 4),
        ));
    }
    for number in 0..spec.technicians {
        let id = technician_id(index, number);
        staff.push(person(
            id,
            Role::Technician,
            (index * 7 + number + 8, index * 3 + number),
        ));
    }
    plan_moves(config, index, &mut staff, person);
    staff
}

/// One technician of the first shop left during history, one of the second leaves soon after the
/// clock starts, and the third hires one: a sync must cope with each.
fn plan_moves(
    config: &WorldConfig,
    index: usize,
    staff: &mut Vec<Employee>,
    person: impl Fn(i64, Role, (usize, usize)) -> Employee,
) {
    let spec = &config.shops[index];
    match index {
        0 => leave(staff, config.start.plus(-200 * DAY)),
        1 => leave(staff, config.start.plus(12 * DAY)),
        2 => {
            let hired_at = config.start.plus(9 * DAY);
            let id = technician_id(index, spec.technicians);
            let mut hired = person(id, Role::Technician, (17, 11));
            hired.created_at = hired_at;
            hired.updated_at = Some(hired_at);
            staff.push(hired);
        }
        _ => {}
    }
}

fn leave(staff: &mut [Employee], at: Stamp) {
    if let Some(last) = staff
        .iter_mut()
        .rev()
        .find(|person| person.role == Role::Technician)
    {
        last.left_at = Some(at);
    }
}

/// The vendor id of an advisor of the shop at `shop` of a recipe.
pub(crate) fn advisor_id(shop: usize, number: usize) -> i64 {
    51_000 + shop as i64 * 100 + number as i64
}

fn technician_id(shop: usize, number: usize) -> i64 {
    61_000 + shop as i64 * 100 + number as i64
}

/// A technician id that no list ever shows (B-9).
pub(crate) fn unknown_technician_id(shop: usize) -> i64 {
    69_000 + shop as i64
}

/// The technicians at work in a shop at an instant; never empty for a shop with technicians.
pub(crate) fn technicians_at(staff: &[Employee], shop_id: i64, at: Stamp) -> Vec<i64> {
    let at_work = |person: &&Employee| {
        person.shop_id == shop_id && person.role == Role::Technician && person.is_listed(at)
    };
    staff
        .iter()
        .filter(at_work)
        .map(|person| person.id)
        .collect()
}

/// Pay of all technicians: a rate from before the history and a raise of 5 % a year before its end.
/// The last technician of the second shop has none, so that the shop's average must step in.
pub(crate) fn cost_rates(config: &WorldConfig) -> Vec<CostRate> {
    let day = |at: Stamp| at.date_in(&TimeZone::UTC);
    let opened = day(config
        .start
        .plus(-(i64::from(config.history_days) + 400) * DAY));
    let raised = day(config.start.plus(-365 * DAY));
    let mut rates = Vec::new();
    for (index, spec) in config.shops.iter().enumerate() {
        let without_rate = usize::from(index == 1);
        for number in 0..spec.technicians.saturating_sub(without_rate) {
            let base = 2_775 + 185 * number as i64 + 60 * index as i64;
            let mut push = |from: jiff::civil::Date, to: Option<jiff::civil::Date>, cents| {
                rates.push(CostRate {
                    shop_id: spec.id,
                    employee_id: technician_id(index, number),
                    effective_from: from.to_string(),
                    effective_to: to.map(|date| date.to_string()),
                    hourly_cost_cents: cents,
                });
            };
            push(opened, raised.yesterday().ok(), base);
            push(raised, None, base * 105 / 100);
        }
    }
    rates
}
