//! Work by the day it was sold, and beside it what was posted.

use super::figures::{Compared, PeriodSums, compared};
use super::header::{Cells, OfShop, Spans, below, header_of};
use super::sums::Sums;
use super::{Reading, expand};
use domain::{ShopDay, ShopId};
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static COMPARE: LazyLock<String> = LazyLock::new(|| expand(include_str!("compare.sql")));
static DAYS: LazyLock<String> = LazyLock::new(|| expand(include_str!("sold_days.sql")));

/// Sums of authorized work by sold day (D.6): cents, counts, hours in ten-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoldSums {
    /// Parts, labour and sublets; no fees, discounts, tax.
    pub revenue: i64,
    /// Their cost.
    pub cost: i64,
    /// Revenue less cost.
    pub profit: i64,
    /// Parts.
    pub parts: i64,
    /// Labour.
    pub labor: i64,
    /// Sublets, by their own day.
    pub sublets: i64,
    /// The jobs after their fees and discounts.
    pub net: i64,
    /// Jobs.
    pub job_count: i64,
    /// Orders, each once.
    pub ro_count: i64,
    /// Billed hours, ten-thousandths.
    pub hours: i64,
}

impl SoldSums {
    fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            revenue: cells.next(),
            cost: cells.next(),
            profit: cells.next(),
            parts: cells.next(),
            labor: cells.next(),
            sublets: cells.next(),
            net: cells.next(),
            job_count: cells.next(),
            ro_count: cells.next(),
            hours: cells.next(),
        }
    }
}

/// What was sold and what was posted in a range.
#[derive(Clone, Debug)]
pub struct SoldAndPosted {
    /// Shop.
    pub shop: ShopId,
    /// Which days.
    pub spans: Spans,
}

/// Both views of one range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwoViews {
    /// Sold in it.
    pub sold: SoldSums,
    /// Posted in it.
    pub posted: PeriodSums,
}

impl Reading for SoldAndPosted {
    type Answer = Option<OfShop<Compared<TwoViews>>>;

    fn sql(&self) -> &'static str {
        &COMPARE
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.spans.parameters(&self.shop.0)
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        let shop = header_of(rows)?;
        let content = compared(rows, |cells| {
            let (from, to) = (cells.next(), cells.next());
            let sold = SoldSums::read(cells);
            let sums = Sums::read(cells);
            TwoViews {
                sold,
                posted: PeriodSums { from, to, sums },
            }
        })?;
        Some(OfShop { shop, content })
    }
}

/// The days of a range on which work was sold, earliest first.
#[derive(Clone, Debug)]
pub struct SoldDays {
    /// Shop.
    pub shop: ShopId,
    /// Which days.
    pub spans: Spans,
}

/// One sold day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoldDay {
    /// Which.
    pub day: ShopDay,
    /// Its sums.
    pub sums: SoldSums,
}

impl Reading for SoldDays {
    type Answer = Option<OfShop<Vec<SoldDay>>>;

    fn sql(&self) -> &'static str {
        &DAYS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.spans.parameters(&self.shop.0)
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, |cells| SoldDay {
            day: cells.next(),
            sums: SoldSums::read(cells),
        })
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 2] {
    [("compare", &COMPARE), ("sold_days", &DAYS)]
}
