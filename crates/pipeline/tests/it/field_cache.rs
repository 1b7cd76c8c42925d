//! The cache's merge against worked example F11, and what a complete run marks: one table, three runs, two tenants.

use domain::cache::{CacheBatch, CacheRow, Cell, Kind, Merge};
use domain::{ShopId, ShopZone};
use store::cache::{self, Coverage, Merged, Place};
use store::shops::{ConfiguredShop, configure};
use store::{Database, DatabaseSettings, Identity, Session};
use testkit::db::TestDb;
use vendors::servicetitan_tables as tables;

const CHANGES: Coverage = Coverage {
    whole: false,
    begins: false,
    ends: false,
};

struct Cache {
    test: TestDb,
    database: Database,
    zone: ShopZone,
}

impl Cache {
    async fn new(name: &str) -> Self {
        let test = TestDb::create(name).await.expect("a test database");
        let database = Database::connect(&DatabaseSettings::new(test.url()))
            .await
            .expect("a connection");
        let shop = |id: i64| ConfiguredShop {
            shop_id: ShopId(id),
            organization: "field".into(),
            connection: "field".into(),
            vendor: "servicetitan".into(),
            vendor_account: id.to_string(),
            name: format!("Tenant {id}"),
            timezone: "America/Chicago".into(),
            currency: "USD".into(),
            location: None,
            default_tech_cost_rate: None,
        };
        let now = "2026-03-02T12:00:00Z".parse().expect("an instant");
        configure(&database, &[shop(1), shop(2)], &[], now)
            .await
            .expect("two tenants");
        Self {
            test,
            database,
            zone: ShopZone::new("America/Chicago").expect("a zone"),
        }
    }

    async fn load(&self, shop: i64, rows: Vec<CacheRow>, coverage: Coverage) -> Merged {
        let session = Session::begin(&self.database, &Identity::Sync(ShopId(shop)))
            .await
            .expect("a session");
        let place = Place {
            shop: ShopId(shop),
            tenant: shop,
            zone: &self.zone,
            now: "2026-03-02T12:00:00Z".parse().expect("an instant"),
        };
        let batch = CacheBatch {
            table: table("raw.st_teams"),
            feed: "export",
            rows,
            merge: Merge::Replace,
        };
        let merged = cache::load(&session, place, &[batch], coverage)
            .await
            .expect("a load");
        session.commit().await.expect("a commit");
        merged[0]
    }

    async fn held(&self) -> Vec<String> {
        let client = self.test.client().await.expect("a client");
        let rows = client
            .query(
                "select concat_ws(' ', tenant_id || '/' || st_id, name, to_char(modified_on at time zone 'UTC', 'HH24:MI'), \
                   case when deleted_at is null then 'live' else 'gone' end) from raw.st_teams order by 1",
                &[],
            )
            .await
            .expect("rows");
        rows.iter().map(|row| row.get(0)).collect()
    }
}

fn table(name: &str) -> &'static domain::cache::CacheTable {
    tables::ALL
        .into_iter()
        .find(|table| table.name == name)
        .expect("a cached table")
}

