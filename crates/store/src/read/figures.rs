//! A shop's figures by period and by day.

use super::header::{Cells, HEADER_WIDTH, Kind, OfShop, ShopHeader, Spans, below, header_of};
use super::sums::Sums;
use super::{Reading, expand};
use domain::{ShopDay, ShopId};
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static SUMMARY: LazyLock<String> = LazyLock::new(|| expand(include_str!("summary.sql")));
static DAYS: LazyLock<String> = LazyLock::new(|| expand(include_str!("days.sql")));
static SHOPS: LazyLock<String> = LazyLock::new(|| expand(include_str!("shops_summary.sql")));

/// The sums of a range and of the one it is compared with.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Shop.
    pub shop: ShopId,
    /// Which days.
    pub spans: Spans,
    /// Only the shop's business days.
    pub business_days_only: bool,
    /// day, week or month where the range begins such a goal's period; none for no goals.
    pub goals_of: Option<&'static str>,
}

/// The sums of a range and of the one it is compared with, and what the shop aims at in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summed {
    /// The sums.
    pub periods: Compared<PeriodSums>,
    /// Metric and target (decimal text in its unit) of each of the shop's goals, by metric.
    pub goals: Vec<(String, String)>,
}

/// Sums of one range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodSums {
    /// First day.
    pub from: ShopDay,
    /// Last day.
    pub to: ShopDay,
    /// The sums.
    pub sums: Sums,
}

/// The range asked for and, where one was asked for, the range compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared<T> {
    /// The range asked for.
    pub asked: T,
    /// What it is compared with.
    pub compared: Option<T>,
}

impl Reading for Summary {
    type Answer = Option<OfShop<Summed>>;

    fn sql(&self) -> &'static str {
        &SUMMARY
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let mut parameters = self.spans.parameters(&self.shop.0);
        parameters.push(&self.business_days_only);
        parameters.push(&self.goals_of);
        parameters
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        let shop = header_of(rows)?;
        let mut goals = Vec::new();
        let periods = compared(rows, |cells| {
            let (from, to) = (cells.next(), cells.next());
            let metrics: Option<Vec<String>> = cells.next();
            let targets: Option<Vec<String>> = cells.next();
            let both = metrics
                .into_iter()
                .flatten()
                .zip(targets.into_iter().flatten());
            goals.extend(both);
            PeriodSums {
                from,
                to,
                sums: Sums::read(cells),
            }
        })?;
        Some(OfShop {
            shop,
            content: Summed { periods, goals },
        })
    }
}

/// Splits the rows below a header by their kind, which is their first cell.
pub(super) fn compared<T>(
    rows: &[Row],
    mut one: impl FnMut(&mut Cells<'_>) -> T,
) -> Option<Compared<T>> {
    let (mut asked, mut other) = (None, None);
    for row in rows {
        let mut cells = Cells::from(row, HEADER_WIDTH);
        let kind: i16 = cells.next();
        let content = Some(one(&mut cells));
        if kind == Kind::Asked as i16 {
            asked = content;
        } else {
            other = content;
        }
    }
    asked.map(|asked| Compared {
        asked,
        compared: other,
    })
}

/// The days of a range that have a row, earliest first.
#[derive(Clone, Debug)]
pub struct Days {
    /// Shop.
    pub shop: ShopId,
    /// Which days.
    pub spans: Spans,
    /// Only the shop's business days.
    pub business_days_only: bool,
}

/// One day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub day: ShopDay,
    /// Its sums.
    pub sums: Sums,
}

impl Reading for Days {
    type Answer = Option<OfShop<Vec<Day>>>;

    fn sql(&self) -> &'static str {
        &DAYS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let mut parameters = self.spans.parameters(&self.shop.0);
        parameters.push(&self.business_days_only);
        parameters
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, |cells| Day {
            day: cells.next(),
            sums: Sums::read(cells),
        })
    }
}

/// The sums of a range for every shop the caller sees, by shop number.
#[derive(Clone, Debug)]
pub struct ShopsSummary {
    /// Which days; each shop's own "today" decides.
    pub spans: Spans,
}

impl Reading for ShopsSummary {
    type Answer = Vec<OfShop<PeriodSums>>;

    fn sql(&self) -> &'static str {
        &SHOPS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.spans.own_parameters()
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        rows.iter()
            .map(|row| {
                let mut cells = Cells::of(row);
                OfShop {
                    shop: ShopHeader::read(&mut cells),
                    content: PeriodSums {
                        from: cells.next(),
                        to: cells.next(),
                        sums: Sums::read(&mut cells),
                    },
                }
            })
            .collect()
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 3] {
    [
        ("summary", &SUMMARY),
        ("days", &DAYS),
        ("shops_summary", &SHOPS),
    ]
}
