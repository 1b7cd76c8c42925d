//! From finished work to money: invoices, their late changes, payments, estimates decided.

use jiff::civil::Date;

use super::config::DAY;
use super::life::Event;
use super::moment::later;
use super::money::{Invoice, InvoiceItem};
use super::payroll::{GrossPay, InstalledEquipment};
use super::plan::Origin;
use super::world::World;
use crate::dice::Dice;
use crate::{Cents, Decimal};

/// Money as the decimal that lines are printed in.
fn units(cents: Cents) -> Decimal {
    Decimal(cents.0 * 100)
}

/// A line to be written.
pub(crate) struct Line {
    pub(crate) kind: &'static str,
    pub(crate) sku: i64,
    pub(crate) name: String,
    pub(crate) quantity: Decimal,
    pub(crate) price: Cents,
    pub(crate) cost: Option<Cents>,
    pub(crate) chargeable: bool,
}

impl Line {
    pub(crate) fn one(kind: &'static str, sku: i64, name: impl Into<String>, price: Cents) -> Self {
        Self {
            kind,
            sku,
            name: name.into(),
            quantity: Decimal::ONE,
            price,
            cost: Some(Cents::ZERO),
            chargeable: true,
        }
    }
}

/// A quantity times money, with the four digits that the vendor shows.
fn extend(quantity: Decimal, unit: Cents) -> Decimal {
    Decimal(quantity.0 * unit.0 / 100)
}

pub(crate) fn item(invoice: i64, line: &Line) -> InvoiceItem {
    let zero = if line.chargeable {
        line.price
    } else {
        Cents::ZERO
    };
    InvoiceItem {
        invoice,
        kind: line.kind,
        sku: line.sku,
        name: line.name.clone(),
        quantity: line.quantity,
        price: units(zero),
        total: extend(line.quantity, zero),
        cost: line.cost.map(units),
        total_cost: line.cost.map(|cost| extend(line.quantity, cost)),
        taxable: matches!(line.kind, "Material" | "Equipment"),
        chargeable: line.chargeable,
        account: "Service income",
        account_type: "Income",
        membership_type: 0,
        sold_hours: None,
        business_unit: None,
        technician: None,
    }
}

/// An empty invoice of a customer.
pub(crate) fn blank(
    world: &World,
    (customer, location): (i64, Option<i64>),
    business_unit: i64,
    date: Date,
) -> Invoice {
    let member = world
        .customers
        .get(customer)
        .is_some_and(|row| row.kind == "Commercial");
    Invoice {
        job: None,
        membership: None,
        adjustment_to: None,
        customer,
        location,
        business_unit,
        date,
        date_clock: None,
        due: Some(if member { later(date, 30) } else { date }),
        paid_on: None,
        subtotal: Cents::ZERO,
        tax: Cents::ZERO,
        applied: Cents::ZERO,
        discount: Cents::ZERO,
        sync_status: "Pending",
        review_status: "NeedsReview",
        items: Vec::new(),
        summary: None,
    }
}

/// Works the invoice's sums out again and says that it changed.
pub(crate) fn recount(world: &mut World, invoice: i64) {
    let Some(items) = world.invoices.get(invoice).map(|row| row.items.clone()) else {
        return;
    };
    let (mut subtotal, mut taxable, mut discount) = (Cents::ZERO, Cents::ZERO, Cents::ZERO);
    for id in items {
        if let Some(item) = world.invoice_items.get(id)
            && world.invoice_items.meta(id).is_some_and(|meta| meta.active)
        {
            let cents = item.total_cents();
            subtotal += cents;
            taxable += if item.taxable { cents } else { Cents::ZERO };
            discount += if item.kind == "PriceModifier" {
                -cents
            } else {
                Cents::ZERO
            };
        }
    }
    let tax = taxable.portion(world.config.tax_basis_points);
    let now = world.now;
    let job = world.invoices.change(invoice, now, |row| {
        (row.subtotal, row.tax, row.discount) = (subtotal, tax, discount);
        row.job.filter(|_| row.adjustment_to.is_none())
    });
    if let Some(job) = job.flatten() {
        world
            .jobs
            .change(job, now, |row| row.total = Some(subtotal + tax));
    }
}

