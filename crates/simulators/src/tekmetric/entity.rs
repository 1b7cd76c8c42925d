//! What the vendor's database holds (reference/tekmetric.md A.8), before it is printed as JSON.
//!
//! Ids are the vendor's own numbers, as bare `i64` on purpose: this crate is the other side of the
//! wire and must not borrow our typed ids.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::{Cents, Decimal, Stamp};

/// A text that is either built in or given.
pub(crate) type Text = Cow<'static, str>;

/// A shop. The API shows neither its zone nor its tax rate.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The vendor's shop number.
    pub id: i64,
    /// The name in front of the building.
    pub name: Text,
    /// IANA zone in which the shop's day runs.
    pub zone: TimeZone,
    /// Name of `zone`.
    pub zone_name: Text,
    pub(crate) city: Text,
    pub(crate) state: Text,
    /// The payload as given by a fixture.
    pub(crate) given: Option<Value>,
}

/// What an employee does; printed with the vendor's role ids (A.8.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Owner,
    ShopAdmin,
    Advisor,
    Technician,
}

/// An employee of one shop; the same id may serve in several.
#[derive(Debug, Clone)]
pub struct Employee {
    /// The vendor's employee id.
    pub id: i64,
    /// The shop that lists the employee.
    pub shop_id: i64,
    pub(crate) first_name: Text,
    pub(crate) last_name: Text,
    pub(crate) role: Role,
    pub(crate) created_at: Stamp,
    pub(crate) updated_at: Option<Stamp>,
    /// From this instant the employee is neither listed nor found.
    pub(crate) left_at: Option<Stamp>,
    pub(crate) given: Option<Value>,
}

impl Employee {
    /// Whether the API still shows the employee.
    pub(crate) fn is_listed(&self, now: Stamp) -> bool {
        self.created_at <= now && self.left_at.is_none_or(|left| left > now)
    }
}

/// A customer.
#[derive(Debug, Clone)]
pub struct Customer {
    /// The vendor's customer id.
    pub id: i64,
    /// The shop that owns the record.
    pub shop_id: i64,
    pub(crate) first_name: Text,
    pub(crate) last_name: Option<Text>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) business: bool,
    pub(crate) street: Option<String>,
    pub(crate) notes: Option<Text>,
    pub(crate) marketing: bool,
    pub(crate) created_at: Stamp,
    pub(crate) updated_at: Option<Stamp>,
    pub(crate) deleted_at: Option<Stamp>,
    pub(crate) given: Option<Box<Value>>,
}

/// A vehicle. The API does not say its shop.
#[derive(Debug, Clone)]
pub struct Vehicle {
    /// The vendor's vehicle id.
    pub id: i64,
    /// The shop that owns the record.
    pub shop_id: i64,
    /// The owner; changes when the car is sold.
    pub customer_id: i64,
    pub(crate) year: Option<i64>,
    pub(crate) make: Text,
    pub(crate) model: Text,
    pub(crate) color: Option<Text>,
    pub(crate) plate: Option<String>,
    /// Empty text and null both occur (B-39).
    pub(crate) vin: Option<String>,
    pub(crate) created_at: Stamp,
    pub(crate) updated_at: Option<Stamp>,
    pub(crate) deleted_at: Option<Stamp>,
    pub(crate) given: Option<Box<Value>>,
}

/// An appointment (A.8.10).
#[derive(Debug, Clone)]
pub(crate) struct Appointment {
    pub(crate) id: i64,
    pub(crate) shop_id: i64,
    pub(crate) customer_id: i64,
    pub(crate) vehicle_id: Option<i64>,
    pub(crate) starts_at: Stamp,
    pub(crate) ends_at: Stamp,
    pub(crate) title: Text,
    pub(crate) arrived: bool,
    pub(crate) created_at: Stamp,
    pub(crate) updated_at: Option<Stamp>,
    pub(crate) deleted_at: Option<Stamp>,
}

/// The status of a repair order (A.8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// 1: an offer.
    Estimate,
    /// 2: being worked on.
    WorkInProgress,
    /// 3: the work is done, the invoice is open.
    Complete,
    /// 4: put aside.
    SavedForLater,
    /// 5: closed to the books.
    Posted,
    /// 6: closed to the books, on account.
    AccountsReceivable,
    /// 7: deleted.
    Deleted,
}

impl Status {
    /// All, in the order of their ids.
    pub(crate) const ALL: [Self; 7] = [
        Self::Estimate,
        Self::WorkInProgress,
        Self::Complete,
        Self::SavedForLater,
        Self::Posted,
        Self::AccountsReceivable,
        Self::Deleted,
    ];

    /// The vendor's id, 1 to 7.
    #[must_use]
    pub fn id(self) -> i64 {
        self.index() as i64 + 1
    }

    pub(crate) fn index(self) -> usize {
        match self {
            Self::Estimate => 0,
            Self::WorkInProgress => 1,
            Self::Complete => 2,
            Self::SavedForLater => 3,
            Self::Posted => 4,
            Self::AccountsReceivable => 5,
            Self::Deleted => 6,
        }
    }

    /// The status of a vendor id, if it is one.
    pub(crate) fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.id() == id)
    }

    /// Whether the order is closed to the books.
    #[must_use]
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Posted | Self::AccountsReceivable)
    }
}

