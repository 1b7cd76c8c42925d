//! Pricing one order: states, shop days, line totals, job sums. Pure; the same input gives the same output.

use crate::authorization::Authorization;
use crate::day::{ShopDay, ShopZone};
use crate::decimal::Hours;
use crate::figures::{self, Digest};
use crate::id::{EmployeeId, JobId};
use crate::line::{self, LaborTotals, PartTotals};
use crate::money::Cents;
use crate::rate::{RateBook, RateUsed};
use crate::record::{Job, RepairOrder};
use jiff::Timestamp;
use std::collections::HashMap;

/// Version of the rules in this module and in `db/models/snapshot`; part of every fingerprint.
pub const CALC_VERSION: i32 = 1;

/// Rates to keep instead of looking them up again: a posted snapshot keeps its average until one of its own
/// inputs changes (contract 10).
pub type KeptRates = HashMap<(JobId, String), RateUsed>;

/// What pricing needs to know of the shop.
#[derive(Clone, Debug)]
pub struct CostContext<'a> {
    /// The shop's zone.
    pub zone: &'a ShopZone,
    /// The shop's pay rates.
    pub rates: &'a RateBook,
    /// Today in the shop: the reference date of work neither posted nor sold.
    pub today: ShopDay,
}

/// A priced order. The vectors run parallel to those of the [`RepairOrder`].
#[derive(Clone, Debug)]
pub struct CostedOrder {
    /// Shop day of posting.
    pub posted_on: Option<ShopDay>,
    /// Shop day of completion.
    pub completed_on: Option<ShopDay>,
    /// Jobs.
    pub jobs: Vec<CostedJob>,
    /// Sublets.
    pub sublets: Vec<CostedSublet>,
    /// Fingerprint of line figures, states, dates and advisor.
    pub figures_hash: Digest,
    /// The same with the cost rates used: a snapshot is revised when this changes.
    pub input_hash: Digest,
}

/// A priced job.
#[derive(Clone, Debug)]
pub struct CostedJob {
    /// The customer's decision.
    pub authorization: Authorization,
    /// Shop day of the sale, for authorized jobs.
    pub sold_on: Option<ShopDay>,
    /// The sale has no date of its own and took the job's creation day.
    pub sold_estimated: bool,
    /// Part lines.
    pub parts: Vec<PartTotals>,
    /// Labour lines.
    pub labor: Vec<LaborTotals>,
    /// Sums of the lines.
    pub sums: JobSums,
}

/// A priced sublet.
#[derive(Clone, Copy, Debug)]
pub struct CostedSublet {
    /// The customer's decision.
    pub authorization: Authorization,
    /// Shop day of the sale; an unanswered sublet has none.
    pub sold_on: Option<ShopDay>,
    /// Revenue.
    pub revenue: Cents,
    /// Cost.
    pub cost: Cents,
}

/// Sums of a job's lines. Additive: every figure above is a sum of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobSums {
    /// Σ extended retail of parts.
    pub parts_total: Cents,
    /// Σ extended cost of parts.
    pub parts_cost: Cents,
    /// Σ extended retail of labour.
    pub labor_total: Cents,
    /// Σ extended cost of labour.
    pub labor_cost: Cents,
    /// Σ billed hours.
    pub labor_hours: Hours,
    /// Σ fees.
    pub fees_total: Cents,
    /// Σ discounts.
    pub discount_total: Cents,
    /// Labour lines by source of their rate: assigned, shop average, default.
    pub labor_lines: [i32; 3],
    /// Part lines.
    pub part_line_count: i32,
    /// Part lines without a cost.
    pub missing_cost_count: i32,
}

impl JobSums {
    /// Parts + labour + fees − discounts.
    #[must_use]
    pub fn revenue(&self) -> Cents {
        self.parts_total + self.labor_total + self.fees_total - self.discount_total
    }

    /// Parts cost + labour cost; fees cost nothing.
    #[must_use]
    pub fn cost(&self) -> Cents {
        self.parts_cost + self.labor_cost
    }

    /// Revenue less cost.
    #[must_use]
    pub fn profit(&self) -> Cents {
        self.revenue() - self.cost()
    }

    /// Replaces the labour costs after a change of rates.
    pub fn set_labor(&mut self, labor: &[LaborTotals]) {
        self.labor_cost = labor.iter().map(|l| l.cost).sum();
        self.labor_lines = [0; 3];
        for line in labor {
            self.labor_lines[line.rate.source.counted_as()] += 1;
        }
    }
}

