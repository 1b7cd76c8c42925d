//! Tekmetric, official API: <https://api.tekmetric.com>; its pages' own API for comparison only. Quirk numbers (B-…) are those of docs/tekmetric.md.

mod canonical;
mod client;
mod cursor;
mod envelope;
mod hook;
mod internal;
mod reader;
mod scan;
mod streams;
mod times;
mod walk;
mod wire;

pub use cursor::Cursor;
pub use hook::{Hint, hint};

pub(crate) use canonical::{decode_customer, decode_employee, decode_order, decode_vehicle};

use crate::error::VendorError;
use crate::page::{Page, PostedPage, Progress, RawRecord, Step, VendorShopRef};
use crate::settings::ConnectionSettings;
use crate::stream::Stream;
use client::{Client, Parameter, Query};
use cursor::{Phase, Run};
use domain::Clock;
use domain::issue::{Reject, RejectReason};
use domain::record::VendorShop;
use envelope::Envelope;
use internal::Internal;
use jiff::{SignedDuration, Timestamp};
use streams::{Ends, List, Outcome};
use walk::Filter;

/// Version of the mapping in [`canonical`]; part of every record's fingerprint, so that a new mapping reaches
/// records the vendor has not changed.
pub(crate) const MAPPING_VERSION: u64 = 1;

/// A stored body as a record again.
pub(crate) fn read(body: &str) -> RawRecord {
    scan::scan(body).into_record()
}

/// The shortest look-back we ask for; a vendor that refuses even this refuses the filter.
const SHORTEST_LOOKBACK: SignedDuration = SignedDuration::from_hours(1);

/// A connection to the official API.
pub(crate) struct Tekmetric {
    client: Client,
    /// The comparison source, where one is configured.
    pub(crate) internal: Option<Internal>,
    clock: Clock,
}

impl Tekmetric {
    pub(crate) fn new(settings: ConnectionSettings, clock: Clock) -> Result<Self, VendorError> {
        Ok(Self {
            internal: Internal::new(&settings, &clock)?,
            client: Client::new(settings, clock.clone())?,
            clock,
        })
    }

    pub(crate) async fn shops(&self) -> Result<Vec<VendorShop>, VendorError> {
        let bodies = self.client.shops().await?;
        Ok(bodies.into_iter().filter_map(canonical::shop).collect())
    }

    pub(crate) async fn fetch_one(
        &self,
        shop: VendorShopRef,
        stream: Stream,
        id: i64,
    ) -> Result<Option<RawRecord>, VendorError> {
        match self.client.one(stream, id).await {
            // A technician lent from another shop is not ours to see; that is no fault of the credential.
            Err(error) if error.is_forbidden() && stream != Stream::RepairOrders => {
                tracing::debug!(shop.id = shop.shop_id.0, stream = %stream, id, "record is not shown to us");
                Ok(None)
            }
            outcome => outcome,
        }
    }

    pub(crate) async fn count(
        &self,
        shop: VendorShopRef,
        stream: Stream,
    ) -> Result<Option<u64>, VendorError> {
        let query = Query::of(shop.vendor_id, 0, 1);
        Ok(self.client.list(stream, &query).await?.total)
    }

    /// One page of the orders posted in `[from, to)`.
    pub(crate) async fn posted(
        &self,
        shop: VendorShopRef,
        (from, to): (Timestamp, Timestamp),
        page: u32,
    ) -> Result<PostedPage, VendorError> {
        // Whether the vendor's window ends are inclusive is not documented: the last instant before `to` is safe.
        let end = to - SignedDuration::from_secs(1);
        let query = Query::of(shop.vendor_id, page, client::PAGE_SIZE)
            .since(Parameter::PostedDateStart, from)
            .since(Parameter::PostedDateEnd, end)
            .on_the_books()
            .sorted("createdDate", "ASC");
        let envelope = self.client.list(Stream::RepairOrders, &query).await?;
        let full = envelope.rows.len() >= client::PAGE_SIZE as usize;
        let more = envelope.last != Some(true) && full;
        let records = envelope.rows.into_iter().map(|row| row.record).collect();
        Ok(PostedPage {
            records,
            total: envelope.total,
            more,
        })
    }

