//! The books of counts and promises: job flow (M3), first-time fix (M5), memberships (M6), conversion (M8),
//! receivables (M9).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::jpm::{JobStatus, VisitStatus};
use super::ledger::{completed_day, round};
use super::moment::later;
use super::plan::local;
use super::world::World;
use crate::Cents;

/// How many days after a completion another job counts as a recall.
const RECALL_DAYS: i64 = 30;

/// A business unit's job flow of a day; each job counts on the day of each thing that happened to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FlowDay {
    /// Created.
    pub booked: u64,
    /// Completed.
    pub completed: u64,
    /// Cancelled, by the last active log.
    pub cancelled: u64,
}

/// A completed job and whether it was fixed at the first visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FixedJob {
    /// The day of completion.
    pub completed_on: String,
    /// The technician with the most time on it, whom it is charged to.
    pub technician_id: Option<i64>,
    /// Appointments that were done.
    pub visits: u64,
    /// Recalls and warranty jobs of its chain within the window.
    pub recalls: u64,
    /// The window is over.
    pub mature: bool,
    /// `None` while nobody can say.
    pub first_time_fix: Option<bool>,
}

/// A membership that counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MembershipBooks {
    /// Monthly recurring revenue in ten-thousandths of a cent; `None` when its rhythm has no price.
    pub mrr_e4: Option<i64>,
}

/// An invoice that is not settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OpenInvoice {
    /// Whose.
    pub customer_id: i64,
    /// Negative for credits.
    pub open_cents: Cents,
    /// Days after the due day.
    pub days_overdue: i64,
}

/// M3. Inactive jobs are out.
pub(crate) fn flow_days(world: &World) -> BTreeMap<String, BTreeMap<i64, FlowDay>> {
    let mut cancelled = BTreeMap::new();
    for (meta, log) in world.canceled_logs.iter().filter(|(meta, _)| meta.active) {
        let last = cancelled.entry(log.job).or_insert(meta.created);
        *last = meta.created.max(*last);
    }
    let mut days: BTreeMap<String, BTreeMap<i64, FlowDay>> = BTreeMap::new();
    for (meta, job) in world.jobs.iter().filter(|(meta, _)| meta.active) {
        let mut count = |on: Date, count: fn(&mut FlowDay)| {
            let units = days.entry(on.to_string()).or_default();
            count(units.entry(job.business_unit).or_default());
        };
        count(meta.created.date_in(&world.zone), |day| day.booked += 1);
        if let Some(on) = completed_day(world, job) {
            count(on, |day| day.completed += 1);
        }
        if job.status == JobStatus::Canceled {
            let at = cancelled.get(&meta.id).copied().unwrap_or(meta.modified);
            count(at.date_in(&world.zone), |day| day.cancelled += 1);
        }
    }
    days
}

/// M5, as of the world's present instant.
pub(crate) fn fixes(world: &World) -> BTreeMap<i64, FixedJob> {
    let today = world.now.date_in(&world.zone);
    let mut children: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (meta, job) in world.jobs.iter() {
        if meta.active && job.status != JobStatus::Canceled {
            for parent in [job.recall_for, job.warranty_for].into_iter().flatten() {
                children.entry(parent).or_default().push(meta.id);
            }
        }
    }
    let time = time_on_jobs(world);
    let mut fixes = BTreeMap::new();
    for (meta, job) in world.jobs.iter() {
        let original = meta.active && job.recall_for.is_none() && job.warranty_for.is_none();
        let (Some(day), Some(completed)) = (
            completed_day(world, job).filter(|_| original),
            job.completed_on,
        ) else {
            continue;
        };
        let last_day = later(day, RECALL_DAYS);
        let counts = |id: &i64| {
            let created = world.jobs.meta(*id).map(|meta| meta.created);
            created.is_some_and(|at| {
                at.micros() >= completed.micros() && at.date_in(&world.zone) <= last_day
            })
        };
        let recalls = chain(&children, meta.id)
            .iter()
            .filter(|id| counts(id))
            .count() as u64;
        let done = |id: &&i64| {
            let active = world
                .appointments
                .meta(**id)
                .is_some_and(|meta| meta.active);
            world
                .appointments
                .get(**id)
                .is_some_and(|row| active && !row.unused && row.status == VisitStatus::Done)
        };
        let visits = job.appointments.iter().filter(done).count() as u64;
        let mature = today > last_day;
        let most = time
            .get(&meta.id)
            .into_iter()
            .flatten()
            .max_by_key(|(id, spent)| (**spent, -**id));
        fixes.insert(
            meta.id,
            FixedJob {
                completed_on: day.to_string(),
                technician_id: most.map(|(id, _)| *id),
                visits,
                recalls,
                mature,
                first_time_fix: match (recalls > 0 || visits > 1, visits == 1 && mature) {
                    (true, _) => Some(false),
                    (false, true) => Some(true),
                    (false, false) => None,
                },
            },
        );
    }
    fixes
}

