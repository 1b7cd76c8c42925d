//! The vendor's own profit of each posted order beside ours, where a comparison source is configured. A courtesy:
//! whatever goes wrong here is logged, and the run stands as it is.

use crate::plan::PlannedShop;
use crate::retry::{self, StepError};
use crate::{drain, lease};
use domain::{Clock, ShopId};
use jiff::Timestamp;
use serde_json::json;
use store::comparison::{self, Due, Figures, Reported};
use store::log::{self, Closing};
use store::{Database, Identity, Session, StoreError};
use tokio_util::sync::CancellationToken;
use vendors::Connector;

/// Its name among leases and in `sync_log`.
const STREAM: &str = "comparison";
/// Orders asked for in one run: a back-fill of years is spread over several.
const ORDERS_AT_MOST: i64 = 500;
/// Orders written in one transaction.
const ORDERS_AT_ONCE: usize = 50;

/// What a comparison works with.
pub struct Compare<'a> {
    /// Database.
    pub database: &'a Database,
    /// Connection.
    pub connector: &'a Connector,
    /// Shop.
    pub shop: &'a PlannedShop,
    /// Time.
    pub clock: &'a Clock,
    /// Stop after the orders under way.
    pub stop: &'a CancellationToken,
    /// Who runs.
    pub holder: &'a str,
}

/// Asks for what is due. Never fails: a source that refuses or breaks is logged with what to do.
pub async fn run(compare: &Compare<'_>) {
    if !compare.connector.compares() || compare.stop.is_cancelled() {
        return;
    }
    if let Err(error) = Box::pin(leased(compare)).await {
        let problem = error.problem();
        tracing::warn!(
            shop.id = compare.shop.shop_id.0,
            error = problem.message,
            hint = problem.hint,
            "the vendor's own profit could not be compared"
        );
    }
}

async fn leased(compare: &Compare<'_>) -> Result<(), StepError> {
    let shop = compare.shop.shop_id;
    let due = retry::steadily(|| due(compare.database, shop)).await?;
    if due.is_empty() {
        return Ok(());
    }
    let lease = store::lease::acquire(compare.database, shop, STREAM, compare.holder).await?;
    let work = async {
        let began = compare.clock.now();
        let mut asked = 0;
        let result = ask_all(compare, &due, &mut asked).await;
        write_log(compare, (began, asked), result.as_ref().err()).await?;
        result
    };
    lease::hold(compare.database, &lease, work).await
}

async fn due(database: &Database, shop: ShopId) -> Result<Vec<Due>, StoreError> {
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    let due = comparison::due(&session, shop, ORDERS_AT_MOST).await?;
    session.commit().await?;
    Ok(due)
}

async fn ask_all(compare: &Compare<'_>, due: &[Due], asked: &mut i64) -> Result<(), StepError> {
    for some in due.chunks(ORDERS_AT_ONCE) {
        let mut reported = Vec::with_capacity(some.len());
        for due in some {
            let profit = compare.connector.profit(due.order).await?;
            *asked += 1;
            reported.push(Reported {
                due: due.clone(),
                figures: profit.map(|profit| Figures {
                    retail: profit.retail,
                    cost: profit.cost,
                    profit: profit.profit,
                    labor_cost: profit.labor_cost,
                }),
            });
        }
        let now = compare.clock.now();
        retry::steadily(|| write(compare, &reported, now)).await?;
        let shop = compare.shop.shop_id;
        drain::drain_shop(compare.database, shop, compare.clock, compare.stop).await?;
        if compare.stop.is_cancelled() {
            break;
        }
    }
    Ok(())
}

async fn write(
    compare: &Compare<'_>,
    reported: &[Reported],
    now: Timestamp,
) -> Result<(), StoreError> {
    let shop = compare.shop.shop_id;
    let session = Session::begin(compare.database, &Identity::Sync(shop)).await?;
    comparison::write(&session, shop, reported, now).await?;
    session.commit().await
}

async fn write_log(
    compare: &Compare<'_>,
    (began, asked): (Timestamp, i64),
    error: Option<&StepError>,
) -> Result<(), StoreError> {
    let shop = compare.shop.shop_id;
    let now = compare.clock.now();
    let errors = error.map(StepError::problem);
    let errors = errors.map(|p| json!([{ "error": p.message, "hint": p.hint }]));
    let session = Session::begin(compare.database, &Identity::Sync(shop)).await?;
    let id = log::begin(&session, shop, ("comparison", STREAM), began).await?;
    let closing = Closing {
        id,
        status: if error.is_some() {
            "failed"
        } else {
            "completed"
        },
        counts: [asked, 0, asked, 0, i64::from(error.is_some())],
        errors: errors.as_ref(),
        metadata: &json!({}),
        duration_ms: i64::try_from(now.duration_since(began).as_millis()).unwrap_or(i64::MAX),
        now,
    };
    log::close(&session, shop, closing).await?;
    session.commit().await
}
