//! `pitwall migrate`

use crate::cli::MigrateArgs;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::warehouse::{self, Warehouse};
use serde_json::json;
use store::migrate::{self, Migrated};

pub(super) async fn run(args: &MigrateArgs, context: &Context) -> Result<Exit, Failure> {
    let warehouse = Warehouse::open(&context.settings).await?;
    if args.roll_back.is_some() {
        let rows = migrate::roll_back_cache(&warehouse.database, args.yes_lose_data).await?;
        let document = json!({ "schema": "pitwall.migrate/1", "rolled_back": args.roll_back, "rows_lost": rows });
        context.output.answer(&document, || {
            format!("the cache is gone, {rows} records with it\n")
        });
        warehouse.close().await?;
        return Ok(Exit::Done);
    }
    let (migrated, shops) = if args.dry_run {
        (
            migrate::plan(&warehouse.database).await?,
            context.settings.shops().count() as u64,
        )
    } else {
        let migrated = migrate::apply(&warehouse.database).await?;
        let shops =
            warehouse::configure(&warehouse.database, &context.settings, &context.clock).await?;
        (migrated, shops)
    };
    let document = json!({
        "schema": "pitwall.migrate/1",
        "dry_run": args.dry_run,
        "applied": migrated.applied,
        "present": migrated.present,
        "models_applied": migrated.models_applied,
        "shops_written": if args.dry_run { None } else { Some(shops) },
        "shops_configured": context.settings.shops().count(),
    });
    context
        .output
        .answer(&document, || words(&migrated, shops, args.dry_run));
    warehouse.close().await?;
    Ok(Exit::Done)
}

fn words(migrated: &Migrated, shops: u64, dry_run: bool) -> String {
    let mut text = String::new();
    for name in &migrated.applied {
        text.push_str(if dry_run { "would apply " } else { "applied " });
        text.push_str(name);
        text.push('\n');
    }
    if migrated.models_applied {
        text.push_str(if dry_run {
            "would apply views and functions\n"
        } else {
            "applied views and functions\n"
        });
    }
    if migrated.applied.is_empty() && !migrated.models_applied {
        text.push_str("the schema is current\n");
    }
    text.push_str(&if dry_run {
        format!("would write {shops} configured shops where they differ\n")
    } else {
        format!("{shops} shops written\n")
    });
    text
}
