//! Fingerprints of what decides an order's profit (reference D.9, contract 18).
//!
//! A keytag, a customer's name or a mere "updated" date is no input; a line figure, a state, a date, a rate
//! or the advisor is. The order of lines in the payload does not matter.

use crate::cost::{CALC_VERSION, CostedJob, CostedOrder};
use crate::day::ShopDay;
use crate::record::{Charge, RepairOrder, Stated};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// Fingerprint of line figures, states, dates and advisor: everything but the cost rates.
#[must_use]
pub fn figures_hash(order: &RepairOrder, costed: &CostedOrder) -> Digest {
    let mut hash = Canon(Sha256::new());
    hash.number(i64::from(CALC_VERSION));
    hash.text(order.status.as_str());
    hash.number(i64::from(order.is_deleted()));
    hash.optional(order.advisor_id.map(|a| a.0));
    hash.day(costed.posted_on);
    hash.day(costed.completed_on);
    let vendor = &order.vendor;
    for sum in [
        vendor.labor_sales,
        vendor.parts_sales,
        vendor.sublet_sales,
        vendor.fee_total,
        vendor.discount_total,
        vendor.taxes,
        vendor.total_sales,
    ] {
        hash.optional(sum.map(|c| c.0));
    }
    for index in sorted(order.jobs.len(), |i| order.jobs[i].id) {
        hash.job(order, costed, index);
    }
    for index in sorted(order.sublets.len(), |i| order.sublets[i].line_key.as_str()) {
        let (sublet, priced) = (&order.sublets[index], &costed.sublets[index]);
        hash.text(&sublet.line_key);
        hash.text(priced.authorization.as_str());
        hash.day(priced.sold_on);
        hash.number(priced.revenue.0);
        hash.number(priced.cost.0);
    }
    hash.charges(&order.fees);
    hash.charges(&order.discounts);
    hash.0.finalize().into()
}

/// Fingerprint of [`figures_hash`] and the cost rate of every labour line.
#[must_use]
pub fn input_hash(order: &RepairOrder, costed: &CostedOrder) -> Digest {
    let lines = order
        .jobs
        .iter()
        .zip(&costed.jobs)
        .flat_map(|(job, priced)| {
            let keys = job.labor.iter().map(|l| l.line_key.as_str());
            keys.zip(priced.labor.iter().map(|l| l.rate))
                .map(|(key, rate)| (job.id.0, key, rate))
        });
    rated_hash(&costed.figures_hash, lines)
}

/// The digest of a figures hash and the rates `(job, line key, rate)` that priced it; any order.
pub fn rated_hash<'a>(
    figures: &Digest,
    lines: impl Iterator<Item = (i64, &'a str, crate::rate::RateUsed)>,
) -> Digest {
    let mut rates: Vec<(i64, &str, i64, &str)> = lines
        .map(|(job, key, rate)| (job, key, rate.hourly_cost.0, rate.source.as_str()))
        .collect();
    rates.sort_unstable();
    let mut hash = Canon(Sha256::new());
    hash.0.update(figures);
    for (job, key, cents, source) in rates {
        hash.number(job);
        hash.text(key);
        hash.number(cents);
        hash.text(source);
    }
    hash.0.finalize().into()
}

fn sorted<K: Ord>(len: usize, key: impl Fn(usize) -> K) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..len).collect();
    indices.sort_by_key(|i| key(*i));
    indices
}

/// Writes values so that no two different inputs give the same bytes: every value is tagged and has its length.
struct Canon(Sha256);

impl Canon {
    fn number(&mut self, value: i64) {
        self.0.update(b"n");
        self.0.update(value.to_be_bytes());
    }

    fn optional(&mut self, value: Option<i64>) {
        match value {
            Some(value) => self.number(value),
            None => self.0.update(b"-"),
        }
    }

    fn text(&mut self, value: &str) {
        self.0.update(b"t");
        self.0.update((value.len() as u64).to_be_bytes());
        self.0.update(value.as_bytes());
    }

    fn day(&mut self, day: Option<ShopDay>) {
        let packed = |d: ShopDay| {
            i64::from(d.year()) * 10_000 + i64::from(d.month()) * 100 + i64::from(d.day())
        };
        self.optional(day.map(packed));
    }

    /// Nothing where nothing is stated: fingerprints made before amounts could be stated stay.
    fn stated(&mut self, stated: Option<Stated>) {
        if let Some(stated) = stated {
            self.0.update(b"s");
            self.number(stated.retail.0);
            self.number(stated.cost.0);
        }
    }

    fn charges(&mut self, charges: &[Charge]) {
        self.number(charges.len() as i64);
        for index in sorted(charges.len(), |i| charges[i].line_key.as_str()) {
            self.text(&charges[index].line_key);
            self.number(charges[index].total.0);
        }
    }

    fn job(&mut self, order: &RepairOrder, costed: &CostedOrder, index: usize) {
        let (job, priced): (_, &CostedJob) = (&order.jobs[index], &costed.jobs[index]);
        self.number(job.id.0);
        self.text(priced.authorization.as_str());
        self.day(priced.sold_on);
        for at in sorted(job.parts.len(), |i| job.parts[i].line_key.as_str()) {
            let part = &job.parts[at];
            self.text(&part.line_key);
            self.number(part.quantity.ten_thousandths());
            self.number(part.retail.0);
            self.optional(part.cost.map(|c| c.0));
        }
        for at in sorted(job.labor.len(), |i| job.labor[i].line_key.as_str()) {
            let labor = &job.labor[at];
            self.text(&labor.line_key);
            self.number(labor.hours.ten_thousandths());
            self.number(labor.rate.0);
            self.optional(labor.technician_id.map(|t| t.0));
            self.stated(labor.stated);
        }
        self.charges(&job.fees);
        self.charges(&job.discounts);
    }
}
