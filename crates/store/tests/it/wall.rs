//! The wall: a user of another shop sees nothing, in any relation; the sync role is held to its shop.

use store::{Database, DatabaseSettings, Identity, Session};
use testkit::db::TestDb;

const ALICE: &str = "11111111-1111-4111-8111-111111111111";
const BOB: &str = "22222222-2222-4222-8222-222222222222";

async fn two_shops() -> (TestDb, Database) {
    let test = TestDb::create("wall").await.expect("a test database");
    let client = test.client().await.expect("a client");
    client
        .batch_execute(&format!(
            "insert into warehouse.organizations (id, name) values ('acme', 'Acme');
             insert into warehouse.shops (shop_id, organization_id, vendor, vendor_account, name, timezone) values
               (1, 'acme', 'tekmetric', '1', 'One', 'America/New_York'),
               (2, 'acme', 'tekmetric', '2', 'Two', 'America/Chicago');
             insert into warehouse.user_shop_access (user_id, shop_id, role) values
               ('{ALICE}', 1, 'owner'), ('{BOB}', 2, 'owner');
             insert into warehouse.customers (shop_id, id, first_name) values (1, 10, 'A'), (2, 10, 'B');
             insert into warehouse.repair_orders (shop_id, id, ro_number, status) values
               (1, 100, 1, 'POSTED'), (2, 100, 1, 'POSTED')"
        ))
        .await
        .expect("two shops");
    let database = Database::connect(&DatabaseSettings::new(test.url()))
        .await
        .expect("a connection");
    (test, database)
}

async fn shops_seen(session: &Session, table: &str) -> Vec<i64> {
    let rows = session
        .query(&format!("select shop_id from {table} order by 1"), &[])
        .await
        .expect("a query");
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn a_user_sees_his_own_shop_and_no_other() {
    let (_test, database) = two_shops().await;
    for (user, shop) in [(ALICE, 1), (BOB, 2)] {
        let claims = format!("{{\"sub\":\"{user}\",\"role\":\"authenticated\"}}");
        let session = Session::begin(&database, &Identity::User(claims))
            .await
            .expect("a session");
        for table in [
            "warehouse.shops",
            "warehouse.customers",
            "warehouse.repair_orders",
        ] {
            assert_eq!(
                shops_seen(&session, table).await,
                [shop],
                "{user} in {table}"
            );
        }
        let write = session
            .execute("update warehouse.repair_orders set keytag = 'x'", &[])
            .await;
        assert!(write.is_err(), "{user} may write");
    }
}

#[tokio::test]
async fn bad_claims_open_nothing() {
    let (_test, database) = two_shops().await;
    for claims in [
        "",
        "{}",
        "not json",
        "{\"sub\":\"\"}",
        "{\"sub\":\"1\"}",
        "{\"shops\":[1,2]}",
        "[1]",
        "null",
    ] {
        let session = Session::begin(&database, &Identity::User(claims.into()))
            .await
            .expect("a session");
        match session
            .query("select shop_id from warehouse.shops", &[])
            .await
        {
            Ok(rows) => assert!(rows.is_empty(), "{claims:?} opened {} shops", rows.len()),
            Err(error) => assert!(error.code().is_some(), "{claims:?}: {error}"),
        }
    }
}

#[tokio::test]
async fn the_sync_role_reads_and_writes_its_shop_only() {
    let (_test, database) = two_shops().await;
    let session = Session::begin(&database, &Identity::Sync(domain::ShopId(1)))
        .await
        .expect("a session");
    assert_eq!(shops_seen(&session, "warehouse.repair_orders").await, [1]);
    let planted = session
        .execute(
            "insert into warehouse.customers (shop_id, id) values (2, 11)",
            &[],
        )
        .await;
    assert!(
        planted.is_err(),
        "the sync role of shop 1 wrote into shop 2"
    );
}

#[tokio::test]
async fn identity_does_not_outlive_its_transaction() {
    let (_test, database) = two_shops().await;
    {
        let _dropped = Session::begin(&database, &Identity::Sync(domain::ShopId(1)))
            .await
            .expect("a session");
    }
    for _ in 0..20 {
        let session = Session::begin(&database, &Identity::Login)
            .await
            .expect("a session");
        let row = session
            .query_one("select current_user = session_user, coalesce(current_setting('pitwall.shop_id', true), '')", &[])
            .await
            .expect("a row");
        assert!(row.get::<_, bool>(0));
        assert_eq!(row.get::<_, &str>(1), "");
    }
}
