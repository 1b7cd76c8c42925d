//! What goes on beside the jobs: memberships, monthly costs, merged customers, moved shifts.

use jiff::civil::Date;

use super::billing;
use super::config::DAY;
use super::life::Event;
use super::moment::later;
use super::money::{Membership, StatusChange};
use super::payroll::NonJobTimesheet;
use super::plan::local;
use super::settings::CampaignCost;
use super::world::World;
use crate::Cents;
use crate::dice::Dice;

/// The first of a month: campaign costs are entered, doubled customers are merged.
pub(crate) fn month(world: &mut World, day: Date) {
    let now = world.now;
    let first = day.first_of_month();
    let next = later(first, 32).first_of_month();
    let due = local(world, next, (6, 0));
    world.plan_event(due, Event::Month(next));
    let campaigns: Vec<i64> = world.campaigns.iter().map(|(meta, _)| meta.id).collect();
    for campaign in campaigns {
        let daily_cost = Cents(1_000 + world.dice(50, campaign + now.0).between(0, 4_000));
        let (year, month) = (i64::from(first.year()), i64::from(first.month()));
        world.campaign_costs.add(
            now,
            CampaignCost {
                campaign,
                year,
                month,
                daily_cost,
            },
        );
    }
    let mut dice = world.dice(51, now.0);
    for _ in 0..2 {
        let gone = 70_001 + dice.below(world.customers.len().max(1)) as i64;
        let stays = 70_001 + dice.below(world.customers.len().max(1)) as i64;
        merge(world, gone, stays);
    }
}

/// Merges a customer into another one; its places move along, its jobs keep the old number (Q28).
pub(crate) fn merge(world: &mut World, gone: i64, stays: i64) -> bool {
    let now = world.now;
    let live = |id: i64| world.customers.meta(id).is_some_and(|meta| meta.active);
    if gone == stays || !live(gone) || !live(stays) {
        return false;
    }
    let places = world.customers.change(gone, now, |row| {
        row.merged_to = Some(stays);
        std::mem::take(&mut row.locations)
    });
    let places = places.unwrap_or_default();
    world.customers.set_active(gone, now, false);
    for place in &places {
        world
            .locations
            .change(*place, now, |row| row.customer = stays);
    }
    world
        .customers
        .change(stays, now, |row| row.locations.extend(places));
    true
}

/// A membership goes over the counter with an invoice.
pub(crate) fn sell_membership(
    world: &mut World,
    (invoice, customer, location): (i64, i64, i64),
    technician: Option<i64>,
) {
    let now = world.now;
    if world
        .customers
        .get(customer)
        .is_none_or(|row| row.membership.is_some())
    {
        return;
    }
    let id = world.memberships.next_id();
    let mut dice = world.dice(52, id);
    let (kind, option) =
        [(31, 0), (31, 1), (31, 2), (31, 3), (32, 0)][dice.weighted(&[40, 20, 15, 15, 10])];
    let Some(option) = world
        .membership_types
        .get(kind)
        .and_then(|row| row.options.get(option).copied())
    else {
        return;
    };
    // One in fifty is billed in a rhythm that has no price.
    let frequency = if dice.chance(200) {
        "BiAnnual"
    } else {
        option.frequency
    };
    let from = now.date_in(&world.zone);
    let to = option.months.map(|months| {
        let end = from
            .checked_add(jiff::Span::new().months(months))
            .unwrap_or(from);
        later(end, -1)
    });
    let line = billing::membership_line(invoice, (kind, technician), option.sale + option.billing);
    billing::add_items(world, invoice, vec![line]);
    let business_unit = world
        .invoices
        .get(invoice)
        .map_or(11, |row| row.business_unit);
    let activated_from = world
        .invoices
        .get(invoice)
        .and_then(|row| row.items.last().copied());
    world.memberships.add(
        now,
        Membership {
            kind,
            status: "Active",
            billing: true,
            customer,
            location,
            business_unit,
            from,
            to,
            cancelled: None,
            next_bill: Some(later(from, 30)),
            frequency,
            months: option.months,
            sold_by: technician,
            activated_from,
        },
    );
    world
        .customers
        .change(customer, now, |row| row.membership = Some(id));
    run_out(world, (id, frequency, to), &mut dice);
}

