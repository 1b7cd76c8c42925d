//! Where the rows of an export come from: pages by key, each in a transaction of its own, so that a slow reader holds
//! no connection and no list has an end that we set.

use super::lists;
use super::table::{Column, Row};
use crate::ask::AtShop;
use crate::error::Problem;
use store::read::alerts::Alerts;
use store::read::board::Board;
use store::read::figures::Days;
use store::read::issues::{IssueKey, Issues};
use store::read::orders::{AllOrders, PostedOrders};
use store::read::people::{Advisors, Technicians};
use store::read::sold::SoldDays;

/// Rows of a page.
const PAGE_ROWS: i64 = 5_000;

/// A list with the place it has been read to.
pub(super) enum Source {
    /// Days with figures.
    Days(Days),
    /// Days with sales.
    SoldDays(SoldDays),
    /// Posted orders of a range.
    Posted(PostedOrders),
    /// Orders in any state.
    All(AllOrders),
    /// Open orders.
    Board(Board),
    /// Advisors of a range.
    Advisors(Advisors),
    /// Technicians of a range.
    Technicians(Technicians),
    /// Issues.
    Issues(Issues),
    /// Alerts.
    Alerts(Alerts),
}

/// The pages of a list for a caller.
pub(super) struct Pages {
    at: AtShop,
    source: Source,
    is_over: bool,
}

impl Pages {
    pub(super) const fn new(at: AtShop, source: Source) -> Self {
        Self {
            at,
            source,
            is_over: false,
        }
    }

    pub(super) const fn columns(&self) -> &'static [Column] {
        match self.source {
            Source::Days(_) => lists::DAYS,
            Source::SoldDays(_) => lists::SOLD_DAYS,
            Source::Posted(_) | Source::All(_) => lists::ORDERS,
            Source::Board(_) => lists::BOARD,
            Source::Advisors(_) => lists::ADVISORS,
            Source::Technicians(_) => lists::TECHNICIANS,
            Source::Issues(_) => lists::ISSUES,
            Source::Alerts(_) => lists::ALERTS,
        }
    }

    /// The next page; none after the last.
    ///
    /// # Errors
    /// 404 for a shop that the caller does not see, or a problem without database text.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Row>>, Problem> {
        if self.is_over {
            return Ok(None);
        }
        let rows = self.read().await?;
        let is_whole = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE_ROWS);
        self.is_over = !is_whole || !self.is_paged();
        Ok(Some(rows))
    }

    const fn is_paged(&self) -> bool {
        matches!(
            self.source,
            Source::Posted(_) | Source::All(_) | Source::Issues(_) | Source::Alerts(_)
        )
    }

    async fn read(&mut self) -> Result<Vec<Row>, Problem> {
        let at = &self.at;
        let rows = match &mut self.source {
            Source::Days(reading) => lists::days(at.find(reading).await?),
            Source::SoldDays(reading) => lists::sold_days(at.find(reading).await?),
            Source::Board(reading) => lists::board(at.find(reading).await?),
            Source::Advisors(reading) => lists::advisors(at.find(reading).await?),
            Source::Technicians(reading) => lists::technicians(at.find(reading).await?),
            Source::Posted(reading) => {
                reading.limit = Some(PAGE_ROWS);
                let found = at.find(reading).await?;
                if let Some(last) = found.content.last() {
                    reading.after_day = last.posted_on.unwrap_or(reading.after_day);
                    reading.after_id = last.id.0;
                }
                lists::orders(found)
            }
            Source::All(reading) => {
                reading.limit = Some(PAGE_ROWS);
                let found = at.find(reading).await?;
                if let Some(last) = found.content.last() {
                    reading.after_id = last.id.0;
                }
                lists::orders(found)
            }
            Source::Issues(reading) => {
                reading.limit = Some(PAGE_ROWS);
                let found = at.find(reading).await?;
                if let Some(last) = found.content.last() {
                    reading.after = IssueKey {
                        entity_type: last.entity_type.clone(),
                        entity_id: last.entity_id,
                        code: last.code.clone(),
                    };
                }
                lists::issues(found)
            }
            Source::Alerts(reading) => {
                reading.limit = Some(PAGE_ROWS);
                let found = at.find(reading).await?;
                if let Some(last) = found.content.last() {
                    reading.after_id = last.id;
                }
                lists::alerts(found)
            }
        };
        Ok(rows)
    }
}
