//! The rules that raise alerts: each fires, once; says the same again without a write; resolves when it has gone; follows
//! what the shop has set.

use domain::{Clock, ShopId};
use jiff::Timestamp;
use store::{Database, DatabaseSettings, Identity, Session, models};
use testkit::db::TestDb;

/// Wednesday, 11:00 in New York. The week before began on Monday the 6th.
const NOW: &str = "2026-07-15T15:00:00Z";

struct Shop {
    test: TestDb,
    database: Database,
}

impl Shop {
    async fn open(name: &str) -> Self {
        let test = TestDb::create(name).await.expect("a test database");
        let database = Database::connect(&DatabaseSettings::new(test.url()))
            .await
            .expect("a connection");
        let shop = Self { test, database };
        shop.sql(
            "insert into warehouse.organizations (id, name) values ('acme', 'Acme');
             insert into warehouse.shops (shop_id, organization_id, vendor, vendor_account, name, timezone) values
               (1, 'acme', 'tekmetric', '1', 'One', 'America/New_York'),
               (2, 'acme', 'tekmetric', '2', 'Two', 'America/New_York');
             insert into warehouse.sync_cursors (shop_id, entity_type, last_synced_at) values
               (1, 'repair_orders', '2026-07-15T14:50:00Z');",
        )
        .await;
        shop
    }

    async fn sql(&self, statements: &str) {
        let client = self.test.client().await.expect("a client");
        client.batch_execute(statements).await.expect(statements);
    }

    async fn day(&self, day: &str, gp_percent: i64) {
        self.sql(&format!(
            "insert into warehouse.daily_shop_metrics (shop_id, metric_date, ro_count, authorized_revenue,
               authorized_cost, authorized_profit)
             values (1, '{day}', 1, 10000, {}, {})
             on conflict (shop_id, metric_date) do update set
               authorized_profit = excluded.authorized_profit, authorized_cost = excluded.authorized_cost",
            10_000 - gp_percent * 100,
            gp_percent * 100
        ))
        .await;
    }

    /// Looks as the sync does; gives how many alerts were raised or changed.
    async fn look_at(&self, now: &str) -> u64 {
        let now: Timestamp = now.parse().expect("an instant");
        let now = Clock::fixed(now).now();
        let session = Session::begin(&self.database, &Identity::Sync(ShopId(1)))
            .await
            .expect("a session");
        let raised = models::raise_alerts(&session, ShopId(1), now)
            .await
            .expect("the rules");
        session.commit().await.expect("a commit");
        raised
    }

    async fn look(&self) -> u64 {
        self.look_at(NOW).await
    }

    /// `rule day severity value`, and `resolved` where it is.
    async fn alerts(&self) -> Vec<String> {
        let client = self.test.client().await.expect("a client");
        let rows = client
            .query(
                "select concat_ws(' ', rule, metric_date, severity, trim_scale(value),
                   case when resolved_at is not null then 'resolved' end)
                 from warehouse.alerts order by rule, metric_date",
                &[],
            )
            .await
            .expect("the alerts");
        rows.iter().map(|row| row.get(0)).collect()
    }
}

#[tokio::test]
async fn a_low_day_is_told_once_and_resolves() {
    let shop = Shop::open("alerts_day").await;
    shop.day("2026-07-13", 52).await;
    shop.day("2026-07-14", 48).await;
    shop.day("2026-07-15", 41).await;
    // Longer ago than anybody acts upon.
    shop.day("2026-06-20", 10).await;
    assert_eq!(shop.look().await, 2);
    assert_eq!(
        shop.alerts().await,
        [
            "gp_low 2026-07-14 warning 48",
            "gp_low 2026-07-15 critical 41"
        ]
    );
    assert_eq!(shop.look().await, 0, "the same figures write nothing");
    shop.day("2026-07-15", 55).await;
    shop.day("2026-07-14", 44).await;
    assert_eq!(shop.look().await, 1);
    assert_eq!(
        shop.alerts().await,
        [
            "gp_low 2026-07-14 critical 44",
            "gp_low 2026-07-15 critical 41 resolved"
        ]
    );
    shop.day("2026-07-15", 41).await;
    assert_eq!(shop.look().await, 1, "it is back, in its own row");
    assert_eq!(shop.alerts().await.len(), 2);
}

#[tokio::test]
async fn a_shop_sets_its_own_rules() {
    let shop = Shop::open("alerts_rules").await;
    shop.day("2026-07-14", 48).await;
    shop.sql("insert into warehouse.alert_rules (shop_id, rule, threshold, critical) values (1, 'gp_low', 40, 30)")
        .await;
    assert_eq!(shop.look().await, 0);
    shop.sql("update warehouse.alert_rules set threshold = 60")
        .await;
    assert_eq!(shop.look().await, 1);
    shop.sql("update warehouse.alert_rules set is_enabled = false")
        .await;
    assert_eq!(shop.look().await, 0);
    assert_eq!(
        shop.alerts().await,
        ["gp_low 2026-07-14 warning 48 resolved"]
    );
}

