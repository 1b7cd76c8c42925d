//! The service's own hands: tasks that somebody asked for through the API, orders that a webhook hinted at, rules.

mod connectors;
mod deliveries;
mod progress;
mod watch;

use crate::commands::sync;
use crate::config::Settings;
use crate::lifecycle::Context;
use connectors::Connectors;
use domain::{Clock, ShopDay, ShopId};
use jiff::{SignedDuration, Timestamp, ToSpan};
use pipeline::build::{Build, Step};
use pipeline::refresh::{self, Refreshed};
use pipeline::retry::StepError;
use pipeline::{Outcome, SyncPlan};
use progress::Gathered;
use serde_json::{Value, json};
use std::time::Duration;
use store::door::work::{self, Claimed, Ending};
use store::models::Selection;
use store::{Database, StoreError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use vendors::Mode;

/// Events of a build that may wait to be noted.
const EVENTS: usize = 64;
/// How often the queues are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often a task gives a sign of life, and looks whether it is to stop.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(2);
/// A worker that was silent for so long is dead.
const PATIENCE_SECONDS: i32 = 30;
/// A run of the schedule may hold what a task needs; it is waited for this often, [`LOCKED_WAIT`] each.
const LOCKED_TRIES: u32 = 60;
const LOCKED_WAIT: Duration = Duration::from_secs(5);

/// Works until the context's stop. What is under way then goes back into the queue.
pub(crate) async fn work(database: &Database, context: &Context) {
    let worker = format!(
        "process {} {}",
        std::process::id(),
        context.settings.listen.value
    );
    let connectors = Connectors::default();
    tokio::join!(
        tasks(database, context, &connectors, &worker),
        deliveries::deal(database, context, &connectors, &worker),
        watch::rules(database, context)
    );
}

async fn pause(context: &Context) -> bool {
    let sleep = tokio::time::sleep(LOOK_EVERY);
    context.stop.run_until_cancelled(sleep).await.is_some()
}

/// What a task is carried out with.
struct Bench<'a> {
    database: &'a Database,
    context: &'a Context,
    connectors: &'a Connectors,
    progress: Gathered,
    stop: CancellationToken,
}

async fn tasks(database: &Database, context: &Context, connectors: &Connectors, worker: &str) {
    while pause(context).await {
        loop {
            match work::claim(database, worker, PATIENCE_SECONDS).await {
                Ok(Some(claimed)) if !context.stop.is_cancelled() => {
                    let bench = Bench {
                        database,
                        context,
                        connectors,
                        progress: Gathered::default(),
                        stop: context.stop.child_token(),
                    };
                    carry_out(&bench, (&claimed, worker)).await;
                }
                Ok(Some(claimed)) => {
                    note(work::give_back(database, (&claimed, worker)).await);
                    break;
                }
                Ok(None) => break,
                Err(error) => {
                    note(Err(error));
                    break;
                }
            }
        }
    }
}

fn note(result: Result<(), StoreError>) {
    if let Err(error) = result {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "a queue could not be worked on"
        );
    }
}

/// Does the work while signs of life are given beside it.
async fn carry_out(bench: &Bench<'_>, (claimed, worker): (&Claimed, &str)) {
    let (database, stopping) = (bench.database, &bench.context.stop);
    let beats = async {
        loop {
            tokio::time::sleep(HEARTBEAT_EVERY).await;
            match work::heartbeat(database, (claimed, worker), &bench.progress.told()).await {
                Ok(true) => {}
                Ok(false) => bench.stop.cancel(),
                // The work itself notices a lost database.
                Err(error) => note(Err(error)),
            }
        }
    };
    let ending = tokio::select! {
        ending = Box::pin(perform(bench, claimed)) => ending,
        () = beats => Ending::Cancelled,
    };
    if stopping.is_cancelled() && matches!(ending, Ending::Cancelled) {
        note(work::give_back(database, (claimed, worker)).await);
        return;
    }
    let status = match &ending {
        Ending::Done(_) => "done",
        Ending::Failed(..) => "failed",
        Ending::Cancelled => "cancelled",
    };
    metrics::counter!("pitwall_tasks_total", "kind" => claimed.kind.clone(), "status" => status)
        .increment(1);
    let progress = bench.progress.told();
    note(work::finish(database, (claimed, worker), (&progress, &ending)).await);
}