fn row(key: &str, at: &str, content: &str) -> CacheRow {
    let mut hash = [0; 16];
    hash[..content.len()].copy_from_slice(content.as_bytes());
    CacheRow {
        key: key.into(),
        active: true,
        created_on: None,
        modified_on: Some(format!("2026-03-02T{at}:00Z").parse().expect("an instant")),
        hash,
        body: format!(r#"{{"name":"{content}"}}"#),
        cells: vec![Cell::Text(content.into())],
    }
}

#[tokio::test]
async fn f11_the_newest_wins_the_equal_is_left_and_what_a_complete_run_misses_is_gone() {
    let cache = Cache::new("field_f11").await;
    let counts = |m: Merged| {
        assert_eq!(
            m.received,
            m.collapsed + m.inserted + m.updated + m.unchanged + m.stale
        );
        [
            m.received,
            m.collapsed,
            m.inserted,
            m.updated,
            m.unchanged,
            m.stale,
        ]
    };
    let first = cache
        .load(
            1,
            vec![row("A", "10:00", "v1"), row("B", "10:05", "v1")],
            CHANGES,
        )
        .await;
    assert_eq!(counts(first), [2, 0, 2, 0, 0, 0]);
    let second = vec![
        row("A", "10:00", "v1"),
        row("B", "10:03", "v0"),
        row("C", "10:06", "v1"),
        row("C", "10:07", "v2"),
    ];
    let second = cache.load(1, second, CHANGES).await;
    let other = cache.load(2, vec![row("A", "09:00", "v9")], CHANGES).await;
    let both: Vec<u64> = counts(second)
        .iter()
        .zip(counts(other))
        .map(|(a, b)| a + b)
        .collect();
    assert_eq!(both, [5, 1, 2, 0, 1, 1]);
    let whole = Coverage {
        whole: true,
        begins: true,
        ends: true,
    };
    let third = cache
        .load(
            1,
            vec![row("A", "10:10", "v2"), row("C", "10:07", "v2")],
            whole,
        )
        .await;
    assert_eq!(counts(third), [2, 0, 0, 1, 1, 0]);
    assert_eq!(third.tombstoned, 1);
    assert_eq!(
        cache.held().await,
        [
            "1/A v2 10:10 live",
            "1/B v1 10:05 gone",
            "1/C v2 10:07 live",
            "2/A v9 09:00 live",
        ]
    );
    let again = cache.load(1, vec![row("B", "10:05", "v1")], CHANGES).await;
    assert_eq!(counts(again), [1, 0, 0, 1, 0, 0], "shown again it is back");
}

#[tokio::test]
async fn q37_a_complete_run_that_shows_less_than_half_deletes_nothing() {
    let cache = Cache::new("field_q37").await;
    let rows = (0..10)
        .map(|n| row(&n.to_string(), "10:00", "v1"))
        .collect();
    cache.load(1, rows, CHANGES).await;
    let whole = Coverage {
        whole: true,
        begins: true,
        ends: true,
    };
    let short = cache.load(1, vec![row("0", "10:00", "v1")], whole).await;
    assert_eq!(short.tombstoned, 0);
    assert!(cache.held().await.iter().all(|row| row.ends_with("live")));
}

#[tokio::test]
async fn every_cached_table_takes_a_row_with_every_column_filled() {
    let cache = Cache::new("field_every_table").await;
    let session = Session::begin(&cache.database, &Identity::Sync(ShopId(1)))
        .await
        .expect("a session");
    let place = Place {
        shop: ShopId(1),
        tenant: 1,
        zone: &cache.zone,
        now: "2026-03-02T12:00:00Z".parse().expect("an instant"),
    };
    let at: jiff::Timestamp = "2026-03-02T14:00:00Z".parse().expect("an instant");
    for table in tables::ALL {
        let filled = table.columns.iter().map(|column| match column.kind {
            Kind::Text | Kind::Id => Cell::Text("7".into()),
            Kind::Flag => Cell::Flag(true),
            Kind::Whole | Kind::Cents | Kind::Seconds => Cell::Whole(12_345),
            Kind::Number | Kind::Degrees => Cell::Number("-12.5".into()),
            Kind::Instant => Cell::Instant(at),
            Kind::Day => Cell::DayOf(at),
            Kind::List => Cell::List(vec!["a".into(), "b".into()]),
            Kind::Json => Cell::Json("[1]".into()),
            Kind::Span | Kind::Clock => Cell::Span(28_800_000_000),
        });
        let mut full = row("1", "10:00", "v1");
        full.cells = filled
            .zip(table.columns)
            .map(|(cell, column)| match (cell, column.kind) {
                (Cell::Span(micros), Kind::Clock) => Cell::Clock(micros),
                (cell, _) => cell,
            })
            .collect();
        let mut empty = row("2", "10:00", "v1");
        empty.cells = vec![Cell::Null; table.columns.len()];
        // Two columns are never empty in the interface.
        for (at, column) in table.columns.iter().enumerate() {
            if ["unused", "no_charge"].contains(&column.name) {
                empty.cells[at] = Cell::Flag(false);
            }
        }
        let batch = CacheBatch {
            table,
            feed: "export",
            rows: vec![full, empty],
            merge: Merge::Replace,
        };
        let merged = cache::load(&session, place, &[batch], CHANGES)
            .await
            .unwrap_or_else(|e| panic!("{}: {e:?}", table.name));
        assert_eq!(merged[0].inserted, 2, "{}", table.name);
    }
    session.commit().await.expect("a commit");
    let client = cache.test.client().await.expect("a client");
    let stored = client
        .query_one(
            "select concat_ws('|', start_local, duration) from raw.st_arrival_windows where st_id = '1' \
             union all select concat_ws('|', split) from raw.st_job_splits where st_id = '1' order by 1 limit 1",
            &[],
        )
        .await
        .expect("a row");
    assert_eq!(stored.get::<_, &str>(0), "-12.5000");
}
