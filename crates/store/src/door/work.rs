//! `ops.tasks` as the worker sees it: claimed across shops by number only, worked on inside the shop's wall.

use crate::connect::Database;
use crate::error::StoreError;
use crate::session::{Identity, Session};
use domain::ShopId;
use serde_json::Value;
use uuid::Uuid;

/// Work that this program can do.
pub const KINDS: [&str; 5] = [
    "sync_run",
    "backfill",
    "snapshots_build",
    "metrics_rebuild",
    "order_refresh",
];

/// A task that is ours now.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The shop it works on.
    pub shop: ShopId,
    /// Its number.
    pub task_id: Uuid,
    /// What to do.
    pub kind: String,
    /// With what.
    pub arguments: Value,
    /// How often it was begun, this time included.
    pub attempts: i32,
}

/// How far a task is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Units done.
    pub done: i64,
    /// Units in all, as far as they are known.
    pub total: Option<i64>,
    /// What is counted.
    pub note: String,
    /// List of `{stream, done, total}`.
    pub streams: Value,
}

/// How a task ended.
#[derive(Clone, Debug)]
pub enum Ending {
    /// What it did.
    Done(Value),
    /// A stable code, and words with what to do.
    Failed(&'static str, String),
    /// Somebody asked to stop it.
    Cancelled,
}

/// The worker's role without a shop: it may call the door across shops and sees no row.
const NO_SHOP: Identity = Identity::Sync(ShopId(0));

/// Takes the oldest waiting task, or one whose worker was silent for `patience_seconds`.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn claim(
    database: &Database,
    worker: &str,
    patience_seconds: i32,
) -> Result<Option<Claimed>, StoreError> {
    let session = Session::begin(database, &NO_SHOP).await?;
    let kinds: Vec<&str> = KINDS.to_vec();
    let rows = session
        .prepared(
            "select shop_id, task_id from warehouse.claim_task($1::text[], $2, make_interval(secs => $3::int))",
            &[&kinds, &worker, &patience_seconds],
        )
        .await?;
    session.commit().await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let (shop, task_id) = (ShopId(row.get(0)), row.get(1));
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    let rows = session
        .prepared(
            "select kind, arguments, attempts from ops.tasks where shop_id = $1 and task_id = $2",
            &[&shop.0, &task_id],
        )
        .await?;
    session.commit().await?;
    super::tell_of_changes(database).await?;
    Ok(rows.first().map(|row| Claimed {
        shop,
        task_id,
        kind: row.get(0),
        arguments: row.get(1),
        attempts: row.get(2),
    }))
}

/// Gives a sign of life and says how far the work is. False where it is to stop: somebody asked for it, or another
/// worker has taken over.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn heartbeat(
    database: &Database,
    (claimed, worker): (&Claimed, &str),
    progress: &Progress,
) -> Result<bool, StoreError> {
    let session = Session::begin(database, &Identity::Sync(claimed.shop)).await?;
    let rows = session
        .prepared(
            "update ops.tasks set heartbeat_at = now(), progress_done = $4, progress_total = $5, progress_note = $6, \
               progress_streams = $7 \
             where shop_id = $1 and task_id = $2 and worker = $3 and status = 'running' \
             returning cancel_requested_at is null",
            &[
                &claimed.shop.0,
                &claimed.task_id,
                &worker,
                &progress.done,
                &progress.total,
                &progress.note,
                &progress.streams,
            ],
        )
        .await?;
    session.commit().await?;
    Ok(rows.first().is_some_and(|row| row.get(0)))
}

/// Ends a task, where it is still this worker's.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn finish(
    database: &Database,
    (claimed, worker): (&Claimed, &str),
    (progress, ending): (&Progress, &Ending),
) -> Result<(), StoreError> {
    let (status, code, words, result) = match ending {
        Ending::Done(result) => ("done", None, None, Some(result)),
        Ending::Failed(code, words) => ("failed", Some(*code), Some(words.as_str()), None),
        Ending::Cancelled => ("cancelled", None, None, None),
    };
    let session = Session::begin(database, &Identity::Sync(claimed.shop)).await?;
    session
        .prepared(
            "update ops.tasks set status = $4, finished_at = now(), error_code = $5, error = $6, result = $7, \
               progress_done = $8, progress_total = $9, progress_note = $10, progress_streams = $11 \
             where shop_id = $1 and task_id = $2 and worker = $3 and status = 'running'",
            &[
                &claimed.shop.0,
                &claimed.task_id,
                &worker,
                &status,
                &code,
                &words,
                &result,
                &progress.done,
                &progress.total,
                &progress.note,
                &progress.streams,
            ],
        )
        .await?;
    session.commit().await?;
    super::tell_of_changes(database).await
}

/// Gives a task back to the queue, because the service stops.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn give_back(
    database: &Database,
    (claimed, worker): (&Claimed, &str),
) -> Result<(), StoreError> {
    let session = Session::begin(database, &Identity::Sync(claimed.shop)).await?;
    session
        .prepared(
            "update ops.tasks set status = 'queued', worker = null, heartbeat_at = null \
             where shop_id = $1 and task_id = $2 and worker = $3 and status = 'running'",
            &[&claimed.shop.0, &claimed.task_id, &worker],
        )
        .await?;
    session.commit().await
}
