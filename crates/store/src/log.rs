//! `sync_log`: one row a run of a stream.

use crate::error::StoreError;
use crate::session::Session;
use domain::ShopId;
use jiff::Timestamp;
use serde_json::Value;

/// Opens a row; returns its number.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn begin(
    session: &Session,
    shop: ShopId,
    (sync_type, stream): (&str, &str),
    now: Timestamp,
) -> Result<i64, StoreError> {
    // Whoever holds the stream's lease is its only runner: a row that still says "running" was left by a dead one.
    session
        .prepared(
            "update warehouse.sync_log set status = 'cancelled', completed_at = $3 \
             where shop_id = $1 and entity_type = $2 and status = 'running'",
            &[&shop.0, &stream, &now],
        )
        .await?;
    let rows = session
        .prepared(
            "insert into warehouse.sync_log (shop_id, sync_type, entity_type, started_at) \
             values ($1, $2, $3, $4) returning id",
            &[&shop.0, &sync_type, &stream, &now],
        )
        .await?;
    Ok(rows.first().map_or(0, |row| row.get(0)))
}

/// How a run ended.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a> {
    /// The row.
    pub id: i64,
    /// completed, partial, failed, cancelled.
    pub status: &'a str,
    /// Fetched, created, updated, skipped, errors.
    pub counts: [i64; 5],
    /// List of errors, if any.
    pub errors: Option<&'a Value>,
    /// Quirks met and unknown keys, with their counts.
    pub metadata: &'a Value,
    /// Milliseconds.
    pub duration_ms: i64,
    /// When.
    pub now: Timestamp,
}

/// Closes the row.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn close(
    session: &Session,
    shop: ShopId,
    closing: Closing<'_>,
) -> Result<(), StoreError> {
    let [fetched, created, updated, skipped, errors] = closing.counts;
    session
        .prepared(
            "update warehouse.sync_log set completed_at = $3, duration_ms = $4, status = $5, records_fetched = $6, \
             records_created = $7, records_updated = $8, records_skipped = $9, error_count = $10, errors = $11, \
             metadata = $12 where shop_id = $1 and id = $2",
            &[
                &shop.0,
                &closing.id,
                &closing.now,
                &closing.duration_ms,
                &closing.status,
                &fetched,
                &created,
                &updated,
                &skipped,
                &errors,
                &closing.errors,
                &closing.metadata,
            ],
        )
        .await?;
    Ok(())
}