    pub(crate) async fn next(
        &self,
        shop: VendorShopRef,
        cursor: &Cursor,
    ) -> Result<Step, VendorError> {
        let Some(run) = cursor.run.as_deref() else {
            return Ok(Step {
                page: Page::default(),
                next: cursor.clone().into(),
                done: true,
                progress: Progress::default(),
            });
        };
        match &run.phase {
            Phase::Probe => {
                let [oldest, newest] = Ends::queries(shop.vendor_id);
                let ends = Ends {
                    oldest: self.client.list(cursor.stream, &oldest).await?,
                    newest: self.client.list(cursor.stream, &newest).await?,
                };
                let outcome = ends.take(cursor, run, self.clock.now());
                Ok(step(outcome, Envelope::default(), cursor.stream))
            }
            Phase::Count => {
                let total = self.count(shop, cursor.stream).await?;
                let outcome = streams::take_count(cursor, run, total);
                Ok(step(outcome, Envelope::default(), cursor.stream))
            }
            Phase::List { pass, filter, walk } => {
                let list = List {
                    pass: *pass,
                    filter: *filter,
                    walk: walk.clone(),
                };
                self.list(shop, cursor, run, list).await
            }
        }
    }

    async fn list(
        &self,
        shop: VendorShopRef,
        cursor: &Cursor,
        run: &Run,
        mut list: List,
    ) -> Result<Step, VendorError> {
        let now = self.clock.now();
        let mut run = run.clone();
        if let Filter::Updated { since, lookback } = &mut list.filter {
            if let Some(seconds) = lookback.take() {
                *since = (*since).max(now - SignedDuration::from_secs(seconds));
            }
            // What lies between the mark and the start is read by creation date afterwards.
            run.gap |= run.base.is_some_and(|base| *since > base);
        }
        let query = list.query(shop.vendor_id, cursor.stream);
        match self.client.list(cursor.stream, &query).await {
            Ok(page) => {
                let outcome = list.take(cursor, &run, &page, now);
                Ok(step(outcome, page, cursor.stream))
            }
            Err(error) if error.is_history_window() => {
                let Filter::Updated { since, .. } = list.filter else {
                    return Err(error);
                };
                let half = now.duration_since(since) / 2;
                Ok(shorter_lookback(cursor, run, half))
            }
            Err(error) => Err(error),
        }
    }
}

/// Asks again from half as far back, and remembers it for later runs (quirk B-27). Where the vendor refuses
/// even the shortest look-back, the pass is left out and everything is read by creation date instead.
fn shorter_lookback(cursor: &Cursor, mut run: Run, half: SignedDuration) -> Step {
    let mut next = cursor.clone();
    let since = run.base.unwrap_or(cursor::BEFORE_ALL) - cursor::OVERLAP;
    run.phase = if half >= SHORTEST_LOOKBACK {
        next.lookback_seconds = Some(half.as_secs());
        Phase::updated(cursor.stream, since, next.lookback_seconds)
    } else {
        run.gap = true;
        match cursor.stream {
            Stream::RepairOrders => Phase::created(since),
            Stream::Employees | Stream::Customers | Stream::Vehicles | Stream::Cached(_) => {
                Phase::deleted(since)
            }
        }
    };
    let seen = run.tally.seen;
    next.run = Some(Box::new(run));
    Step {
        page: Page {
            drift: Some(format!(
                "{} updated: the vendor refuses this much history, asking for {} hours",
                cursor.stream,
                half.as_hours()
            )),
            ..Page::default()
        },
        next: next.into(),
        done: false,
        progress: Progress {
            label: "updated".to_owned(),
            seen,
            ..Progress::default()
        },
    }
}

fn step(outcome: Outcome, page: Envelope, stream: Stream) -> Step {
    let rejects = page.strays.into_iter().map(|payload| Reject {
        stream: stream.as_str(),
        entity_id: None,
        record_number: "unknown".to_owned(),
        reason: RejectReason::Malformed,
        detail: "an element of the page is no object".to_owned(),
        payload,
    });
    Step {
        page: Page {
            rejects: rejects.collect(),
            records: page.rows.into_iter().map(|row| row.record).collect(),
            drift: outcome.drift,
            ..Page::default()
        },
        next: outcome.next.into(),
        done: outcome.done,
        progress: outcome.progress,
    }
}
