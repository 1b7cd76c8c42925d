//! The simulator's own books: what a warehouse that read everything correctly must show, worked out from the world's
//! records line by line by the formulas of reference/servicetitan.md C11, without the code that prints the API's sums.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::jpm::JobStatus;
use super::ledger_flow::{FixedJob, FlowDay, MembershipBooks, OpenInvoice};
use super::ledger_time::{OnTimeDay, TechnicianDay};
use super::spans::Spans;
use super::world::World;
use crate::{Cents, Decimal, Stamp};

/// One tenant's books at one instant. Days are the tenant's own, `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// The simulated instant of the figures.
    pub as_of: Stamp,
    /// The tenant.
    pub tenant_id: i64,
    /// IANA time zone of the days.
    pub timezone: String,
    /// M10 and M8: every job that has recognised revenue, by job id.
    pub jobs: BTreeMap<i64, JobBooks>,
    /// The jobs of `jobs` by day of completion.
    pub days: BTreeMap<String, DayBooks>,
    /// M8: revenue by day of completion and technician, after splits, cents.
    pub technician_revenue: BTreeMap<String, BTreeMap<i64, Cents>>,
    /// M2: revenue by day and business unit.
    pub unit_days: BTreeMap<String, BTreeMap<i64, RevenueDay>>,
    /// M2: active income lines that no day has recognised yet, and their cents.
    pub unrecognised: (u64, Cents),
    /// M1: hours by day and technician.
    pub technician_days: BTreeMap<String, BTreeMap<i64, TechnicianDay>>,
    /// M3: jobs booked, completed, cancelled, by day and business unit.
    pub flow_days: BTreeMap<String, BTreeMap<i64, FlowDay>>,
    /// M4: arrivals by day of the promised window.
    pub on_time_days: BTreeMap<String, OnTimeDay>,
    /// M5: every completed job that is neither recall nor warranty, by job id, as of now.
    pub fixes: BTreeMap<i64, FixedJob>,
    /// M6: memberships counted at the start of the present day, by id.
    pub memberships: BTreeMap<i64, MembershipBooks>,
    /// M9: invoices that are open on the present day, by id.
    pub receivables: BTreeMap<i64, OpenInvoice>,
    /// M8: opportunities and how many of them were converted, over all completed jobs.
    pub conversion: (u64, u64),
    /// Estimates by status: how many, and what they offer.
    pub estimates: BTreeMap<&'static str, (u64, Cents)>,
    /// Inbound calls by what became of them; those that nobody sorted under `Unsorted`.
    pub calls: BTreeMap<&'static str, u64>,
    /// Ids of completed, active jobs without any invoice.
    pub never_invoiced: BTreeSet<i64>,
    /// Money of active payments that pays nothing, by payment id.
    pub unapplied: BTreeMap<i64, Cents>,
    /// Rows by entity: active ones, inactive ones.
    pub rows: BTreeMap<&'static str, (u64, u64)>,
}

/// Where a job's labour cost comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LabourBasis {
    /// Gross pay.
    Payroll,
    /// Hours times rates.
    Clock,
    /// Nobody knows.
    #[default]
    None,
}

/// One job's gross profit (M10) and its shares (M8).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JobBooks {
    /// The day of completion.
    pub recognised_on: String,
    /// The job's business unit.
    pub business_unit_id: i64,
    /// Income lines before tax.
    pub revenue_cents: Cents,
    /// What the lines cost.
    pub parts_cents: Cents,
    /// What the hours cost.
    pub labour_cents: Cents,
    /// By which means.
    pub labour_basis: LabourBasis,
    /// The labour cost by technician; together `labour_cents`.
    pub labour_by_technician: BTreeMap<i64, Cents>,
    /// Dispatched to done by technician, without overlaps, in seconds; whatever the basis.
    pub clock_seconds: BTreeMap<i64, i64>,
    /// Hours that the lines sold.
    pub sold_hours: Decimal,
    /// Revenue less parts less labour.
    pub gross_profit_cents: Cents,
    /// No part without cost, and labour known.
    pub complete: bool,
    /// Revenue by technician; empty when nobody has a split.
    pub shares: BTreeMap<i64, Cents>,
}

/// The jobs of a day of completion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DayBooks {
    /// Jobs with revenue.
    pub jobs: u64,
    /// Σ revenue.
    pub revenue_cents: Cents,
    /// Σ parts.
    pub parts_cents: Cents,
    /// Σ labour.
    pub labour_cents: Cents,
    /// Σ gross profit.
    pub gross_profit_cents: Cents,
    /// Jobs whose figures are complete.
    pub complete_jobs: u64,
}

