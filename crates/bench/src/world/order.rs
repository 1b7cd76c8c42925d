//! One repair order in numbers, with the proportions measured in real shops.

use super::dice::Dice;
use super::people;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// Where the order stands, as the vendor numbers it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Vendor's number.
    pub id: i64,
    /// Vendor's code.
    pub code: &'static str,
}

const STATUSES: [(i64, Status); 7] = [
    (4, status(1, "ESTIMATE")),
    (33, status(2, "WORKINPROGRESS")),
    (40, status(3, "COMPLETE")),
    (86, status(4, "SAVEDFORLATER")),
    (879, status(5, "POSTED")),
    (889, status(6, "ACCRECV")),
    (1000, status(7, "DELETED")),
];

const fn status(id: i64, code: &'static str) -> Status {
    Status { id, code }
}

impl Status {
    fn is_posted(self) -> bool {
        matches!(self.id, 5 | 6)
    }
}

/// An order.
pub struct Order {
    pub id: i64,
    pub number: i64,
    pub status: Status,
    pub created: i64,
    pub completed: Option<i64>,
    pub posted: Option<i64>,
    pub updated: Option<i64>,
    pub deleted: Option<i64>,
    pub customer: i64,
    pub vehicle: i64,
    pub advisor: i64,
    pub jobs: Vec<Job>,
    pub sublets: Vec<Sublet>,
    pub fees: Vec<Charge>,
    pub discounts: Vec<Charge>,
}

/// A job.
pub struct Job {
    pub id: i64,
    pub kind: i64,
    pub authorized: Option<bool>,
    pub decided: Option<i64>,
    pub technician: i64,
    pub parts: Vec<Part>,
    pub labor: Vec<Labor>,
    pub fees: Vec<Charge>,
    pub discounts: Vec<Charge>,
}

/// A part; prices are cents a unit.
pub struct Part {
    pub id: i64,
    pub kind: i64,
    /// Hundredths.
    pub quantity: i64,
    pub cost: i64,
    pub retail: i64,
}

/// A labour line.
pub struct Labor {
    pub id: i64,
    /// Tenths.
    pub hours: i64,
    /// Cents an hour.
    pub rate: i64,
    pub technician: Option<i64>,
}

/// A fee or a discount.
pub struct Charge {
    pub id: i64,
    pub total: i64,
}

/// A sublet; always accepted.
pub struct Sublet {
    pub id: i64,
    pub decided: i64,
    pub cost: i64,
    pub price: i64,
}

impl Part {
    /// Half a cent goes up, once a line.
    pub fn total(&self) -> i64 {
        (self.quantity * self.retail + 50) / 100
    }
}

impl Labor {
    /// Half a cent goes up, once a line.
    pub fn total(&self) -> i64 {
        (self.hours * self.rate + 5) / 10
    }
}

impl Job {
    pub fn parts_total(&self) -> i64 {
        self.parts.iter().map(Part::total).sum()
    }

    pub fn labor_total(&self) -> i64 {
        self.labor.iter().map(Labor::total).sum()
    }

    pub fn fee_total(&self) -> i64 {
        self.fees.iter().map(|fee| fee.total).sum()
    }

    pub fn discount_total(&self) -> i64 {
        self.discounts.iter().map(|discount| discount.total).sum()
    }

    pub fn subtotal(&self) -> i64 {
        self.parts_total() + self.labor_total() + self.fee_total() - self.discount_total()
    }
}

impl Order {
    /// The order of this index, always the same one.
    pub fn generate(seed: u64, index: i64, created: i64) -> Self {
        let mut dice = Dice::new(seed, index);
        let throw = dice.between(0, 999);
        let status = STATUSES
            .iter()
            .find(|(below, _)| throw < *below)
            .map_or(STATUSES[4].1, |(_, status)| *status);
        let done = created + dice.between(4, 40) * HOUR;
        let posted = status
            .is_posted()
            .then(|| done + dice.between(0, 30) * HOUR);
        let completed = matches!(status.id, 3 | 5 | 6).then_some(done);
        let edited = dice.in_thousand(370).then(|| done + 2 * DAY);
        let customer = dice.between(0, people::CUSTOMERS - 1);
        let jobs = dice.between(2, 4) - i64::from(dice.in_thousand(100));
        let mut ids = Ids(index * 64);
        Self {
            id: 300_000_000 + index,
            number: 1_000 + index,
            status,
            created,
            completed,
            posted,
            updated: posted.max(edited),
            deleted: (status.id == 7).then_some(done),
            customer: people::customer_id(customer),
            vehicle: people::vehicle_id(customer),
            advisor: people::advisor_id(dice.between(0, people::ADVISORS - 1)),
            jobs: (0..jobs)
                .map(|_| Job::generate(&mut dice, &mut ids, created))
                .collect(),
            sublets: (0..i64::from(dice.in_thousand(300)))
                .map(|_| Sublet::generate(&mut dice, &mut ids, created))
                .collect(),
            fees: charges(&mut dice, &mut ids, (1, 2)),
            discounts: charges(&mut dice, &mut ids, (0, 1)),
        }
    }

