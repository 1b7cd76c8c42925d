//! The routes below `/api`. Each module gives its own with their descriptions; [`api`] lists the modules.

mod live;
mod me;
mod tasks;

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
}