/// A business unit's revenue of a day (M2), by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RevenueDay {
    /// Jobs.
    pub job_cents: Cents,
    /// Credit notes and other corrections.
    pub adjustment_cents: Cents,
    /// Membership bills.
    pub membership_cents: Cents,
    /// Over the counter.
    pub other_cents: Cents,
}

impl RevenueDay {
    /// All kinds together.
    #[must_use]
    pub fn revenue_cents(&self) -> Cents {
        self.job_cents + self.adjustment_cents + self.membership_cents + self.other_cents
    }
}

/// Four digits to whole cents, half away from zero.
fn cents(amount: Decimal) -> Cents {
    Cents(round(i128::from(amount.0), 100))
}

/// A quotient to the next whole number, half away from zero; `by` is positive.
pub(crate) fn round(value: i128, by: i128) -> i64 {
    let half = if value < 0 { -by } else { by };
    i64::try_from((2 * value + half) / (2 * by)).unwrap_or(i64::MAX)
}

/// What a job's labour came to.
#[derive(Debug, Default)]
struct Labour {
    /// Gross pay by technician.
    paid: BTreeMap<i64, Cents>,
    /// Hours times rates by technician, where the rate is known.
    clock: BTreeMap<i64, Cents>,
    /// By technician, known rate or not.
    seconds: BTreeMap<i64, i64>,
}

impl Labour {
    fn known(&self) -> bool {
        let costed = !self.seconds.is_empty() && self.clock.len() == self.seconds.len();
        !self.paid.is_empty() || costed
    }

    fn basis(&self) -> (&BTreeMap<i64, Cents>, LabourBasis) {
        match (self.paid.is_empty(), self.clock.is_empty()) {
            (false, _) => (&self.paid, LabourBasis::Payroll),
            (true, false) => (&self.clock, LabourBasis::Clock),
            (true, true) => (&self.clock, LabourBasis::None),
        }
    }
}

impl Ledger {
    /// The books of a world as it stands. Costs a pass over everything.
    #[must_use]
    pub fn of(world: &World) -> Self {
        let today = world.now.date_in(&world.zone);
        let mut ledger = Self {
            as_of: world.now,
            tenant_id: world.config.tenant_id,
            timezone: world.config.timezone.clone(),
            jobs: BTreeMap::new(),
            days: BTreeMap::new(),
            technician_revenue: BTreeMap::new(),
            unit_days: BTreeMap::new(),
            unrecognised: (0, Cents::ZERO),
            technician_days: super::ledger_time::technician_days(world),
            flow_days: super::ledger_flow::flow_days(world),
            on_time_days: super::ledger_time::on_time_days(world),
            fixes: super::ledger_flow::fixes(world),
            memberships: super::ledger_flow::memberships_at(world, today),
            receivables: super::ledger_flow::receivables(world, today),
            conversion: super::ledger_flow::conversion(world),
            estimates: estimates(world),
            calls: calls(world),
            never_invoiced: never_invoiced(world),
            unapplied: unapplied(world),
            rows: rows(world),
        };
        ledger.book_revenue(world);
        ledger.book_costs(world);
        ledger.share(world);
        ledger
    }

    fn book_revenue(&mut self, world: &World) {
        for (meta, item) in world.invoice_items.iter() {
            let Some(invoice) = world.invoices.get(item.invoice) else {
                continue;
            };
            let live = world
                .invoices
                .meta(item.invoice)
                .is_some_and(|meta| meta.active);
            if !meta.active || !live || item.account_type != "Income" {
                continue;
            }
            let job = invoice.job.and_then(|id| Some((id, world.jobs.get(id)?)));
            let amount = cents(item.total);
            let of_job = invoice.adjustment_to.is_none() && invoice.job.is_some();
            let day = if of_job {
                job.and_then(|(_, job)| completed_day(world, job))
            } else {
                Some(invoice.date)
            };
            let Some(day) = day else {
                self.unrecognised.0 += 1;
                self.unrecognised.1 += amount;
                continue;
            };
            let unit = item.business_unit.unwrap_or(invoice.business_unit);
            let row = self
                .unit_days
                .entry(day.to_string())
                .or_default()
                .entry(unit)
                .or_default();
            match (invoice.adjustment_to, invoice.job, invoice.membership) {
                (Some(_), _, _) => row.adjustment_cents += amount,
                (None, Some(id), _) => {
                    row.job_cents += amount;
                    let books = self.jobs.entry(id).or_default();
                    books.revenue_cents += amount;
                    books.sold_hours += Decimal::hundredths(item.sold_hours.unwrap_or(0));
                    books.recognised_on = day.to_string();
                    books.business_unit_id = job.map_or(0, |(_, job)| job.business_unit);
                }
                (None, None, Some(_)) => row.membership_cents += amount,
                (None, None, None) => row.other_cents += amount,
            }
        }
    }

