//! Cursors: how far a stream is safely committed. Moved only in the transaction that writes the data.

use crate::error::StoreError;
use crate::session::{Param, Session};
use domain::ShopId;
use jiff::Timestamp;
use serde_json::Value;

/// Reads a stream's saved state; `None` before the first page.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn load(
    session: &Session,
    shop: ShopId,
    stream: &str,
) -> Result<Option<Value>, StoreError> {
    let rows = session
        .prepared(
            "select cursor_data from warehouse.sync_cursors where shop_id = $1 and entity_type = $2",
            &[&shop.0, &stream],
        )
        .await?;
    Ok(rows.first().and_then(|row| row.get(0)))
}

/// A cursor to save.
#[derive(Clone, Copy, Debug)]
pub struct Position<'a> {
    /// Stream.
    pub stream: &'a str,
    /// State of passes and windows; opaque here.
    pub state: &'a Value,
    /// Highest vendor time that is committed, once all passes are through.
    pub high_water: Option<Timestamp>,
    /// Time of the write.
    pub now: Timestamp,
}

/// Saves a stream's state in the caller's transaction.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn save(
    session: &Session,
    shop: ShopId,
    position: Position<'_>,
) -> Result<(), StoreError> {
    let parameters: Vec<Param> = vec![
        Box::new(shop.0),
        Box::new(position.stream.to_owned()),
        Box::new(position.now),
        Box::new(position.high_water),
        Box::new(position.state.clone()),
    ];
    session
        .dispatch(
            "insert into warehouse.sync_cursors (shop_id, entity_type, last_synced_at, last_tm_updated, cursor_data) \
             values ($1, $2, $3, $4, $5) \
             on conflict (shop_id, entity_type) do update set last_synced_at = excluded.last_synced_at, \
               last_tm_updated = coalesce(excluded.last_tm_updated, sync_cursors.last_tm_updated), \
               cursor_data = excluded.cursor_data",
            parameters,
        )
        .await
}
