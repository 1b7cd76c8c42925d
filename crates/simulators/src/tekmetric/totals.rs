//! The vendor's sums, always recomputed (reference/tekmetric.md A.10).

use super::entity::{Charge, Job, JobState, Order, Status, Sublet, Tax};
use crate::{Cents, Decimal};

/// Sums of one job, before tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JobTotals {
    pub(crate) parts: Cents,
    pub(crate) labor: Cents,
    pub(crate) fees: Cents,
    pub(crate) discounts: Cents,
    pub(crate) hours: Decimal,
}

impl JobTotals {
    pub(crate) fn of(job: &Job) -> Self {
        Self {
            parts: job
                .parts
                .iter()
                .map(super::entity::Part::retail_extended)
                .sum(),
            labor: job.labor.iter().map(super::entity::Labor::retail).sum(),
            fees: sum(&job.fees),
            discounts: sum(&job.discounts),
            hours: job.labor.iter().map(|line| line.hours).sum(),
        }
    }

    /// A.10.2.
    pub(crate) fn subtotal(&self) -> Cents {
        self.parts + self.labor + self.fees - self.discounts
    }
}

/// Sums of one order as its status counts them (A.10.5, A.10.6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct OrderTotals {
    pub(crate) parts: Cents,
    pub(crate) labor: Cents,
    pub(crate) sublets: Cents,
    pub(crate) fees: Cents,
    pub(crate) discounts: Cents,
    pub(crate) taxes: Cents,
}

impl OrderTotals {
    pub(crate) fn of(order: &Order) -> Self {
        let mut totals = Self {
            sublets: order
                .sublets
                .iter()
                .filter(|s| sublet_counts(order, s))
                .map(|s| s.price)
                .sum(),
            fees: sum(&order.fees),
            discounts: sum(&order.discounts),
            ..Self::default()
        };
        for job in order.jobs.iter().filter(|job| job_counts(order, job)) {
            let of_job = JobTotals::of(job);
            totals.parts += of_job.parts;
            totals.labor += of_job.labor;
            totals.fees += of_job.fees;
            totals.discounts += of_job.discounts;
        }
        totals.taxes = match order.tax {
            Tax::Rate(basis_points) => totals.parts.portion(basis_points),
            Tax::Fixed(cents) => cents,
        };
        totals
    }

    /// A.10.1.
    pub(crate) fn total(&self) -> Cents {
        self.labor + self.parts + self.sublets + self.fees + self.taxes - self.discounts
    }
}

/// A.10.6; a deleted order counts as it did before, which is what the vendor keeps showing.
fn job_counts(order: &Order, job: &Job) -> bool {
    counts(order, job.decision.state())
}

/// Like a job, but an undecided sublet of a closed order was done, so it counts (D.4).
fn sublet_counts(order: &Order, sublet: &Sublet) -> bool {
    let undecided = sublet.decision.authorized.is_none();
    undecided || counts(order, sublet.decision.state())
}

fn counts(order: &Order, state: JobState) -> bool {
    let status = match order.status {
        Status::Deleted => order.status_before_delete,
        other => other,
    };
    match state {
        JobState::Authorized => true,
        JobState::Declined => false,
        JobState::Pending => !status.is_closed(),
    }
}

pub(crate) fn sum(charges: &[Charge]) -> Cents {
    charges.iter().map(|charge| charge.total).sum()
}
