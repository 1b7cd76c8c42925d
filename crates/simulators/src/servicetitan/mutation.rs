//! Changes that come from outside a company's own life.

use super::world::World;

impl World {
    /// Up to five changes of what a reader is reading just now: customers renamed, jobs rewritten.
    pub(crate) fn drift(&mut self, turn: u64) {
        let now = self.now;
        let mut dice = self.dice(60, i64::try_from(turn).unwrap_or(0));
        for _ in 0..=dice.below(5) {
            let customer = 70_001 + dice.below(self.customers.len().max(1)) as i64;
            self.customers
                .change(customer, now, |row| row.name.push_str(" (moved)"));
            let job = 900_001 + dice.below(self.jobs.len().max(1)) as i64;
            self.jobs
                .change(job, now, |row| row.summary.push_str("<p>Called again</p>"));
        }
    }
}
