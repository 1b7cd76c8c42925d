//! The simulator's own books: what a warehouse that read everything correctly must show, worked
//! out from the world's entities line by line, without the code that prints the API's sums.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::entity::{Job, JobState, Order, Shop, Status, Sublet, Tax};
use super::world::World;
use crate::{Cents, Decimal, Stamp};

/// The books of all shops at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// The simulated instant of the figures.
    pub as_of: Stamp,
    /// One per shop, in the world's order.
    pub shops: Vec<ShopLedger>,
}

/// One shop's books.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ShopLedger {
    /// The vendor's shop number.
    pub shop_id: i64,
    /// Name.
    pub name: String,
    /// IANA time zone.
    pub timezone: String,
    /// Closed orders (posted or on account) by shop-local posted day, `YYYY-MM-DD`.
    pub posted_days: BTreeMap<String, PostedDay>,
    /// Accepted work by shop-local day of acceptance, `YYYY-MM-DD`.
    pub sold_days: BTreeMap<String, SoldDay>,
    /// Orders not deleted.
    pub orders_live: BTreeSet<i64>,
    /// Deleted orders.
    pub orders_deleted: BTreeSet<i64>,
    /// Customers not deleted.
    pub customers_live: BTreeSet<i64>,
    /// Deleted customers.
    pub customers_deleted: BTreeSet<i64>,
    /// Vehicles not deleted.
    pub vehicles_live: BTreeSet<i64>,
    /// Deleted vehicles.
    pub vehicles_deleted: BTreeSet<i64>,
    /// Employees that the API lists today.
    pub employees: BTreeSet<i64>,
    /// Rows of live orders, by kind.
    pub counts: LineCounts,
}

/// How many rows the shop's live orders hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LineCounts {
    /// Jobs in any state.
    pub jobs: u64,
    /// Labour lines.
    pub labor: u64,
    /// Part lines.
    pub parts: u64,
    /// Sublets.
    pub sublets: u64,
    /// Fees, of jobs and orders.
    pub fees: u64,
    /// Discounts, of jobs and orders.
    pub discounts: u64,
}

/// A posted day: authorized work of orders closed on it (reference/tekmetric.md D.4, D.7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PostedDay {
    /// Closed orders.
    pub ro_count: u64,
    /// Σ(totalSales − taxes).
    pub net_sales_cents: Cents,
    /// Σ totalSales.
    pub total_sales_cents: Cents,
    /// Σ taxes.
    pub taxes_cents: Cents,
    /// Labour before discounts.
    pub labor_sales_cents: Cents,
    /// Parts before discounts.
    pub parts_sales_cents: Cents,
    /// Sublets.
    pub sublet_sales_cents: Cents,
    /// Fees of authorized jobs and of the orders.
    pub fees_cents: Cents,
    /// Discounts of authorized jobs and of the orders; negative is a surcharge.
    pub discounts_cents: Cents,
    /// What the authorized parts cost.
    pub parts_cost_cents: Cents,
    /// What the counted sublets cost.
    pub sublet_cost_cents: Cents,
    /// Billed hours of authorized jobs.
    pub labor_hours: Decimal,
}

/// A sold day: work accepted on it, whatever became of the order (D.6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SoldDay {
    /// Accepted jobs.
    pub job_count: u64,
    /// Distinct orders with an accepted job.
    pub ro_count: u64,
    /// Parts, labour and sublets; no fees, discounts, tax.
    pub revenue_cents: Cents,
    /// Parts thereof.
    pub parts_revenue_cents: Cents,
    /// Labour thereof.
    pub labor_revenue_cents: Cents,
    /// Sublets thereof.
    pub sublet_revenue_cents: Cents,
    /// Σ job subtotal: with job fees, after job discounts.
    pub sold_net_cents: Cents,
    /// Billed hours.
    pub labor_hours: Decimal,
}

impl Ledger {
    /// The books of a world as it stands. Costs a pass over everything.
    #[must_use]
    pub fn of(world: &World) -> Self {
        let mut shops: Vec<ShopLedger> =
            world.shops.iter().map(|shop| people(world, shop)).collect();
        for index in 0..world.slots.len() {
            let order = world.order(index);
            let at = world.shops.iter().position(|shop| shop.id == order.shop_id);
            if let Some(at) = at {
                shops[at].enter(&world.shops[at], &order);
            }
        }
        Self {
            as_of: world.now,
            shops,
        }
    }

    /// The books of a shop.
    #[must_use]
    pub fn shop(&self, shop_id: i64) -> Option<&ShopLedger> {
        self.shops.iter().find(|shop| shop.shop_id == shop_id)
    }
}

fn people(world: &World, shop: &Shop) -> ShopLedger {
    let mut books = ShopLedger {
        shop_id: shop.id,
        name: shop.name.to_string(),
        timezone: shop.zone_name.to_string(),
        ..ShopLedger::default()
    };
    for customer in world
        .customers
        .iter()
        .filter(|customer| customer.shop_id == shop.id)
    {
        let ids = if customer.deleted_at.is_some() {
            &mut books.customers_deleted
        } else {
            &mut books.customers_live
        };
        ids.insert(customer.id);
    }
    for vehicle in world
        .vehicles
        .iter()
        .filter(|vehicle| vehicle.shop_id == shop.id)
    {
        let ids = if vehicle.deleted_at.is_some() {
            &mut books.vehicles_deleted
        } else {
            &mut books.vehicles_live
        };
        ids.insert(vehicle.id);
    }
    let staff = world
        .employees
        .iter()
        .filter(|person| person.shop_id == shop.id);
    books.employees = staff
        .filter(|person| person.is_listed(world.now))
        .map(|person| person.id)
        .collect();
    books
}

