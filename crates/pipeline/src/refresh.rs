//! One order read again because somebody hinted at it: a webhook, a person. The hint itself is never data.

use crate::conform::{self, ShopContext};
use crate::plan::{PlannedConnection, PlannedShop};
use crate::retry::{self, StepError};
use crate::stream::{self, Run};
use crate::{drain, lease};
use domain::Clock;
use store::Database;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use vendors::{Connector, Stream};

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
        let context = ShopContext::open(database, (connection, &connector), shop).await?;
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
        let counts = stream::load_beside(run, (run.stream, &[record])).await?;
        refreshed.found += 1;
        refreshed.changed += counts.loaded.created + counts.loaded.updated;
    }
    Ok(refreshed)
}
