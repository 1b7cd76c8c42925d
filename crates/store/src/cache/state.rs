//! `raw.sync_state`: how far each cached table is, for people and for those who query it by that name (reference C3).
//! What a run resumes from is the cursor; this is written in the same transaction, from the same values.

use super::{Merged, Place};
use crate::connect::Database;
use crate::error::StoreError;
use crate::session::{Identity, Param, Session};
use jiff::Timestamp;

/// What a committed page says of its stream.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// Cached table, without its schema.
    pub table: &'a str,
    /// `export` or `list`.
    pub mode: &'a str,
    /// The vendor's token behind the page.
    pub token: Option<&'a str>,
    /// Start of the last run that succeeded, this one included if it is over.
    pub watermark: Option<Timestamp>,
    /// Start of the last complete run that succeeded.
    pub last_whole: Option<Timestamp>,
    /// What merging the page did.
    pub merged: Merged,
    /// Rows the run received, where this was its last page.
    pub received: Option<u64>,
}

/// Writes the state behind a page.
///
/// # Errors
/// [`StoreError`] when the database refuses: a run that cannot record its state fails.
pub async fn note(
    session: &Session,
    place: Place<'_>,
    progress: Progress<'_>,
) -> Result<(), StoreError> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let merged = progress.merged;
    let received = progress
        .received
        .map(|n| i32::try_from(n).unwrap_or(i32::MAX));
    let parameters: Vec<Param> = vec![
        Box::new(place.shop.0),
        Box::new(place.tenant),
        Box::new(progress.table.to_owned()),
        Box::new(progress.mode.to_owned()),
        Box::new(progress.token.map(str::to_owned)),
        Box::new(progress.watermark),
        Box::new(progress.last_whole),
        Box::new(received),
        Box::new(number(merged.inserted)),
        Box::new(number(merged.updated)),
        Box::new(number(merged.unchanged)),
        Box::new(number(merged.stale)),
        Box::new(number(merged.tombstoned)),
        Box::new(place.now),
    ];
    session.dispatch(include_str!("note.sql"), parameters).await
}

/// Writes that a run failed: nothing of what succeeded before changes.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn fail(
    database: &Database,
    place: Place<'_>,
    table: &str,
    (class, text): (&str, &str),
) -> Result<(), StoreError> {
    let session = Session::begin(database, &Identity::Sync(place.shop)).await?;
    session
        .prepared(
            "insert into raw.sync_state as s (shop_id, tenant_id, table_name, status, last_error, error_class, \
               consecutive_failures, created_at, updated_at) values ($1, $2, $3, 'failed', $4, $5, 1, $6, $6) \
             on conflict (shop_id, table_name) do update set status = 'failed', last_error = excluded.last_error, \
               error_class = excluded.error_class, consecutive_failures = s.consecutive_failures + 1, \
               updated_at = excluded.updated_at",
            &[&place.shop.0, &place.tenant, &table, &text, &class, &place.now],
        )
        .await?;
    session.commit().await
}
