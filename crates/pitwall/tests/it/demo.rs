//! `pitwall demo`: figures from nothing, and a second start that goes on.

use std::process::Command;

use crate::program::{Ran, finish, pitwall};
use testkit::db::TestDb;

fn demo(dir: &std::path::Path, db: &TestDb) -> Command {
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
    assert_eq!(document["shops"].as_array().map(Vec::len), Some(3));
    assert_eq!(document["planted_leaks"].as_array().map(Vec::len), Some(5));

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
        summary.json()["shops"][1]["figures"]["timezone"],
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