/// The customer's decision on a job, as the API spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decision {
    /// `null` beside a date means declined just as `false` does (B-18).
    pub(crate) authorized: Option<bool>,
    pub(crate) decided_at: Option<Stamp>,
}

/// The state that the table in A.8.6 makes of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobState {
    Authorized,
    Declined,
    Pending,
}

impl Decision {
    pub(crate) const OPEN: Self = Self {
        authorized: None,
        decided_at: None,
    };

    pub(crate) fn state(self) -> JobState {
        match (self.authorized, self.decided_at) {
            (Some(true), _) => JobState::Authorized,
            (_, Some(_)) => JobState::Declined,
            (_, None) => JobState::Pending,
        }
    }
}

/// A fee or a discount; on a job or on the order.
#[derive(Debug, Clone)]
pub(crate) struct Charge {
    pub(crate) id: i64,
    pub(crate) name: Text,
    pub(crate) total: Cents,
}

/// A labour line.
#[derive(Debug, Clone)]
pub(crate) struct Labor {
    pub(crate) id: i64,
    pub(crate) name: Option<Text>,
    /// Cents per hour.
    pub(crate) rate: Cents,
    pub(crate) hours: Decimal,
    pub(crate) complete: bool,
    pub(crate) technician_id: Option<i64>,
}

impl Labor {
    pub(crate) fn retail(&self) -> Cents {
        self.hours.times(self.rate)
    }
}

/// What a part line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartKind {
    Part,
    Tire,
    Battery,
}

/// A part line; cost and retail are per unit.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) id: i64,
    /// `null` means 1 (B-3).
    pub(crate) quantity: Option<Decimal>,
    pub(crate) name: Option<Text>,
    pub(crate) brand: Option<Text>,
    pub(crate) number: Option<Text>,
    pub(crate) cost: Option<Cents>,
    pub(crate) retail: Cents,
    pub(crate) kind: PartKind,
}

impl Part {
    pub(crate) fn retail_extended(&self) -> Cents {
        self.quantity.unwrap_or(Decimal::ONE).times(self.retail)
    }

    pub(crate) fn cost_extended(&self) -> Cents {
        self.quantity
            .unwrap_or(Decimal::ONE)
            .times(self.cost.unwrap_or_default())
    }
}

/// A job of a repair order.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: i64,
    pub(crate) name: Text,
    pub(crate) category: Option<Text>,
    pub(crate) note: Option<Text>,
    pub(crate) decision: Decision,
    pub(crate) selected: bool,
    pub(crate) archived: bool,
    pub(crate) technician_id: Option<i64>,
    pub(crate) logged_hours: Option<Decimal>,
    pub(crate) sort: i64,
    pub(crate) labor: Vec<Labor>,
    pub(crate) parts: Vec<Part>,
    pub(crate) fees: Vec<Charge>,
    pub(crate) discounts: Vec<Charge>,
    pub(crate) created_at: Option<Stamp>,
    pub(crate) updated_at: Option<Stamp>,
    pub(crate) completed_at: Option<Stamp>,
}

/// Work done outside; hangs on the order (B-16).
#[derive(Debug, Clone)]
pub(crate) struct Sublet {
    pub(crate) id: i64,
    pub(crate) name: Text,
    pub(crate) vendor: Text,
    pub(crate) decision: Decision,
    pub(crate) item_id: i64,
    pub(crate) price: Cents,
    pub(crate) cost: Cents,
}

/// How an order's tax comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tax {
    /// Hundredths of a percent on counted parts.
    Rate(i64),
    /// As a fixture gave it.
    Fixed(Cents),
}

/// A repair order.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) id: i64,
    pub(crate) number: i64,
    pub(crate) shop_id: i64,
    pub(crate) status: Status,
    /// What an undelete goes back to.
    pub(crate) status_before_delete: Status,
    pub(crate) customer_id: i64,
    pub(crate) vehicle_id: Option<i64>,
    pub(crate) technician_id: Option<i64>,
    pub(crate) advisor_id: Option<i64>,
    pub(crate) miles_in: Option<i64>,
    pub(crate) miles_out: Option<i64>,
    pub(crate) keytag: Option<Text>,
    pub(crate) lead_source: Option<Text>,
    pub(crate) concern: Option<Text>,
    pub(crate) tax: Tax,
    pub(crate) paid: Cents,
    pub(crate) jobs: Vec<Job>,
    pub(crate) sublets: Vec<Sublet>,
    pub(crate) fees: Vec<Charge>,
    pub(crate) discounts: Vec<Charge>,
    pub(crate) completed_at: Option<Stamp>,
    pub(crate) posted_at: Option<Stamp>,
    pub(crate) promised_at: Option<Stamp>,
    pub(crate) created_at: Stamp,
    pub(crate) updated_at: Option<Stamp>,
    pub(crate) deleted_at: Option<Stamp>,
    /// The payload as a fixture gave it, served until the first change.
    pub(crate) given: Option<Box<Value>>,
}

impl Order {
    /// Whether metrics leave the order out (B-22).
    pub(crate) fn is_deleted(&self) -> bool {
        self.status == Status::Deleted || self.deleted_at.is_some()
    }
}
