//! What an hour costs: read and entered by owners and managers.

use super::header::{OfShop, below};
use super::{Reading, expand};
use domain::{Cents, EmployeeId, ShopDay, ShopId};
use jiff::Timestamp;
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

static RATES: LazyLock<String> = LazyLock::new(|| expand(include_str!("rates.sql")));
const PUT: &str = include_str!("rates_put.sql");
const DELETE: &str = include_str!("rates_delete.sql");

/// The rates of a shop, by employee and day.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Shop.
    pub shop: ShopId,
    /// Whose "today" the header names.
    pub now: Timestamp,
    /// One employee's.
    pub employee: Option<i64>,
}

/// A rate as entered, with the days it really applies (contract 9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Whose.
    pub employee: EmployeeId,
    /// His name, where he is known.
    pub name: Option<String>,
    /// First day.
    pub from: ShopDay,
    /// Last day as entered; none while open.
    pub to: Option<ShopDay>,
    /// Last day it applies: a later rate ends it.
    pub applies_to: Option<ShopDay>,
    /// Cost of one hour.
    pub hourly_cost: Cents,
    /// manual, csv, `internal_api` or simulator.
    pub source: String,
    /// Remark.
    pub note: Option<String>,
}

impl Reading for Rates {
    type Answer = Option<OfShop<Vec<Rate>>>;

    fn sql(&self) -> &'static str {
        &RATES
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.now, &self.employee]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, |cells| Rate {
            employee: EmployeeId(cells.next()),
            name: cells.next(),
            from: cells.next(),
            to: cells.next(),
            applies_to: cells.next(),
            hourly_cost: Cents(cells.next()),
            source: cells.next(),
            note: cells.next(),
        })
    }
}

/// Rates to enter; the lists run parallel. A pair of employee and first day stands in them once.
#[derive(Clone, Debug)]
pub struct PutRates {
    /// Shop.
    pub shop: ShopId,
    /// Whose.
    pub employees: Vec<i64>,
    /// First days.
    pub froms: Vec<ShopDay>,
    /// Last days.
    pub tos: Vec<Option<ShopDay>>,
    /// Cents per hour.
    pub costs: Vec<i64>,
    /// manual or csv.
    pub source: &'static str,
    /// Remarks.
    pub notes: Vec<Option<String>>,
    /// Number of the task that applies them, where none waits already.
    pub task: Uuid,
}

/// What entering rates did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    /// How many were new or different.
    pub written: i64,
    /// The task that applies them; none when nothing was written.
    pub task: Option<Uuid>,
}

impl Reading for PutRates {
    type Answer = Entered;

    fn sql(&self) -> &'static str {
        PUT
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![
            &self.shop.0,
            &self.employees,
            &self.froms,
            &self.tos,
            &self.costs,
            &self.source,
            &self.notes,
            &self.task,
        ]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        Entered {
            written: rows.first().map_or(0, |row| row.get(0)),
            task: rows.first().and_then(|row| row.get(1)),
        }
    }
}

/// A rate to take back.
#[derive(Clone, Copy, Debug)]
pub struct DeleteRate {
    /// Shop.
    pub shop: ShopId,
    /// Whose.
    pub employee: EmployeeId,
    /// The day it begins.
    pub from: ShopDay,
    /// Number of the task that applies it, where none waits already.
    pub task: Uuid,
}

impl Reading for DeleteRate {
    /// Whether there was one.
    type Answer = bool;

    fn sql(&self) -> &'static str {
        DELETE
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.employee.0, &self.from, &self.task]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        !rows.is_empty()
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 3] {
    [
        ("rates", &RATES),
        ("rates_put", PUT),
        ("rates_delete", DELETE),
    ]
}