/// Adds lines to an invoice.
pub(crate) fn add_items(world: &mut World, invoice: i64, items: Vec<InvoiceItem>) {
    let now = world.now;
    for item in items {
        let id = world.invoice_items.add(now, item);
        world
            .invoices
            .change_silently(invoice, |row| row.items.push(id));
    }
    recount(world, invoice);
}

/// Bills a completed job.
pub(crate) fn invoice_job(world: &mut World, job: i64) {
    let now = world.now;
    let Some((row, on)) = world
        .jobs
        .get(job)
        .and_then(|row| Some((row, row.completed_on?)))
    else {
        return;
    };
    let mut dice = world.dice(30, job);
    let mut invoice = blank(
        world,
        (row.customer, Some(row.location)),
        row.business_unit,
        on.date_in(&world.zone),
    );
    let technician = world.crew_of(row).next();
    let (customer, location, business_unit, no_charge) =
        (row.customer, row.location, row.business_unit, row.no_charge);
    let origin = world
        .plans
        .get(&job)
        .map_or(Origin::Demand, |plan| plan.origin);
    let lines = lines(world, row.job_type, (no_charge, origin), &mut dice);
    invoice.job = Some(job);
    invoice.date_clock = dice
        .chance(500)
        .then_some(now)
        .filter(|at| at.date_in(&world.zone) == invoice.date);
    invoice.summary = dice
        .chance(1_000)
        .then(|| "<p>Work done &amp; tested</p>".to_owned());
    let id = world.invoices.add(now, invoice);
    let items = lines.iter().map(|line| {
        let mut made = item(id, line);
        made.technician = technician;
        dress(&mut made, business_unit, &mut dice);
        made
    });
    let items: Vec<InvoiceItem> = items.collect();
    add_items(world, id, items);
    world.jobs.change(job, now, |row| {
        row.invoice = Some(id);
        row.sold_by = technician;
    });
    install(world, id, (customer, location));
    if !no_charge && dice.chance(350) {
        super::company::sell_membership(world, (id, customer, location), technician);
    }
    bonus(world, (job, id), technician, &mut dice);
    world.plans.remove(&job);
    afterlife(world, id, &mut dice);
}

/// What an invoice sells as equipment hangs on the customer's wall from now on.
fn install(world: &mut World, invoice: i64, (customer, location): (i64, i64)) {
    let Some(row) = world.invoices.get(invoice) else {
        return;
    };
    let mut items = row.items.iter();
    let sold = items.find_map(|id| {
        let item = world.invoice_items.get(*id)?;
        let sku = world.equipment.get(item.sku)?;
        (item.kind == "Equipment").then_some((*id, item.sku, sku))
    });
    let Some((item, equipment, sku)) = sold else {
        return;
    };
    let made = InstalledEquipment {
        equipment,
        name: sku.name,
        location,
        customer,
        item: Some(item),
        installed: row.date,
        cost: sku.cost,
    };
    world.installed.add(world.now, made);
}

/// What the lines say beyond their money.
fn dress(item: &mut InvoiceItem, unit: i64, dice: &mut Dice) {
    match item.kind {
        "Service" => {
            item.sold_hours = Some(150);
            // Services have no cost, and half of the companies say nothing at all about it (Q44).
            if dice.chance(2_000) {
                (item.cost, item.total_cost) = (None, None);
            }
        }
        "Material" if dice.chance(120) => (item.cost, item.total_cost) = (None, None),
        "Unspecified" => {
            (item.account, item.account_type) = ("Customer deposits", "Current Liability")
        }
        _ => {}
    }
    if item.kind == "Material" && dice.chance(300) {
        item.business_unit = Some(if unit == 11 { 12 } else { 11 });
    }
}

