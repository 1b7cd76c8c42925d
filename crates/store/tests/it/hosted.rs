//! A hosted database: no superuser, and the platform's roles, schema `auth` and default privileges are there before us.

use store::access::Administration;
use store::{Database, DatabaseSettings, Identity, Session, migrate, verify};
use testkit::db::TestDb;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

/// What a Supabase project looks like before pitwall comes. Roles belong to the cluster and outlive the test.
const PLATFORM: &str = "
    do $$ begin
        if not exists (select from pg_roles where rolname = 'service_role') then
            create role service_role nologin noinherit bypassrls;
        end if;
        if not exists (select from pg_roles where rolname = 'pitwall_test_platform') then
            create role pitwall_test_platform login createrole createdb;
        end if;
    exception when duplicate_object or unique_violation then null;
    end $$";

const PROJECT: &str = "
    create schema auth;
    create table auth.users (id uuid primary key, email text);
    grant usage on schema public to anon, authenticated, service_role;
    alter default privileges for role pitwall_test_platform grant all on tables to anon, authenticated, service_role;
    alter default privileges for role pitwall_test_platform grant all on functions to anon, authenticated, service_role;
    alter default privileges for role pitwall_test_platform in schema public grant all on tables to anon, authenticated";

struct Hosted {
    server: Client,
    name: String,
    /// Keeps the roles of the cluster there: a migrated database has made them.
    test: TestDb,
}

impl Hosted {
    async fn create() -> Self {
        let test = TestDb::create("hosted").await.expect("a test database");
        let server = test.client().await.expect("a client");
        server.batch_execute(PLATFORM).await.expect("a platform");
        let name = format!("pitwall_hosted_{}", Uuid::new_v4().simple());
        let create = format!("create database {name} owner pitwall_test_platform");
        server.batch_execute(&create).await.expect("a database");
        let hosted = Self { server, name, test };
        let project = hosted.client("postgres").await;
        project.batch_execute(PROJECT).await.expect("a project");
        hosted
    }

    fn url(&self, user: &str) -> String {
        self.test.url_as(user).replace(self.test.name(), &self.name)
    }

    async fn client(&self, user: &str) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url(user), NoTls)
            .await
            .expect("a login");
        tokio::spawn(connection);
        client
    }

    async fn drop(self) {
        let drop = format!("drop database {} with (force)", self.name);
        self.server.batch_execute(&drop).await.expect("dropped");
    }
}

#[tokio::test]
async fn a_platform_without_superuser_is_migrated_walled_and_administered() {
    let hosted = Hosted::create().await;
    let settings = DatabaseSettings::new(hosted.url("pitwall_test_platform"));
    let database = Database::connect(&settings).await.expect("a connection");
    migrate::apply(&database).await.expect("migrated");
    let again = migrate::apply(&database).await.expect("a second time");
    assert!(again.applied.is_empty() && !again.models_applied);
    // A later program brings other models: doors that are the guard's by now are replaced.
    let forget = "delete from pitwall.schema_models";
    let project = hosted.client("postgres").await;
    project.batch_execute(forget).await.expect("forgotten");
    let replaced = migrate::apply(&database).await.expect("models again");
    assert!(replaced.models_applied);
    let faults = verify::schema_faults(&database).await.expect("the checks");
    assert!(faults.is_empty(), "{faults:?}");

    hosted
        .client("postgres")
        .await
        .batch_execute(
            "insert into warehouse.organizations (id, name) values ('acme', 'Acme');
             insert into warehouse.shops (shop_id, organization_id, vendor, vendor_account, name, timezone)
             values (1, 'acme', 'tekmetric', '1', 'One', 'America/New_York')",
        )
        .await
        .expect("a shop");
    let user = Uuid::new_v4();
    let admin = Administration::begin(&database, "acme")
        .await
        .expect("an administration");
    let viewer = store::access::MemberWish {
        user,
        role: "viewer",
        employee: None,
    };
    assert_eq!(admin.grant(&[1], &viewer).await.expect("granted"), [1]);
    let login = store::access::bi_role_name(&user.simple().to_string());
    assert!(
        admin
            .create_bi_login(&login)
            .await
            .expect("a login")
            .is_some()
    );
    admin.commit().await.expect("a commit");

    let claims = format!("{{\"sub\":\"{user}\"}}");
    let session = Session::begin(&database, &Identity::User(claims))
        .await
        .expect("a session");
    let row = session
        .query_one("select count(*) from warehouse.shops", &[])
        .await
        .expect("shops");
    assert_eq!(row.get::<_, i64>(0), 1);
    drop(session);

    the_platforms_roles_see_nothing(&hosted).await;
    let admin = Administration::begin(&database, "acme")
        .await
        .expect("an administration");
    assert!(admin.drop_bi_login(&login).await.expect("dropped"));
    admin.commit().await.expect("a commit");
    drop(database);
    hosted.drop().await;
}

/// The platform's service key bypasses row-level security, and has no grant on anything of ours.
async fn the_platforms_roles_see_nothing(hosted: &Hosted) {
    let service = hosted.client("postgres").await;
    for (role, query) in [
        ("service_role", "select * from warehouse.shops"),
        ("anon", "select * from warehouse.shops"),
        ("anon", "select warehouse.current_shops()"),
        ("authenticated", "select warehouse.session_of(sha256('x'))"),
    ] {
        let refused = service
            .batch_execute(&format!("begin; set local role {role}; {query}"))
            .await;
        assert!(refused.is_err(), "{role}: {query}");
        service.batch_execute("rollback").await.expect("an end");
    }
}
