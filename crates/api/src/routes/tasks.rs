//! Long work: asked for here, done by the service, watched and cancelled here. A request never waits for it.

use crate::App;
use crate::answer::PlainAnswer;
use crate::ask::{AtShop, Day, Limit, Managed, Query, Role, Signed, Tasks};
use crate::error::{Kind, Problem};
use axum::Json;
use axum::http::header::LOCATION;
use axum::http::{HeaderName, StatusCode};
use domain::ShopId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use store::door::{CancelTask, NewTask, Task, TaskOf, TasksOf};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Days that are built where nothing is said.
const DAYS_BACK: u32 = 30;
/// Ten years: more is the whole history, which the command line builds.
const DAYS_BACK_LIMIT: u32 = 3660;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(sync_run))
        .routes(routes!(backfill))
        .routes(routes!(snapshots_rebuild))
        .routes(routes!(refresh_order))
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(cancel))
}

/// The routes that were there before there were versions.
pub(super) fn older_routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(build_snapshots))
        .routes(routes!(rebuild_days))
}

/// How far a task is.
#[derive(Serialize, ToSchema)]
struct Progress {
    /// Units done.
    done: i64,
    /// Units in all; null while unknown.
    total: Option<i64>,
    /// What is counted: records, orders or days.
    note: Option<String>,
    /// How far each stream is, for work that reads from the vendor.
    #[schema(value_type = Vec<StreamProgress>)]
    streams: Value,
}

/// How far a stream is.
#[derive(Serialize, ToSchema)]
struct StreamProgress {
    /// Its name.
    stream: String,
    /// Records read.
    done: i64,
    /// Records in all, as far as the vendor has said.
    total: Option<i64>,
}

/// Why a task failed.
#[derive(Serialize, ToSchema)]
struct TaskError {
    /// Stable code.
    code: String,
    /// For people, with what to do.
    message: String,
}

/// A piece of long work.
#[derive(Serialize, ToSchema)]
struct TaskTold {
    /// Its number.
    task_id: Uuid,
    /// The shop it works on.
    shop_id: i64,
    /// sync_run, backfill, snapshots_build, metrics_rebuild or order_refresh.
    kind: String,
    /// queued, running, done, failed or cancelled.
    status: String,
    /// What was asked.
    #[schema(value_type = Object)]
    arguments: Value,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    requested_at: Timestamp,
    /// When it was last begun.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// When somebody asked to stop it.
    #[schema(value_type = Option<String>, format = DateTime)]
    cancel_requested_at: Option<Timestamp>,
    /// How far it is.
    progress: Progress,
    /// Why it failed; null otherwise.
    error: Option<TaskError>,
    /// What it did; null until then.
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
}

impl TaskTold {
    fn of(shop: ShopId, task: Task) -> Self {
        Self {
            task_id: task.task_id,
            shop_id: shop.0,
            kind: task.kind,
            status: task.status,
            arguments: task.arguments,
            requested_at: task.requested_at,
            started_at: task.started_at,
            finished_at: task.finished_at,
            cancel_requested_at: task.cancel_requested_at,
            progress: Progress {
                done: task.progress_done,
                total: task.progress_total,
                note: task.progress_note,
                streams: task.progress_streams.unwrap_or_else(|| json!([])),
            },
            error: task.error_code.map(|code| TaskError {
                code,
                message: task.error.unwrap_or_default(),
            }),
            result: task.result,
        }
    }
}

/// A task that was taken on.
#[derive(Serialize, ToSchema)]
struct Accepted {
    /// The task; Location names where to look at it.
    data: TaskTold,
}

type Answer202 = (StatusCode, [(HeaderName, String); 1], Json<Accepted>);

