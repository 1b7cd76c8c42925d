//! One order read again because somebody hinted at it: a webhook, a person. The hint itself is never data.

use crate::conform::{self, ShopContext};
use crate::plan::{PlannedConnection, PlannedShop, SyncPlan};
use crate::report::StreamReport;
use crate::retry::{self, StepError};
use crate::stream::{self, Run};
use crate::{alerts, drain, lease, sync};
use domain::Clock;
use futures_util::StreamExt as _;
use futures_util::stream::iter;
use store::Database;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use vendors::{Connector, Mode, Stream};

/// Orders fetched at one time; the connection's own rate holds them back.
const FETCHES_AT_ONCE: usize = 4;
/// Orders loaded in one transaction.
const ORDERS_AT_ONCE: usize = 50;

/// A shop with the way to its vendor.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The connection's settings.
    pub connection: &'a PlannedConnection,
    /// Its connector: whoever keeps it keeps token and rate.
    pub connector: &'a Connector,
    /// The shop.
    pub shop: &'a PlannedShop,
}

/// What came of reading orders again.
#[derive(Debug, Default)]
pub struct Refreshed {
    /// Orders that the vendor has and that belong to the shop.
    pub found: u64,
    /// Orders that were new or had changed.
    pub changed: u64,
    /// Orders that the vendor did not give, and why; the others were read all the same.
    pub failed: Vec<(i64, StepError)>,
}

/// Reads orders of a shop again by their numbers, loads them behind the fence of the stream's lease, and sums what they
/// touched. An order of another shop of the same account is passed over.
///
/// # Errors
/// [`StepError`]; a lease held by another run among them: then that run reads the change anyway, or trying again does.
pub async fn orders(
    database: &Database,
    source: Source<'_>,
    ids: &[i64],
    (clock, stop): (&Clock, &CancellationToken),
    holder: &str,
) -> Result<Refreshed, StepError> {
    if source.connector.vendor().is_cached() {
        return by_streams(database, source, ids, (clock, stop), holder).await;
    }
    let stream = Stream::RepairOrders;
    let shop = source.shop.shop_id;
    let lease =
        retry::steadily(|| store::lease::acquire(database, shop, stream.as_str(), holder)).await?;
    let work = async {
        let connection = (source.connection, source.connector);
        let context = ShopContext::open(database, connection, source.shop).await?;
        // Nobody follows the progress of a handful of orders.
        let (events, _) = mpsc::channel(1);
        let run = Run {
            database,
            context: &context,
            stream,
            lease: &lease,
            clock,
            stop,
            events: &events,
        };
        read(&run, ids).await
    };
    let refreshed = Box::pin(lease::hold(database, &lease, work)).await?;
    drain::drain_shop(database, shop, clock, stop).await?;
    alerts::look_and_tell(database, shop, clock).await?;
    Ok(refreshed)
}

/// An order that is composed of pieces is not read by its number: the feeds of its pieces bring what changed.
async fn by_streams(
    database: &Database,
    source: Source<'_>,
    ids: &[i64],
    (clock, stop): (&Clock, &CancellationToken),
    holder: &str,
) -> Result<Refreshed, StepError> {
    let settings = &source.connection.settings;
    let plan = SyncPlan {
        connections: vec![PlannedConnection {
            settings: settings.clone(),
            shops: vec![source.shop.clone()],
        }],
        streams: Some(settings.vendor.streams_of_an_order().to_vec()),
        mode: Mode::Incremental,
        holder: holder.to_owned(),
    };
    // Nobody follows the progress of a handful of orders.
    let (events, _) = mpsc::channel(1);
    let report = Box::pin(sync::run(database, &plan, clock, stop, events)).await;
    if stop.is_cancelled() {
        return Err(StepError::Stopped);
    }
    let failed = |stream: &&StreamReport| stream.problem.is_some();
    if let Some(stream) = report.streams.iter().find(failed) {
        return Err(StepError::Unfinished(stream.stream));
    }
    Ok(Refreshed {
        found: ids.len() as u64,
        changed: report.streams.iter().map(|s| s.created + s.updated).sum(),
        failed: Vec::new(),
    })
}

async fn read(run: &Run<'_>, ids: &[i64]) -> Result<Refreshed, StepError> {
    let mut refreshed = Refreshed::default();
    for ids in ids.chunks(ORDERS_AT_ONCE) {
        if run.stop.is_cancelled() {
            return Err(StepError::Stopped);
        }
        let (shop, connector) = (run.context.shop, run.context.connector);
        let fetches = ids.iter().map(|id| async move {
            let fetched = connector.fetch_one(shop, run.stream, *id).await;
            (*id, fetched)
        });
        let fetched: Vec<_> = iter(fetches).buffered(FETCHES_AT_ONCE).collect().await;
        let mut records = Vec::with_capacity(fetched.len());
        for (id, outcome) in fetched {
            match outcome {
                Ok(Some(record)) if !conform::is_foreign(run.context, run.stream, &record) => {
                    records.push(record);
                }
                Ok(_) => {}
                Err(error) => refreshed.failed.push((id, error.into())),
            }
        }
        if records.is_empty() {
            continue;
        }
        let counts = stream::load_beside(run, (run.stream, &records)).await?;
        refreshed.found += records.len() as u64;
        refreshed.changed += counts.loaded.created + counts.loaded.updated;
    }
    Ok(refreshed)
}
