//! What the tests share: a migrated database, a shop, a plan.

use domain::{Clock, ShopId, ShopZone};
use pipeline::{PlannedConnection, PlannedShop};
use serde_json::Value;
use std::time::Duration;
use store::shops::ConfiguredShop;
use store::{Database, DatabaseSettings};
use testkit::compare;
use testkit::db::TestDb;
use testkit::oracle::{self, OracleInput};
use tokio_util::sync::CancellationToken;
use vendors::{ConnectionSettings, Secret, Tuning, Vendor};

/// A database with what the tests need beside it.
pub struct World {
    pub test: TestDb,
    pub database: Database,
    pub clock: Clock,
    pub stop: CancellationToken,
}

impl World {
    /// A migrated, empty database; the clock stands at `now`.
    pub async fn new(name: &str, now: &str) -> Self {
        let test = TestDb::create(name).await.expect("a test database");
        let database = Database::connect(&DatabaseSettings::new(test.url()))
            .await
            .expect("a connection");
        let clock = Clock::fixed(now.parse().expect("an instant"));
        Self {
            test,
            database,
            clock,
            stop: CancellationToken::new(),
        }
    }

    /// Configures a shop.
    pub async fn shop(&self, shop_id: i64, zone: &str) -> PlannedShop {
        let configured = ConfiguredShop {
            shop_id: ShopId(shop_id),
            organization: "acme".into(),
            connection: "test".into(),
            vendor: "tekmetric".into(),
            vendor_account: shop_id.to_string(),
            name: format!("Shop {shop_id}"),
            timezone: zone.into(),
            currency: "USD".into(),
            location: None,
            default_tech_cost_rate: None,
        };
        store::shops::configure(&self.database, &[configured], &[], self.clock.now())
            .await
            .expect("a shop");
        PlannedShop {
            shop_id: ShopId(shop_id),
            vendor_id: shop_id,
            name: format!("Shop {shop_id}"),
            zone: ShopZone::new(zone).expect("a zone"),
        }
    }

    /// Runs statements as the superuser.
    pub async fn sql(&self, statements: &str) {
        let client = self.test.client().await.expect("a client");
        client
            .batch_execute(statements)
            .await
            .unwrap_or_else(|e| panic!("{statements}: {e:?}"));
    }

    /// One number from a query.
    pub async fn number(&self, query: &str) -> i64 {
        let client = self.test.client().await.expect("a client");
        client
            .query_one(query, &[])
            .await
            .unwrap_or_else(|e| panic!("{query}: {e:?}"))
            .get(0)
    }

    /// A text from a query; `None` for NULL or no row.
    pub async fn text(&self, query: &str) -> Option<String> {
        let client = self.test.client().await.expect("a client");
        let row = client
            .query_opt(query, &[])
            .await
            .unwrap_or_else(|e| panic!("{query}: {e:?}"));
        row.and_then(|row| row.get(0))
    }
}

/// A connection that is never called: for replays.
pub fn offline(shop: PlannedShop) -> PlannedConnection {
    connection("http://127.0.0.1:9", vec![shop])
}

/// A connection to a simulator.
pub fn connection(base_url: &str, shops: Vec<PlannedShop>) -> PlannedConnection {
    PlannedConnection {
        settings: ConnectionSettings {
            name: "test".into(),
            vendor: Vendor::Tekmetric,
            base_url: base_url.into(),
            client_id: "simulated-client".into(),
            client_secret: Secret::new("simulated-secret"),
            allow_insecure_loopback: true,
            comparison: None,
            auth_url: None,
            app_key: None,
            tuning: hurried(),
        },
        shops,
    }
}

/// No waiting in tests: the same policies with short units.
pub fn hurried() -> Tuning {
    Tuning {
        requests_per_second: 5_000,
        burst: 1_000,
        max_in_flight: 8,
        max_attempts: 8,
        backoff_base: Duration::from_millis(1),
        backoff_cap: Duration::from_millis(20),
        breaker_pause: Duration::from_millis(20),
        settling_time: Duration::from_millis(50),
        request_timeout: Duration::from_secs(10),
        read_timeout: Duration::from_secs(5),
        ..Tuning::default()
    }
}

/// Loads an oracle's input through raw payloads and the product's own path, and compares every figure.
pub async fn agree(world: &World, input: &OracleInput) -> Vec<String> {
    let shop = world.shop(input.shop.shop_id, &input.shop.timezone).await;
    plant(world, input).await;
    let report = pipeline::replay::run(
        &world.database,
        &offline(shop.clone()),
        &shop,
        &world.clock,
        &world.stop,
    )
    .await
    .expect("a replay");
    assert_eq!(report.rejected, 0);
    let figures = oracle::compute(input).expect("the oracle");
    let client = world.test.client().await.expect("a client");
    compare::differences(&client, input.shop.shop_id, &figures)
        .await
        .expect("a comparison")
}

/// Puts payloads and rates where the vendor's and the owner's would be.
pub async fn plant(world: &World, input: &OracleInput) {
    let client = world.test.client().await.expect("a client");
    let shop = input.shop.shop_id;
    for (entity, bodies) in [
        (
            "employee",
            input
                .employees
                .iter()
                .filter(|e| e.is_active)
                .map(|e| &e.payload)
                .collect::<Vec<&Value>>(),
        ),
        ("repair_order", input.orders.iter().collect()),
    ] {
        for body in bodies {
            let id = body["id"].as_i64().expect("an id");
            client
                .execute(
                    "insert into raw.payloads (shop_id, vendor, entity, entity_id, stored_on, payload_hash, body) \
                     values ($1, 'tekmetric', $2, $3, '2026-07-10', $4, $5::text::json)",
                    &[&shop, &entity, &id, &body.to_string().as_bytes()[..8].to_vec(), &body.to_string()],
                )
                .await
                .expect("a payload");
        }
    }
    for rate in &input.rates {
        client
            .execute(
                "insert into warehouse.employee_cost_rates (shop_id, employee_id, effective_from, effective_to, hourly_cost) \
                 values ($1, $2, $3, $4, $5)",
                &[&shop, &rate.employee_id, &rate.effective_from, &rate.effective_to, &rate.hourly_cost],
            )
            .await
            .expect("a rate");
    }
}
