//! `pitwall serve`

use crate::commands::sync;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::service::{self, Listeners, Service};
use crate::warehouse::Warehouse;
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
    keep_synced(&warehouse, context).await?;
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
