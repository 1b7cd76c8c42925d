//! What happens, and when: the agenda of a company.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::plan::Plan;
use super::world::World;
use super::{billing, booking, company, field, pay, payments, plan};
use crate::Stamp;
use crate::dice::Dice;

/// Something that is going to happen.
#[derive(Debug)]
pub(crate) enum Event {
    OpenDay(Date),
    Month(Date),
    Book(Box<Plan>),
    Dispatch {
        job: i64,
        visit: usize,
    },
    Arrive {
        job: i64,
        visit: usize,
    },
    Finish {
        job: i64,
        visit: usize,
    },
    Drop {
        job: i64,
        last: bool,
    },
    Revive {
        job: i64,
    },
    Delete {
        job: i64,
    },
    Reschedule {
        job: i64,
    },
    Invoice {
        job: i64,
    },
    Post {
        invoice: i64,
    },
    Pay {
        invoice: i64,
    },
    Reopen {
        invoice: i64,
    },
    Credit {
        invoice: i64,
    },
    Bounce {
        payment: i64,
    },
    Decide {
        estimate: i64,
    },
    Recall {
        job: i64,
        warranty: bool,
    },
    Payroll {
        week: Date,
    },
    PaySheets {
        technician: i64,
        week: Date,
    },
    AdjustPay {
        item: i64,
    },
    BillMembership {
        membership: i64,
    },
    TurnMembership {
        membership: i64,
        status: &'static str,
    },
    MissedCall,
    CounterSale,
    MoveShift {
        shift: i64,
    },
    ShopTime {
        technician: i64,
    },
}

/// An event on the agenda. Of two at the same instant the one planned first happens first.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) at: Stamp,
    pub(crate) order: u64,
    pub(crate) event: Event,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// Lets one thing happen, now.
pub(crate) fn happen(world: &mut World, event: Event) {
    match event {
        Event::OpenDay(day) => plan::open_day(world, day),
        Event::Month(day) => company::month(world, day),
        Event::Book(plan) => booking::book(world, *plan),
        Event::Dispatch { job, visit } => field::dispatch(world, job, visit),
        Event::Arrive { job, visit } => field::arrive(world, job, visit),
        Event::Finish { job, visit } => field::finish(world, job, visit),
        Event::Drop { job, last } => booking::cancel(world, job, last),
        Event::Revive { job } => booking::revive(world, job),
        Event::Delete { job } => booking::delete(world, job),
        Event::Reschedule { job } => booking::reschedule(world, job),
        Event::Invoice { job } => billing::invoice_job(world, job),
        Event::Post { invoice } => billing::post(world, invoice),
        Event::Pay { invoice } => payments::pay(world, invoice),
        Event::Reopen { invoice } => billing::reopen(world, invoice),
        Event::Credit { invoice } => billing::credit(world, invoice),
        Event::Bounce { payment } => payments::void_payment(world, payment),
        Event::Decide { estimate } => billing::decide(world, estimate),
        Event::Recall { job, warranty } => plan::recall(world, job, warranty),
        Event::Payroll { week } => pay::payroll(world, week),
        Event::PaySheets { technician, week } => pay::pay_sheets(world, technician, week),
        Event::AdjustPay { item } => pay::adjust(world, item),
        Event::BillMembership { membership } => company::bill(world, membership),
        Event::TurnMembership { membership, status } => company::turn(world, membership, status),
        Event::MissedCall => booking::missed_call(world),
        Event::CounterSale => billing::counter_sale(world),
        Event::MoveShift { shift } => company::move_shift(world, shift),
        Event::ShopTime { technician } => company::shop_time(world, technician),
    }
}

impl World {
    /// The dice of one decision about one thing.
    pub(crate) fn dice(&self, decision: u64, thing: i64) -> Dice {
        Dice::new(self.config.seed, decision << 48 ^ thing.unsigned_abs())
    }
}
