//! The routes below `/api`. Each module gives its own with their descriptions; [`api`] lists the modules.

mod me;

use crate::App;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// Everything below `/api`.
pub(crate) fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().nest("/api/v1", v1())
}

fn v1() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().merge(me::routes())
}
