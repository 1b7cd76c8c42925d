//! The routes below `/api`. Each module gives its own with their descriptions; [`api`] lists the modules.

mod alert_rules;
mod alerts;
mod board;
mod csv;
mod export;
mod field;
mod goals;
mod kpi;
mod lines;
mod live;
mod me;
mod order;
mod orders;
mod outlook;
mod pace;
mod people;
mod quality;
mod range;
mod rates;
mod service;
mod shops;
mod tasks;
mod told;
mod trend_sums;
mod trends;
mod warranty;

pub(crate) use export::EXPORTS_LIMIT;
pub(crate) use live::FEEDS_LIMIT;

use crate::App;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// Everything below `/api`.
pub(crate) fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .nest("/api", tasks::older_routes())
        .nest("/api/v1", v1())
}

fn v1() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(live::routes())
        .merge(me::routes())
        .merge(tasks::routes())
        .merge(alert_rules::routes())
        .merge(alerts::routes())
        .merge(board::routes())
        .merge(export::routes())
        .merge(field::routes())
        .merge(goals::routes())
        .merge(kpi::routes())
        .merge(order::routes())
        .merge(orders::routes())
        .merge(outlook::routes())
        .merge(people::routes())
        .merge(quality::routes())
        .merge(rates::routes())
        .merge(service::routes())
        .merge(shops::routes())
        .merge(trends::routes())
        .merge(warranty::routes())
}
