//! Canonical rows again from the raw payloads, without the vendor: after a change of mapping, or to prove that
//! what is kept is enough.

use crate::ahead::Ahead;
use crate::conform::{self, PageCounts, PageRecords, ShopContext};
use crate::plan::{PlannedConnection, PlannedShop};
use crate::report::Drained;
use crate::retry::StepError;
use crate::{compose, drain, rates};
use domain::Clock;
use serde::Serialize;
use store::load::payload;
use store::{Database, Identity, Session};
use tokio_util::sync::CancellationToken;
use vendors::{Connector, RawRecord, Stream};

/// Records rebuilt in one transaction.
const RECORDS_AT_ONCE: i64 = 500;

/// What a replay did.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct ReplayReport {
    /// Payloads read: the newest of each record.
    pub payloads: u64,
    /// Records refused.
    pub rejected: u64,
    /// What summing did.
    pub drained: Drained,
}

/// The word a stream's records have in `raw.payloads`.
const fn entity(stream: Stream) -> &'static str {
    match stream {
        Stream::Employees => "employee",
        Stream::Customers => "customer",
        Stream::Vehicles => "vehicle",
        Stream::RepairOrders => "repair_order",
        Stream::Cached(table) => table,
    }
}

/// Rebuilds a shop's canonical rows from the newest payload of every record, then its snapshots and days.
///
/// # Errors
/// [`StepError`] when the database refuses or the run is stopped; every batch is a transaction of its own.
pub async fn run(
    database: &Database,
    connection: &PlannedConnection,
    shop: &PlannedShop,
    clock: &Clock,
    stop: &CancellationToken,
) -> Result<ReplayReport, StepError> {
    let connector = Connector::new(connection.settings.clone(), clock.clone())?;
    let mut context = ShopContext {
        replay: true,
        payloads: false,
        ..ShopContext::open(database, (connection, &connector), shop).await?
    };
    let mut report = ReplayReport::default();
    if connector.vendor().is_cached() {
        let composed = compose::again(database, &context, (clock, stop)).await?;
        report.payloads = composed.fetched;
        report.rejected = composed.rejected;
        report.drained = drain::drain_shop(database, shop.shop_id, clock, stop).await?;
        return Ok(report);
    }
    for stream in connector.streams().iter().copied() {
        let counts = replay_stream(database, &context, stream, (clock, stop)).await?;
        report.payloads += counts.fetched;
        report.rejected += counts.rejected;
        if stream == Stream::Employees {
            // Who makes the shop average is known only now.
            let session = Session::begin(database, &Identity::Sync(shop.shop_id)).await?;
            context.rates = rates::book(&session, shop.shop_id).await?;
            session.commit().await?;
        }
    }
    report.drained = drain::drain_shop(database, shop.shop_id, clock, stop).await?;
    Ok(report)
}

async fn replay_stream(
    database: &Database,
    context: &ShopContext<'_>,
    stream: Stream,
    (clock, stop): (&Clock, &CancellationToken),
) -> Result<PageCounts, StepError> {
    let mut counts = PageCounts::default();
    let mut after = i64::MIN;
    loop {
        if stop.is_cancelled() {
            return Err(StepError::Stopped);
        }
        let shop = context.shop.shop_id;
        let session = Session::begin(database, &Identity::Sync(shop)).await?;
        let batch =
            payload::newest(&session, shop, entity(stream), (after, RECORDS_AT_ONCE)).await?;
        let Some((last, _)) = batch.last() else {
            return Ok(counts);
        };
        after = *last;
        let records: Vec<RawRecord> = batch
            .iter()
            .map(|(_, body)| context.connector.read(body))
            .collect();
        let page = PageRecords {
            stream,
            records: &records,
            ahead: &Ahead::default(),
        };
        counts.add(conform::load_page(&session, context, page, clock.now()).await?);
        session.commit().await?;
    }
}
