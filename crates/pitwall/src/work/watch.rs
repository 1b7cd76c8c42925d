//! Rules that time alone breaks, such as a sync that has stopped: looked at again and again, whatever else happens.

use crate::lifecycle::Context;
use std::time::Duration;
use store::Database;

/// How often the rules are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Holds every configured shop against its rules until the context's stop.
pub(super) async fn rules(database: &Database, context: &Context) {
    while context
        .stop
        .run_until_cancelled(tokio::time::sleep(LOOK_EVERY))
        .await
        .is_some()
    {
        for (_, shop) in context.settings.shops() {
            if context.stop.is_cancelled() {
                return;
            }
            match pipeline::alerts::look(database, shop.shop_id, &context.clock).await {
                Ok(0) => {}
                Ok(raised) => {
                    metrics::counter!("pitwall_alerts_raised_total").increment(raised);
                    super::note(store::door::tell_of_changes(database).await);
                }
                Err(error) => tracing::warn!(
                    shop.id = shop.shop_id.0,
                    error = &error as &dyn std::error::Error,
                    "the rules were not looked at"
                ),
            }
        }
    }
}
