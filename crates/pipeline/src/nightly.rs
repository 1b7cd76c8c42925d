//! Once a night the last weeks are built again from what is stored. Nothing may change: a change is drift, it is mended
//! by the same stroke, and it is said.

use crate::build::{Build, Step};
use crate::drain;
use crate::retry::StepError;
use crate::stream::Run;
use domain::ShopDay;
use jiff::{SignedDuration, ToSpan};
use serde_json::json;
use store::drift::{self, Drift};
use store::models::Selection;
use store::{Identity, Session, cursor};
use tokio::sync::mpsc;

/// Days built again.
const DAYS: i64 = 35;
/// The night's work begins this long after midnight, shop-local: 02:30 on most days.
const AFTER_MIDNIGHT: SignedDuration = SignedDuration::from_mins(150);
/// The entry of `sync_cursors` that names the last night worked.
const ENTRY: &str = "nightly_rebuild";

/// Builds the last weeks again, if the shop has had a night since; under the orders' lease, so that nothing is loaded
/// beside it and whatever is written is drift. The first call only notes the night: a back-fill has just built all.
///
/// # Errors
/// [`StepError`] when the database fails; the next run tries again.
pub async fn rebuild_if_due(run: &Run<'_>) -> Result<(), StepError> {
    let shop = run.context.shop.shop_id;
    let now = run.clock.now();
    let night = run
        .context
        .zone
        .day_of(now.saturating_sub(AFTER_MIDNIGHT).unwrap_or(now));
    let session = Session::begin(run.database, &Identity::Sync(shop)).await?;
    let saved = cursor::load(&session, shop, ENTRY).await?;
    let last: Option<ShopDay> = saved
        .as_ref()
        .and_then(|state| state["night"].as_str()?.parse().ok());
    session.commit().await?;
    if last.is_some_and(|last| last >= night) {
        return Ok(());
    }
    let drift = match last {
        None => Drift::default(),
        Some(_) => rebuild(run, night).await?,
    };
    if run.stop.is_cancelled() {
        return Err(StepError::Stopped);
    }
    let session = Session::begin(run.database, &Identity::Sync(shop)).await?;
    if last.is_some() {
        drift::record(&session, shop, drift, now).await?;
    }
    let position = cursor::Position {
        stream: ENTRY,
        state: &json!({ "night": night }),
        high_water: None,
        now,
    };
    cursor::save(&session, shop, position).await?;
    session.commit().await?;
    Ok(())
}

async fn rebuild(run: &Run<'_>, night: ShopDay) -> Result<Drift, StepError> {
    let shop = run.context.shop.shop_id;
    // What is still marked is work, not drift.
    drain::drain_shop(run.database, shop, run.clock, run.stop).await?;
    let days = Selection::Days(night.saturating_sub(DAYS.days()), night);
    let mut drift = Drift::default();
    for step in [Step::Snapshots, Step::Days] {
        // Nobody follows.
        let (events, _) = mpsc::channel(1);
        let build = Build {
            database: run.database,
            clock: run.clock,
            stop: run.stop,
            step,
            events,
        };
        let drained = build.shop(shop, days).await?;
        drift.snapshots +=
            drained.snapshots_created + drained.snapshots_revised + drained.snapshots_superseded;
        drift.day_rows += drained.day_rows_changed;
    }
    if !drift.is_none() {
        tracing::error!(
            shop.id = shop.0,
            snapshots = drift.snapshots,
            day_rows = drift.day_rows,
            "a rebuild of what nobody had changed wrote rows; they are right now, the reason is not known"
        );
    }
    Ok(drift)
}
