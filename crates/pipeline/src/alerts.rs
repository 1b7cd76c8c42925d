//! The last step: a shop's figures held against its rules. Late or twice, it finds the same; it looks at a window that
//! does not grow with the history, so a restated year raises no flood.

use crate::retry;
use domain::{Clock, ShopId};
use store::{Database, Identity, Session, StoreError, models};

/// Looks, and tells whoever watches the shop that its figures have changed: what is done after every drain.
///
/// # Errors
/// As [`look`].
pub async fn look_and_tell(
    database: &Database,
    shop: ShopId,
    clock: &Clock,
) -> Result<(), StoreError> {
    look(database, shop, clock).await?;
    store::door::tell_of_changes(database).await
}

/// Raises, changes and resolves a shop's alerts as they stand now. Gives how many were raised or changed.
///
/// # Errors
/// [`StoreError`] after the retries; the next look makes up for it.
pub async fn look(database: &Database, shop: ShopId, clock: &Clock) -> Result<u64, StoreError> {
    retry::steadily(|| async {
        let session = Session::begin(database, &Identity::Sync(shop)).await?;
        // One writer: two looks at once would find the same alert new.
        models::lock_metrics(&session, shop).await?;
        let raised = models::raise_alerts(&session, shop, clock.now()).await?;
        session.commit().await?;
        Ok(raised)
    })
    .await
}