fn lines(
    world: &World,
    job_type: i64,
    (no_charge, origin): (bool, Origin),
    dice: &mut Dice,
) -> Vec<Line> {
    let service = match job_type {
        22 => 404,
        25 => 405,
        23 | 26 => 406,
        _ => [401, 402, 403][dice.weighted(&[25, 50, 25])],
    };
    let mut lines = Vec::new();
    let mut charged = Cents::ZERO;
    if let Some(sku) = world.services.get(service) {
        let price = if no_charge { Cents::ZERO } else { sku.price };
        charged += price;
        lines.push(Line::one("Service", service, sku.name, price));
    }
    let materials = if origin == Origin::Demand {
        dice.below(4)
    } else {
        dice.below(2)
    };
    for _ in 0..materials {
        let id = 2_401 + dice.below(world.materials.len()) as i64;
        let quantity = Decimal::hundredths([50, 100, 100, 200, 150, 25][dice.below(6)]);
        if let Some(sku) = world.materials.get(id) {
            let price = if no_charge { Cents::ZERO } else { sku.price };
            let chargeable = !dice.chance(500);
            charged += if chargeable {
                quantity.times(price)
            } else {
                Cents::ZERO
            };
            lines.push(Line {
                quantity,
                cost: Some(sku.cost),
                chargeable,
                ..Line::one("Material", id, sku.name, price)
            });
        }
    }
    if matches!(job_type, 23 | 26) {
        let id = if job_type == 26 {
            4_402
        } else {
            [4_401, 4_403][dice.below(2)]
        };
        if let Some(sku) = world.equipment.get(id) {
            charged += sku.price;
            lines.push(Line {
                cost: Some(sku.cost),
                ..Line::one("Equipment", id, sku.name, sku.price)
            });
        }
    }
    if charged > Cents::ZERO && dice.chance(1_200) {
        let off = -charged.portion(dice.between(200, 1_200));
        lines.push(Line::one("PriceModifier", 0, "Discount", off));
    }
    if charged > Cents::ZERO && dice.chance(200) {
        lines.push(Line::one("Unspecified", 0, "Deposit", Cents(5_000)));
    }
    lines
}

/// A bonus for who sold it, and money that is no labour.
fn bonus(world: &mut World, (job, invoice): (i64, i64), technician: Option<i64>, dice: &mut Dice) {
    let Some(employee) =
        technician.filter(|id| world.technicians.get(*id).is_some_and(|row| row.on_payroll))
    else {
        return;
    };
    let Some((subtotal, date)) = world
        .invoices
        .get(invoice)
        .map(|row| (row.subtotal, row.date))
    else {
        return;
    };
    for (kind, amount, chance) in [
        ("InvoiceRelatedBonus", subtotal.portion(200), 600),
        ("Reimbursement", Cents(1_250), 100),
    ] {
        if dice.chance(chance) {
            world.gross_pay.add(
                world.now,
                GrossPay {
                    payroll: 1,
                    employee,
                    date,
                    amount,
                    adjustment: None,
                    kind,
                    hours: None,
                    span: None,
                    source: Some(invoice),
                    job: Some(job),
                    named: true,
                },
            );
        }
    }
}

/// Posting, late changes, credit notes, voids and payments of an invoice.
fn afterlife(world: &mut World, invoice: i64, dice: &mut Dice) {
    let now = world.now;
    world.plan_event(
        now.plus(dice.between(3_600, 3 * DAY)),
        Event::Post { invoice },
    );
    match dice.below(1_000) {
        0..=19 => world.plan_event(
            now.plus(dice.between(4 * DAY, 20 * DAY)),
            Event::Reopen { invoice },
        ),
        20..=44 => world.plan_event(
            now.plus(dice.between(4 * DAY, 20 * DAY)),
            Event::Credit { invoice },
        ),
        _ => {}
    }
    if let Some(row) = world.invoices.get(invoice) {
        let customer = row.customer;
        world.unpaid.entry(customer).or_default().push(invoice);
    }
    match dice.weighted(&[68, 25, 7]) {
        0 => world.plan_event(now.plus(dice.between(60, 7_200)), Event::Pay { invoice }),
        1 => world.plan_event(
            now.plus(dice.between(5 * DAY, 45 * DAY)),
            Event::Pay { invoice },
        ),
        _ => {}
    }
}

/// Reviews and posts an invoice; one in a hundred is void instead.
pub(crate) fn post(world: &mut World, invoice: i64) {
    let now = world.now;
    let mut dice = world.dice(31, invoice);
    let unpaid = world
        .invoices
        .get(invoice)
        .is_some_and(|row| row.applied == Cents::ZERO);
    if unpaid && dice.chance(150) {
        void(world, invoice);
        return;
    }
    world.invoices.change(invoice, now, |row| {
        (row.sync_status, row.review_status) = ("Posted", "Reviewed");
    });
}

