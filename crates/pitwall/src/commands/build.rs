//! `pitwall snapshots build` and `pitwall metrics rebuild`

use crate::cli::RangeArgs;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::warehouse::{self, Warehouse};
use domain::{ShopId, ShopZone};
use jiff::ToSpan;
use pipeline::drain;
use pipeline::report::Drained;
use serde_json::{Value, json};
use store::models::Selection;
use store::summary::StoredShop;

/// Which step is done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Orders to snapshots, and their days.
    Snapshots,
    /// Snapshots to days.
    Days,
}

pub(super) async fn run(what: What, args: &RangeArgs, context: &Context) -> Result<Exit, Failure> {
    let warehouse = Warehouse::open_current(context).await?;
    let shops = warehouse::stored_shops(&warehouse.database, &context.settings, &args.shop).await?;
    let mut documents: Vec<Value> = Vec::new();
    let mut text = String::new();
    for shop in &shops {
        let selection = selection(args, shop, context)?;
        if args.dry_run {
            text.push_str(&format!(
                "shop {}: would build {}\n",
                shop.shop_id,
                selection_words(selection)
            ));
            documents
                .push(json!({ "shop_id": shop.shop_id, "selection": selection_words(selection) }));
            continue;
        }
        let (database, shop_id) = (&warehouse.database, shop.shop_id);
        let (clock, stop) = (&context.clock, &context.stop);
        let drained = match what {
            What::Snapshots => {
                drain::build_snapshots(database, shop_id, selection, clock, stop).await?
            }
            What::Days => drain::rebuild_days(database, shop_id, selection, clock, stop).await?,
        };
        text.push_str(&drained_words(shop_id, drained));
        documents.push(json!({ "shop_id": shop_id, "selection": selection_words(selection), "drained": drained }));
    }
    let schema = match what {
        What::Snapshots => "pitwall.snapshots.build/1",
        What::Days => "pitwall.metrics.rebuild/1",
    };
    let document = json!({ "schema": schema, "dry_run": args.dry_run, "shops": documents });
    context.output.answer(&document, || text);
    warehouse.close().await?;
    if context.stop.is_cancelled() {
        return Err(Failure::interrupted());
    }
    Ok(Exit::Done)
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
