//! How the models are planned after a first load, before anything has been summed: a connection plans them once, and
//! keeps the plan while snapshots and days grow. A plan that walks a shop's rows would be right and slow.

use domain::ShopId;
use serde_json::Value;
use store::{Database, DatabaseSettings, Identity, Session, models, retention};
use testkit::db::TestDb;

/// Tables whose shop has one row, a handful, or a few a day, or whose rows are only asked whether there is any.
const SMALL: [&str; 4] = ["shops", "employee_cost_rates", "alert_rules", "alerts"];

#[tokio::test]
async fn after_a_first_load_every_model_looks_rows_up_by_more_than_the_shop() {
    let test = TestDb::create("model_plans").await.expect("a database");
    let database = Database::connect(&DatabaseSettings::new(test.url()))
        .await
        .expect("a connection");
    let owner = test.client().await.expect("a client");
    owner
        .batch_execute(include_str!("plans.sql"))
        .await
        .expect("a shop");
    retention::analyze(&database).await.expect("statistics");
    let session = Session::begin(&database, &Identity::Sync(ShopId(901)))
        .await
        .expect("a session");
    session.plan_by_keys();
    let mut walks = Vec::new();
    for (name, sql) in models::ALL {
        collect_walks(name, &plan_of(&session, name, sql).await, &mut walks);
    }
    assert!(walks.is_empty(), "{walks:#?}");
}

/// Scans of a shop's rows that no further key narrows.
fn collect_walks(name: &str, node: &Value, walks: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let table = node["Relation Name"].as_str();
    if let Some(table) = table.filter(|_| kind != "ModifyTable") {
        let condition = ["Index Cond", "Recheck Cond", "TID Cond"]
            .iter()
            .find_map(|kind| node[*kind].as_str())
            .unwrap_or_default();
        let by_key = condition.contains(" AND ") || condition.contains("ctid");
        if !by_key && !SMALL.contains(&table) {
            let alias = node["Alias"].as_str().unwrap_or_default();
            walks.push(format!("{name}: {kind} of {table} {alias}, {condition}"));
        }
    }
    for inner in node["Plans"].as_array().into_iter().flatten() {
        collect_walks(name, inner, walks);
    }
}

async fn plan_of(session: &Session, name: &str, sql: &str) -> Value {
    let statement = session.prepare(sql).await.expect("a model");
    let given = vec!["null"; statement.params().len()].join(", ");
    session
        .batch_execute(&format!("prepare planned as {sql}"))
        .await
        .unwrap_or_else(|error| panic!("{name}: {:?}", error.as_db_error()));
    let explained = session
        .query_one(
            &format!("explain (format json) execute planned ({given})"),
            &[],
        )
        .await
        .unwrap_or_else(|error| panic!("{name}: {:?}", error.as_db_error()));
    session
        .batch_execute("deallocate planned")
        .await
        .expect("a statement less");
    let document: Value = explained.get(0);
    document[0]["Plan"].clone()
}
