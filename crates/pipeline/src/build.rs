//! Snapshots or days of a selection built again, several shops side by side.

use crate::drain;
use crate::report::{Drained, Event};
use crate::sync::SHOPS_AT_ONCE;
use domain::{Clock, ShopId};
use futures_util::stream::{StreamExt as _, iter};
use serde::Serialize;
use store::models::{self, Selection};
use store::{Database, Identity, Session, StoreError};
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

/// Where a build begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// With the orders: their sums, their snapshots and the days these touch.
    Snapshots,
    /// With the days: summed again from the snapshots that are there.
    Days,
}

impl Step {
    /// As it is shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Snapshots => "snapshots",
            Self::Days => "days",
        }
    }
}

/// What every shop's build shares.
pub struct Build<'a> {
    /// The warehouse.
    pub database: &'a Database,
    /// Time of the rows written.
    pub clock: &'a Clock,
    /// Cancelled: the batch at hand is finished, the marks of the rest wait for the next run.
    pub stop: &'a CancellationToken,
    /// Where to begin.
    pub step: Step,
    /// Hears of every batch as [`Event::Built`]; a closed channel is no error.
    pub events: Sender<Event>,
}

impl Build<'_> {
    /// Builds shops side by side and closes the channel. The results come in the order of the shops.
    ///
    /// # Errors
    /// The first shop's [`StoreError`] after the retries; what was committed before stays, and so do the marks.
    pub async fn shops(
        self,
        shops: &[(ShopId, Selection)],
    ) -> Result<Vec<(ShopId, Drained)>, StoreError> {
        let builds = shops.iter().map(|(shop, selection)| async {
            let drained = self.shop(*shop, *selection).await?;
            Ok::<_, StoreError>((*shop, drained))
        });
        let results: Vec<_> = iter(builds).buffered(SHOPS_AT_ONCE).collect().await;
        results.into_iter().collect()
    }

    /// Builds one shop.
    ///
    /// # Errors
    /// [`StoreError`] after the retries; what was committed before stays, and so do the marks.
    pub async fn shop(&self, shop: ShopId, selection: Selection) -> Result<Drained, StoreError> {
        let total = self.mark(shop, selection).await?;
        let tell = async |sum: Drained| {
            let done = match self.step {
                Step::Snapshots => sum.orders,
                Step::Days => sum.days,
            };
            let built = Event::Built {
                shop_id: shop,
                step: self.step,
                // Marks that stood there before are worked off as well.
                total: total.max(done),
                done,
            };
            let _ = self.events.send(built).await;
        };
        tell(Drained::default()).await;
        drain::drain_telling(self.database, (shop, self.clock), self.stop, tell).await
    }

    async fn mark(&self, shop: ShopId, selection: Selection) -> Result<u64, StoreError> {
        let session = Session::begin(self.database, &Identity::Sync(shop)).await?;
        let now = self.clock.now();
        let marked = match self.step {
            Step::Snapshots => models::mark_selection(&session, shop, selection, now).await?,
            Step::Days => models::mark_selected_days(&session, shop, selection, now).await?,
        };
        session.commit().await?;
        Ok(marked)
    }
}
