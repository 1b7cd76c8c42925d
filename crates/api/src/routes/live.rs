//! The live feed: server-sent events when something of a shop has changed. It carries no figure, only that there is a new
//! one; what it says is asked for under the watcher's own identity each time, so that the wall holds while it lasts.

use crate::App;
use crate::ask::AtShop;
use crate::error::{Kind, Problem};
use axum::http::header::CACHE_CONTROL;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::ShopId;
use futures_util::stream::{self, Stream};
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::door::{Live, LiveState, UserId};
use tokio::sync::{OwnedSemaphorePermit, watch};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How often is looked while nothing is heard of changes.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// How often is looked although nothing is heard: some changes are not told, and telling may be lost.
const LOOK_ANYWAY: Duration = Duration::from_secs(15);
/// Changes come in bursts, and of other shops too: no feed looks more often than this.
const LOOK_LEAST: Duration = Duration::from_secs(1);
/// A sign of life for what stands between.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// After this the watcher connects again, by himself: credentials are looked at anew.
const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Feeds at one time; each looks into the database.
pub(crate) const FEEDS_LIMIT: usize = 256;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(live))
}

struct Watch {
    app: Arc<App>,
    user: UserId,
    shop: ShopId,
    changes: watch::Receiver<u64>,
    known: Option<LiveState>,
    until: Instant,
    _permit: OwnedSemaphorePermit,
}

/// Events when the shop's data change: `figures`, `alerts`, `tasks`, `sync`
#[utoipa::path(
    get, path = "/shops/{shop_id}/live", operation_id = "watchShop", tag = "figures",
    params(("shop_id" = i64, Path, description = "The shop")),
    responses((status = 200, description = "Server-sent events; each carries what has changed, as JSON",
        body = String, content_type = "text/event-stream"))
)]
async fn live(at: AtShop) -> Result<Response, Problem> {
    // An unknown shop is a 404 before there is a stream.
    at.find(&Live(at.shop)).await?;
    let permit = Arc::clone(&at.app.feeds).try_acquire_owned().map_err(|_| {
        Problem::new(Kind::Unavailable)
            .detail("too many live feeds are open")
            .retry_after(30)
    })?;
    let watch = Watch {
        app: Arc::clone(&at.app),
        user: at.caller.user,
        shop: at.shop,
        changes: at.app.door.changes(),
        known: None,
        until: Instant::now() + LIFETIME,
        _permit: permit,
    };
    let sse = Sse::new(events(watch)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok(([(CACHE_CONTROL, "no-store")], sse).into_response())
}

impl Watch {
    /// Until there may be something new.
    async fn wait(&mut self) {
        tokio::time::sleep(LOOK_LEAST).await;
        let longest = if self.app.door.is_listening() {
            LOOK_ANYWAY
        } else {
            LOOK_EVERY
        };
        // Changes until now count, too; the sender lives as long as the door.
        let _ = tokio::time::timeout(longest - LOOK_LEAST, self.changes.changed()).await;
    }
}

fn events(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    let changes = stream::unfold(watch, |mut watch| async move {
        loop {
            // The first look is at once: it tells the watcher where he stands.
            if watch.known.is_some() {
                let stop = watch.app.stop.clone();
                stop.run_until_cancelled(watch.wait()).await?;
            }
            watch.changes.mark_unchanged();
            if Instant::now() > watch.until {
                return None;
            }
            match watch.app.door.read(watch.user, &Live(watch.shop)).await {
                Ok(Some(state)) if watch.known.as_ref() != Some(&state) => {
                    let event = told(watch.known.as_ref(), &state);
                    watch.known = Some(state);
                    return Some((Ok(event), watch));
                }
                Ok(Some(_)) => {}
                // The shop is no longer his: the feed ends, and asking again gives a 404.
                Ok(None) => return None,
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "a live feed could not look"
                    );
                    return None;
                }
            }
        }
    });
    Box::pin(changes)
}

fn told(before: Option<&LiveState>, state: &LiveState) -> Event {
    let name = match before {
        None => "hello",
        Some(before) if before.last_alert != state.last_alert => "alerts",
        Some(before) if before.figures_at != state.figures_at => "figures",
        Some(before) if before.open_tasks != state.open_tasks => "tasks",
        Some(before) if before.open_alerts != state.open_alerts => "alerts",
        Some(_) => "sync",
    };
    let data = json!({
        "as_of": state.as_of,
        "figures_at": state.figures_at,
        "last_alert_id": state.last_alert,
        "open_alerts": state.open_alerts,
        "open_tasks": state.open_tasks,
    });
    Event::default().event(name).data(data.to_string())
}
