//! Schema and models: they apply twice, they prepare, and the catalog keeps the rules.

use store::{Database, DatabaseSettings, commerce, migrate, models};
use testkit::db::TestDb;

async fn database(name: &str) -> (TestDb, Database) {
    let test = TestDb::create(name).await.expect("a test database");
    let database = Database::connect(&DatabaseSettings::new(test.url()))
        .await
        .expect("a connection");
    (test, database)
}

#[tokio::test]
async fn migrations_apply_once_and_models_when_they_changed() {
    let (_test, database) = database("migrate_twice").await;
    let second = migrate::apply(&database).await.expect("a second run");
    assert!(
        second.applied.is_empty(),
        "applied again: {:?}",
        second.applied
    );
    assert!(!second.models_applied);
    assert!(second.present >= 8);
}

#[tokio::test]
async fn c5_the_cache_is_rolled_back_alone_and_comes_back_empty() {
    let (test, database) = database("roll_back_cache").await;
    let client = test.client().await.expect("a client");
    client
        .batch_execute(
            "insert into warehouse.organizations (id, name) values ('acme', 'Acme'); \
             insert into warehouse.shops (shop_id, organization_id, vendor, vendor_account, name, timezone) \
               values (1, 'acme', 'servicetitan', '1001', 'One', 'America/Chicago'); \
             insert into warehouse.repair_orders (shop_id, id, ro_number, status) values (1, 100, 1, 'POSTED'); \
             insert into raw.st_jobs (shop_id, tenant_id, st_id) values (1, 1001, '100')",
        )
        .await
        .expect("a job and its order");
    let refused = migrate::roll_back_cache(&database, false).await;
    assert!(
        matches!(refused, Err(store::StoreError::WouldLose { rows: 1 })),
        "{refused:?}"
    );
    for expected in [1, 0] {
        let lost = migrate::roll_back_cache(&database, true).await;
        assert_eq!(lost.expect("a way back"), expected);
        let left = client
            .query_one(
                "select to_regclass('raw.st_jobs') is null, (select count(*) from warehouse.repair_orders)",
                &[],
            )
            .await
            .expect("what is left");
        assert_eq!((left.get(0), left.get(1)), (true, 1_i64));
        let again = migrate::apply(&database).await.expect("the way up");
        assert_eq!(again.applied.len(), 5, "{:?}", again.applied);
    }
    assert!(
        store::verify::schema_faults(&database)
            .await
            .expect("the checks")
            .is_empty()
    );
}

#[tokio::test]
async fn every_model_prepares_against_the_real_schema() {
    let (test, _database) = database("prepare_models").await;
    let client = test.client().await.expect("a client");
    for (name, statement) in models::ALL.iter().chain(commerce::ALL) {
        let prepared = client.prepare(statement).await;
        assert!(
            prepared.is_ok(),
            "{name}: {:?}",
            prepared.err().and_then(|e| e.as_db_error().cloned())
        );
    }
}

#[tokio::test]
async fn the_catalog_keeps_the_rules_of_the_house() {
    let (test, _database) = database("schema_checks").await;
    let client = test.client().await.expect("a client");
    let checks = migrate::CHECKS
        .iter()
        .filter(|(path, _)| path.starts_with("checks/schema"));
    let mut seen = 0;
    for (path, text) in checks {
        for statement in migrate::statements(text) {
            let rows = client
                .simple_query(statement)
                .await
                .unwrap_or_else(|e| panic!("{path}: {e:?}"));
            let found: Vec<String> = rows
                .iter()
                .filter_map(|m| match m {
                    tokio_postgres::SimpleQueryMessage::Row(row) => Some(
                        (0..row.len())
                            .filter_map(|i| row.get(i))
                            .collect::<Vec<_>>()
                            .join(" | "),
                    ),
                    _ => None,
                })
                .collect();
            assert!(found.is_empty(), "{path}: {found:#?}");
            seen += 1;
        }
    }
    assert!(seen >= 8, "only {seen} checks ran");
}