async fn perform(bench: &Bench<'_>, claimed: &Claimed) -> Ending {
    let day = |name: &str| -> Option<ShopDay> { claimed.arguments[name].as_str()?.parse().ok() };
    let shop = claimed.shop;
    match claimed.kind.as_str() {
        "sync_run" => sync_shop(bench, shop, Mode::Incremental).await,
        "backfill" => {
            let since = day("since").and_then(start_of_day);
            let mode = since.map_or(Mode::Full, Mode::Since);
            sync_shop(bench, shop, mode).await
        }
        "snapshots_build" => {
            let days = claimed.arguments["days_back"].as_i64().unwrap_or(30);
            let context = bench.context;
            match days_back(&context.settings, shop, days, &context.clock) {
                Some(selection) => build(bench, (shop, Step::Snapshots), selection).await,
                None => not_configured(shop),
            }
        }
        "metrics_rebuild" => match (day("start_date"), day("end_date")) {
            (Some(from), Some(to)) => {
                build(bench, (shop, Step::Days), Selection::Days(from, to)).await
            }
            _ => Ending::Failed("bad-arguments", "the task names no days".to_owned()),
        },
        "order_refresh" => match claimed.arguments["order_id"].as_i64() {
            Some(order) => refresh_order(bench, (shop, order), &claimed.task_id.to_string()).await,
            None => Ending::Failed("bad-arguments", "the task names no order".to_owned()),
        },
        other => Ending::Failed(
            "unknown-kind",
            format!("this version knows no task {other}"),
        ),
    }
}

async fn build(bench: &Bench<'_>, (shop, step): (ShopId, Step), selection: Selection) -> Ending {
    let (events, mut receiver) = mpsc::channel(EVENTS);
    let build = Build {
        database: bench.database,
        clock: &bench.context.clock,
        stop: &bench.stop,
        step,
        events,
    };
    let selected = [(shop, selection)];
    let work = build.shops(&selected);
    let listen = async {
        while let Some(event) = receiver.recv().await {
            bench.progress.note(event);
        }
    };
    match tokio::join!(work, listen).0 {
        Ok(_) if bench.stop.is_cancelled() => Ending::Cancelled,
        Ok(drained) => Ending::Done(json!({ "drained": drained.first().map(|(_, sums)| sums) })),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a task failed");
            Ending::Failed(
                "database",
                "the database refused a step; the log has the reason".to_owned(),
            )
        }
    }
}

/// Reads one order again, by its number.
async fn refresh_order(bench: &Bench<'_>, (shop, order): (ShopId, i64), task: &str) -> Ending {
    let context = bench.context;
    let source = match bench
        .connectors
        .shop(&context.settings, shop, &context.clock)
    {
        Ok(Some(source)) => source,
        Ok(None) => return not_configured(shop),
        Err(error) => return refused(&error.into()),
    };
    bench.progress.counted("orders", (0, 1));
    let (orders, holder) = ([order], format!("task {task}"));
    for _ in 0..LOCKED_TRIES {
        let reading = refresh::orders(
            bench.database,
            source.borrowed(),
            &orders,
            (&context.clock, &bench.stop),
            &holder,
        );
        match Box::pin(reading).await {
            Ok(Refreshed { failed, .. }) if !failed.is_empty() => return refused(&failed[0].1),
            Ok(Refreshed { found: 0, .. }) => {
                return Ending::Failed(
                    "not-found",
                    format!("the vendor has no order {order} in shop {shop}"),
                );
            }
            Ok(Refreshed { changed, .. }) => {
                bench.progress.counted("orders", (1, 1));
                return Ending::Done(json!({ "order_id": order, "changed": changed > 0 }));
            }
            Err(StepError::Store(StoreError::LeaseHeld { .. })) => {
                let wait = tokio::time::sleep(LOCKED_WAIT);
                if bench.stop.run_until_cancelled(wait).await.is_none() {
                    return Ending::Cancelled;
                }
            }
            Err(StepError::Stopped) => return Ending::Cancelled,
            Err(error) => return refused(&error),
        }
    }
    locked()
}

