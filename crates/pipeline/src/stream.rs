//! One run of one stream of one shop: page after page, each a transaction, until the connector says it is over.

use crate::ahead::{self, Ahead};
use crate::cached;
use crate::conform::{self, PageCounts, PageRecords, ShopContext};
use crate::report::Event;
use crate::retry::{self, StepError};
use domain::{Clock, ShopId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use store::cursor::{self, Position};
use store::lease::Lease;
use store::load::entities;
use store::{Database, Identity, Session, StoreError};
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use vendors::{Cursor, Mode, RawRecord, Step, Stream};

/// Full lists an employee must be missing from before he counts as gone (reference C.5).
const MISSED_LISTS: u64 = 3;

/// What a run of a stream works with.
pub struct Run<'a> {
    /// Database.
    pub database: &'a Database,
    /// Shop, decoder, rates.
    pub context: &'a ShopContext<'a>,
    /// The stream.
    pub stream: Stream,
    /// Its lease: every page passes its fence.
    pub lease: &'a Lease,
    /// Time.
    pub clock: &'a Clock,
    /// Stop after the current page.
    pub stop: &'a CancellationToken,
    /// Progress.
    pub events: &'a Sender<Event>,
}

/// What is saved of a stream between pages: the connector's cursor, and our own notes beside it.
#[derive(Clone, Debug, Default)]
struct Saved {
    /// The connector's state.
    vendor: Option<Value>,
    /// The run this belongs to reached its end.
    finished: bool,
    /// Employees and the number of full lists they were missing from.
    missing: BTreeMap<i64, u64>,
}

impl Saved {
    fn read(value: Option<Value>) -> Self {
        let Some(value) = value else {
            return Self {
                finished: true,
                ..Self::default()
            };
        };
        let missing = value["missing"].as_object().map(|map| {
            let pair = |(id, n): (&String, &Value)| Some((id.parse().ok()?, n.as_u64()?));
            map.iter().filter_map(pair).collect()
        });
        Self {
            vendor: value.get("vendor").cloned().filter(|v| !v.is_null()),
            finished: value["finished"].as_bool().unwrap_or(false),
            missing: missing.unwrap_or_default(),
        }
    }

    fn write(&self) -> Value {
        let missing: BTreeMap<String, u64> = self
            .missing
            .iter()
            .map(|(id, n)| (id.to_string(), *n))
            .collect();
        json!({ "vendor": self.vendor, "finished": self.finished, "missing": missing })
    }
}

/// How much of the vendor's list a run has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything.
    WholeHistory,
    /// What changed.
    Changes,
}

/// Runs the stream to its end, or until it is stopped: then what was committed stays, and the next run resumes.
///
/// # Errors
/// [`StepError`] after the retries of both sides.
pub async fn run(run: &Run<'_>, mode: Mode, counts: &mut PageCounts) -> Result<Extent, StepError> {
    let mut saved = load_saved(run.database, run.context.shop.shop_id, run.stream).await?;
    let whole_list = saved.finished;
    let cursor = run
        .context
        .connector
        .begin(run.stream, saved.vendor.as_ref(), mode)?;
    let extent = if cursor.in_backfill() {
        Extent::WholeHistory
    } else {
        Extent::Changes
    };
    let mut seen: HashSet<i64> = HashSet::new();
    let mut fetched = fetch(run, cursor).await?;
    loop {
        let step = &fetched.step;
        seen.extend(step.page.records.iter().filter_map(|r| r.id));
        saved.vendor = Some(step.next.to_json());
        saved.finished = step.done;
        let gone = if step.done && whole_list && run.stream == Stream::Employees {
            miss(run, &mut saved, &seen).await?
        } else {
            Vec::new()
        };
        if step.done || run.stop.is_cancelled() {
            commit_page(run, &fetched, (&saved, &gone), counts).await?;
            return if step.done {
                Ok(extent)
            } else {
                Err(StepError::Stopped)
            };
        }
        // The next page is fetched while this one is loaded: a kill repeats at most the page being loaded.
        let next_cursor = step.next.clone();
        let (loaded, next) = tokio::join!(
            commit_page(run, &fetched, (&saved, &gone), counts),
            fetch(run, next_cursor),
        );
        loaded?;
        fetched = next?;
    }
}

/// A page, and what could be decoded of it before its turn came.
struct Fetched {
    step: Step,
    ahead: Ahead,
}

