//! `pitwall ops summary`

use crate::cli::ShopsArgs;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::output;
use crate::warehouse::{self, Warehouse};
use api::figures::{self, ShopFigures};
use domain::Cents;
use domain::metric::CATALOGUE;
use jiff::Timestamp;
use serde_json::{Value, json};
use store::summary::{self, ServerFacts, ShopFacts, StoredShop};
use store::{Database, Identity, Session};

/// A stream that was not read for longer needs attention.
const STALE_AFTER_HOURS: i64 = 24;

pub(super) async fn run(args: &ShopsArgs, context: &Context) -> Result<Exit, Failure> {
    let warehouse = Warehouse::open_current(context).await?;
    let database = &warehouse.database;
    let server = summary::server_facts(database).await?;
    let stored = warehouse::stored_shops(database, &context.settings, &args.shop).await?;
    let now = context.clock.now();
    let mut shops = Vec::with_capacity(stored.len());
    for shop in stored {
        let figures = read_figures(database, &shop, now).await?;
        let facts = summary::shop_facts(database, shop.shop_id).await?;
        shops.push(Summary {
            shop,
            figures,
            facts,
        });
    }
    let attention: Vec<String> = shops.iter().flat_map(|s| s.attention(now)).collect();
    let document = document(context, &server, &shops, &attention);
    context
        .output
        .answer(&document, || words(context, &server, &shops, &attention));
    warehouse.close().await?;
    Ok(Exit::Done)
}

/// A shop's figures, read as the sync role on that shop.
pub(crate) async fn read_figures(
    database: &Database,
    shop: &StoredShop,
    now: Timestamp,
) -> Result<ShopFigures, Failure> {
    let session = Session::begin(database, &Identity::Sync(shop.shop_id)).await?;
    Ok(figures::read(&session, shop, now).await?)
}

/// The summary table of a shop: a row a period, a column a metric with its basis.
pub(crate) fn figures_table(figures: &ShopFigures) -> String {
    let mut headings = vec!["Period".to_owned()];
    headings.extend(
        CATALOGUE
            .iter()
            .map(|metric| format!("{}\n{}", metric.label, metric.tag.as_str())),
    );
    let rows: Vec<Vec<String>> = figures
        .periods
        .iter()
        .map(|period| {
            let mut row = vec![period.period.label().to_owned()];
            row.extend(period.values.iter().map(|value| figures::shown(*value)));
            row
        })
        .collect();
    format!(
        "{} (shop {}, {}, {}, today {})\n{}\n",
        figures.name,
        figures.shop_id,
        figures.timezone,
        figures.currency,
        figures.today,
        output::wide_table(&headings, &rows)
    )
}

struct Summary {
    shop: StoredShop,
    figures: ShopFigures,
    facts: ShopFacts,
}

impl Summary {
    /// What a person should look at, with what to do.
    fn attention(&self, now: Timestamp) -> Vec<String> {
        let (shop, facts) = (&self.shop, &self.facts);
        let mut found = Vec::new();
        let mut add =
            |words: String| found.push(format!("{} ({}): {words}", shop.name, shop.shop_id));
        if facts.runs.is_empty() {
            add("nothing was read yet: run pitwall sync run".to_owned());
        }
        for run in &facts.runs {
            let hours = run.started_at.duration_until(now).as_hours();
            match run.status.as_str() {
                "failed" => add(format!(
                    "the last run of {} failed: see pitwall sync status --json",
                    run.stream
                )),
                "running" | "completed" | "partial" if hours >= STALE_AFTER_HOURS => {
                    add(format!(
                        "{} was last read {hours} hours ago: run pitwall sync run",
                        run.stream
                    ));
                }
                _ => {}
            }
        }
        for (stream, reason, count) in &facts.rejects {
            add(format!(
                "{count} records of {stream} are rejected ({reason}): select * from ops.rejects"
            ));
        }
        if facts.dirty_orders + facts.dirty_days > 0 {
            add(format!(
                "{} orders and {} days wait to be summed: the next sync does it",
                facts.dirty_orders, facts.dirty_days
            ));
        }
        for (severity, code, count) in &facts.issues {
            if matches!(severity.as_str(), "error" | "critical") {
                add(format!(
                    "{count} open issues of kind {code}: select * from data_quality_issues"
                ));
            }
        }
        found
    }
}

fn document(
    context: &Context,
    server: &ServerFacts,
    shops: &[Summary],
    attention: &[String],
) -> Value {
    let shops: Vec<Value> = shops.iter().map(shop_json).collect();
    let connections: Vec<Value> = context
        .settings
        .connections
        .iter()
        .map(|c| json!({ "name": c.name, "vendor": c.vendor.as_str(), "base_url": c.base_url, "shops": c.shops.len() }))
        .collect();
    json!({
        "schema": "pitwall.ops.summary/1",
        "as_of": context.clock.now(),
        "database": {
            "name": server.database,
            "version": server.version,
            "size_bytes": server.size_bytes,
            "embedded": context.settings.is_embedded(),
        },
        "connections": connections,
        "shops": shops,
        "attention": attention,
    })
}

