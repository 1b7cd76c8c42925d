//! One order read again because somebody hinted at it: a webhook, a person. The hint itself is never data.

use crate::conform::{self, PageCounts, ShopContext};
use crate::plan::{PlannedConnection, PlannedShop};
use crate::retry::{self, StepError};
use crate::stream::{self, Run};
use crate::{drain, lease, rates};
use domain::Clock;
use store::{Database, Identity, Session};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use vendors::{Connector, Stream, VendorShopRef};

/// What came of reading orders again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Orders that the vendor has and that belong to the shop.
    pub found: u64,
    /// Orders that were new or had changed.
    pub changed: u64,
}

/// Reads orders of a shop again by their numbers, loads them behind the fence of the stream's lease, and sums what they
/// touched. An order of another shop of the same account is passed over.
///
/// # Errors
/// [`StepError`]; a lease held by another run among them: then that run reads the change anyway, or trying again does.
pub async fn orders(
    database: &Database,
    (connection, shop): (&PlannedConnection, &PlannedShop),
    ids: &[i64],
    (clock, stop): (&Clock, &CancellationToken),
    holder: &str,
) -> Result<Refreshed, StepError> {
    let connector = Connector::new(connection.settings.clone(), clock.clone())?;
    let stream = Stream::RepairOrders;
    let lease =
        retry::steadily(|| store::lease::acquire(database, shop.shop_id, stream.as_str(), holder))
            .await?;
    let work = async {
        let session = Session::begin(database, &Identity::Sync(shop.shop_id)).await?;
        let rates = rates::book(&session, shop.shop_id).await?;
        session.commit().await?;
        let context = ShopContext {
            shop: VendorShopRef {
                shop_id: shop.shop_id,
                vendor_id: shop.vendor_id,
            },
            connection: &connection.settings.name,
            vendor: connection.settings.vendor,
            zone: &shop.zone,
            connector: &connector,
            rates,
            replay: false,
        };
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
    drain::drain_shop(database, shop.shop_id, clock, stop).await?;
    Ok(refreshed)
}

async fn read(run: &Run<'_>, ids: &[i64]) -> Result<Refreshed, StepError> {
    let mut refreshed = Refreshed::default();
    for id in ids {
        if run.stop.is_cancelled() {
            return Err(StepError::Stopped);
        }
        let connector = run.context.connector;
        let Some(record) = connector
            .fetch_one(run.context.shop, run.stream, *id)
            .await?
        else {
            continue;
        };
        if conform::is_foreign(run.context, run.stream, &record) {
            continue;
        }
        let records = [record];
        let step = || stream::load_beside(run, (run.stream, &records));
        let counts: PageCounts = retry::steadily(step).await?;
        refreshed.found += 1;
        refreshed.changed += counts.loaded.created + counts.loaded.updated;
    }
    Ok(refreshed)
}