/// Microseconds at work by job and technician.
fn time_on_jobs(world: &World) -> BTreeMap<i64, BTreeMap<i64, i64>> {
    let mut time: BTreeMap<i64, BTreeMap<i64, i64>> = BTreeMap::new();
    for (meta, sheet) in world.job_timesheets.iter() {
        if let (Some(arrived), Some(done), true, None) =
            (sheet.arrived, sheet.done, meta.active, sheet.canceled)
            && done.micros() > arrived.micros()
        {
            let crew = time.entry(sheet.job).or_default();
            *crew.entry(sheet.technician).or_default() += done.micros() - arrived.micros();
        }
    }
    time
}

/// Everything that came of a job, without itself.
fn chain(children: &BTreeMap<i64, Vec<i64>>, root: i64) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        for child in children.get(&id).into_iter().flatten() {
            if *child != root && found.insert(*child) {
                open.push(*child);
            }
        }
    }
    found
}

fn months(frequency: &str) -> Option<i64> {
    match frequency {
        "Monthly" => Some(1),
        "EveryOtherMonth" => Some(2),
        "Quarterly" => Some(3),
        "BiAnnual" => Some(6),
        "Annual" => Some(12),
        _ => None,
    }
}

/// M6: the memberships that count at the start of a day.
pub(crate) fn memberships_at(world: &World, day: Date) -> BTreeMap<i64, MembershipBooks> {
    let start = super::moment::Moment::at(local(world, day, (0, 0)));
    let mut changes: BTreeMap<i64, Vec<_>> = BTreeMap::new();
    for (meta, change) in world.status_changes.iter() {
        changes
            .entry(change.membership)
            .or_default()
            .push((meta.created.micros(), change));
    }
    let mut counted = BTreeMap::new();
    for (meta, row) in world.memberships.iter() {
        let of_it = changes.get(&meta.id).map(Vec::as_slice).unwrap_or_default();
        let before = of_it.iter().rfind(|(at, _)| *at <= start.micros());
        let after = of_it.iter().find(|(at, _)| *at > start.micros());
        let status = before
            .map(|(_, change)| change.new)
            .or(after.map(|(_, change)| change.old))
            .unwrap_or(row.status);
        let runs = row.from <= day
            && row.to.is_none_or(|to| to >= day)
            && row.cancelled.is_none_or(|on| on > day);
        if !runs || status != "Active" {
            continue;
        }
        let kind = world.membership_types.get(row.kind);
        let mut options = kind.map(|kind| kind.options.iter()).into_iter().flatten();
        let option =
            options.find(|option| option.frequency == row.frequency && option.months == row.months);
        let mrr_e4 = option.and_then(|option| {
            let (price, over) = if row.frequency == "OneTime" {
                (option.sale, row.months.filter(|months| *months > 0)?)
            } else {
                (option.billing, months(row.frequency)?)
            };
            Some(round(i128::from(price.0) * 10_000, i128::from(over)))
        });
        counted.insert(meta.id, MembershipBooks { mrr_e4 });
    }
    counted
}

/// M8: opportunities, and those of them whose invoices reach the threshold.
pub(crate) fn conversion(world: &World) -> (u64, u64) {
    let mut subtotals: BTreeMap<i64, Cents> = BTreeMap::new();
    for (_, row) in world.invoices.iter().filter(|(meta, _)| meta.active) {
        if let Some(job) = row.job {
            *subtotals.entry(job).or_default() += row.subtotal;
        }
    }
    let (mut opportunities, mut converted) = (0, 0);
    for (meta, job) in world.jobs.iter().filter(|(meta, _)| meta.active) {
        let threshold = world
            .job_types
            .get(job.job_type)
            .and_then(|kind| kind.sold_threshold);
        if let Some(threshold) =
            threshold.filter(|_| !job.no_charge && completed_day(world, job).is_some())
        {
            opportunities += 1;
            let subtotal = subtotals.get(&meta.id).copied().unwrap_or(Cents::ZERO);
            converted += u64::from(subtotal >= threshold);
        }
    }
    (opportunities, converted)
}

/// M9: what is open on a day.
pub(crate) fn receivables(world: &World, day: Date) -> BTreeMap<i64, OpenInvoice> {
    let mut paid: BTreeMap<i64, Cents> = BTreeMap::new();
    for (_, payment) in world.payments.iter().filter(|(meta, _)| meta.active) {
        for part in payment.applications.iter().filter(|part| part.on <= day) {
            *paid.entry(part.invoice).or_default() += part.amount;
        }
    }
    let mut open = BTreeMap::new();
    for (meta, row) in world
        .invoices
        .iter()
        .filter(|(meta, row)| meta.active && row.date <= day)
    {
        let rest = row.subtotal + row.tax - paid.get(&meta.id).copied().unwrap_or(Cents::ZERO);
        if rest != Cents::ZERO {
            let due = row.due.unwrap_or(row.date);
            let days = i64::from(day.since(due).map_or(0, |span| span.get_days()));
            open.insert(
                meta.id,
                OpenInvoice {
                    customer_id: row.customer,
                    open_cents: rest,
                    days_overdue: days.max(0),
                },
            );
        }
    }
    open
}
