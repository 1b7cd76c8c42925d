//! The life of one order, planned at its birth: everything that will happen to it follows from the
//! world's seed and the order's number alone, so that an order can be rebuilt at any time and the
//! clock's step size does not matter.

use jiff::civil::{Date, Weekday, time};
use jiff::tz::TimeZone;

use super::catalog::{CONCERNS, LEAD_SOURCES};
use super::config::{DAY, LeakKind, ShopSpec};
use super::entity::{Charge, Decision, Job, Labor, Order, Part, Status, Sublet, Tax, Text};
use super::jobs::{Fate, JobMaker};
use super::roster::advisor_id;
use super::step::{LineEdit, Step};
use super::totals::JobTotals;
use crate::dice::Dice;
use crate::{Cents, Decimal, Stamp};

/// What identifies an order to be; its whole life follows from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Birth {
    pub(crate) sequence: i64,
    pub(crate) shop_index: usize,
    pub(crate) number: i64,
    pub(crate) created_at: Stamp,
    pub(crate) customer_id: i64,
    pub(crate) vehicle_id: Option<i64>,
}

impl Birth {
    /// The vendor's order id.
    pub(crate) fn order_id(&self) -> i64 {
        310_000_000 + self.sequence * 3
    }
}

/// The shop around an order.
pub(crate) struct Place<'a> {
    pub(crate) seed: u64,
    pub(crate) spec: &'a ShopSpec,
    pub(crate) zone: &'a TimeZone,
    /// At work when the order is written.
    pub(crate) technicians: &'a [i64],
}

/// An order as it is written, and what will happen to it, in order of time.
pub(crate) struct Plan {
    pub(crate) order: Order,
    pub(crate) steps: Vec<(Stamp, Step)>,
}

/// Where an order ends up; weights from reference/tekmetric.md A.12.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Posted,
    OnAccount,
    Deleted,
    Saved,
    Estimate,
    InProgress,
    Complete,
}

const ENDS: [(End, u32); 7] = [
    (End::Posted, 7_930),
    (End::OnAccount, 110),
    (End::Deleted, 1_100),
    (End::Saved, 460),
    (End::Estimate, 43),
    (End::InProgress, 290),
    (End::Complete, 67),
];

/// Plans the whole life of an order.
pub(crate) fn plan(place: &Place<'_>, birth: Birth) -> Plan {
    let mut dice = Dice::new(place.seed, birth.sequence.unsigned_abs());
    let end = ENDS[dice.weighted(&ENDS.map(|(_, weight)| weight))].0;
    let free = end == End::Posted && dice.chance(200);
    let maker = JobMaker {
        spec: place.spec,
        shop_index: birth.shop_index,
        technicians: place.technicians,
        created_at: birth.created_at,
        id_base: birth.sequence * 64,
        next_id: 0,
        free,
        surcharges: !free && dice.chance(380),
    };
    let advisor = dice.below(place.spec.advisors.max(1));
    let mut planner = Planner {
        place,
        birth,
        dice,
        maker,
        end,
        advisor,
        steps: Vec::new(),
    };
    let order = planner.run();
    let mut steps = planner.steps;
    steps.sort_by_key(|(at, _)| *at);
    Plan { order, steps }
}

struct Planner<'a> {
    place: &'a Place<'a>,
    birth: Birth,
    dice: Dice,
    maker: JobMaker<'a>,
    end: End,
    advisor: usize,
    steps: Vec<(Stamp, Step)>,
}