/// A step that failed, in words with what to do.
fn refused(error: &StepError) -> Ending {
    let problem = error.problem();
    let code = match problem.outcome {
        Outcome::Credentials => "credentials",
        _ => "failed",
    };
    Ending::Failed(code, format!("{}: {}", problem.message, problem.hint))
}

fn locked() -> Ending {
    Ending::Failed(
        "locked",
        "another run held the shop all the time; ask again later".to_owned(),
    )
}

fn not_configured(shop: ShopId) -> Ending {
    Ending::Failed(
        "not-configured",
        format!(
            "shop {shop} is not in this service's configuration: add it, or ask the service that has it"
        ),
    )
}

/// The earliest start of this day anywhere: a back-fill that begins a few hours early loses nothing.
fn start_of_day(day: ShopDay) -> Option<Timestamp> {
    let utc = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    utc.checked_sub(SignedDuration::from_hours(14)).ok()
}

fn days_back(settings: &Settings, shop: ShopId, days: i64, clock: &Clock) -> Option<Selection> {
    let (_, configured) = settings.shops().find(|(_, known)| known.shop_id == shop)?;
    let today = configured.zone.day_of(clock.now());
    Some(Selection::Days(today.saturating_sub(days.days()), today))
}

/// The part of the whole plan that is about one shop.
fn plan_of(settings: &Settings, shop: ShopId) -> Option<SyncPlan> {
    let mut plan = sync::whole_plan(settings).ok()?;
    for connection in &mut plan.connections {
        connection.shops.retain(|planned| planned.shop_id == shop);
    }
    plan.connections
        .retain(|connection| !connection.shops.is_empty());
    (!plan.connections.is_empty()).then_some(plan)
}

async fn sync_shop(bench: &Bench<'_>, shop: ShopId, mode: Mode) -> Ending {
    let (context, stop) = (bench.context, &bench.stop);
    let Some(mut plan) = plan_of(&context.settings, shop) else {
        return not_configured(shop);
    };
    plan.mode = mode;
    plan.holder.push_str(", a task");
    for _ in 0..LOCKED_TRIES {
        let told = |event| bench.progress.note(event);
        let report = sync::telling(bench.database, &plan, (&context.clock, stop), told).await;
        let result = json!({ "outcome": report.outcome(), "streams": report.streams });
        match report.outcome() {
            Outcome::Done | Outcome::Partial => return Ending::Done(result),
            Outcome::Interrupted => return Ending::Cancelled,
            Outcome::Credentials => {
                return Ending::Failed(
                    "credentials",
                    problem(&result, "the vendor refused the credentials"),
                );
            }
            Outcome::Failed => {
                return Ending::Failed("failed", problem(&result, "the sync failed"));
            }
            Outcome::Locked => {
                let wait = tokio::time::sleep(LOCKED_WAIT);
                if stop.run_until_cancelled(wait).await.is_none() {
                    return Ending::Cancelled;
                }
            }
        }
    }
    locked()
}

/// The first stream's own words, else ours.
fn problem(result: &Value, otherwise: &str) -> String {
    let streams = result["streams"].as_array().into_iter().flatten();
    let mut words = streams.filter_map(|stream| stream["problem"]["message"].as_str());
    words.next().unwrap_or(otherwise).to_owned()
}