/// Voids an invoice and its lines.
pub(crate) fn void(world: &mut World, invoice: i64) {
    let now = world.now;
    let Some((customer, items)) = world
        .invoices
        .get(invoice)
        .map(|row| (row.customer, row.items.clone()))
    else {
        return;
    };
    world.invoices.set_active(invoice, now, false);
    for item in items {
        world.invoice_items.set_active(item, now, false);
    }
    if let Some(open) = world.unpaid.get_mut(&customer) {
        open.retain(|id| *id != invoice);
    }
}

/// Opens a posted invoice again: a line changes or goes, revenue moves (Q22).
pub(crate) fn reopen(world: &mut World, invoice: i64) {
    let now = world.now;
    let mut dice = world.dice(32, invoice);
    let Some(last) = world
        .invoices
        .get(invoice)
        .and_then(|row| row.items.last().copied())
    else {
        return;
    };
    if world.invoices.meta(invoice).is_none_or(|meta| !meta.active) {
        return;
    }
    if dice.chance(3_000) {
        world.invoice_items.set_active(last, now, false);
    } else {
        let cut = dice.between(-2_000, 2_000);
        world.invoice_items.change(last, now, |row| {
            row.price += Decimal(cut * 100);
            row.total = Decimal(row.total.0 + cut * row.quantity.0 / 100);
        });
    }
    recount(world, invoice);
}

/// A credit note of 50.00 or less.
pub(crate) fn credit(world: &mut World, invoice: i64) {
    let Some(row) = world.invoices.get(invoice) else {
        return;
    };
    if row.subtotal <= Cents::ZERO || world.invoices.meta(invoice).is_none_or(|meta| !meta.active) {
        return;
    }
    let amount = row.subtotal.min(Cents(5_000));
    let mut note = blank(
        world,
        (row.customer, row.location),
        row.business_unit,
        world.now.date_in(&world.zone),
    );
    (note.job, note.adjustment_to) = (row.job, Some(invoice));
    (note.sync_status, note.review_status) = ("Posted", "Reviewed");
    let unit = row.business_unit;
    let id = world.invoices.add(world.now, note);
    let mut line = item(id, &Line::one("Service", 402, "Goodwill", -amount));
    line.business_unit = Some(unit);
    add_items(world, id, vec![line]);
}

/// Something sold over the counter.
pub(crate) fn counter_sale(world: &mut World) {
    let now = world.now;
    let mut dice = world.dice(34, now.0);
    let customer = 70_001 + dice.below(world.customers.len().max(1)) as i64;
    let invoice = blank(world, (customer, None), 12, now.date_in(&world.zone));
    let id = world.invoices.add(now, invoice);
    let sku = 2_401 + dice.below(world.materials.len()) as i64;
    let Some((name, price, cost)) = world
        .materials
        .get(sku)
        .map(|row| (row.name, row.price, row.cost))
    else {
        return;
    };
    let line = Line {
        cost: Some(cost),
        ..Line::one("Material", sku, name, price)
    };
    add_items(world, id, vec![item(id, &line)]);
    world.plan_event(now, Event::Pay { invoice: id });
}

/// A line that bills or sells a membership.
pub(crate) fn membership_line(
    invoice: i64,
    (kind, technician): (i64, Option<i64>),
    price: Cents,
) -> InvoiceItem {
    let mut line = item(invoice, &Line::one("Service", 0, "Membership", price));
    line.membership_type = kind;
    line.technician = technician;
    line
}

/// The customer says yes or no to an estimate.
pub(crate) fn decide(world: &mut World, estimate: i64) {
    let now = world.now;
    let mut dice = world.dice(35, estimate);
    let sold = dice.chance(4_500);
    let job = world.estimates.get(estimate).and_then(|row| row.job);
    let by = job
        .and_then(|id| world.jobs.get(id))
        .and_then(|row| world.crew_of(row).next());
    world.estimates.change(estimate, now, |row| {
        row.status = if sold { "Sold" } else { "Dismissed" };
        (row.sold_on, row.sold_by) = if sold { (Some(now), by) } else { (None, None) };
    });
}
