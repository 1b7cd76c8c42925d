//! `pitwall snapshots take`

use crate::cli::TakeArgs;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::warehouse::{self, Warehouse};
use domain::ShopZone;
use serde_json::json;
use store::{Identity, Session, manual};

pub(super) async fn run(args: &TakeArgs, context: &Context) -> Result<Exit, Failure> {
    let warehouse = Warehouse::open_current(context).await?;
    let shops =
        warehouse::stored_shops(&warehouse.database, &context.settings, &[args.shop]).await?;
    let shop = shops.first().ok_or_else(|| no_order(args))?;
    let now = context.clock.now();
    let zone = ShopZone::new(&shop.timezone).map_err(anyhow::Error::new)?;
    let day = args.on.unwrap_or_else(|| zone.day_of(now));
    let session = Session::begin(&warehouse.database, &Identity::Sync(shop.shop_id)).await?;
    let taken = manual::take(&session, shop.shop_id, args.order, (day, now)).await?;
    let taken = taken.ok_or_else(|| no_order(args))?;
    if !args.dry_run {
        session.commit().await?;
    }
    let document = json!({
        "schema": "pitwall.snapshots.take/1",
        "dry_run": args.dry_run,
        "shop_id": shop.shop_id,
        "repair_order_id": args.order,
        "snapshot_date": day,
        "written_revision": taken.revision,
        "authorized_revenue": taken.revenue,
        "authorized_profit": taken.profit,
    });
    context.output.answer(&document, || {
        let done = match (taken.revision, args.dry_run) {
            (None, _) => "is kept already".to_owned(),
            (Some(revision), true) => format!("would be kept as revision {revision}"),
            (Some(revision), false) => format!("kept as revision {revision}"),
        };
        format!(
            "order {} on {day}: net sales {}, profit {}: {done}\n",
            args.order, taken.revenue, taken.profit
        )
    });
    warehouse.close().await?;
    Ok(Exit::Done)
}

fn no_order(args: &TakeArgs) -> Failure {
    Failure::usage(
        format!("shop {} has no repair order {}", args.shop, args.order),
        "give the vendor's id of the order, not its number",
    )
}