/// Asks for the work in the caller's own name.
async fn ask(
    signed: &Signed,
    shop: ShopId,
    (kind, arguments): (&'static str, Value),
) -> Result<Answer202, Problem> {
    let new = NewTask {
        shop,
        task_id: Uuid::new_v4(),
        kind,
        arguments,
    };
    let task = signed
        .app
        .door
        .write(signed.caller.user, &new)
        .await?
        .ok_or_else(Problem::not_found)?;
    let place = format!("/api/v1/shops/{shop}/tasks/{}", task.task_id);
    let data = TaskTold::of(shop, task);
    Ok((
        StatusCode::ACCEPTED,
        [(LOCATION, place)],
        Json(Accepted { data }),
    ))
}

/// Reads what is new at the vendor
#[utoipa::path(
    post, path = "/shops/{shop_id}/sync/run", operation_id = "runSync", tag = "tasks",
    params(("shop_id" = i64, Path, description = "The shop")),
    responses((status = 202, description = "The task that does it", body = Accepted))
)]
async fn sync_run(at: Managed<Tasks>) -> Result<Answer202, Problem> {
    ask(&at, at.shop, ("sync_run", json!({}))).await
}

/// Where a back-fill begins.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BackfillQuery {
    /// First day to read again; left out, the whole history.
    #[param(value_type = Option<String>, format = Date)]
    since: Option<Day>,
}

/// Reads the vendor's history again
#[utoipa::path(
    post, path = "/shops/{shop_id}/sync/backfill", operation_id = "runBackfill", tag = "tasks",
    params(("shop_id" = i64, Path, description = "The shop"), BackfillQuery),
    responses((status = 202, description = "The task that does it", body = Accepted))
)]
async fn backfill(at: Managed<Tasks>, query: Query<BackfillQuery>) -> Result<Answer202, Problem> {
    let since = query.since.map(|day| day.0);
    ask(&at, at.shop, ("backfill", json!({ "since": since }))).await
}

/// Which days are built again.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DaysBackQuery {
    /// Today and so many days before; 30 where it is left out.
    #[param(minimum = 0, maximum = 3660)]
    days_back: Option<u32>,
}

fn days_back(given: Option<u32>) -> Result<u32, Problem> {
    let days = given.unwrap_or(DAYS_BACK);
    if days > DAYS_BACK_LIMIT {
        return Err(Problem::parameter(
            "days_back",
            format!("must be at most {DAYS_BACK_LIMIT}"),
        ));
    }
    Ok(days)
}

/// Builds snapshots and days of recent orders again
#[utoipa::path(
    post, path = "/shops/{shop_id}/snapshots/rebuild", operation_id = "rebuildSnapshots", tag = "tasks",
    params(("shop_id" = i64, Path, description = "The shop"), DaysBackQuery),
    responses((status = 202, description = "The task that does it", body = Accepted))
)]
async fn snapshots_rebuild(
    at: Managed<Tasks>,
    query: Query<DaysBackQuery>,
) -> Result<Answer202, Problem> {
    let days_back = days_back(query.days_back)?;
    ask(
        &at,
        at.shop,
        ("snapshots_build", json!({ "days_back": days_back })),
    )
    .await
}

/// Reads one order again from the vendor
#[utoipa::path(
    post, path = "/shops/{shop_id}/ros/{order_id}/refresh", operation_id = "refreshOrder", tag = "tasks",
    params(("shop_id" = i64, Path, description = "The shop"), ("order_id" = i64, Path, description = "The order")),
    responses((status = 202, description = "The task that does it", body = Accepted))
)]
async fn refresh_order(at: Managed<Tasks>) -> Result<Answer202, Problem> {
    let order = at.id("order_id")?;
    ask(
        &at,
        at.shop,
        ("order_refresh", json!({ "order_id": order })),
    )
    .await
}

/// Which shop and days are built again.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BuildQuery {
    /// The shop.
    shop_id: i64,
    /// Today and so many days before; 30 where it is left out.
    #[param(minimum = 0, maximum = 3660)]
    days_back: Option<u32>,
}

/// Builds snapshots and days of recent orders again
#[utoipa::path(
    post, path = "/snapshots/build", operation_id = "buildSnapshots", tag = "tasks",
    params(BuildQuery),
    responses((status = 202, description = "The task that does it", body = Accepted))
)]
async fn build_snapshots(signed: Signed, query: Query<BuildQuery>) -> Result<Answer202, Problem> {
    let shop = ShopId(query.shop_id);
    signed.require(shop, &Role::MANAGERS, "tasks").await?;
    let days_back = days_back(query.days_back)?;
    ask(
        &signed,
        shop,
        ("snapshots_build", json!({ "days_back": days_back })),
    )
    .await
}

