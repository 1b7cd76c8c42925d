//! `pitwall sync run` and `pitwall sync status`

use crate::cli::{ShopsArgs, SyncRunArgs};
use crate::config::{Connection, Settings};
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::output;
use crate::progress;
use crate::warehouse::{self, Warehouse};
use domain::Clock;
use pipeline::preview::{self, Preview};
use pipeline::{Event, PlannedConnection, SyncPlan, SyncReport};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::Database;
use store::summary::{self, LastRun};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use vendors::Mode;

/// Events that may wait to be told; a slow terminal then slows the run, which is better than forgetting.
const EVENTS: usize = 64;

pub(super) async fn run(args: &SyncRunArgs, context: &Context) -> Result<Exit, Failure> {
    let plan = plan(args, &context.settings)?;
    let warehouse = Warehouse::open_configured(context).await?;
    let exit = if args.dry_run {
        dry_run(&warehouse.database, &plan, context).await?
    } else {
        let report = followed(&warehouse.database, &plan, context, &context.clock).await;
        answer(&report, context);
        Exit::from(report.outcome())
    };
    warehouse.close().await?;
    Ok(exit)
}

/// What a run is to cover.
fn plan(args: &SyncRunArgs, settings: &Settings) -> Result<SyncPlan, Failure> {
    if settings.shops().next().is_none() {
        return Err(Failure::usage(
            "the configuration has no connection with a shop",
            "add one as pitwall.example.toml shows, or try pitwall demo",
        ));
    }
    if let Some(name) = args
        .connection
        .iter()
        .find(|n| settings.connections.iter().all(|c| c.name != **n))
    {
        let known: Vec<&str> = settings
            .connections
            .iter()
            .map(|c| c.name.as_str())
            .collect();
        return Err(Failure::usage(
            format!("no connection has the name {name}"),
            format!("there are {}", known.join(", ")),
        ));
    }
    warehouse::check_known(&args.shop, settings.shops().map(|(_, shop)| shop.shop_id.0))?;
    let wanted = |connection: &&Connection| {
        args.connection.is_empty() || args.connection.contains(&connection.name)
    };
    let mut connections = Vec::new();
    for connection in settings.connections.iter().filter(wanted) {
        let mut planned: PlannedConnection = connection.planned(&settings.environment)?;
        planned
            .shops
            .retain(|shop| args.shop.is_empty() || args.shop.contains(&shop.shop_id.0));
        if !planned.shops.is_empty() {
            connections.push(planned);
        }
    }
    let mode = match (args.since, args.full) {
        (Some(since), _) => Mode::Since(since),
        (None, true) => Mode::Full,
        (None, false) => Mode::Incremental,
    };
    Ok(SyncPlan {
        connections,
        streams: (!args.stream.is_empty()).then(|| args.stream.clone()),
        mode,
        holder: holder(settings),
    })
}

/// A plan of everything: what `serve` and the demo run again and again.
pub(crate) fn whole_plan(settings: &Settings) -> Result<SyncPlan, Failure> {
    let connections = settings
        .connections
        .iter()
        .map(|connection| connection.planned(&settings.environment))
        .collect::<Result<_, _>>()?;
    Ok(SyncPlan {
        connections,
        streams: None,
        mode: Mode::Incremental,
        holder: holder(settings),
    })
}

/// Who runs, for whoever finds a lease taken.
fn holder(settings: &Settings) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .map(|name| name.trim().to_owned())
        .or_else(|| settings.environment.get("HOSTNAME").map(str::to_owned))
        .unwrap_or_else(|| "this machine".to_owned());
    format!("process {} on {host}", std::process::id())
}

/// Runs a plan and tells how it goes.
pub(crate) async fn followed(
    database: &Database,
    plan: &SyncPlan,
    context: &Context,
    clock: &Clock,
) -> SyncReport {
    let (sender, receiver) = mpsc::channel(EVENTS);
    let names: BTreeMap<i64, String> = plan
        .connections
        .iter()
        .flat_map(|c| {
            c.shops
                .iter()
                .map(|shop| (shop.shop_id.0, shop.name.clone()))
        })
        .collect();
    let run = pipeline::sync::run(database, plan, clock, &context.stop, sender);
    let (report, ()) = tokio::join!(run, progress::follow(context.output, names, receiver));
    report
}

/// Runs a plan without a word.
pub(crate) async fn silent(
    database: &Database,
    plan: &SyncPlan,
    clock: &Clock,
    stop: &CancellationToken,
) -> SyncReport {
    telling(database, plan, (clock, stop), |_| {}).await
}

/// Runs a plan and hands on what it tells.
pub(crate) async fn telling(
    database: &Database,
    plan: &SyncPlan,
    (clock, stop): (&Clock, &CancellationToken),
    told: impl Fn(Event),
) -> SyncReport {
    let (sender, mut receiver) = mpsc::channel(EVENTS);
    let run = pipeline::sync::run(database, plan, clock, stop, sender);
    let listen = async {
        while let Some(event) = receiver.recv().await {
            told(event);
        }
    };
    let (report, ()) = tokio::join!(run, listen);
    report
}

