//! Private databases and the comparison, against a real server.

use testkit::{compare, db::TestDb, oracle, worlds};

#[tokio::test]
async fn databases_are_private_migrated_and_dropped() {
    let (first, second) = tokio::join!(TestDb::create("Private"), TestDb::create("Private"));
    let first = first.expect("a test database");
    let second = second.expect("a test database");
    assert_ne!(first.name(), second.name());
    let client = first.client().await.expect("a connection");
    let count = "select count(*) from warehouse.shops";
    client
        .query_one(count, &[])
        .await
        .expect("the schema is there");
    let name = second.name().to_owned();
    drop(second);
    let left = client
        .query("select 1 from pg_database where datname = $1", &[&name])
        .await;
    assert!(left.expect("the catalog can be read").is_empty());
}

#[tokio::test]
async fn grants_on_the_database_come_with_the_copy() {
    let database = TestDb::create("grants").await.expect("a test database");
    let client = database.client().await.expect("a connection");
    let query = "select has_database_privilege('pitwall_sync', current_database(), 'temporary') \
                 and not has_database_privilege('anon', current_database(), 'temporary')";
    let row = client
        .query_one(query, &[])
        .await
        .expect("the catalog can be read");
    assert!(row.get::<_, bool>(0));
}

#[tokio::test]
async fn remains_of_crashed_runs_are_swept() {
    let keeper = TestDb::create("keeper").await.expect("a test database");
    let client = keeper.client().await.expect("a connection");
    let remains = format!("pitwall_test_crashed_{}", std::process::id());
    client
        .batch_execute(&format!("create database {remains}"))
        .await
        .expect("a database");
    let _next = TestDb::create("next").await.expect("a test database");
    let query = "select datname::text from pg_database where datname = any($1)";
    let names = vec![remains, keeper.name().to_owned()];
    let rows = client
        .query(query, &[&names])
        .await
        .expect("the catalog can be read");
    let left: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(left, [keeper.name().to_owned()]);
}

#[tokio::test]
async fn the_warehouse_has_every_compared_column() {
    let database = TestDb::create("columns").await.expect("a test database");
    let client = database.client().await.expect("a connection");
    let figures = oracle::compute(&worlds::g3()).expect("the worked example is valid");
    let missing = compare::missing_columns(&client, &figures)
        .await
        .expect("the catalog can be read");
    assert!(missing.is_empty(), "{missing:?}");
    let found = compare::differences(&client, worlds::SHOP_ID, &figures)
        .await
        .expect("the tables can be read");
    assert!(
        found.contains(&"repair_orders 310045001: missing".to_owned()),
        "{found:?}"
    );
}
