//! From the cache to canonical rows: what changed in it names orders, customers and technicians; each becomes a document,
//! which the connector reads in our words and the ordinary load takes in.

use crate::ahead::Ahead;
use crate::conform::{self, PageCounts, PageRecords, ShopContext};
use crate::lease;
use crate::plan::{PlannedConnection, PlannedShop};
use crate::retry::{self, StepError};
use domain::Clock;
use serde_json::json;
use store::cache::days;
use store::cache::document::{self, DocumentKind};
use store::cursor::{self, Position};
use store::lease::Lease;
use store::{Database, Identity, Session, StoreError};
use tokio_util::sync::CancellationToken;
use vendors::{Connector, RawRecord, Stream};

/// Documents composed in one transaction.
const AT_ONCE: i64 = 500;
/// Days of technicians worked out in one transaction.
const DAYS_AT_ONCE: i64 = 2_000;

const fn stream_of(kind: DocumentKind) -> Stream {
    match kind {
        DocumentKind::Job => Stream::RepairOrders,
        DocumentKind::Customer => Stream::Customers,
        DocumentKind::Technician => Stream::Employees,
    }
}

/// Composes what changed in a shop's cache, under the lease of its orders.
///
/// # Errors
/// [`StepError`]; what was committed stays, what is marked is composed by the next run.
pub async fn run(
    database: &Database,
    (connection, connector): (&PlannedConnection, &Connector),
    shop: &PlannedShop,
    (clock, stop): (&Clock, &CancellationToken),
    holder: &str,
) -> Result<PageCounts, StepError> {
    let stream = Stream::RepairOrders.as_str();
    let acquire = || store::lease::acquire(database, shop.shop_id, stream, holder);
    let lease = retry::steadily(acquire).await?;
    let work = async {
        let open = || ShopContext::open(database, (connection, connector), shop);
        let context = retry::steadily(open).await?;
        all(database, (&context, Some(&lease)), (clock, stop)).await
    };
    Box::pin(lease::hold(database, &lease, work)).await
}

/// Composes everything of a shop again.
///
/// # Errors
/// As [`run`].
pub async fn again(
    database: &Database,
    context: &ShopContext<'_>,
    (clock, stop): (&Clock, &CancellationToken),
) -> Result<PageCounts, StepError> {
    let shop = context.shop.shop_id;
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    document::mark_all(&session, shop).await?;
    days::mark_all(&session, shop).await?;
    session.commit().await?;
    all(database, (context, None), (clock, stop)).await
}

async fn all(
    database: &Database,
    (context, lease): (&ShopContext<'_>, Option<&Lease>),
    (clock, stop): (&Clock, &CancellationToken),
) -> Result<PageCounts, StepError> {
    let mut counts = PageCounts::default();
    let shop = context.shop.shop_id;
    for kind in DocumentKind::ORDER {
        loop {
            if stop.is_cancelled() {
                return Err(StepError::Stopped);
            }
            let batch = || batch(database, (context, lease), kind, clock);
            let (claimed, composed) = retry::steadily(batch).await?;
            counts.add(composed);
            if claimed < AT_ONCE as usize {
                break;
            }
        }
    }
    loop {
        if stop.is_cancelled() {
            return Err(StepError::Stopped);
        }
        let worked_out = retry::steadily(|| async {
            let session = Session::begin(database, &Identity::Sync(shop)).await?;
            let done = days::work_out(&session, shop, DAYS_AT_ONCE, clock.now()).await?;
            session.commit().await?;
            Ok(done)
        })
        .await?;
        if worked_out.0 < DAYS_AT_ONCE as u64 {
            break;
        }
    }
    retry::steadily(|| note_time(database, context, clock)).await?;
    Ok(counts)
}

/// One transaction: keys, their documents, the rows they become, and the marks taken.
async fn batch(
    database: &Database,
    (context, lease): (&ShopContext<'_>, Option<&Lease>),
    kind: DocumentKind,
    clock: &Clock,
) -> Result<(usize, PageCounts), StoreError> {
    let shop = context.shop.shop_id;
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    if let Some(lease) = lease {
        lease.fence(&session).await?;
    }
    session.plan_by_keys();
    let keys = document::claim(&session, shop, kind, AT_ONCE).await?;
    if keys.is_empty() {
        return Ok((0, PageCounts::default()));
    }
    let documents = document::read(&session, shop, kind, &keys).await?;
    let records: Vec<RawRecord> = documents
        .iter()
        .map(|body| context.connector.read(body))
        .collect();
    let page = PageRecords {
        stream: stream_of(kind),
        records: &records,
        ahead: &Ahead::default(),
    };
    let counts = conform::load_page(&session, context, page, clock.now()).await?;
    document::release(&session, shop, kind, &keys).await?;
    session.commit().await?;
    Ok((keys.len(), counts))
}

/// The orders are known up to now: what stands above every answer about the shop.
async fn note_time(
    database: &Database,
    context: &ShopContext<'_>,
    clock: &Clock,
) -> Result<(), StoreError> {
    let shop = context.shop.shop_id;
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    let position = Position {
        stream: Stream::RepairOrders.as_str(),
        state: &json!({ "composed": true }),
        high_water: None,
        now: clock.now(),
    };
    cursor::save(&session, shop, position).await?;
    session.commit().await
}