/// Which shop and days are summed again.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RebuildQuery {
    /// The shop.
    shop_id: i64,
    /// First day.
    #[param(value_type = String, format = Date)]
    start_date: Day,
    /// Last day.
    #[param(value_type = String, format = Date)]
    end_date: Day,
}

/// Sums the days again from their snapshots
#[utoipa::path(
    post, path = "/metrics/daily/rebuild", operation_id = "rebuildDays", tag = "tasks",
    params(RebuildQuery),
    responses((status = 202, description = "The task that does it", body = Accepted))
)]
async fn rebuild_days(signed: Signed, query: Query<RebuildQuery>) -> Result<Answer202, Problem> {
    let shop = ShopId(query.shop_id);
    signed.require(shop, &Role::MANAGERS, "tasks").await?;
    let (from, to) = (query.start_date.0, query.end_date.0);
    if to < from {
        return Err(Problem::parameter("end_date", "lies before start_date"));
    }
    let arguments = json!({ "start_date": from, "end_date": to });
    ask(&signed, shop, ("metrics_rebuild", arguments)).await
}

/// Which page of the list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Rows of a page, 1 to 1000; 50 where it is left out.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The shop's tasks, newest first
#[utoipa::path(
    get, path = "/shops/{shop_id}/tasks", operation_id = "listTasks", tag = "tasks",
    params(("shop_id" = i64, Path, description = "The shop"), ListQuery),
    responses((status = 200, description = "The tasks", body = PlainAnswer<Vec<TaskTold>>))
)]
async fn list(at: AtShop, query: Query<ListQuery>) -> Result<PlainAnswer<Vec<TaskTold>>, Problem> {
    let paging = query.paging(&at, query.limit, query.cursor.as_deref())?;
    let after: Option<(Timestamp, Uuid)> = paging.after()?;
    let tasks = at
        .find(&TasksOf {
            shop: at.shop,
            after_at: after.map(|(at, _)| at),
            after_id: after.map(|(_, id)| id),
            limit: paging.fetch(),
        })
        .await?;
    let page = paging.page(tasks, |task: &Task| (task.requested_at, task.task_id));
    Ok(at.page(page, |task| TaskTold::of(at.shop, task)).max_age(0))
}

/// One task
#[utoipa::path(
    get, path = "/shops/{shop_id}/tasks/{task_id}", operation_id = "readTask", tag = "tasks",
    params(("shop_id" = i64, Path, description = "The shop"), ("task_id" = Uuid, Path, description = "The task")),
    responses((status = 200, description = "The task", body = PlainAnswer<TaskTold>))
)]
async fn one(at: AtShop) -> Result<PlainAnswer<TaskTold>, Problem> {
    let task = at.find(&of(&at)?).await?;
    Ok(at.plain(TaskTold::of(at.shop, task)).max_age(0))
}

/// Asks a task to stop: one that waits ends at once, one that runs at its next safe place
#[utoipa::path(
    post, path = "/shops/{shop_id}/tasks/{task_id}/cancel", operation_id = "cancelTask", tag = "tasks",
    params(("shop_id" = i64, Path, description = "The shop"), ("task_id" = Uuid, Path, description = "The task")),
    responses((status = 200, description = "The task", body = PlainAnswer<TaskTold>))
)]
async fn cancel(at: Managed<Tasks>) -> Result<PlainAnswer<TaskTold>, Problem> {
    let of = of(&at)?;
    let cancelled = at.app.door.write(at.caller.user, &CancelTask(of)).await?;
    match cancelled {
        Some(task) => Ok(at.plain(TaskTold::of(at.shop, task)).max_age(0)),
        None => {
            at.find(&of).await?;
            Err(Problem::new(Kind::Conflict).detail("the task has ended already"))
        }
    }
}

fn of(at: &AtShop) -> Result<TaskOf, Problem> {
    let task_id = at
        .text("task_id")
        .and_then(|text| Uuid::try_parse(text).ok())
        .ok_or_else(|| Problem::parameter("task_id", "must be a UUID"))?;
    Ok(TaskOf {
        shop: at.shop,
        task_id,
    })
}
