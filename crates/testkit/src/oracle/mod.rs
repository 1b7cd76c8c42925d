//! The gross-profit oracle: an independent plain-Rust twin of the whole metric chain.
//!
//! It computes from the vendor's payloads (official Tekmetric shape) what the product must find in
//! its warehouse: lines, jobs, orders, snapshots, days. It shares no arithmetic with `domain` and no
//! SQL with the models. Money is whole cents, hours are ten-thousandths of an hour, percentages are
//! ten-thousandths of a percent point (`None` where the base is not above zero).
//!
//! What it cannot know, because it sees one moment and no history: revisions, superseded snapshots,
//! emptied days, and averages that a posted snapshot keeps after a technician has left.

pub mod daily;
pub mod dates;
pub mod number;
pub mod order;
pub mod rates;
pub mod reckon;
pub mod snapshot;
pub mod variance;

mod decode;

pub use daily::{AdvisorDay, ShopDay, SoldDay, TechDay};
pub use decode::Misfit;
pub use order::{
    AuthorizationState, JobFigures, LaborFigures, OrderFigures, OrderSums, PartFigures,
    SubletFigures, VendorSums, WarrantyClass,
};
pub use rates::{RateBook, RateSource};
pub use snapshot::{SnapshotFigures, SnapshotKey, SnapshotTrigger};

use jiff::{civil::Date, tz::TimeZone};
use serde_json::Value;
use std::collections::BTreeMap;

/// A shop as the oracle needs it.
#[derive(Clone, Debug)]
pub struct OracleShop {
    /// `shops.shop_id`.
    pub shop_id: i64,
    /// IANA zone.
    pub timezone: String,
    /// Cents per hour; `None` takes [`rates::FALLBACK_COST_RATE`].
    pub default_tech_cost_rate: Option<i64>,
    /// Custom labels and job categories that mean warranty work, compared without case.
    pub warranty_labels: Vec<String>,
    /// GP % up to which an order is `low_margin`, in ten-thousandths of a percent point.
    pub low_margin_percent: i64,
}

impl OracleShop {
    /// A shop without a default cost rate, without warranty labels, threshold 5.00 %.
    pub fn new(shop_id: i64, timezone: &str) -> Self {
        Self {
            shop_id,
            timezone: timezone.to_owned(),
            default_tech_cost_rate: None,
            warranty_labels: Vec::new(),
            low_margin_percent: 50_000,
        }
    }
}

/// An employee: the vendor's payload, and the status that only the warehouse knows.
#[derive(Clone, Debug)]
pub struct OracleEmployee {
    /// The vendor's record.
    pub payload: Value,
    /// Whether `employees.status` is ACTIVE.
    pub is_active: bool,
}

/// A row of `employee_cost_rates`; both ends inclusive.
#[derive(Clone, Debug)]
pub struct OracleRate {
    /// The vendor's employee id, known or not.
    pub employee_id: i64,
    /// First day in force.
    pub effective_from: Date,
    /// Last day in force, `None` for open.
    pub effective_to: Option<Date>,
    /// Cents per hour.
    pub hourly_cost: i64,
}

/// Everything the oracle computes from: one shop at one moment.
#[derive(Clone, Debug)]
pub struct OracleInput {
    /// The shop.
    pub shop: OracleShop,
    /// Its employees, one entry each.
    pub employees: Vec<OracleEmployee>,
    /// Its cost rates.
    pub rates: Vec<OracleRate>,
    /// The latest payload of every repair order, deleted ones too.
    pub orders: Vec<Value>,
    /// The shop's today: reference date of work that is neither posted nor sold.
    pub today: Date,
}

/// An order that does not fit and therefore counts nowhere.
#[derive(Clone, Debug)]
pub struct OracleReject {
    /// Position in [`OracleInput::orders`].
    pub position: usize,
    /// The order's id where it has one.
    pub order_id: Option<i64>,
    /// Why.
    pub reason: Misfit,
}

/// What the warehouse must hold.
#[derive(Clone, Debug, Default)]
pub struct OracleFigures {
    /// Orders by vendor id, deleted ones too (they count in nothing below).
    pub orders: BTreeMap<i64, OrderFigures>,
    /// Current snapshots (posted and completed), without superseded ones.
    pub snapshots: BTreeMap<SnapshotKey, SnapshotFigures>,
    /// `daily_shop_metrics` by day.
    pub daily_shop: BTreeMap<Date, ShopDay>,
    /// `tech_daily_metrics` by day and technician (`None`: unassigned).
    pub tech_daily: BTreeMap<(Date, Option<i64>), TechDay>,
    /// `advisor_daily_metrics` by day and advisor (`None`: unassigned).
    pub advisor_daily: BTreeMap<(Date, Option<i64>), AdvisorDay>,
    /// `sold_daily_metrics` by sold date.
    pub sold_daily: BTreeMap<Date, SoldDay>,
    /// Orders that must stand in `ops.rejects`.
    pub rejects: Vec<OracleReject>,
}

/// Why the oracle could not start.
#[derive(Debug, thiserror::Error)]
pub enum OracleError {
    /// The shop's zone is not in the time zone database.
    #[error("shop {shop_id} has no valid IANA time zone: {timezone}")]
    Timezone {
        /// The shop.
        shop_id: i64,
        /// What was given.
        timezone: String,
        /// The library's reason.
        source: jiff::Error,
    },
    /// An employee that cannot be read.
    #[error("cannot read an employee")]
    Employee(#[from] Misfit),
}

/// Computes every figure of a shop from its payloads.
///
/// # Errors
/// When the zone is unknown or an employee cannot be read; orders that do not fit become rejects.
pub fn compute(input: &OracleInput) -> Result<OracleFigures, OracleError> {
    let zone = TimeZone::get(&input.shop.timezone).map_err(|source| OracleError::Timezone {
        shop_id: input.shop.shop_id,
        timezone: input.shop.timezone.clone(),
        source,
    })?;
    let rates = RateBook::new(input)?;
    let context = reckon::OrderContext {
        shop: &input.shop,
        zone: &zone,
        rates: &rates,
        today: input.today,
    };
    let mut figures = OracleFigures::default();
    for (position, payload) in input.orders.iter().enumerate() {
        match reckon::figures(&context, payload) {
            Ok(order) => {
                figures.orders.insert(order.id, order);
            }
            Err(reason) => {
                let order_id = decode::whole(payload, "id").ok().flatten();
                figures.rejects.push(OracleReject {
                    position,
                    order_id,
                    reason,
                });
            }
        }
    }
    for order in figures.orders.values().filter(|order| !order.is_deleted) {
        figures.snapshots.extend(snapshot::snapshots_of(order));
    }
    daily::fill(&mut figures);
    Ok(figures)
}
