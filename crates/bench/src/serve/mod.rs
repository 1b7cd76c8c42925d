//! `serve`: the API beside the same statements sent bare, under the same identity and on a pool as large.

pub mod child;

mod bare;
mod drive;
mod figures;
mod goals;
mod http;
mod question;
mod wall;
mod world;

use crate::Common;
use crate::machine::Machine;
use crate::peers::fastapi::{FastApi, Told};
use crate::report::Report;
use crate::scratch::{Scratch, Server as Postgres};
use anyhow::Context as _;
use bare::Pool;
use drive::Target;
use figures::{Figures, Served};
use jiff::Timestamp;
use question::{Case, Route};
use std::sync::Arc;
use std::time::Duration;
use world::Size;

/// Connections of the closed loops.
const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// Share of the measured rate at which requests come in the open loop.
const OPEN_SHARE: f64 = 0.3;
/// A load before it counts: connections are made and statements prepared in it.
const WARM_UP: Duration = Duration::from_millis(300);

/// What only this part takes.
#[derive(clap::Args)]
pub struct Options {
    /// Seconds of one load; default 3, in a quick run 1
    #[arg(long)]
    seconds: Option<f64>,
}

/// A route with those who are asked for it.
struct Asked {
    route: Route,
    cases: Arc<[Case]>,
    targets: Vec<Target>,
}

/// Measures.
pub async fn run(common: &Common, options: &Options, mut report: Report) -> anyhow::Result<Report> {
    let postgres = Postgres::connect(&common.database()?).await?;
    let machine = Machine::look(postgres.admin()).await?;
    machine.print();
    report.line(&machine)?;
    let now: Timestamp = "2026-06-30T16:00:00Z".parse()?;
    let size = Size::new(common.quick);
    let scratch = postgres.create("serve").await?;
    let measured = match world::fill(&scratch, size, now).await {
        Ok(()) => Box::pin(measure(common, options, (&scratch, size, now), &mut report)).await,
        Err(error) => Err(error),
    };
    postgres.drop(scratch).await?;
    measured?;
    Ok(report)
}

async fn measure(
    common: &Common,
    options: &Options,
    (scratch, size, now): (&Scratch, Size, Timestamp),
    report: &mut Report,
) -> anyhow::Result<()> {
    let (statements, faults) = wall::plan_faults(&scratch.client).await?;
    eprintln!(
        "{statements} plans as a signed-in user, {} faults",
        faults.len()
    );
    for fault in &faults {
        eprintln!("  {fault}");
    }
    let times = if common.quick { 100 } else { 300 };
    let costs = wall::costs(&scratch.url, size, now, times).await?;
    for cost in &costs {
        report.line(cost)?;
        eprintln!(
            "  {:<20} {:.3} ms, with the wall {:.3} ms",
            cost.test, cost.free_ms, cost.walled_ms
        );
    }

    let seconds = options
        .seconds
        .unwrap_or(if common.quick { 1.0 } else { 3.0 });
    let time = Duration::try_from_secs_f64(seconds).context("read --seconds")?;
    let api = child::Server::start(&scratch.url, now).await?;
    let fastapi = if common.peers {
        Some(start_fastapi(&scratch.url, size, now).await?)
    } else {
        None
    };
    let mut figures = Figures::default();
    for route in Route::ALL {
        let mut asked = ask_whom(route, (scratch, size, now), &api).await?;
        if let (Some(fastapi), Route::Summary | Route::Daily) = (&fastapi, route) {
            asked.targets.insert(0, Target::FastApi(fastapi.address));
        }
        agree(&asked).await?;
        closed_loops(&asked, (common.rounds, time), &mut figures, report).await?;
        open_loops(&asked, (common.rounds, time), &mut figures, report).await?;
    }
    let memory = api.peak_rss_bytes();
    api.stop().await?;
    if let Some(fastapi) = fastapi {
        fastapi.stop().await?;
    }
    figures.print();
    goals::rates(report, &figures);
    goals::wall(report, &costs, &faults);
    goals::memory(report, memory);
    Ok(())
}

async fn start_fastapi(url: &str, size: Size, now: Timestamp) -> anyhow::Result<FastApi> {
    let sql = |route| {
        let cases = world::cases(route, size, now);
        cases.first().map_or("", |case| case.question.sql())
    };
    let told = Told {
        database: url,
        secret: std::str::from_utf8(world::SECRET)?,
        summary: sql(Route::Summary),
        daily: sql(Route::Daily),
        today: now.strftime("%Y-%m-%d").to_string(),
        pool_size: bare::POOL_SIZE,
    };
    FastApi::start(&told).await
}

async fn ask_whom(
    route: Route,
    (scratch, size, now): (&Scratch, Size, Timestamp),
    api: &child::Server,
) -> anyhow::Result<Asked> {
    let cases = world::cases(route, size, now);
    let sql = cases
        .first()
        .context("a route has requests")?
        .question
        .sql();
    let pool = Pool::open(&scratch.url, sql).await?;
    Ok(Asked {
        route,
        cases: cases.into(),
        targets: vec![Target::Product(api.address), Target::Bare(Arc::new(pool))],
    })
}

/// No time counts unless everybody answers every request with the figures of the bare statement.
async fn agree(asked: &Asked) -> anyhow::Result<()> {
    for case in asked.cases.iter() {
        let mut all = Vec::with_capacity(asked.targets.len());
        for target in &asked.targets {
            all.push(target.figures(case).await?);
        }
        let (wanted, others) = all.split_last().context("somebody is asked")?;
        for found in others {
            let what = format!("figures of {}", asked.route.name());
            crate::load::equal(&what, found, wanted)?;
        }
    }
    eprintln!(
        "{}: {} answers agree",
        asked.route.name(),
        asked.cases.len()
    );
    Ok(())
}

async fn closed_loops(
    asked: &Asked,
    (rounds, time): (u32, Duration),
    figures: &mut Figures,
    report: &mut Report,
) -> anyhow::Result<()> {
    for round in 1..=rounds {
        for connections in CONNECTIONS {
            for target in in_turn(&asked.targets, round) {
                drive::closed(target, &asked.cases, connections, WARM_UP).await?;
                let measured = drive::closed(target, &asked.cases, connections, time).await?;
                let served = Served::new(asked.route, target.name(), connections, round, &measured);
                figures.add(served, report)?;
            }
        }
    }
    Ok(())
}

async fn open_loops(
    asked: &Asked,
    (rounds, time): (u32, Duration),
    figures: &mut Figures,
    report: &mut Report,
) -> anyhow::Result<()> {
    // The same rate for both, so that only the times differ.
    let rate = figures.median(asked.route, "product", 16, |served| served.per_second);
    for round in 1..=rounds {
        // At this rate FastAPI would only fall behind.
        let in_turn = in_turn(&asked.targets, round).into_iter();
        for target in in_turn.filter(|target| !matches!(target, Target::FastApi(_))) {
            let measured = drive::open(target, &asked.cases, rate * OPEN_SHARE, time).await?;
            let served = Served::new(asked.route, target.name(), 0, round, &measured);
            figures.add(served, report)?;
        }
    }
    Ok(())
}

/// Whoever came first in one round comes last in the next.
fn in_turn(targets: &[Target], round: u32) -> Vec<&Target> {
    let mut turn: Vec<&Target> = targets.iter().collect();
    if round.is_multiple_of(2) {
        turn.reverse();
    }
    turn
}
