//! Payments: what they pay, what they leave lying about, and those that turn out to be none.

use super::config::{DAY, PlantKind};
use super::life::Event;
use super::money::{Application, Invoice, Payment};
use super::world::World;
use crate::Cents;

/// Pays an invoice, and an older one of the same customer with it.
pub(crate) fn pay(world: &mut World, invoice: i64) {
    let mut dice = world.dice(33, invoice);
    let now = world.now;
    let on = now.date_in(&world.zone);
    let Some((customer, unit)) = world
        .invoices
        .get(invoice)
        .map(|row| (row.customer, row.business_unit))
    else {
        return;
    };
    let open: Vec<i64> = world.unpaid.get(&customer).cloned().unwrap_or_default();
    let older = open
        .iter()
        .copied()
        .find(|id| *id < invoice && dice.chance(5_000));
    let mut parts = Vec::new();
    for id in older.into_iter().chain([invoice]) {
        let balance = world.invoices.get(id).map_or(Cents::ZERO, Invoice::balance);
        let active = world.invoices.meta(id).is_some_and(|meta| meta.active);
        if active && balance > Cents::ZERO {
            let whole = id != invoice || !dice.chance(400);
            let amount = if whole {
                balance
            } else {
                balance.portion(5_000)
            };
            parts.push(Application {
                id: world.part_id(),
                invoice: id,
                amount,
                on,
            });
        }
    }
    if parts.is_empty() {
        return;
    }
    let over = if world.config.has(PlantKind::UnappliedPayments, now) {
        1_250
    } else {
        150
    };
    let rest = if dice.chance(over) {
        Cents(dice.between(500, 15_000))
    } else {
        Cents::ZERO
    };
    let total = parts.iter().map(|part| part.amount).sum::<Cents>() + rest;
    let (kind, kind_id) = [("Card", 4), ("Check", 2), ("Cash", 1)][dice.weighted(&[70, 20, 10])];
    let payment = Payment {
        date: on,
        total,
        kind,
        kind_id,
        customer,
        business_unit: unit,
        applications: parts.clone(),
        refunded: None,
        memo: None,
    };
    let id = world.payments.add(now, payment);
    for part in &parts {
        apply(world, part, part.amount);
    }
    if kind == "Check" && dice.chance(300) {
        world.plan_event(now.plus(4 * DAY), Event::Bounce { payment: id });
    }
}

/// Moves an invoice's balance and the customer's. The invoice does not say that it changed.
pub(crate) fn apply(world: &mut World, part: &Application, amount: Cents) {
    let now = world.now;
    let customer = world.invoices.change_silently(part.invoice, |row| {
        row.applied += amount;
        row.paid_on = (row.balance() == Cents::ZERO).then_some(part.on);
        (row.customer, row.balance())
    });
    let Some((customer, balance)) = customer else {
        return;
    };
    world
        .customers
        .change(customer, now, |row| row.balance = balance);
    let open = world.unpaid.entry(customer).or_default();
    open.retain(|id| *id != part.invoice);
    if balance > Cents::ZERO {
        open.push(part.invoice);
    }
}

/// A payment turns out to be none.
pub(crate) fn void_payment(world: &mut World, payment: i64) {
    let now = world.now;
    let parts = world
        .payments
        .get(payment)
        .map(|row| row.applications.clone());
    world.payments.set_active(payment, now, false);
    for part in parts.unwrap_or_default() {
        apply(world, &part, -part.amount);
    }
}