    fn book_costs(&mut self, world: &World) {
        let parts = parts(world);
        let labour = labour(world);
        for (id, books) in &mut self.jobs {
            let (cost, unknown) = parts.get(id).copied().unwrap_or_default();
            let none = Labour::default();
            let labour = labour.get(id).unwrap_or(&none);
            books.parts_cents = cost;
            let (by_technician, basis) = labour.basis();
            books.labour_cents = by_technician.values().copied().sum();
            books.labour_by_technician.clone_from(by_technician);
            books.labour_basis = basis;
            books.clock_seconds.clone_from(&labour.seconds);
            books.gross_profit_cents = books.revenue_cents - books.parts_cents - books.labour_cents;
            books.complete = unknown == 0 && labour.known();
            let day = self.days.entry(books.recognised_on.clone()).or_default();
            day.jobs += 1;
            day.revenue_cents += books.revenue_cents;
            day.parts_cents += books.parts_cents;
            day.labour_cents += books.labour_cents;
            day.gross_profit_cents += books.gross_profit_cents;
            day.complete_jobs += u64::from(books.complete);
        }
    }

    /// Shares by splits above zero, cents conserved by rounding the running sum.
    fn share(&mut self, world: &World) {
        let mut splits: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
        for (meta, split) in world.splits.iter() {
            if meta.active && split.percent.0 > 0 {
                splits
                    .entry(split.job)
                    .or_default()
                    .push((-split.percent.0, split.technician));
            }
        }
        for (id, books) in &mut self.jobs {
            let mut crew = splits.remove(id).unwrap_or_default();
            crew.sort_unstable();
            let whole: i64 = crew.iter().map(|(percent, _)| -percent).sum();
            let revenue = i128::from(books.revenue_cents.0);
            let mut upto = 0;
            for (percent, technician) in crew {
                let before = round(revenue * i128::from(upto), i128::from(whole));
                upto -= percent;
                let share = Cents(round(revenue * i128::from(upto), i128::from(whole)) - before);
                *books.shares.entry(technician).or_default() += share;
                let day = self
                    .technician_revenue
                    .entry(books.recognised_on.clone())
                    .or_default();
                *day.entry(technician).or_default() += share;
            }
        }
    }
}

/// The day on which a job counts as completed, if it does.
pub(crate) fn completed_day(world: &World, job: &super::jpm::Job) -> Option<Date> {
    let on = job
        .completed_on
        .filter(|_| job.status == JobStatus::Completed)?;
    Some(on.date_in(&world.zone))
}

/// What each job's lines cost, and how many parts have no cost.
fn parts(world: &World) -> BTreeMap<i64, (Cents, u64)> {
    let mut parts: BTreeMap<i64, (Cents, u64)> = BTreeMap::new();
    for (meta, item) in world.invoice_items.iter() {
        let Some(invoice) = world
            .invoices
            .get(item.invoice)
            .filter(|row| row.adjustment_to.is_none())
        else {
            continue;
        };
        let live = meta.active
            && world
                .invoices
                .meta(item.invoice)
                .is_some_and(|meta| meta.active);
        let Some(job) = invoice.job.filter(|_| live) else {
            continue;
        };
        let row = parts.entry(job).or_default();
        match item.total_cost {
            Some(cost) => row.0 += cents(cost),
            None => row.1 += u64::from(matches!(item.kind, "Material" | "Equipment")),
        }
    }
    parts
}

