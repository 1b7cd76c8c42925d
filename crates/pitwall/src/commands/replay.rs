//! `pitwall replay`

use crate::cli::ReplayArgs;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::warehouse::{self, Warehouse};
use serde_json::json;
use vendors::Secret;

pub(super) async fn run(args: &ReplayArgs, context: &Context) -> Result<Exit, Failure> {
    let settings = &context.settings;
    warehouse::check_known(&args.shop, settings.shops().map(|(_, shop)| shop.shop_id.0))?;
    let warehouse = Warehouse::open_configured(context).await?;
    let mut documents = Vec::new();
    let mut text = String::new();
    let mut rejected = 0;
    for connection in &settings.connections {
        // Nothing is asked of the vendor.
        let mut planned = connection.with_credentials(String::new(), Secret::new(""));
        planned
            .shops
            .retain(|shop| args.shop.is_empty() || args.shop.contains(&shop.shop_id.0));
        for shop in &planned.shops {
            if args.dry_run {
                text.push_str(&format!(
                    "would replay shop {} ({})\n",
                    shop.shop_id, shop.name
                ));
                documents.push(json!({ "shop_id": shop.shop_id }));
                continue;
            }
            let (clock, stop) = (&context.clock, &context.stop);
            let report =
                pipeline::replay::run(&warehouse.database, &planned, shop, clock, stop).await?;
            rejected += report.rejected;
            text.push_str(&format!(
                "shop {}: {} payloads read, {} records rejected\n{}",
                shop.shop_id,
                report.payloads,
                report.rejected,
                super::build::drained_words(shop.shop_id, report.drained)
            ));
            documents.push(json!({ "shop_id": shop.shop_id, "report": report }));
        }
    }
    let document =
        json!({ "schema": "pitwall.replay/1", "dry_run": args.dry_run, "shops": documents });
    context.output.answer(&document, || text);
    warehouse.close().await?;
    Ok(if rejected > 0 {
        Exit::Partial
    } else {
        Exit::Done
    })
}
