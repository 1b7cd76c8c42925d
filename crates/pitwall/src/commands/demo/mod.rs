//! `pitwall demo`: from nothing to figures, on simulated shops, through the real connector.

mod people;
mod state;
mod world;

use crate::cli::DemoArgs;
use crate::commands::ops_summary::{figures_table, read_figures};
use crate::commands::{sync, verify};
use crate::config::{Origin, Settings};
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::service::{self, Listeners, Service};
use crate::warehouse::{self, Warehouse};
use crate::work;
use api::figures::{self, ShopFigures};
use pipeline::{Outcome, SyncReport};
use serde_json::json;
use state::Home;
use std::time::Duration;
use store::summary::StoredShop;
use store::{Database, Identity, Session, migrate, summary};
use world::Vendor;

/// The world goes on in real time; this is often enough to see it.
const SYNC_EVERY: Duration = Duration::from_secs(5);

pub(super) async fn run(args: DemoArgs, context: &Context) -> Result<Exit, Failure> {
    let base = settings_of_demo(&context.settings);
    let home = Home::open(&base)?;
    let listeners = if args.once {
        None
    } else {
        Some(Listeners::bind(&base).await?)
    };
    let mut state = home.state(args.seed, args.history_days, context.clock.now())?;
    let is_first = state.port == 0;
    context.output.say(if is_first {
        "making three shops and a field-service company with their history; later starts take seconds"
    } else {
        "going on where the last start stopped"
    });
    // The vendor's world and the database come up side by side.
    let (vendor, warehouse) = tokio::join!(
        world::start(&state, context.clock.now()),
        Warehouse::open(&base)
    );
    let (vendor, warehouse) = (vendor?, warehouse?);
    refuse_foreign(&warehouse.database).await?;
    state.port = vendor.running.addr().port();
    home.save(&state)?;
    let demo = Context {
        settings: world::settings(&home, &state, &vendor, &base)?,
        output: context.output,
        clock: context.clock.clone(),
        stop: context.stop.clone(),
    };
    migrate::apply(&warehouse.database).await?;
    warehouse::configure(&warehouse.database, &demo.settings, &demo.clock).await?;
    people::enter(&warehouse.database, &vendor, &demo).await?;
    let exit = load_and_serve(listeners, &home, (&vendor, &warehouse), &demo).await?;
    vendor.running.stop().await;
    vendor.field.stop().await;
    warehouse.close().await?;
    Ok(exit)
}

/// Without a data directory of its own choice the demo keeps apart from an installation in use.
fn settings_of_demo(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    if settings.data_dir.origin == Origin::Default {
        settings.data_dir.value.push("demo");
    }
    settings
}

/// Simulated shops have no place in somebody's warehouse.
async fn refuse_foreign(database: &Database) -> Result<(), Failure> {
    let session = Session::begin(database, &Identity::Login).await?;
    // An empty database has no such table yet.
    let shops = summary::visible_shops(&session).await.unwrap_or_default();
    match shops
        .iter()
        .find(|shop| shop.organization != world::ORGANIZATION)
    {
        None => Ok(()),
        Some(shop) => Err(Failure::usage(
            format!(
                "this database holds shops that are not the demo's, such as {} ({})",
                shop.name, shop.shop_id
            ),
            "give the demo an empty database, or unset DATABASE_URL so that it runs its own",
        )),
    }
}

async fn load_and_serve(
    listeners: Option<Listeners>,
    home: &Home,
    (vendor, warehouse): (&Vendor, &Warehouse),
    demo: &Context,
) -> Result<Exit, Failure> {
    let database = &warehouse.database;
    let links = people::links();
    let service = match listeners {
        Some(listeners) => {
            let app = service::app(warehouse, demo, &listeners, Some(links.clone())).await?;
            Some(Service::start(listeners, app, demo)?)
        }
        None => None,
    };
    let plan = sync::whole_plan(&demo.settings)?;
    let report = sync::followed(database, &plan, demo, &demo.clock).await;
    let exit = tell(&report, vendor, database, demo).await?;
    let Some(service) = service else {
        return Ok(exit);
    };
    if !demo.stop.is_cancelled() {
        demo.output.say(&format!(
            "\nthe page: http://{0}   metrics: http://{1}/metrics   vendor: {2}\n\
             sign in, each link once:\n{4}\
             try: pitwall --config {3} ops summary\nCtrl-C ends the demo",
            service.address,
            service.metrics_address,
            vendor.running.base_url(),
            home.config_path().display(),
            people::link_lines(&links, &format!("http://{}", service.address)),
        ));
        service::note(&report, demo);
        tokio::join!(
            service::sync_again_and_again(database, &plan, SYNC_EVERY, demo),
            work::work(database, demo)
        );
    }
    service.finish().await?;
    // Ctrl-C is how a serving demo ends; a history cut short is an interruption.
    Ok(exit)
}

/// Verifies what was loaded and prints the answer.
async fn tell(
    report: &SyncReport,
    vendor: &Vendor,
    database: &Database,
    demo: &Context,
) -> Result<Exit, Failure> {
    sync::tell_problems(report, demo);
    if report.outcome() == Outcome::Interrupted {
        return Ok(Exit::Interrupted);
    }
    let shops: Vec<StoredShop> = warehouse::stored_shops(database, &demo.settings, &[]).await?;
    let verified = verify::check(database, &shops).await?;
    let mut tables: Vec<ShopFigures> = Vec::with_capacity(shops.len());
    for shop in &shops {
        tables.push(read_figures(database, shop, demo.clock.now()).await?);
    }
    let document = json!({
        "schema": "pitwall.demo/1",
        "sync": report.outcome(),
        "verified": verified.document(),
        "shops": tables.iter().map(figures::to_json).collect::<Vec<_>>(),
        "planted_leaks": vendor.leaks,
    });
    demo.output.answer(&document, || {
        let mut text = format!("{}\n\n", verified.summary());
        for table in &tables {
            text.push_str(&figures_table(table));
            text.push('\n');
        }
        text.push_str("margin leaks planted for you to find\n");
        for leak in &vendor.leaks {
            text.push_str(&format!("  {leak}\n"));
        }
        text
    });
    match (Exit::from(report.outcome()), verified.exit()) {
        (Exit::Done, gate) => Ok(gate),
        (exit, _) => Ok(exit),
    }
}
