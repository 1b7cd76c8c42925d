//! The service's own hands: tasks that somebody asked for through the API, and orders that a webhook hinted at.

use crate::commands::sync;
use crate::config::Settings;
use crate::lifecycle::Context;
use domain::{Clock, ShopDay, ShopId};
use jiff::{SignedDuration, Timestamp, ToSpan};
use pipeline::build::{Build, Step};
use pipeline::refresh;
use pipeline::retry::StepError;
use pipeline::{Outcome, PlannedConnection, PlannedShop, SyncPlan};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use store::door::inbox::{self, Dealt, Delivery};
use store::door::work::{self, Claimed, Ending};
use store::models::Selection;
use store::{Database, StoreError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use vendors::{Mode, WebhookHint};

/// How often the queues are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often a task gives a sign of life, and looks whether it is to stop.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(2);
/// A worker that was silent for so long is dead.
const PATIENCE_SECONDS: i32 = 30;
/// A run of the schedule may hold what a task needs; it is waited for this often, [`LOCKED_WAIT`] each.
const LOCKED_TRIES: u32 = 60;
const LOCKED_WAIT: Duration = Duration::from_secs(5);
/// A delivery is tried so often, with growing waits, then it is left to the next sync.
const DELIVERY_TRIES: i32 = 8;

/// Works until the context's stop. What is under way then goes back into the queue.
pub(crate) async fn work(database: &Database, context: &Context) {
    let worker = format!(
        "process {} {}",
        std::process::id(),
        context.settings.listen.value
    );
    tokio::join!(
        tasks(database, context, &worker),
        deliveries(database, context, &worker)
    );
}

async fn pause(context: &Context) -> bool {
    let sleep = tokio::time::sleep(LOOK_EVERY);
    context.stop.run_until_cancelled(sleep).await.is_some()
}

async fn tasks(database: &Database, context: &Context, worker: &str) {
    while pause(context).await {
        loop {
            match work::claim(database, worker, PATIENCE_SECONDS).await {
                Ok(Some(claimed)) if !context.stop.is_cancelled() => {
                    carry_out(database, context, (&claimed, worker)).await;
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
async fn carry_out(database: &Database, context: &Context, (claimed, worker): (&Claimed, &str)) {
    let stop = context.stop.child_token();
    let beats = async {
        loop {
            tokio::time::sleep(HEARTBEAT_EVERY).await;
            match work::heartbeat(database, (claimed, worker), (0, claimed.kind.as_str())).await {
                Ok(true) => {}
                Ok(false) => stop.cancel(),
                // The work itself notices a lost database.
                Err(error) => note(Err(error)),
            }
        }
    };
    let ending = tokio::select! {
        ending = Box::pin(perform(database, context, claimed, &stop)) => ending,
        () = beats => Ending::Cancelled,
    };
    if context.stop.is_cancelled() && matches!(ending, Ending::Cancelled) {
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
    note(work::finish(database, (claimed, worker), &ending).await);
}

async fn perform(
    database: &Database,
    context: &Context,
    claimed: &Claimed,
    stop: &CancellationToken,
) -> Ending {
    let day = |name: &str| -> Option<ShopDay> { claimed.arguments[name].as_str()?.parse().ok() };
    match claimed.kind.as_str() {
        "sync_run" => sync_shop(database, context, (claimed.shop, Mode::Incremental), stop).await,
        "backfill" => {
            let since = day("since").and_then(start_of_day);
            let mode = since.map_or(Mode::Full, Mode::Since);
            sync_shop(database, context, (claimed.shop, mode), stop).await
        }
        "snapshots_build" => {
            let days = claimed.arguments["days_back"].as_i64().unwrap_or(30);
            let Some(selection) = days_back(&context.settings, claimed.shop, days, &context.clock)
            else {
                return not_configured(claimed.shop);
            };
            build(
                database,
                context,
                (claimed.shop, Step::Snapshots, selection),
                stop,
            )
            .await
        }
        "metrics_rebuild" => {
            let (Some(from), Some(to)) = (day("start_date"), day("end_date")) else {
                return Ending::Failed("bad-arguments", "the task names no days".to_owned());
            };
            let selection = Selection::Days(from, to);
            build(
                database,
                context,
                (claimed.shop, Step::Days, selection),
                stop,
            )
            .await
        }
        other => Ending::Failed(
            "unknown-kind",
            format!("this version knows no task {other}"),
        ),
    }
}

async fn build(
    database: &Database,
    context: &Context,
    (shop, step, selection): (ShopId, Step, Selection),
    stop: &CancellationToken,
) -> Ending {
    // Nobody follows the batches here.
    let (events, _) = mpsc::channel(1);
    let build = Build {
        database,
        clock: &context.clock,
        stop,
        step,
        events,
    };
    match build.shop(shop, selection).await {
        Ok(_) if stop.is_cancelled() => Ending::Cancelled,
        Ok(drained) => Ending::Done(json!({ "drained": drained })),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a task failed");
            Ending::Failed(
                "database",
                "the database refused a step; the log has the reason".to_owned(),
            )
        }
    }
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

async fn sync_shop(
    database: &Database,
    context: &Context,
    (shop, mode): (ShopId, Mode),
    stop: &CancellationToken,
) -> Ending {
    let Some(mut plan) = plan_of(&context.settings, shop) else {
        return not_configured(shop);
    };
    plan.mode = mode;
    plan.holder.push_str(", a task");
    for _ in 0..LOCKED_TRIES {
        let report = sync::silent(database, &plan, &context.clock, stop).await;
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
    Ending::Failed(
        "locked",
        "another run held the shop all the time; ask again later".to_owned(),
    )
}

/// The first stream's own words, else ours.
fn problem(result: &Value, otherwise: &str) -> String {
    let streams = result["streams"].as_array().into_iter().flatten();
    let mut words = streams.filter_map(|stream| stream["problem"]["message"].as_str());
    words.next().unwrap_or(otherwise).to_owned()
}

async fn deliveries(database: &Database, context: &Context, worker: &str) {
    while pause(context).await {
        let shops = match inbox::waiting_shops(database).await {
            Ok(shops) => shops,
            Err(error) => {
                note(Err(error));
                continue;
            }
        };
        for shop in shops {
            if context.stop.is_cancelled() {
                return;
            }
            note(deliveries_of(database, context, (shop, worker)).await);
        }
    }
}

/// Deliveries of one order are one question to the vendor.
async fn deliveries_of(
    database: &Database,
    context: &Context,
    (shop, worker): (ShopId, &str),
) -> Result<(), StoreError> {
    let mut by_order: BTreeMap<Option<i64>, Vec<(Delivery, WebhookHint)>> = BTreeMap::new();
    for delivery in inbox::due(database, shop).await? {
        let hint = vendors::webhook_hint(&delivery.body);
        by_order
            .entry(hint.order_id)
            .or_default()
            .push((delivery, hint));
    }
    for (order, deliveries) in by_order {
        let ids: Vec<i64> = deliveries.iter().map(|(d, _)| d.webhook_id).collect();
        let attempts = deliveries
            .iter()
            .map(|(d, _)| d.attempts)
            .max()
            .unwrap_or(0);
        let kind = deliveries.last().map_or("unknown", |(_, hint)| hint.kind);
        let dealt = match order {
            None => Dealt::Ignored,
            Some(order) => refetch(database, context, (shop, worker), (order, attempts)).await,
        };
        inbox::settle(database, shop, &ids, (kind, order), &dealt).await?;
    }
    Ok(())
}

async fn refetch(
    database: &Database,
    context: &Context,
    (shop, worker): (ShopId, &str),
    (order, attempts): (i64, i32),
) -> Dealt {
    let Some((connection, planned)) = planned(&context.settings, shop) else {
        return Dealt::Dead("the shop is not in this service's configuration".to_owned());
    };
    let result = Box::pin(refresh::orders(
        database,
        (&connection, &planned),
        &[order],
        (&context.clock, &context.stop),
        worker,
    ))
    .await;
    match result {
        Ok(_) => Dealt::Done,
        // A run that holds the lease is reading the same list; soon it is free.
        Err(StepError::Store(StoreError::LeaseHeld { .. })) => {
            Dealt::Later(3, "another run holds the shop".to_owned())
        }
        Err(StepError::Stopped) => Dealt::Later(0, "the service stopped".to_owned()),
        Err(error) if attempts + 1 >= DELIVERY_TRIES => Dealt::Dead(error.problem().message),
        Err(error) => Dealt::Later(
            2_i32.pow(attempts.clamp(0, 8).unsigned_abs()),
            error.problem().message,
        ),
    }
}

fn planned(settings: &Settings, shop: ShopId) -> Option<(PlannedConnection, PlannedShop)> {
    let plan = plan_of(settings, shop)?;
    let connection = plan.connections.into_iter().next()?;
    let planned = connection.shops.first()?.clone();
    Some((connection, planned))
}
