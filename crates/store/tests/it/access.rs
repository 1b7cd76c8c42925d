//! Letting people and programs in: what a command opens is open, what it takes back is closed, and both are journalled.

use jiff::{SignedDuration, Timestamp};
use store::access::{Administration, KeyWish, MemberWish, bi_role_name};
use store::{Database, DatabaseSettings, verify};
use testkit::db::TestDb;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

async fn organizations() -> (TestDb, Database, Client) {
    let test = TestDb::create("access").await.expect("a test database");
    let client = test.client().await.expect("a client");
    client
        .batch_execute(
            "insert into warehouse.organizations (id, name) values ('acme', 'Acme'), ('other', 'Other');
             insert into warehouse.shops (shop_id, organization_id, vendor, vendor_account, name, timezone) values
               (1, 'acme', 'tekmetric', '1', 'One', 'America/New_York'),
               (2, 'acme', 'tekmetric', '2', 'Two', 'America/New_York'),
               (3, 'other', 'tekmetric', '3', 'Three', 'America/Chicago');
             insert into warehouse.repair_orders (shop_id, id, ro_number, status) values
               (1, 100, 1, 'POSTED'), (2, 100, 1, 'POSTED'), (3, 100, 1, 'POSTED');
             insert into warehouse.customers (shop_id, id, first_name) values (1, 10, 'A'), (3, 10, 'B')",
        )
        .await
        .expect("three shops");
    let database = Database::connect(&DatabaseSettings::new(test.url()))
        .await
        .expect("a connection");
    (test, database, client)
}

async fn begin(database: &Database, organization: &str) -> Administration {
    Administration::begin(database, organization)
        .await
        .expect("an administration")
}

async fn count(client: &Client, query: &str) -> i64 {
    let row = client.query_one(query, &[]).await.expect("a row");
    row.get(0)
}

async fn log_in(test: &TestDb, name: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(&test.url_as(name), NoTls)
        .await
        .expect("a login");
    tokio::spawn(connection);
    client
}

#[tokio::test]
async fn a_membership_is_given_changed_and_taken_back() {
    let (_test, database, client) = organizations().await;
    let user = Uuid::new_v4();
    let viewer = MemberWish {
        user,
        role: "viewer",
        employee: None,
    };
    let admin = begin(&database, "acme").await;
    assert_eq!(admin.shops().await.expect("shops"), [1, 2]);
    assert_eq!(
        admin.grant(&[1, 2], &viewer).await.expect("granted"),
        [1, 2]
    );
    assert!(
        admin
            .grant(&[1, 2], &viewer)
            .await
            .expect("equal")
            .is_empty()
    );
    let advisor = MemberWish {
        role: "advisor",
        ..viewer.clone()
    };
    assert_eq!(admin.grant(&[1], &advisor).await.expect("changed"), [1]);
    assert_eq!(admin.members().await.expect("members").len(), 2);
    assert!(admin.sign_out(user).await.expect("signed out"));
    assert!(!admin.sign_out(Uuid::new_v4()).await.expect("nobody"));
    assert_eq!(admin.revoke(&[2], user).await.expect("revoked"), [2]);
    let journal = admin.journal(100).await.expect("the journal");
    let actions: Vec<&str> = journal.iter().rev().map(|e| e.action.as_str()).collect();
    let expected = [
        "membership.granted",
        "membership.granted",
        "membership.changed",
        "user.signed_out",
        "membership.revoked",
    ];
    assert_eq!(actions, expected);
    admin.commit().await.expect("a commit");
    assert_eq!(
        count(&client, "select count(*) from warehouse.user_shop_access").await,
        1
    );

    // Another organization's shop is refused by the wall, and nothing is left of what was not committed.
    let admin = begin(&database, "acme").await;
    assert!(admin.grant(&[3], &viewer).await.is_err());
    let admin = begin(&database, "other").await;
    assert!(admin.members().await.expect("members").is_empty());
    assert_eq!(admin.grant(&[3], &viewer).await.expect("granted"), [3]);
    drop(admin);
    assert_eq!(
        count(&client, "select count(*) from warehouse.user_shop_access").await,
        1
    );
}