impl ShopLedger {
    fn enter(&mut self, shop: &Shop, order: &Order) {
        if order.is_deleted() {
            self.orders_deleted.insert(order.id);
            return;
        }
        self.orders_live.insert(order.id);
        self.count(order);
        self.enter_sold(shop, order);
        if let (true, Some(posted_at)) = (order.status.is_closed(), order.posted_at) {
            let day = posted_at.date_in(&shop.zone).to_string();
            self.posted_days.entry(day).or_default().enter(order);
        }
    }

    fn count(&mut self, order: &Order) {
        let counts = &mut self.counts;
        counts.sublets += order.sublets.len() as u64;
        counts.fees += order.fees.len() as u64;
        counts.discounts += order.discounts.len() as u64;
        for job in &order.jobs {
            counts.jobs += 1;
            counts.labor += job.labor.len() as u64;
            counts.parts += job.parts.len() as u64;
            counts.fees += job.fees.len() as u64;
            counts.discounts += job.discounts.len() as u64;
        }
    }

    fn enter_sold(&mut self, shop: &Shop, order: &Order) {
        let mut days_of_order = BTreeSet::new();
        for job in order.jobs.iter().filter(|job| is_authorized(job)) {
            // Without a date the job counts on the day it was written (contract.md 24).
            let sold_at = job.decision.decided_at.or(job.created_at);
            let Some(sold_at) = sold_at else { continue };
            let day = sold_at.date_in(&shop.zone).to_string();
            self.sold_days.entry(day.clone()).or_default().enter(job);
            days_of_order.insert(day);
        }
        for day in days_of_order {
            self.sold_days.entry(day).or_default().ro_count += 1;
        }
        for sublet in order
            .sublets
            .iter()
            .filter(|sublet| sublet.decision.authorized == Some(true))
        {
            let Some(sold_at) = sublet.decision.decided_at else {
                continue;
            };
            let day = self
                .sold_days
                .entry(sold_at.date_in(&shop.zone).to_string())
                .or_default();
            day.sublet_revenue_cents += sublet.price;
            day.revenue_cents += sublet.price;
        }
    }
}

fn is_authorized(job: &Job) -> bool {
    job.decision.state() == JobState::Authorized
}

/// D.4: accepted, or without any decision on an order that is done.
fn sublet_counts(order: &Order, sublet: &Sublet) -> bool {
    let done = matches!(
        order.status,
        Status::Complete | Status::Posted | Status::AccountsReceivable
    );
    sublet.decision.authorized == Some(true) || (done && sublet.decision.authorized.is_none())
}

impl PostedDay {
    fn enter(&mut self, order: &Order) {
        let mut own = Self {
            ro_count: 1,
            ..Self::default()
        };
        for job in order.jobs.iter().filter(|job| is_authorized(job)) {
            for line in &job.labor {
                own.labor_sales_cents += line.retail();
                own.labor_hours += line.hours;
            }
            for line in &job.parts {
                own.parts_sales_cents += line.retail_extended();
                own.parts_cost_cents += line.cost_extended();
            }
            own.fees_cents += job.fees.iter().map(|fee| fee.total).sum();
            own.discounts_cents += job.discounts.iter().map(|discount| discount.total).sum();
        }
        for sublet in order
            .sublets
            .iter()
            .filter(|sublet| sublet_counts(order, sublet))
        {
            own.sublet_sales_cents += sublet.price;
            own.sublet_cost_cents += sublet.cost;
        }
        own.fees_cents += order.fees.iter().map(|fee| fee.total).sum();
        own.discounts_cents += order.discounts.iter().map(|discount| discount.total).sum();
        own.taxes_cents = match order.tax {
            Tax::Rate(basis_points) => own.parts_sales_cents.portion(basis_points),
            Tax::Fixed(cents) => cents,
        };
        own.net_sales_cents =
            own.labor_sales_cents + own.parts_sales_cents + own.sublet_sales_cents + own.fees_cents
                - own.discounts_cents;
        own.total_sales_cents = own.net_sales_cents + own.taxes_cents;
        self.add(&own);
    }

    fn add(&mut self, other: &Self) {
        self.ro_count += other.ro_count;
        self.net_sales_cents += other.net_sales_cents;
        self.total_sales_cents += other.total_sales_cents;
        self.taxes_cents += other.taxes_cents;
        self.labor_sales_cents += other.labor_sales_cents;
        self.parts_sales_cents += other.parts_sales_cents;
        self.sublet_sales_cents += other.sublet_sales_cents;
        self.fees_cents += other.fees_cents;
        self.discounts_cents += other.discounts_cents;
        self.parts_cost_cents += other.parts_cost_cents;
        self.sublet_cost_cents += other.sublet_cost_cents;
        self.labor_hours += other.labor_hours;
    }
}

impl SoldDay {
    fn enter(&mut self, job: &Job) {
        let parts: Cents = job
            .parts
            .iter()
            .map(super::entity::Part::retail_extended)
            .sum();
        let labor: Cents = job.labor.iter().map(super::entity::Labor::retail).sum();
        let fees: Cents = job.fees.iter().map(|fee| fee.total).sum();
        let discounts: Cents = job.discounts.iter().map(|discount| discount.total).sum();
        self.job_count += 1;
        self.parts_revenue_cents += parts;
        self.labor_revenue_cents += labor;
        self.revenue_cents += parts + labor;
        self.sold_net_cents += parts + labor + fees - discounts;
        self.labor_hours += job.labor.iter().map(|line| line.hours).sum();
    }
}
