//! Schema and models: they apply twice, they prepare, and the catalog keeps the rules.

use store::{Database, DatabaseSettings, migrate, models};
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
async fn every_model_prepares_against_the_real_schema() {
    let (test, _database) = database("prepare_models").await;
    let client = test.client().await.expect("a client");
    for (name, statement) in models::ALL {
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