    /// A late edit: each job with several parts loses the last one, prices rise, the vendor notes the time.
    pub fn edit(&mut self, now: i64) {
        self.updated = Some(now);
        for job in &mut self.jobs {
            if job.parts.len() > 1 {
                job.parts.pop();
            }
            if job.labor.len() > 1 {
                job.labor.pop();
            }
            for part in &mut job.parts {
                part.retail += 100;
            }
        }
    }

    /// Whether a job counts in the order's sums; the rule depends on where the order stands.
    pub fn counts(&self, job: &Job) -> bool {
        match job.authorized {
            Some(accepted) if self.status.is_posted() => accepted,
            None if self.status.is_posted() => false,
            _ => !(job.authorized != Some(true) && job.decided.is_some()),
        }
    }
}

impl Job {
    fn generate(dice: &mut Dice, ids: &mut Ids, created: i64) -> Self {
        let decision = dice.between(0, 999);
        let decided = (decision < 938).then(|| created + dice.between(1, 4) * HOUR);
        let technician = people::technician_id(dice.between(0, people::TECHNICIANS - 1));
        let parts = dice.between(2, 4) + i64::from(dice.in_thousand(200));
        let labor = dice.between(1, 3) + i64::from(dice.in_thousand(200));
        Self {
            id: 1_100_000_000 + ids.next(),
            kind: dice.between(0, 7),
            authorized: match decision {
                0..853 => Some(true),
                853..938 => Some(false),
                _ => None,
            },
            decided,
            technician,
            parts: (0..parts).map(|_| Part::generate(dice, ids)).collect(),
            labor: (0..labor)
                .map(|_| Labor::generate(dice, ids, technician))
                .collect(),
            fees: charges(dice, ids, (0, 1)),
            discounts: charges(dice, ids, (-2, 1)),
        }
    }
}

impl Part {
    fn generate(dice: &mut Dice, ids: &mut Ids) -> Self {
        let cost = dice.between(300, 18_000);
        let fractional = dice.in_thousand(57);
        Self {
            id: 2_000_000_000 + ids.next(),
            kind: dice.between(0, 9),
            quantity: if fractional {
                dice.between(10, 750)
            } else {
                dice.between(1, 4) * 100
            },
            // Nobody entered a cost: a few lines in a thousand.
            cost: if dice.in_thousand(8) { 0 } else { cost },
            retail: cost * dice.between(130, 240) / 100,
        }
    }
}

impl Labor {
    fn generate(dice: &mut Dice, ids: &mut Ids, technician: i64) -> Self {
        Self {
            id: 900_000_000 + ids.next(),
            hours: dice.between(1, 40),
            rate: dice.between(120, 180) * 100,
            technician: (!dice.in_thousand(30)).then_some(technician),
        }
    }
}

impl Sublet {
    fn generate(dice: &mut Dice, ids: &mut Ids, created: i64) -> Self {
        let cost = dice.between(3_000, 30_000);
        Self {
            id: 40_000_000 + ids.next(),
            decided: created + 2 * HOUR,
            cost,
            price: cost * 130 / 100,
        }
    }
}

fn charges(dice: &mut Dice, ids: &mut Ids, (low, high): (i64, i64)) -> Vec<Charge> {
    let count = dice.between(low, high).max(0);
    (0..count)
        .map(|_| Charge {
            id: 600_000_000 + ids.next(),
            total: dice.between(200, 4_000),
        })
        .collect()
}

/// Ids of an order's lines: 64 of its own.
struct Ids(i64);

impl Ids {
    fn next(&mut self) -> i64 {
        self.0 += 1;
        self.0
    }
}
