//! Where the rows of an export come from: pages by key, all of one moment, read as fast as the database gives them. A
//! list has no end that we set, and never more than a few pages are in memory.

use super::lists;
use super::table::{Column, Row};
use crate::ask::AtShop;
use crate::error::Problem;
use std::sync::Arc;
use std::time::Duration;
use store::Session;
use store::read::Reading;
use store::read::alerts::Alerts;
use store::read::board::Board;
use store::read::figures::Days;
use store::read::issues::{IssueKey, Issues};
use store::read::orders::{AllOrders, PostedOrders};
use store::read::people::{Advisors, Technicians};
use store::read::sold::SoldDays;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

/// Rows of a page.
const PAGE_ROWS: i64 = 5_000;
/// Exports that are read at one time: each holds a connection of the pool while it is.
pub(crate) const EXPORTS_LIMIT: usize = 2;
/// How long an export waits for its turn; below the time that a request has for the answer's head.
const PATIENCE: Duration = Duration::from_secs(10);

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
    source: Source,
    /// One transaction, so that all pages are of one moment; gone once the last is read.
    session: Option<Session>,
    /// One of the few connections that exports may hold.
    _permit: OwnedSemaphorePermit,
}

impl Pages {
    /// Begins to read, once one of the exports under way has been read.
    ///
    /// # Errors
    /// 503 where that takes too long, or a problem without database text.
    pub(super) async fn open(at: &AtShop, source: Source) -> Result<Self, Problem> {
        let permit = Arc::clone(&at.app.exports).acquire_owned();
        let permit = timeout(PATIENCE, permit)
            .await
            .ok()
            .and_then(Result::ok)
            .ok_or_else(|| {
                Problem::unavailable("too many exports are being read").retry_after(30)
            })?;
        Ok(Self {
            source,
            session: Some(at.app.door.snapshot(at.caller.user).await?),
            _permit: permit,
        })
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

    /// Whether the last page was read.
    pub(super) const fn is_over(&self) -> bool {
        self.session.is_none()
    }

    /// The next page; none after the last.
    ///
    /// # Errors
    /// 404 for a shop that the caller does not see, or a problem without database text.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Row>>, Problem> {
        let Some(session) = self.session.take() else {
            return Ok(None);
        };
        let rows = self.read(&session).await?;
        let is_whole = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE_ROWS);
        if is_whole && self.is_paged() {
            self.session = Some(session);
        } else {
            session.commit().await?;
        }
        Ok(Some(rows))
    }

    const fn is_paged(&self) -> bool {
        matches!(
            self.source,
            Source::Posted(_) | Source::All(_) | Source::Issues(_) | Source::Alerts(_)
        )
    }

    async fn read(&mut self, session: &Session) -> Result<Vec<Row>, Problem> {
        let rows = match &mut self.source {
            Source::Days(reading) => lists::days(find(session, reading).await?),
            Source::SoldDays(reading) => lists::sold_days(find(session, reading).await?),
            Source::Board(reading) => lists::board(find(session, reading).await?),
            Source::Advisors(reading) => lists::advisors(find(session, reading).await?),
            Source::Technicians(reading) => lists::technicians(find(session, reading).await?),
            Source::Posted(reading) => {
                reading.limit = Some(PAGE_ROWS);
                let found = find(session, reading).await?;
                if let Some(last) = found.content.last() {
                    reading.after_day = last.posted_on.unwrap_or(reading.after_day);
                    reading.after_id = last.id.0;
                }
                lists::orders(found)
            }
            Source::All(reading) => {
                reading.limit = Some(PAGE_ROWS);
                let found = find(session, reading).await?;
                if let Some(last) = found.content.last() {
                    reading.after_id = last.id.0;
                }
                lists::orders(found)
            }
            Source::Issues(reading) => {
                reading.limit = Some(PAGE_ROWS);
                let found = find(session, reading).await?;
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
                let found = find(session, reading).await?;
                if let Some(last) = found.content.last() {
                    reading.after_id = last.id;
                }
                lists::alerts(found)
            }
        };
        Ok(rows)
    }
}

/// Asks one question of the export's moment; a 404 where there is no such thing.
async fn find<R, T>(session: &Session, reading: &R) -> Result<T, Problem>
where
    R: Reading<Answer = Option<T>>,
{
    let answer = store::read::run(session, reading).await?;
    answer.ok_or_else(Problem::not_found)
}