fn shop_json(summary: &Summary) -> Value {
    let facts = &summary.facts;
    let counts = |list: &[(String, String, i64)], names: [&str; 2]| {
        let one =
            |(a, b, n): &(String, String, i64)| json!({ names[0]: a, names[1]: b, "count": n });
        list.iter().map(one).collect::<Vec<_>>()
    };
    let days = facts.sample_days.iter().map(|day| {
        json!({ "day": day.day, "ro_count": day.ro_count, "net_sales": day.revenue, "gross_profit": day.profit })
    });
    json!({
        "shop_id": summary.shop.shop_id,
        "organization": summary.shop.organization,
        "vendor": summary.shop.vendor,
        "figures": figures::to_json(&summary.figures),
        "rows": facts.rows.iter().map(|(t, n)| ((*t).to_owned(), json!(n))).collect::<serde_json::Map<_, _>>(),
        "newest_posted_on": facts.newest_posted_on,
        "newest_snapshot_on": facts.newest_snapshot_on,
        "newest_day_on": facts.newest_day_on,
        "dirty_orders": facts.dirty_orders,
        "dirty_days": facts.dirty_days,
        "failed_runs_24h": facts.failed_runs,
        "last_runs": facts.runs.iter().map(super::sync::run_json).collect::<Vec<_>>(),
        "open_rejects": counts(&facts.rejects, ["stream", "reason"]),
        "open_issues": counts(&facts.issues, ["severity", "code"]),
        "sample_days": days.collect::<Vec<_>>(),
    })
}

fn words(
    context: &Context,
    server: &ServerFacts,
    shops: &[Summary],
    attention: &[String],
) -> String {
    let place = if context.settings.is_embedded() {
        "run by pitwall"
    } else {
        "by URL"
    };
    let mut text = format!(
        "database {} on PostgreSQL {} ({place}), {} MiB\n",
        server.database,
        server.version,
        server.size_bytes / (1 << 20)
    );
    for connection in &context.settings.connections {
        text.push_str(&format!(
            "connection {}: {} at {}, {} shops\n",
            connection.name,
            connection.vendor,
            connection.base_url,
            connection.shops.len()
        ));
    }
    for shop in shops {
        text.push('\n');
        text.push_str(&figures_table(&shop.figures));
    }
    if !shops.is_empty() {
        text.push_str(&format!("\nlast runs\n{}\n", runs_table(shops)));
        text.push_str(&format!("\nrows\n{}\n", rows_table(shops)));
        text.push_str(&format!(
            "\nlast days with posted orders\n{}\n",
            days_table(shops)
        ));
    }
    text.push_str("\nneeds attention\n");
    if attention.is_empty() {
        text.push_str("  nothing\n");
    }
    for line in attention {
        text.push_str(&format!("  {line}\n"));
    }
    text
}

fn runs_table(shops: &[Summary]) -> String {
    let rows: Vec<Vec<String>> = shops
        .iter()
        .flat_map(|s| {
            s.facts
                .runs
                .iter()
                .map(|run| super::sync::run_row(&s.shop.name, run))
        })
        .collect();
    output::table(
        &[
            "shop", "stream", "status", "began", "ended", "fetched", "errors",
        ],
        &rows,
    )
}

fn rows_table(shops: &[Summary]) -> String {
    let mut headings = vec!["table"];
    headings.extend(shops.iter().map(|s| s.shop.name.as_str()));
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (at, (table, _)) in shops[0].facts.rows.iter().enumerate() {
        let mut row = vec![(*table).to_owned()];
        row.extend(shops.iter().map(|s| s.facts.rows[at].1.to_string()));
        rows.push(row);
    }
    let mut newest = |label: &str, of: fn(&ShopFacts) -> Option<domain::ShopDay>| {
        let mut row = vec![label.to_owned()];
        row.extend(
            shops
                .iter()
                .map(|s| of(&s.facts).map_or_else(|| "–".to_owned(), |day| day.to_string())),
        );
        rows.push(row);
    };
    newest("newest posted order", |f| f.newest_posted_on);
    newest("newest snapshot", |f| f.newest_snapshot_on);
    newest("newest day", |f| f.newest_day_on);
    output::table(&headings, &rows)
}

fn days_table(shops: &[Summary]) -> String {
    let rows: Vec<Vec<String>> = shops
        .iter()
        .flat_map(|s| {
            s.facts.sample_days.iter().map(|day| {
                vec![
                    s.shop.name.clone(),
                    day.day.to_string(),
                    day.ro_count.to_string(),
                    Cents(day.revenue).to_string(),
                    Cents(day.profit).to_string(),
                ]
            })
        })
        .collect();
    output::table(
        &["shop", "day", "orders", "net sales", "gross profit"],
        &rows,
    )
}
