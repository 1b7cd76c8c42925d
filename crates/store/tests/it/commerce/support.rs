//! A database with web shops whose clock stands still.

use domain::ShopId;
use jiff::Timestamp;
use store::shops::ConfiguredShop;
use store::{Database, DatabaseSettings, Identity, Session, commerce};
use testkit::db::TestDb;
use tokio_postgres::SimpleQueryMessage;

/// The shops of the worked examples.
pub const ALPHA: i64 = 1001;
/// The other one.
pub const BETA: i64 = 1002;
/// Owner of every shop that a test opens to him.
pub const OWNER: &str = "00000000-0000-4000-8000-0000000000a1";
/// Viewer of the same shops.
pub const VIEWER: &str = "00000000-0000-4000-8000-0000000000a2";
/// Has no shop.
pub const STRANGER: &str = "00000000-0000-4000-8000-0000000000af";

/// The instant of the worked examples: a Wednesday.
pub const NOW: &str = "2025-10-15T12:00:00Z";

/// Web shops in a database of their own.
pub struct Store {
    /// Holds the database.
    pub test: TestDb,
    /// As the superuser.
    pub database: Database,
    /// Where the clock stands.
    pub now: Timestamp,
}

impl Store {
    /// Empty shops in the given zones, opened to the owner and the viewer.
    pub async fn new(name: &str, shops: &[(i64, &str)]) -> Self {
        let test = TestDb::create(name).await.expect("a test database");
        let database = Database::connect(&DatabaseSettings::new(test.url()))
            .await
            .expect("a connection");
        let now = NOW.parse().expect("an instant");
        let configured: Vec<ConfiguredShop> = shops
            .iter()
            .map(|(id, zone)| ConfiguredShop {
                shop_id: ShopId(*id),
                organization: "acme".into(),
                connection: "test".into(),
                vendor: "shopify".into(),
                vendor_account: id.to_string(),
                name: format!("Store {id}"),
                timezone: (*zone).into(),
                currency: "USD".into(),
                location: None,
                default_tech_cost_rate: None,
            })
            .collect();
        store::shops::configure(&database, &configured, &[], now)
            .await
            .expect("shops");
        let store = Self {
            test,
            database,
            now,
        };
        store.sql(include_str!("support.sql")).await;
        for (id, _) in shops {
            let access = format!(
                "insert into warehouse.user_shop_access (shop_id, user_id, role) \
                 values ({id}, '{OWNER}', 'owner'), ({id}, '{VIEWER}', 'viewer')"
            );
            store.sql(&access).await;
        }
        store
    }

    /// The shops alpha and beta, in UTC.
    pub async fn examples(name: &str) -> Self {
        Self::new(name, &[(ALPHA, "UTC"), (BETA, "UTC")]).await
    }

    /// Statements as the superuser.
    pub async fn sql(&self, statements: &str) {
        let client = self.test.client().await.expect("a client");
        client
            .batch_execute(statements)
            .await
            .unwrap_or_else(|error| panic!("{statements}: {:?}", error.as_db_error()));
    }

    /// Works everything of a shop out.
    pub async fn build(&self, shop: i64) -> u64 {
        let session = self.sync(shop).await;
        commerce::mark_everything(&session, ShopId(shop), self.now)
            .await
            .expect("marks");
        session.commit().await.expect("a commit");
        self.drain(shop).await
    }

    /// Works the queue of a shop off, a few keys at a time; returns the rows written.
    pub async fn drain(&self, shop: i64) -> u64 {
        let mut rows = 0;
        loop {
            let session = self.sync(shop).await;
            let done = commerce::drain(&session, ShopId(shop), self.now, 1000)
                .await
                .expect("a drain");
            session.commit().await.expect("a commit");
            rows += done.rows;
            if done.keys == 0 {
                return rows;
            }
        }
    }

    /// A session of the loader, walled into a shop.
    pub async fn sync(&self, shop: i64) -> Session {
        Session::begin(&self.database, &Identity::Sync(ShopId(shop)))
            .await
            .expect("a session")
    }

    /// Rows as the owner sees them at the stores' time, columns joined by a bar, null as a dash.
    pub async fn rows(&self, question: &str) -> Vec<String> {
        self.rows_as(OWNER, "UTC", question).await
    }

    /// The same as somebody else, in a session of another time zone.
    pub async fn rows_as(&self, user: &str, zone: &str, question: &str) -> Vec<String> {
        let claims = format!("{{\"sub\":\"{user}\",\"role\":\"authenticated\"}}");
        let session = Session::begin(&self.database, &Identity::User(claims))
            .await
            .expect("a session");
        let clock = format!(
            "set local pitwall.now = '{}'; set local timezone = '{zone}'; set local search_path = warehouse",
            self.now
        );
        session.batch_execute(&clock).await.expect("a clock");
        let answer = session
            .simple_query(question)
            .await
            .unwrap_or_else(|error| panic!("{question}: {:?}", error.as_db_error()));
        answer.iter().filter_map(text).collect()
    }
}

fn text(message: &SimpleQueryMessage) -> Option<String> {
    let SimpleQueryMessage::Row(row) = message else {
        return None;
    };
    let columns: Vec<&str> = (0..row.len())
        .map(|at| row.get(at).unwrap_or("-"))
        .collect();
    Some(columns.join("|"))
}