/// In a task of its own: reading a page takes the processor, and the page before it is being sent to the database.
async fn fetch(run: &Run<'_>, cursor: Cursor) -> Result<Fetched, StepError> {
    let (connector, database) = (run.context.connector.clone(), run.database.clone());
    let (shop, stream) = (run.context.shop, run.stream);
    let reading = tokio::spawn(async move {
        let step = connector.next(shop, &cursor).await?;
        let from = (&connector, &shop);
        let records = (stream, &step.page.records[..]);
        let ahead = retry::steadily(|| ahead::decode(&database, from, records)).await?;
        Ok(Fetched { step, ahead })
    });
    match AbortOnDropHandle::new(reading).await {
        Ok(fetched) => fetched,
        // Nobody aborts it but by dropping the handle, so it panicked: go on panicking.
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

/// The connector's cursor, as the last run of a stream left it.
///
/// # Errors
/// [`StoreError`] after the retries.
pub async fn saved_cursor(
    database: &Database,
    shop: ShopId,
    stream: Stream,
) -> Result<Option<Value>, StoreError> {
    Ok(load_saved(database, shop, stream).await?.vendor)
}

async fn load_saved(
    database: &Database,
    shop: ShopId,
    stream: Stream,
) -> Result<Saved, StoreError> {
    let load = || async {
        let session = Session::begin(database, &Identity::Sync(shop)).await?;
        let value = cursor::load(&session, shop, stream.as_str()).await?;
        session.commit().await?;
        Ok(value)
    };
    retry::steadily(load).await.map(Saved::read)
}

/// Counts the lists an employee was missing from; returns who is to be marked INACTIVE.
async fn miss(
    run: &Run<'_>,
    saved: &mut Saved,
    seen: &HashSet<i64>,
) -> Result<Vec<i64>, StoreError> {
    let active = retry::steadily(|| listed_before(run)).await?;
    let mut missing = BTreeMap::new();
    let mut gone = Vec::new();
    for id in active.into_iter().filter(|id| !seen.contains(id)) {
        let lists = saved.missing.get(&id).copied().unwrap_or(0) + 1;
        if lists >= MISSED_LISTS {
            gone.push(id);
        } else {
            missing.insert(id, lists);
        }
    }
    saved.missing = missing;
    Ok(gone)
}

async fn listed_before(run: &Run<'_>) -> Result<Vec<i64>, StoreError> {
    let shop = run.context.shop.shop_id;
    let session = Session::begin(run.database, &Identity::Sync(shop)).await?;
    let active = entities::active_employees(&session, shop).await?;
    session.commit().await?;
    Ok(active)
}

/// Loads a page and moves the cursor in one transaction; a passing fault of the database is tried again.
async fn commit_page(
    run: &Run<'_>,
    fetched: &Fetched,
    (saved, gone): (&Saved, &[i64]),
    counts: &mut PageCounts,
) -> Result<(), StepError> {
    let step = &fetched.step;
    let page = retry::steadily(|| try_page(run, fetched, (saved, gone))).await?;
    let event = Event::Page {
        shop_id: run.context.shop.shop_id,
        stream: run.stream.as_str(),
        label: step.progress.label.clone(),
        seen: step.progress.seen,
        expected: step.progress.expected,
        records: page.fetched,
    };
    counts.add(page);
    // Nobody listening is no reason to stop.
    let _ = run.events.send(event).await;
    Ok(())
}

async fn try_page(
    run: &Run<'_>,
    fetched: &Fetched,
    (saved, gone): (&Saved, &[i64]),
) -> Result<PageCounts, StoreError> {
    let step = &fetched.step;
    let shop = run.context.shop.shop_id;
    let now = run.clock.now();
    let session = Session::begin(run.database, &Identity::Sync(shop)).await?;
    run.lease.fence(&session).await?;
    let records = PageRecords {
        stream: run.stream,
        records: &step.page.records,
        ahead: &fetched.ahead,
    };
    let mut counts = if matches!(run.stream, Stream::Cached(_)) {
        cached::load_page(&session, run.context, step, now).await?
    } else {
        conform::load_page(&session, run.context, records, now).await?
    };
    conform::keep_rejects(&session, run.context, &step.page.rejects, now).await?;
    counts.rejected += step.page.rejects.len() as u64;
    if !gone.is_empty() {
        entities::deactivate_employees(&session, shop, gone, now).await?;
    }
    let state = saved.write();
    let position = Position {
        stream: run.stream.as_str(),
        state: &state,
        high_water: step.next.high_water(),
        now,
    };
    cursor::save(&session, shop, position).await?;
    session.commit().await?;
    if let Some(drift) = &step.page.drift {
        tracing::warn!(shop.id = shop.0, stream = %run.stream, drift, "the vendor's list moved while it was read");
    }
    Ok(counts)
}

/// Loads records outside the walk, without moving its cursor, behind the same fence; a passing fault of the database
/// is tried again.
///
/// # Errors
/// [`StoreError`] when the database refuses, or another run took the lease over.
pub async fn load_beside(
    run: &Run<'_>,
    records: (Stream, &[RawRecord]),
) -> Result<PageCounts, StoreError> {
    retry::steadily(|| try_beside(run, records)).await
}

async fn try_beside(
    run: &Run<'_>,
    (stream, records): (Stream, &[RawRecord]),
) -> Result<PageCounts, StoreError> {
    let shop = run.context.shop.shop_id;
    let session = Session::begin(run.database, &Identity::Sync(shop)).await?;
    run.lease.fence(&session).await?;
    let records = PageRecords {
        stream,
        records,
        ahead: &Ahead::default(),
    };
    let loaded = conform::load_page(&session, run.context, records, run.clock.now()).await?;
    session.commit().await?;
    Ok(loaded)
}
