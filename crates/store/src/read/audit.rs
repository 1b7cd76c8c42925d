//! The audit of a day: which orders it is made of, and whether they add up.

use super::header::{Cells, HEADER_WIDTH, OfShop, header_of};
use super::sums::Sums;
use super::{Reading, expand};
use domain::{ShopDay, ShopId};
use jiff::Timestamp;
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static AUDIT: LazyLock<String> = LazyLock::new(|| expand(include_str!("audit.sql")));

/// One day of a shop.
#[derive(Clone, Copy, Debug)]
pub struct Audit {
    /// Shop.
    pub shop: ShopId,
    /// Whose "today" the header names.
    pub now: Timestamp,
    /// Which day.
    pub day: ShopDay,
}

/// A day and what is behind it.
#[derive(Clone, Debug)]
pub struct AuditedDay {
    /// The stored day.
    pub day: Sums,
    /// The sums of the posted snapshots of the day.
    pub orders: Sums,
    /// Open issues of its orders.
    pub issue_count: i64,
    /// Orders with an open issue.
    pub orders_with_issues: i64,
    /// The orders, JSON in the shape that `audit.sql` builds.
    pub lines: String,
}

impl Reading for Audit {
    type Answer = Option<OfShop<AuditedDay>>;

    fn sql(&self) -> &'static str {
        &AUDIT
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.now, &self.day]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        let shop = header_of(rows)?;
        let mut cells = Cells::from(rows.first()?, HEADER_WIDTH);
        let content = AuditedDay {
            day: Sums::read(&mut cells),
            orders: Sums::read(&mut cells),
            issue_count: cells.next(),
            orders_with_issues: cells.next(),
            lines: cells.next(),
        };
        Some(OfShop { shop, content })
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 1] {
    [("audit", &AUDIT)]
}