fn answer(report: &SyncReport, context: &Context) {
    let outcome = report.outcome();
    let drained: Vec<Value> = report
        .drained
        .iter()
        .map(|(shop, drained)| json!({ "shop_id": shop, "drained": drained }))
        .collect();
    let document = json!({
        "schema": "pitwall.sync.run/1",
        "outcome": outcome,
        "exit_code": outcome.exit_code(),
        "streams": report.streams,
        "drained": drained,
        "problems": report.problems,
    });
    context.output.answer(&document, || words(report));
    tell_problems(report, context);
}

/// Says each different problem once, with what to do.
pub(crate) fn tell_problems(report: &SyncReport, context: &Context) {
    if context.output.is_json() {
        return;
    }
    let mut told: Vec<&str> = Vec::new();
    let of_streams = report
        .streams
        .iter()
        .filter_map(|stream| stream.problem.as_ref());
    for problem in of_streams.chain(&report.problems) {
        if !told.contains(&problem.message.as_str()) {
            told.push(&problem.message);
            let exit = Exit::from(problem.outcome);
            context
                .output
                .failure(&Failure::new(exit, &problem.message, &problem.hint));
        }
    }
}

fn words(report: &SyncReport) -> String {
    let headings = [
        "shop", "stream", "status", "fetched", "new", "changed", "equal", "rejected", "seconds",
    ];
    let rows: Vec<Vec<String>> = report
        .streams
        .iter()
        .map(|s| {
            vec![
                s.shop_id.to_string(),
                s.stream.to_owned(),
                s.status.as_str().to_owned(),
                s.fetched.to_string(),
                s.created.to_string(),
                s.updated.to_string(),
                s.skipped.to_string(),
                s.rejected.to_string(),
                seconds(s.duration_ms),
            ]
        })
        .collect();
    let mut text = output::table(&headings, &rows);
    text.push('\n');
    for (shop, drained) in &report.drained {
        text.push_str(&format!(
            "\n{}",
            super::build::drained_words(*shop, *drained)
        ));
    }
    text
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{}", milliseconds / 1000, milliseconds % 1000 / 100)
}

/// What would be read and written, each stream compared by fingerprint. Writes nothing.
async fn dry_run(database: &Database, plan: &SyncPlan, context: &Context) -> Result<Exit, Failure> {
    let previews = preview::run(database, plan, &context.clock, &context.stop).await?;
    let document = json!({ "schema": "pitwall.sync.run/1", "dry_run": true, "streams": previews });
    context.output.answer(&document, || {
        let headings = [
            "connection",
            "shop",
            "stream",
            "fetched",
            "new",
            "changed",
            "equal",
            "rejected",
        ];
        let counts = |p: &Preview| {
            [p.fetched, p.created, p.updated, p.skipped, p.rejected].map(|n| n.to_string())
        };
        let rows: Vec<Vec<String>> = previews
            .iter()
            .map(|p| {
                let names = [
                    p.connection.clone(),
                    p.shop_id.to_string(),
                    p.stream.to_owned(),
                ];
                names.into_iter().chain(counts(p)).collect()
            })
            .collect();
        format!(
            "would write, and wrote nothing:\n{}",
            output::table(&headings, &rows)
        )
    });
    Ok(Exit::Done)
}

pub(super) async fn status(args: &ShopsArgs, context: &Context) -> Result<Exit, Failure> {
    let warehouse = Warehouse::open_current(context).await?;
    let shops = warehouse::stored_shops(&warehouse.database, &context.settings, &args.shop).await?;
    let mut rows = Vec::new();
    let mut documents = Vec::new();
    for shop in &shops {
        let facts = summary::shop_facts(&warehouse.database, shop.shop_id).await?;
        for run in &facts.runs {
            rows.push(run_row(&shop.shop_id.to_string(), run));
        }
        documents.push(json!({
            "shop_id": shop.shop_id,
            "name": shop.name,
            "streams": facts.runs.iter().map(run_json).collect::<Vec<_>>(),
            "dirty_orders": facts.dirty_orders,
            "dirty_days": facts.dirty_days,
        }));
    }
    let document = json!({ "schema": "pitwall.sync.status/1", "shops": documents });
    context.output.answer(&document, || {
        if rows.is_empty() {
            "nothing was read yet: run pitwall sync run".to_owned()
        } else {
            output::table(
                &[
                    "shop", "stream", "status", "began", "ended", "fetched", "errors",
                ],
                &rows,
            )
        }
    });
    warehouse.close().await?;
    Ok(Exit::Done)
}

/// A run as a table row.
pub(super) fn run_row(shop: &str, run: &LastRun) -> Vec<String> {
    vec![
        shop.to_owned(),
        run.stream.clone(),
        run.status.clone(),
        format!("{:.0}", run.started_at),
        run.completed_at
            .map_or_else(|| "–".to_owned(), |at| format!("{at:.0}")),
        run.fetched.to_string(),
        run.error_count.to_string(),
    ]
}

/// A run for machines.
pub(super) fn run_json(run: &LastRun) -> Value {
    json!({
        "stream": run.stream,
        "status": run.status,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "fetched": run.fetched,
        "error_count": run.error_count,
        "errors": run.errors,
    })
}