impl Planner<'_> {
    fn run(&mut self) -> Order {
        let count = match self.dice.below(1_000) {
            0..=2 => 0,
            _ => [1, 2, 3, 4, 5, 6, 7, 8][self.dice.weighted(&[22, 26, 21, 14, 9, 5, 2, 1])],
        };
        let fates: Vec<Fate> = (0..count).map(|_| self.fate()).collect();
        let mut jobs = Vec::with_capacity(count);
        for (index, fate) in fates.iter().enumerate() {
            jobs.push(self.maker.job(&mut self.dice, index as i64 + 1, *fate));
        }
        let mut order = self.order();
        self.extras(&mut order, &jobs, &fates);
        let decided_at = self.decide(&mut order, jobs, &fates);
        match self.end {
            End::Posted => self.post(decided_at, Status::Posted),
            End::OnAccount => self.post(decided_at, Status::AccountsReceivable),
            End::Complete => {
                let at = decided_at.plus(self.dice.between(3_600, 2 * DAY));
                self.steps.push((at, Step::Complete));
            }
            End::Saved => {
                let at = self.birth.created_at.plus(self.dice.between(2, 30) * 3_600);
                self.steps
                    .push((at, Step::SetStatus(Status::SavedForLater)));
            }
            End::Deleted => self.delete(decided_at),
            End::Estimate | End::InProgress => {}
        }
        order
    }

    /// A.12.9: 85.3 % of all jobs authorized, 8.5 % declined, 6.2 % pending, over all ends together.
    fn fate(&mut self) -> Fate {
        let [authorized, declined, pending] = match self.end {
            End::Posted | End::OnAccount | End::InProgress | End::Complete => {
                let extra = self.extra_declines();
                [9_290 - extra, 600 + extra, 110]
            }
            End::Deleted => [8_000, 900, 1_100],
            End::Saved => [0, 5_000, 5_000],
            End::Estimate => [0, 0, 10_000],
        };
        match self.dice.weighted(&[authorized, declined, pending]) {
            0 => Fate::Authorized,
            1 => Fate::Declined,
            _ => Fate::Pending,
        }
    }

    /// The planted rise: up to 19 points more over 90 days.
    fn extra_declines(&self) -> u32 {
        let Some(leak) = self
            .place
            .spec
            .leaks_at(LeakKind::RisingDeclines, self.birth.created_at)
        else {
            return 0;
        };
        let days = ((self.birth.created_at.0 - leak.since.0) / DAY).clamp(0, 90);
        u32::try_from(days * 1_900 / 90).unwrap_or(0)
    }

    fn order(&mut self) -> Order {
        let dice = &mut self.dice;
        let birth = &self.birth;
        let miles_in = dice.chance(8_700).then(|| dice.between(8_000, 180_000));
        Order {
            id: birth.order_id(),
            number: birth.number,
            shop_id: self.place.spec.id,
            status: Status::Estimate,
            status_before_delete: Status::Estimate,
            customer_id: birth.customer_id,
            vehicle_id: birth.vehicle_id,
            technician_id: dice
                .chance(1_300)
                .then(|| *dice.pick(self.place.technicians)),
            advisor_id: Some(advisor_id(birth.shop_index, self.advisor)),
            miles_in,
            miles_out: miles_in.map(|miles| miles + dice.between(0, 9)),
            keytag: dice
                .chance(2_500)
                .then(|| Text::Owned(format!("K{}", dice.below(60)))),
            lead_source: dice
                .chance(3_000)
                .then(|| Text::Borrowed(*dice.pick(&LEAD_SOURCES))),
            concern: dice
                .chance(6_000)
                .then(|| Text::Borrowed(*dice.pick(&CONCERNS))),
            tax: Tax::Rate(self.place.spec.tax_basis_points),
            paid: Cents::ZERO,
            jobs: Vec::new(),
            sublets: Vec::new(),
            fees: Vec::new(),
            discounts: Vec::new(),
            completed_at: None,
            posted_at: None,
            promised_at: dice.chance(5_000).then(|| birth.created_at.plus(8 * 3_600)),
            created_at: birth.created_at,
            updated_at: None,
            deleted_at: None,
            given: None,
        }
    }

    /// Fees, discounts and sublets that hang on the order (B-14 to B-16).
    fn extras(&mut self, order: &mut Order, jobs: &[Job], fates: &[Fate]) {
        if self.maker.free {
            return;
        }
        let sold = jobs
            .iter()
            .zip(fates)
            .filter(|(_, fate)| **fate == Fate::Authorized);
        let (mut labor, mut subtotal) = (Cents::ZERO, Cents::ZERO);
        for (job, _) in sold {
            let totals = JobTotals::of(job);
            labor += totals.labor;
            subtotal += totals.subtotal();
        }
        if labor > Cents::ZERO && self.dice.chance(8_000) {
            order.fees.push(
                self.maker
                    .charge("Shop Supplies", labor.portion(500).min(Cents(4_500))),
            );
        }
        if self.dice.chance(700) {
            order
                .fees
                .push(self.maker.charge("Environmental fee", Cents(295)));
        }
        if !self.maker.surcharges && self.dice.chance(1_200) && subtotal > Cents::ZERO {
            let total = subtotal.portion(self.dice.between(300, 1_000));
            order.discounts.push(self.maker.charge("Loyalty", total));
        }
        let goodwill = self
            .place
            .spec
            .leaks_at(LeakKind::OverDiscounting, self.birth.created_at);
        if goodwill.is_some() && self.advisor == 0 && self.dice.chance(4_500) {
            let total = subtotal.portion(self.dice.between(1_000, 1_800));
            order.discounts.push(self.maker.charge("Goodwill", total));
        }
        if self.dice.chance(450) {
            let cost = Cents(self.dice.between(40, 300) * 100);
            order.sublets.push(Sublet {
                id: self.maker.id(48_000),
                name: Text::Borrowed("Camera calibration"),
                vendor: Text::Borrowed("Sample Glass"),
                decision: Decision::OPEN,
                item_id: self.maker.id(48_000),
                price: cost + cost.portion(4_000),
                cost,
            });
        }
    }

    /// Some jobs are written at once, others after the inspection; each group is decided together.
    /// Returns when the last decision was taken.
    fn decide(&mut self, order: &mut Order, jobs: Vec<Job>, fates: &[Fate]) -> Stamp {
        let first_at = self.birth.created_at.plus(self.dice.between(900, 9_000));
        let found_at = first_at.plus(self.dice.between(1_800, 7_200));
        let second_at = match self.dice.chance(3_000) {
            true => found_at.plus(self.dice.between(14, 26) * 3_600),
            false => found_at.plus(self.dice.between(900, 10_800)),
        };
        let early = if self.dice.chance(4_500) {
            jobs.len()
        } else {
            jobs.len().div_ceil(2)
        };
        let mut decisions = [Vec::new(), Vec::new()];
        for (index, (job, fate)) in jobs.iter().zip(fates).enumerate() {
            let at = if index < early { first_at } else { second_at };
            if let Some(authorized) = self.verdict(*fate) {
                let decision = Decision {
                    authorized,
                    decided_at: Some(at),
                };
                decisions[usize::from(index >= early)].push((job.id, decision));
            }
        }
        let working = !matches!(self.end, End::Estimate | End::Saved) && !jobs.is_empty();
        if working {
            self.steps
                .push((first_at, Step::SetStatus(Status::WorkInProgress)));
        }
        let mut jobs = jobs;
        let mut late = jobs.split_off(early);
        order.jobs = jobs;
        if !late.is_empty() {
            for job in &mut late {
                job.created_at = Some(found_at);
            }
            self.steps.push((found_at, Step::AddJobs(late)));
        }
        for (at, group) in [first_at, second_at].into_iter().zip(decisions) {
            if !group.is_empty() {
                self.steps.push((at, Step::Decide(group)));
            }
        }
        second_at
    }

    /// How the API spells a fate: a refusal is `false` or, just as well, `null` with a date.
    fn verdict(&mut self, fate: Fate) -> Option<Option<bool>> {
        match fate {
            Fate::Authorized => Some(Some(true)),
            Fate::Declined => Some(if self.dice.chance(3_000) {
                None
            } else {
                Some(false)
            }),
            Fate::Pending => None,
        }
    }

    fn post(&mut self, decided_at: Stamp, status: Status) {
        let lag = match self.dice.weighted(&[14, 36, 20, 12, 12, 6]) {
            4 => self.dice.between(4, 6),
            5 => self.dice.between(7, 20),
            days => days as i64,
        };
        let born_on = self.birth.created_at.date_in(self.place.zone);
        let mut on = later(born_on, lag);
        while on.weekday() == Weekday::Sunday && !self.dice.chance(1_500) {
            on = later(on, 1);
        }
        let mut posted_at = self.posting_time(on);
        while posted_at < decided_at.plus(1_800) {
            on = later(on, 1);
            posted_at = self.posting_time(on);
        }
        let completed_at = match self.dice.chance(70) {
            true => posted_at.plus(self.dice.between(60, 600)),
            false => posted_at
                .plus(-self.dice.between(300, 14_400))
                .max(decided_at.plus(900)),
        };
        self.steps.push((completed_at, Step::Complete));
        self.steps.push((posted_at, Step::Post(status)));
        if status == Status::AccountsReceivable && self.dice.chance(3_000) {
            self.steps
                .push((posted_at.plus(self.dice.between(15, 45) * DAY), Step::Pay));
        }
        self.late_edits(posted_at);
        self.rare_turns(posted_at, status);
    }

    /// 6.2 % of all orders are posted between midnight and four o'clock UTC (B-42), which is the
    /// evening of the same local day in American zones; the others before midnight UTC.
    fn posting_time(&mut self, on: Date) -> Stamp {
        if self.dice.chance(620) {
            let midnight = Stamp::local(&TimeZone::UTC, later(on, 1).to_datetime(time(0, 0, 0, 0)));
            return midnight.plus(self.dice.between(0, 4 * 3_600 - 1));
        }
        let opens = Stamp::local(self.place.zone, on.to_datetime(time(10, 30, 0, 0)));
        opens.plus(self.dice.between(0, 6 * 3_600 + 1_500))
    }

    /// 37 % of the posted orders change more than a day later, 4.8 % more than 30 days later (B-20).
    fn late_edits(&mut self, posted_at: Stamp) {
        let roll = self.dice.below(10_000);
        // Some of the edits find nothing to edit.
        if roll >= 3_950 {
            return;
        }
        let days = if roll < 480 {
            self.dice.between(31, 120)
        } else {
            self.dice.between(1, 29)
        };
        let at = posted_at.plus(days * DAY + self.dice.between(600, 40_000));
        let step = self.late_edit(at);
        self.steps.push((at, step));
    }

    fn late_edit(&mut self, at: Stamp) -> Step {
        let line_id = None;
        match self.dice.weighted(&[42, 10, 6, 6, 14, 8, 4, 4, 4, 2]) {
            1 => Step::SetTechnician {
                line_id,
                technician_id: Some(*self.dice.pick(self.place.technicians)),
            },
            2 => Step::RemoveLine { line_id },
            3 => Step::AddLabor(self.late_labor()),
            4 => {
                let cost = Some(Cents(self.dice.between(500, 9_000)));
                Step::EditLine(LineEdit {
                    line_id,
                    cost,
                    ..LineEdit::default()
                })
            }
            5 => Step::AddDiscount(self.late_charge("Adjustment", (-1_500, 4_000))),
            6 => Step::RemoveDiscount { id: None },
            7 => Step::AddFee(self.late_charge("Shop Supplies", (100, 1_500))),
            8 => Step::AddPart(self.late_part()),
            9 => Step::AddJobs(vec![self.late_job(at)]),
            _ => Step::SetKeytag(Text::Owned(format!("L{}", self.dice.below(90)))),
        }
    }

    fn late_charge(&mut self, name: &'static str, range: (i64, i64)) -> Charge {
        let total = if self.maker.free {
            Cents::ZERO
        } else {
            Cents(self.dice.between(range.0, range.1))
        };
        self.maker.charge(name, total)
    }

    fn late_labor(&mut self) -> Labor {
        Labor {
            id: self.maker.id(990_000_000),
            name: Some(Text::Borrowed("Additional time")),
            rate: if self.maker.free {
                Cents::ZERO
            } else {
                self.place.spec.labor_rate
            },
            hours: Decimal::hundredths(self.dice.between(1, 8) * 10),
            complete: true,
            technician_id: Some(*self.dice.pick(self.place.technicians)),
        }
    }

    fn late_part(&mut self) -> Part {
        let cost = self.dice.between(100, 4_000);
        Part {
            id: self.maker.id(1_120_000_000),
            quantity: Some(Decimal::ONE),
            name: Some(Text::Borrowed("Hardware")),
            brand: None,
            number: None,
            cost: Some(Cents(cost)),
            retail: if self.maker.free {
                Cents::ZERO
            } else {
                Cents(cost * 2)
            },
            kind: super::entity::PartKind::Part,
        }
    }

    /// Sold after posting (B-46).
    fn late_job(&mut self, at: Stamp) -> Job {
        let mut job = self.maker.job(&mut self.dice, 90, Fate::Authorized);
        job.decision = Decision {
            authorized: Some(true),
            decided_at: Some(at),
        };
        job.created_at = Some(at);
        job
    }

    /// Unposted and posted again on another day (B-21); deleted after posting (B-22).
    fn rare_turns(&mut self, posted_at: Stamp, status: Status) {
        if self.dice.chance(80) {
            let unposted_at = posted_at.plus(self.dice.between(1, 5) * DAY + 1_800);
            let again_at = unposted_at.plus(self.dice.between(1, 3) * DAY + 3_600);
            self.steps.push((unposted_at, Step::Unpost));
            self.steps.push((again_at, Step::Post(status)));
        } else if self.dice.chance(40) {
            self.steps
                .push((posted_at.plus(self.dice.between(1, 20) * DAY), Step::Delete));
        }
    }

    fn delete(&mut self, decided_at: Stamp) {
        let at = match self.dice.chance(2_500) {
            true => self.birth.created_at.plus(self.dice.between(600, 3_600)),
            false => decided_at.plus(self.dice.between(3_600, 9 * DAY)),
        };
        self.steps.push((at, Step::Delete));
        if self.dice.chance(150) {
            self.steps
                .push((at.plus(self.dice.between(1, 5) * DAY), Step::Undelete));
        }
    }
}

fn later(day: Date, days: i64) -> Date {
    day.checked_add(jiff::Span::new().days(days)).unwrap_or(day)
}
