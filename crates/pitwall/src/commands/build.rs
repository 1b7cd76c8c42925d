//! `pitwall snapshots build` and `pitwall metrics rebuild`

use crate::cli::RangeArgs;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::progress;
use crate::warehouse::{self, Warehouse};
use domain::{ShopId, ShopZone};
use jiff::ToSpan;
use pipeline::build::{Build, Step};
use pipeline::report::Drained;
use serde_json::{Value, json};
use store::models::Selection;
use store::summary::StoredShop;
use tokio::sync::mpsc;

/// Batches told and not yet shown.
const EVENTS_WAITING: usize = 64;

pub(super) async fn run(step: Step, args: &RangeArgs, context: &Context) -> Result<Exit, Failure> {
    let warehouse = Warehouse::open_current(context).await?;
    let shops = warehouse::stored_shops(&warehouse.database, &context.settings, &args.shop).await?;
    let mut selected = Vec::with_capacity(shops.len());
    for shop in &shops {
        selected.push((shop.shop_id, selection(args, shop, context)?));
    }
    let (text, documents) = if args.dry_run {
        plan(&selected)
    } else {
        let names = shops.iter().map(|s| (s.shop_id.0, s.name.clone()));
        let (events, heard) = mpsc::channel(EVENTS_WAITING);
        let build = Build {
            database: &warehouse.database,
            clock: &context.clock,
            stop: &context.stop,
            step,
            events,
        };
        let followed = progress::follow(context.output, names.collect(), heard);
        let (built, ()) = tokio::join!(build.shops(&selected), followed);
        told(&selected, &built?)
    };
    let schema = match step {
        Step::Snapshots => "pitwall.snapshots.build/1",
        Step::Days => "pitwall.metrics.rebuild/1",
    };
    let document = json!({ "schema": schema, "dry_run": args.dry_run, "shops": documents });
    context.output.answer(&document, || text);
    warehouse.close().await?;
    if context.stop.is_cancelled() {
        return Err(Failure::interrupted());
    }
    Ok(Exit::Done)
}

/// What would be built.
fn plan(selected: &[(ShopId, Selection)]) -> (String, Vec<Value>) {
    let mut text = String::new();
    let mut documents = Vec::with_capacity(selected.len());
    for (shop, selection) in selected {
        let words = selection_words(*selection);
        text.push_str(&format!("shop {shop}: would build {words}\n"));
        documents.push(json!({ "shop_id": shop, "selection": words }));
    }
    (text, documents)
}

/// What was built.
fn told(selected: &[(ShopId, Selection)], built: &[(ShopId, Drained)]) -> (String, Vec<Value>) {
    let mut text = String::new();
    let mut documents = Vec::with_capacity(built.len());
    for ((shop, selection), (_, drained)) in selected.iter().zip(built) {
        text.push_str(&drained_words(*shop, *drained));
        let words = selection_words(*selection);
        documents.push(json!({ "shop_id": shop, "selection": words, "drained": drained }));
    }
    (text, documents)
}

/// The days asked for, by the shop's own calendar.
fn selection(args: &RangeArgs, shop: &StoredShop, context: &Context) -> Result<Selection, Failure> {
    if let Some(days) = args.days_back {
        let zone = ShopZone::new(&shop.timezone).map_err(|error| {
            Failure::usage(
                format!("shop {}: {error}", shop.shop_id),
                "correct its time zone in the configuration and run pitwall migrate",
            )
        })?;
        let today = zone.day_of(context.clock.now());
        return Ok(Selection::Days(
            today.saturating_sub(i64::from(days).days()),
            today,
        ));
    }
    match (args.start_date, args.end_date) {
        (Some(from), Some(to)) if from > to => Err(Failure::usage(
            format!("--start-date {from} lies after --end-date {to}"),
            "give the earlier day first",
        )),
        (Some(from), Some(to)) => Ok(Selection::Days(from, to)),
        _ => Ok(Selection::All),
    }
}

fn selection_words(selection: Selection) -> String {
    match selection {
        Selection::All => "the whole history".to_owned(),
        Selection::Days(from, to) => format!("{from} to {to}"),
    }
}

/// What summing did, in a line.
pub(super) fn drained_words(shop: ShopId, drained: Drained) -> String {
    format!(
        "shop {shop}: {} orders looked at, snapshots {} new, {} revised, {} superseded; \
         {} days looked at, {} rows changed\n",
        drained.orders,
        drained.snapshots_created,
        drained.snapshots_revised,
        drained.snapshots_superseded,
        drained.days,
        drained.day_rows_changed
    )
}