fn labour(world: &World) -> BTreeMap<i64, Labour> {
    let mut labour: BTreeMap<i64, Labour> = BTreeMap::new();
    for (_, pay) in world.gross_pay.iter() {
        let counts = matches!(pay.kind, "TimesheetTime" | "InvoiceRelatedBonus");
        if let Some(job) = pay.job.filter(|_| counts) {
            let row = labour.entry(job).or_default();
            let amount = pay.amount + pay.adjustment.unwrap_or(Cents::ZERO);
            *row.paid.entry(pay.employee).or_default() += amount;
        }
    }
    let mut clock: BTreeMap<(i64, i64), Vec<(i64, i64)>> = BTreeMap::new();
    for (meta, sheet) in world.job_timesheets.iter() {
        let start = sheet.dispatched.or(sheet.arrived);
        if let (Some(start), Some(done), true, None) =
            (start, sheet.done, meta.active, sheet.canceled)
            && done.micros() > start.micros()
        {
            let spans = clock.entry((sheet.job, sheet.technician)).or_default();
            spans.push((start.micros(), done.micros()));
        }
    }
    for ((job, technician), spans) in clock {
        let seconds = Spans::union(spans).seconds();
        let known = world.technicians.get(technician);
        let rate = known.and_then(|row| Some(row.hourly_rate? + row.burden_rate?));
        let row = labour.entry(job).or_default();
        row.seconds.insert(technician, seconds);
        if let Some(rate) = rate {
            let cost = round(i128::from(seconds) * i128::from(rate.0), 3_600);
            row.clock.insert(technician, Cents(cost));
        }
    }
    labour
}

fn estimates(world: &World) -> BTreeMap<&'static str, (u64, Cents)> {
    let mut by_status: BTreeMap<_, (u64, Cents)> = BTreeMap::new();
    for (_, row) in world.estimates.iter().filter(|(meta, _)| meta.active) {
        let books = by_status.entry(row.status).or_default();
        books.0 += 1;
        books.1 += row.items.iter().map(|item| item.price).sum();
    }
    by_status
}

fn calls(world: &World) -> BTreeMap<&'static str, u64> {
    let mut by_kind = BTreeMap::new();
    for (_, call) in world
        .calls
        .iter()
        .filter(|(_, call)| call.direction == "Inbound")
    {
        *by_kind.entry(call.kind.unwrap_or("Unsorted")).or_default() += 1;
    }
    by_kind
}

fn never_invoiced(world: &World) -> BTreeSet<i64> {
    let billed: BTreeSet<i64> = world
        .invoices
        .iter()
        .filter_map(|(_, row)| row.job)
        .collect();
    let done = world
        .jobs
        .iter()
        .filter(|(meta, job)| meta.active && job.status == JobStatus::Completed);
    done.map(|(meta, _)| meta.id)
        .filter(|id| !billed.contains(id))
        .collect()
}

fn unapplied(world: &World) -> BTreeMap<i64, Cents> {
    let rest = |row: &super::money::Payment| {
        row.total
            - row
                .applications
                .iter()
                .map(|part| part.amount)
                .sum::<Cents>()
    };
    let live = world.payments.iter().filter(|(meta, _)| meta.active);
    live.map(|(meta, row)| (meta.id, rest(row)))
        .filter(|(_, rest)| *rest != Cents::ZERO)
        .collect()
}

fn rows(world: &World) -> BTreeMap<&'static str, (u64, u64)> {
    let mut rows = BTreeMap::new();
    for endpoint in super::endpoints::ENDPOINTS {
        let metas = world.listing(endpoint.kind).metas();
        let active = metas.iter().filter(|meta| meta.active).count() as u64;
        let name = if endpoint.module == "pricebook" && endpoint.path == "categories" {
            "pricebook/categories"
        } else {
            endpoint.path
        };
        rows.insert(name, (active, metas.len() as u64 - active));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::round;

    #[test]
    fn shares_hours_and_months_round_as_the_goldens_do() {
        // reference/servicetitan.md F8, job 1: three equal splits of 100.00.
        let upto = |k: i128| round(10_000 * k * 333_333, 999_999);
        assert_eq!(
            [upto(1), upto(2) - upto(1), upto(3) - upto(2)],
            [3_333, 3_334, 3_333]
        );
        // F10, job 1: 135 minutes at 34.50.
        assert_eq!(round(8_100 * 3_450, 3_600), 7_763);
        // F6: 199.00 a year and 350.00 over two years, by the month.
        assert_eq!(
            (round(19_900 * 10_000, 12), round(35_000 * 10_000, 24)),
            (16_583_333, 14_583_333)
        );
        // F14: half a cent goes away from zero.
        assert_eq!(
            (
                round(333_350, 100),
                round(-333_350, 100),
                round(50, 100),
                round(-40, 100)
            ),
            (3_334, -3_334, 1, 0)
        );
    }
}