/// How a membership goes on and ends.
fn run_out(world: &mut World, (id, frequency, to): (i64, &str, Option<Date>), dice: &mut Dice) {
    let now = world.now;
    if matches!(frequency, "Monthly" | "Quarterly") {
        world.plan_event(now.plus(30 * DAY), Event::BillMembership { membership: id });
    }
    if let Some(to) = to {
        let at = local(world, later(to, 1), (2, 0));
        world.plan_event(
            at,
            Event::TurnMembership {
                membership: id,
                status: "Expired",
            },
        );
    }
    match dice.below(100) {
        0..=9 => world.plan_event(
            now.plus(dice.between(20 * DAY, 300 * DAY)),
            Event::TurnMembership {
                membership: id,
                status: "Canceled",
            },
        ),
        10..=16 => {
            let at = now.plus(dice.between(20 * DAY, 200 * DAY));
            world.plan_event(
                at,
                Event::TurnMembership {
                    membership: id,
                    status: "Suspended",
                },
            );
            world.plan_event(
                at.plus(25 * DAY),
                Event::TurnMembership {
                    membership: id,
                    status: "Active",
                },
            );
        }
        _ => {}
    }
}

/// The status of a membership changes, and the log says so. The billing flag stays (Q23).
pub(crate) fn turn(world: &mut World, membership: i64, status: &'static str) {
    let now = world.now;
    let on = now.date_in(&world.zone);
    let Some(old) = world.memberships.get(membership).map(|row| row.status) else {
        return;
    };
    let over = matches!(old, "Canceled" | "Expired");
    if over || old == status {
        return;
    }
    world.memberships.change(membership, now, |row| {
        row.status = status;
        if status == "Canceled" {
            row.cancelled = Some(on);
        }
    });
    world.status_changes.add(
        now,
        StatusChange {
            membership,
            old,
            new: status,
        },
    );
    if matches!(status, "Canceled" | "Expired")
        && let Some(customer) = world.memberships.get(membership).map(|row| row.customer)
    {
        world
            .customers
            .change(customer, now, |row| row.membership = None);
    }
}

/// Bills a membership that is still running.
pub(crate) fn bill(world: &mut World, membership: i64) {
    let now = world.now;
    let on = now.date_in(&world.zone);
    let Some(row) = world.memberships.get(membership) else {
        return;
    };
    if matches!(row.status, "Canceled" | "Expired") {
        return;
    }
    let (kind, customer, location, unit) =
        (row.kind, row.customer, row.location, row.business_unit);
    let days = if row.frequency == "Quarterly" { 91 } else { 30 };
    let price = if row.status == "Active" {
        let options = world
            .membership_types
            .get(kind)
            .map(|kind| kind.options.as_slice());
        let mut found = options.unwrap_or_default().iter();
        found
            .find(|option| option.frequency == row.frequency)
            .map(|option| option.billing)
    } else {
        None
    };
    if let Some(price) = price {
        let mut invoice = billing::blank(world, (customer, Some(location)), unit, on);
        invoice.membership = Some(membership);
        let id = world.invoices.add(now, invoice);
        let line = billing::membership_line(id, (0, None), price);
        billing::add_items(world, id, vec![line]);
        world.plan_event(now, Event::Pay { invoice: id });
    }
    world
        .memberships
        .change(membership, now, |row| row.next_bill = Some(later(on, days)));
    world.plan_event(now.plus(days * DAY), Event::BillMembership { membership });
}

/// A shift starts an hour later, and nothing says that it changed (Q10).
pub(crate) fn move_shift(world: &mut World, shift: i64) {
    world
        .shifts
        .change_silently(shift, |row| row.start = row.start.plus(3_600));
}

/// An hour in the shop.
pub(crate) fn shop_time(world: &mut World, technician: i64) {
    let now = world.now;
    let mut dice = world.dice(53, now.0 + technician);
    let code = 81 + dice.below(3) as i64;
    let ended = (!dice.chance(200)).then_some(now);
    world.non_job_timesheets.add(
        now,
        NonJobTimesheet {
            employee: technician,
            code,
            started: now.plus(-3_600),
            ended,
        },
    );
}