/// Prices an order.
#[must_use]
pub fn cost_order(order: &RepairOrder, context: &CostContext<'_>, kept: &KeptRates) -> CostedOrder {
    let day_of = |at: Option<Timestamp>| at.map(|at| context.zone.day_of(at));
    let posted_on = day_of(order.posted_at);
    let jobs: Vec<CostedJob> = order
        .jobs
        .iter()
        .map(|job| {
            let authorization = Authorization::of_job(job.authorized, job.authorized_at.is_some());
            let (sold_on, sold_estimated) = sold_day(order, job, authorization, context.zone);
            let reference = reference_day(order, posted_on, sold_on, context.today);
            let labor = job
                .labor
                .iter()
                .map(|l| {
                    let rate = kept
                        .get(&(job.id, l.line_key.clone()))
                        .copied()
                        .unwrap_or_else(|| context.rates.resolve(l.technician_id, reference));
                    line::labor(l, rate)
                })
                .collect();
            cost_job(job, authorization, (sold_on, sold_estimated), labor)
        })
        .collect();
    let sublets = cost_sublets(order, context.zone);
    let mut costed = CostedOrder {
        posted_on,
        completed_on: day_of(order.completed_at),
        jobs,
        sublets,
        figures_hash: Digest::default(),
        input_hash: Digest::default(),
    };
    costed.figures_hash = figures::figures_hash(order, &costed);
    costed.input_hash = figures::input_hash(order, &costed);
    costed
}

/// The day whose pay rate prices a labour line: posted, else sold, else today.
#[must_use]
pub fn reference_day(
    order: &RepairOrder,
    posted_on: Option<ShopDay>,
    sold_on: Option<ShopDay>,
    today: ShopDay,
) -> ShopDay {
    let posted = posted_on.filter(|_| order.status.is_posted());
    posted.or(sold_on).unwrap_or(today)
}

/// The shop day an authorized job was sold on; without a date of its own it is the job's creation day (contract 24).
fn sold_day(
    order: &RepairOrder,
    job: &Job,
    authorization: Authorization,
    zone: &ShopZone,
) -> (Option<ShopDay>, bool) {
    match (authorization, job.authorized_at) {
        (Authorization::Authorized, Some(at)) => (Some(zone.day_of(at)), false),
        (Authorization::Authorized, None) => {
            let created = job.created_at.or(order.created_at);
            (created.map(|at| zone.day_of(at)), true)
        }
        (Authorization::Declined | Authorization::Pending, _) => (None, false),
    }
}

fn cost_job(
    job: &Job,
    authorization: Authorization,
    (sold_on, sold_estimated): (Option<ShopDay>, bool),
    labor: Vec<LaborTotals>,
) -> CostedJob {
    let parts: Vec<PartTotals> = job.parts.iter().map(line::part).collect();
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let mut sums = JobSums {
        parts_total: parts.iter().map(|p| p.retail).sum(),
        parts_cost: parts.iter().map(|p| p.cost).sum(),
        labor_total: labor.iter().map(|l| l.retail).sum(),
        labor_hours: job.labor.iter().map(|l| l.hours).sum(),
        fees_total: job.fees.iter().map(|f| f.total).sum(),
        discount_total: job.discounts.iter().map(|d| d.total).sum(),
        part_line_count: count(parts.len()),
        missing_cost_count: count(parts.iter().filter(|p| p.missing_cost).count()),
        ..JobSums::default()
    };
    sums.set_labor(&labor);
    CostedJob {
        authorization,
        sold_on,
        sold_estimated,
        parts,
        labor,
        sums,
    }
}

fn cost_sublets(order: &RepairOrder, zone: &ShopZone) -> Vec<CostedSublet> {
    let one = |sublet: &crate::record::Sublet| {
        let dated = sublet.authorized_at.is_some();
        let authorization = Authorization::of_sublet(sublet.authorized, dated, order.status);
        let (revenue, cost) = line::sublet(sublet);
        // Counted by default, not by decision: nobody sold it on any day (contract 12).
        let decided = sublet.authorized == Some(true);
        let sold_on = sublet
            .authorized_at
            .filter(|_| decided)
            .map(|at| zone.day_of(at));
        CostedSublet {
            authorization,
            sold_on,
            revenue,
            cost,
        }
    };
    order.sublets.iter().map(one).collect()
}

/// The technicians an order's labour lines name.
pub fn technicians(order: &RepairOrder) -> impl Iterator<Item = EmployeeId> + '_ {
    order
        .jobs
        .iter()
        .flat_map(|job| job.labor.iter().filter_map(|l| l.technician_id))
}