#[tokio::test]
async fn weeks_goals_and_the_line_are_held_against_each_other() {
    let shop = Shop::open("alerts_weeks").await;
    // Week of 29 June at 60 %, week of 6 July at 56 %: four points less; the line falls.
    for (day, percent) in [
        ("2026-06-29", 61),
        ("2026-06-30", 60),
        ("2026-07-01", 59),
        ("2026-07-06", 57),
        ("2026-07-07", 56),
        ("2026-07-08", 55),
        ("2026-07-13", 54),
    ] {
        shop.day(day, percent).await;
    }
    shop.sql(
        "insert into warehouse.goals (shop_id, target, period_start, scope, metric, period) values
           (1, 58, '2026-07-01', 'shop', 'gp_percent', 'month'), (2, 99, '2026-07-01', 'shop', 'gp_percent', 'month')",
    )
    .await;
    assert_eq!(shop.look().await, 3);
    // July so far: (59 + 57 + 56 + 55 + 54) / 5 = 56.2, 1.8 under the goal.
    assert_eq!(
        shop.alerts().await,
        [
            "gp_falling 2026-07-13 warning 1.2143",
            "gp_under_goal 2026-07-01 warning 1.8",
            "gp_week_drop 2026-07-06 warning 4",
        ]
    );
    for day in ["2026-07-06", "2026-07-07", "2026-07-08"] {
        shop.day(day, 66).await;
    }
    shop.look().await;
    let alerts = shop.alerts().await;
    assert!(
        alerts.contains(&"gp_week_rise 2026-07-06 info 6".to_owned()),
        "{alerts:?}"
    );
    assert!(
        alerts.contains(&"gp_week_drop 2026-07-06 warning 4 resolved".to_owned()),
        "{alerts:?}"
    );
}

#[tokio::test]
async fn vehicles_parts_sync_and_issues_are_watched() {
    let shop = Shop::open("alerts_state").await;
    shop.sql(
        "insert into warehouse.repair_orders
           (shop_id, id, ro_number, status, promised_date, authorized_job_count, missing_cost_count, posted_date) values
           (1, 11, 11, 'WORKINPROGRESS', '2026-07-15T14:00:00Z', 1, 0, null),
           (1, 12, 12, 'WORKINPROGRESS', '2026-07-15T16:00:00Z', 1, 0, null),
           (1, 13, 13, 'COMPLETE', '2026-07-15T14:00:00Z', 1, 0, null),
           (1, 14, 14, 'POSTED', null, 1, 3, '2026-07-14'),
           (2, 21, 21, 'WORKINPROGRESS', '2026-07-01T14:00:00Z', 1, 0, null);
         insert into warehouse.data_quality_issues (shop_id, entity_type, entity_id, code, severity, first_seen_at)
         select 1, 'repair_order', n, 'missing_tech', 'warning', '2026-07-15T12:00:00Z' from generate_series(1, 25) n;",
    )
    .await;
    shop.look().await;
    assert_eq!(
        shop.alerts().await,
        [
            "promised_late 2026-07-15 warning 1",
            "zero_cost_parts 2026-07-14 warning 3",
        ],
        "what a first load finds is no burst"
    );
    shop.sql(
        "insert into warehouse.sync_log (shop_id, sync_type, entity_type, started_at)
         values (1, 'incremental', 'repair_orders', '2026-07-01T12:00:00Z');",
    )
    .await;
    shop.look().await;
    assert_eq!(
        shop.alerts().await,
        [
            "issue_burst 2026-07-15 warning 25",
            "promised_late 2026-07-15 warning 1",
            "zero_cost_parts 2026-07-14 warning 3",
        ]
    );
    // An hour and ten minutes after the last sync; the second vehicle is late, too.
    let later = "2026-07-15T16:05:00Z";
    assert_eq!(shop.look_at(later).await, 2);
    assert_eq!(
        shop.look_at("2026-07-15T16:20:00Z").await,
        0,
        "still the same hour"
    );
    let alerts = shop.alerts().await;
    assert!(
        alerts.contains(&"sync_stale 2026-07-15 warning 1".to_owned()),
        "{alerts:?}"
    );
    assert!(
        alerts.contains(&"promised_late 2026-07-15 warning 2".to_owned()),
        "{alerts:?}"
    );
    shop.sql("update warehouse.sync_cursors set last_synced_at = '2026-07-15T16:30:00Z'")
        .await;
    shop.look_at("2026-07-15T16:31:00Z").await;
    let alerts = shop.alerts().await;
    assert!(
        alerts.contains(&"sync_stale 2026-07-15 warning 1 resolved".to_owned()),
        "{alerts:?}"
    );
}