#[tokio::test]
async fn a_key_opens_its_shops_until_it_is_taken_back() {
    let (test, database, client) = organizations().await;
    let admin = begin(&database, "acme").await;
    let wish = KeyWish {
        name: "grafana",
        role: "analyst",
        scopes: &["read".to_owned()],
        shops: &[2],
        expires_at: Some(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 200)),
    };
    let key = admin
        .create_key(&wish)
        .await
        .expect("a key")
        .expect("a new name");
    assert!(admin.create_key(&wish).await.expect("an answer").is_none());
    admin.commit().await.expect("a commit");
    assert!(key.text.starts_with("pwk_") && key.text.len() == 68);

    let stored = format!(
        "select count(*) from ops.service_keys k where k::text like '%{}%'",
        &key.text[4..]
    );
    assert_eq!(count(&client, &stored).await, 0, "the text is stored");
    let api = log_in(&test, "pitwall_api").await;
    let seen = format!(
        "select count(*) from warehouse.service_key_of(sha256('{}'))",
        key.text
    );
    assert_eq!(count(&api, &seen).await, 1);
    let as_key = format!(
        "begin; set local role authenticated; set local request.jwt.claims = '{{\"sub\":\"{}\"}}'",
        key.key_id
    );
    api.batch_execute(&as_key)
        .await
        .expect("the key's identity");
    let orders = "select coalesce(sum(shop_id), 0)::bigint from warehouse.repair_orders";
    assert_eq!(count(&api, orders).await, 2);
    api.batch_execute("commit").await.expect("an end");

    let admin = begin(&database, "other").await;
    assert!(
        admin
            .revoke_key("grafana")
            .await
            .expect("an answer")
            .is_none()
    );
    let admin = begin(&database, "acme").await;
    assert_eq!(
        admin.revoke_key("grafana").await.expect("revoked"),
        Some(key.key_id)
    );
    assert!(admin.keys().await.expect("keys")[0].revoked_at.is_some());
    admin.commit().await.expect("a commit");
    assert_eq!(count(&api, &seen).await, 0);
    api.batch_execute(&as_key)
        .await
        .expect("the key's identity");
    assert_eq!(count(&api, orders).await, 0);
}

#[tokio::test]
async fn a_bi_login_reads_its_organization_and_no_person() {
    let (test, database, client) = organizations().await;
    let name = bi_role_name(&format!("acme{}", Uuid::new_v4().simple()));
    let tried = begin(&database, "acme").await;
    assert!(
        tried
            .create_bi_login(&name)
            .await
            .expect("a login")
            .is_some()
    );
    drop(tried);
    let left = format!("select count(*) from pg_roles where rolname = '{name}'");
    assert_eq!(
        count(&client, &left).await,
        0,
        "a trial leaves a role behind"
    );

    let admin = begin(&database, "acme").await;
    let password = admin.create_bi_login(&name).await.expect("a login");
    assert_eq!(password.expect("a password").len(), 64);
    assert!(
        admin
            .create_bi_login(&name)
            .await
            .expect("an answer")
            .is_none()
    );
    assert!(admin.bi_logins().await.expect("logins")[0].exists);
    admin.commit().await.expect("a commit");

    let bi = log_in(&test, &name).await;
    let orders = "select sum(shop_id)::bigint from repair_orders";
    assert_eq!(count(&bi, orders).await, 3);
    assert_eq!(
        count(
            &bi,
            "select count(*) from warehouse.employees where email is not null"
        )
        .await,
        0
    );
    for closed in [
        "select * from customers",
        "select * from vehicles",
        "select * from job_labor",
        "select * from employee_cost_rates",
        "select * from raw.payloads",
        "select * from ops.service_keys",
        "set role authenticated",
        "set transaction read write; delete from repair_orders",
    ] {
        assert!(bi.batch_execute(closed).await.is_err(), "{closed}");
        let _ = bi.batch_execute("rollback").await;
    }
    let faults = verify::schema_faults(&database).await.expect("the checks");
    assert!(faults.is_empty(), "{faults:?}");

    let admin = begin(&database, "other").await;
    assert!(!admin.drop_bi_login(&name).await.expect("an answer"));
    let admin = begin(&database, "acme").await;
    assert!(admin.drop_bi_login(&name).await.expect("dropped"));
    admin.commit().await.expect("a commit");
    assert_eq!(count(&client, &left).await, 0);
    // The session is still there and reads nothing.
    let none = "select count(*) from warehouse.repair_orders";
    let after = bi.query_one(none, &[]).await;
    assert!(after.is_err() || after.is_ok_and(|row| row.get::<_, i64>(0) == 0));
}

#[tokio::test]
async fn broken_glass_reads_everything_says_why_and_is_closed() {
    let (test, database, client) = organizations().await;
    let admin = begin(&database, "acme").await;
    let until = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 200);
    let glass = admin
        .open_glass("support case 4711", until)
        .await
        .expect("a login");
    admin.commit().await.expect("a commit");
    let ops = log_in(&test, &glass.login).await;
    assert_eq!(
        count(&ops, "select count(*) from warehouse.repair_orders").await,
        3
    );
    assert!(
        ops.batch_execute("set transaction read write; delete from warehouse.goals")
            .await
            .is_err()
    );
    let why = "select count(*) from ops.audit_log where action = 'break_glass.opened' and reason = 'support case 4711'";
    assert_eq!(count(&client, why).await, 1);

    let admin = begin(&database, "acme").await;
    assert!(!admin.close_glass("postgres").await.expect("an answer"));
    assert!(admin.close_glass(&glass.login).await.expect("closed"));
    admin.commit().await.expect("a commit");
    let again = tokio_postgres::connect(&test.url_as(&glass.login), NoTls).await;
    assert!(again.is_err());
}
