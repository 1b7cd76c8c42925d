//! `pitwall demo`: figures from nothing, and a second start that goes on.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::program::{Ran, finish, pitwall};
use domain::period::Period;
use serde_json::Value;
use simulators::Stamp;
use simulators::tekmetric::{Ledger, World, WorldConfig};
use testkit::db::TestDb;

fn demo(dir: &Path, db: &TestDb) -> Command {
    let mut command = pitwall(dir);
    command
        .args(["demo", "--once", "--json", "--quiet"])
        .env("DATABASE_URL", db.url())
        .env("PITWALL_DATA_DIR", dir.join("data"));
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_loads_verifies_and_goes_on_at_the_second_start() {
    let db = TestDb::create("cli_demo").await.expect("a database");
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut command = demo(dir.path(), &db);
    command.args(["--history-days", "20", "--seed", "5"]);
    let first: Ran = finish(command).await;
    assert_eq!(first.code, Some(0), "{first:?}");
    let document = first.json();
    assert_eq!(document["sync"], "done");
    assert_eq!(document["verified"]["holds"], true);
    assert_eq!(document["shops"].as_array().map(Vec::len), Some(4));
    let leaks = document["planted_leaks"].as_array().map(Vec::len);
    assert_eq!(leaks, Some(5 + 6), "of the shops and of the company");

    let second = finish(demo(dir.path(), &db)).await;
    assert_eq!(second.code, Some(0), "{second:?}");
    let other = {
        let mut command = demo(dir.path(), &db);
        command.args(["--seed", "6"]);
        finish(command).await
    };
    assert_eq!(other.code, Some(2), "{other:?}");

    // The demo's own configuration serves every other command.
    let mut command = pitwall(dir.path());
    let config = dir.path().join("data/pitwall.toml");
    command
        .args(["ops", "summary", "--json", "--config"])
        .arg(config)
        .env("DATABASE_URL", db.url());
    let summary = finish(command).await;
    assert_eq!(summary.code, Some(0), "{summary:?}");
    assert_eq!(
        summary.json()["shops"][2]["figures"]["timezone"],
        "America/Chicago"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_keeps_out_of_a_database_in_use() {
    let db = TestDb::create("cli_demo_foreign")
        .await
        .expect("a database");
    let client = db.client().await.expect("a connection");
    let insert = "insert into warehouse.shops (shop_id, organization_id, vendor, vendor_account, name, timezone) \
                  values (1, 'acme', 'tekmetric', '1', 'Real', 'America/Chicago')";
    client
        .execute(insert, &[])
        .await
        .expect("the statement is right");
    let dir = tempfile::tempdir().expect("a temporary directory");
    let ran = finish(demo(dir.path(), &db)).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("not the demo's"), "{}", ran.stderr);
}

/// Stops the demo's own PostgreSQL when the test ends, also when it fails.
struct Cluster<'a>(&'a Path);

impl Cluster<'_> {
    fn postmaster(&self) -> Option<String> {
        let file = std::fs::read_to_string(self.0.join("postgres/data/postmaster.pid")).ok()?;
        file.lines().next().map(str::to_owned)
    }
}

impl Drop for Cluster<'_> {
    fn drop(&mut self) {
        if let Some(pid) = self.postmaster() {
            let _ = Command::new("kill").args(["-QUIT", &pid]).status();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_with_its_own_postgresql_prints_what_the_vendors_books_say() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let data = dir.path().join("data");
    let cluster = Cluster(&data);
    let mut command = pitwall(dir.path());
    command
        .args(["demo", "--once", "--json", "--quiet"])
        .args(["--history-days", "40", "--seed", "9"])
        .env("PITWALL_DATA_DIR", &data);
    let ran = finish(command).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(cluster.postmaster(), None, "the server was left running");
    let document = ran.json();
    assert_eq!(document["verified"]["holds"], true);

    // The world lived on while it was loaded, at the pace of the real clock: the books of the first moment and
    // of the last; a figure equals one of the two, and nearly always both.
    let state = std::fs::read_to_string(data.join("demo.json")).expect("the demo's state");
    let state: Value = serde_json::from_str(&state).expect("JSON");
    let start = Stamp::parse_zoned(state["start"].as_str().expect("an instant")).expect("a time");
    let config = WorldConfig {
        history_days: 40,
        ..WorldConfig::demo(9, start)
    };
    let mut world = World::generate(config).expect("a world");
    let first = Ledger::of(&world);
    world.advance(start.plus(60));
    let last = Ledger::of(&world);
    let shops = document["shops"].as_array().expect("shops");
    assert_eq!(shops.len(), 4);
    let company = shops.iter().find(|s| s["shop"]["shop_id"] == 1001);
    let company = company.or_else(|| shops.iter().find(|s| s["shop_id"] == 1001));
    let company = company.expect("the field-service company");
    let done = printed(company, Period::Last30)["car_count"];
    assert!(done > 100, "{done} jobs in 30 days");
    let garages = shops.iter().filter(|s| *s != company);
    for shop in garages {
        for period in Period::SUMMARY {
            let ours = printed(shop, period);
            let books = [
                booked(&first, shop, period, &ours),
                booked(&last, shop, period, &ours),
            ];
            assert!(books.contains(&ours), "{period:?}: {ours:?}, {books:?}");
        }
    }
    let car_count = printed(&shops[0], Period::Last30)["car_count"];
    assert!(car_count > 50, "{car_count} cars in 30 days");
}

/// The figures that the vendor's books can confirm, with the period's days.
fn printed(shop: &Value, period: Period) -> BTreeMap<String, i64> {
    let periods = shop["periods"].as_array().expect("periods");
    let found = periods
        .iter()
        .find(|p| p["period"] == period.as_str())
        .expect("the period");
    let metrics = found["metrics"].as_array().expect("metrics");
    let names = ["car_count", "net_sales", "aro"];
    let values = metrics.iter().filter_map(|metric| {
        let name = metric["name"].as_str().filter(|n| names.contains(n))?;
        Some((name.to_owned(), metric["value"].as_i64().unwrap_or(0)))
    });
    values.collect()
}

fn booked(
    ledger: &Ledger,
    shop: &Value,
    period: Period,
    like: &BTreeMap<String, i64>,
) -> BTreeMap<String, i64> {
    let today = shop["today"].as_str().expect("a day");
    let (from, to) = period.days(today.parse().expect("a day"));
    let books = ledger
        .shop(shop["shop_id"].as_i64().expect("a shop"))
        .expect("its books");
    let days = books
        .posted_days
        .range(from.to_string()..=to.to_string())
        .map(|(_, day)| day);
    let (mut cars, mut sales) = (0, 0);
    for day in days {
        cars += i64::try_from(day.ro_count).expect("a count");
        sales += day.net_sales_cents.0;
    }
    // Half away from zero, on a sum that is never negative here.
    let aro = if cars == 0 {
        0
    } else {
        (2 * sales + cars) / (2 * cars)
    };
    let all = [("car_count", cars), ("net_sales", sales), ("aro", aro)];
    all.into_iter()
        .filter(|(name, _)| like.contains_key(*name))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
