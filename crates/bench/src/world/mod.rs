//! A shop's history, generated from a seed and rendered once: the same seed gives the same bytes.

mod dice;
mod order;
mod people;
mod render;

pub use people::People;

use order::Order;

/// Orders a shop takes in a day; a larger history is a longer one, not a denser one.
const ORDERS_PER_DAY: i64 = 27;
const DAY: i64 = 86_400;
/// 2026-06-30T00:00:00Z: where the first history ends.
const END: i64 = 1_782_777_600;
/// Vendor's number of the one shop; it is our number, too.
pub const SHOP: i64 = 1;

/// The tables an order is spread over, and the cents column that is summed in each.
pub const TABLES: [(&str, &str); 7] = [
    ("repair_orders", "vendor_total_sales"),
    ("jobs", "job_revenue"),
    ("job_parts", "total"),
    ("job_labor", "total"),
    ("job_fees", "total"),
    ("job_discounts", "total"),
    ("job_sublets", "retail"),
];

/// Rows and cents by table, in the order of [`TABLES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows.
    pub rows: [i64; 7],
    /// Σ of the cents column.
    pub cents: [i64; 7],
}

impl Tally {
    fn add(&mut self, table: usize, cents: i64) {
        self.rows[table] += 1;
        self.cents[table] += cents;
    }

    /// Rows of all tables.
    pub fn total_rows(&self) -> u64 {
        u64::try_from(self.rows.iter().sum::<i64>()).unwrap_or(0)
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        for at in 0..TABLES.len() {
            self.rows[at] += other.rows[at];
            self.cents[at] += other.cents[at];
        }
    }
}

/// An order as the vendor holds it; times are seconds since 1970.
pub struct Entry {
    /// Time of creation; the list is sorted by it.
    pub created: i64,
    /// Time of the last change.
    pub updated: Option<i64>,
    /// Time of deletion.
    pub deleted: Option<i64>,
    /// JSON.
    pub body: String,
    /// What it must come to.
    pub tally: Tally,
}

/// The vendor's data.
pub struct World {
    seed: u64,
    start: i64,
    /// Orders by time of creation.
    pub entries: Vec<Entry>,
    /// Everybody and everything the orders point at.
    pub people: People,
}

impl World {
    /// A history of `orders` orders up to the end of June 2026.
    pub fn new(seed: u64, orders: usize) -> Self {
        let count = i64::try_from(orders).unwrap_or(i64::MAX);
        let start = END - count / ORDERS_PER_DAY * DAY;
        let mut world = Self {
            seed,
            start,
            entries: Vec::with_capacity(orders),
            people: People::new(start),
        };
        world.extend(orders, 0);
        world
    }

    /// Adds orders that come in after all others; `gap` days pass before the first.
    pub fn append(&mut self, orders: usize, gap: i64) {
        self.start += gap * DAY;
        self.extend(orders, 0);
    }

    fn extend(&mut self, orders: usize, version: u32) {
        let from = self.entries.len();
        for index in from..from + orders {
            let entry = self.entry(index, version);
            self.entries.push(entry);
        }
    }

    /// Edits every `every`-th order of the history: lines go, prices move, the time of change is now.
    pub fn edit(&mut self, every: usize) {
        let indices: Vec<usize> = (0..self.entries.len()).step_by(every).collect();
        for index in indices {
            self.entries[index] = self.entry(index, 1);
        }
    }

    /// Takes the edits back.
    pub fn restore(&mut self, every: usize) {
        let indices: Vec<usize> = (0..self.entries.len()).step_by(every).collect();
        for index in indices {
            self.entries[index] = self.entry(index, 0);
        }
    }

    fn entry(&self, index: usize, version: u32) -> Entry {
        let spacing = DAY / ORDERS_PER_DAY;
        let number = i64::try_from(index).unwrap_or(i64::MAX);
        let created = self.start + number * spacing;
        let mut order = Order::generate(self.seed, number, created);
        if version > 0 {
            order.edit(self.now());
        }
        let (tally, body) = render::order(&order);
        Entry {
            created: order.created,
            updated: order.updated,
            deleted: order.deleted,
            body,
            tally,
        }
    }

    /// A time after everything that has happened.
    pub fn now(&self) -> i64 {
        let count = i64::try_from(self.entries.len()).unwrap_or(0);
        self.start + count * (DAY / ORDERS_PER_DAY) + 8 * DAY
    }

    /// What the orders come to.
    pub fn tally(&self) -> Tally {
        let mut sum = Tally::default();
        for entry in &self.entries {
            sum += entry.tally;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::World;
    use serde_json::Value;

    fn sum(rows: &Value, key: &str) -> i64 {
        let rows = rows.as_array().expect("an array");
        rows.iter()
            .map(|row| row[key].as_i64().expect("cents"))
            .sum()
    }

    #[test]
    fn the_money_identities_of_the_vendor_hold() {
        let world = World::new(7, 400);
        for entry in &world.entries {
            let order: Value = serde_json::from_str(&entry.body).expect("the body is JSON");
            let cents = |key: &str| order[key].as_i64().expect("cents");
            let parts = cents("laborSales") + cents("partsSales") + cents("subletSales");
            assert_eq!(
                cents("totalSales"),
                parts + cents("feeTotal") + cents("taxes") - cents("discountTotal")
            );
            for job in order["jobs"].as_array().expect("jobs") {
                let of = |key: &str| job[key].as_i64().expect("cents");
                assert_eq!(
                    of("subtotal"),
                    of("partsTotal") + of("laborTotal") + of("feeTotal") - of("discountTotal")
                );
                assert_eq!(of("feeTotal"), sum(&job["fees"], "total"));
            }
        }
    }

    #[test]
    fn an_order_is_as_large_as_real_ones_are() {
        let world = World::new(7, 1_000);
        let bytes: usize = world.entries.iter().map(|entry| entry.body.len()).sum();
        let rows = world.tally().total_rows();
        assert!((7_000..9_000).contains(&(bytes / 1_000)), "{bytes}");
        assert!((22_000..26_000).contains(&rows), "{rows}");
        assert!(world.entries.is_sorted_by_key(|entry| entry.created));
    }

    #[test]
    fn edits_remove_lines_and_can_be_taken_back() {
        let mut world = World::new(7, 200);
        let before = world.tally();
        world.edit(20);
        assert!(world.tally().rows[2] < before.rows[2]);
        assert_eq!(world.tally().rows[0], before.rows[0]);
        world.restore(20);
        assert_eq!(world.tally(), before);
    }
}
