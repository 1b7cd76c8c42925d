//! `pitwall serve`

use crate::commands::sync;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::service::{self, Listeners, Service};
use crate::warehouse::{self, Warehouse};
use crate::work;
use serde_json::json;

pub(super) async fn run(context: &Context) -> Result<Exit, Failure> {
    let listeners = Listeners::bind(&context.settings).await?;
    let warehouse = Warehouse::open_configured(context).await?;
    let app = service::app(&warehouse, context, &listeners, None).await?;
    let service = Service::start(listeners, app, context)?;
    tracing::info!(address = %service.address, metrics = %service.metrics_address, "serving");
    context
        .output
        .say(&format!("pitwall answers on http://{}", service.address));
    if context.output.is_json() {
        let address = service.address.to_string();
        context
            .output
            .event(&json!({ "event": "serving", "address": address }));
    }
    warehouse::configure_webhooks(&warehouse.database, &context.settings, &context.clock).await?;
    let working = async {
        work::work(&warehouse.database, context).await;
        Ok(())
    };
    tokio::try_join!(keep_synced(&warehouse, context), working)?;
    context.stop.cancelled().await;
    tracing::info!("stopping");
    service.finish().await?;
    warehouse.close().await?;
    Ok(Exit::Done)
}

/// Syncs until the stop, where there is something to sync and the scheduler is not switched off.
async fn keep_synced(warehouse: &Warehouse, context: &Context) -> Result<(), Failure> {
    let Some(every) = context.settings.sync_interval.value else {
        return Ok(());
    };
    if context.settings.shops().next().is_none() {
        tracing::warn!("no connection is configured: nothing is synced");
        return Ok(());
    }
    let plan = sync::whole_plan(&context.settings)?;
    let first = sync::silent(&warehouse.database, &plan, &context.clock, &context.stop).await;
    service::note(&first, context);
    service::sync_again_and_again(&warehouse.database, &plan, every, context).await;
    Ok(())
}
