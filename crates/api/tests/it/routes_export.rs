//! Exports: every list in every format, the same figures as the lists, safe to open, walled.

use crate::desk::{Desk, STRANGER, Wish, problem, user};
use domain::ShopId;
use std::time::Duration;
use store::door::UserId;
use store::read::alerts::Alerts;
use testkit::{loaded, worlds};

const LISTS: [&str; 9] = [
    "daily",
    "sold-daily",
    "ros",
    "ros-all",
    "wip",
    "advisors",
    "techs",
    "issues",
    "alerts",
];

async fn desk(name: &str) -> Desk {
    let desk = Desk::open(name).await;
    loaded::fill(&desk.db, ShopId(1), crate::desk::NOW, &worlds::g6()).await;
    desk
}

async fn bytes(desk: &Desk, role: &str, path: &str) -> Vec<u8> {
    let response = desk
        .get(role, &format!("/api/v1/shops/1/export/{path}"))
        .await;
    assert_eq!(response.status(), 200, "{path}");
    let disposition = response.headers()["content-disposition"]
        .to_str()
        .expect("a text");
    assert!(
        disposition.starts_with("attachment; filename="),
        "{disposition}"
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.bytes().await.expect("a body").to_vec()
}

#[tokio::test]
async fn every_list_comes_in_every_format() {
    let desk = desk("routes_export").await;
    for list in LISTS {
        let csv = String::from_utf8(bytes(&desk, "owner", list).await).expect("UTF-8");
        assert!(
            csv.starts_with("shop_id,timezone,currency,"),
            "{list}: {csv}"
        );
        let width = csv.lines().next().map(|line| line.split(',').count());
        assert!(width.is_some_and(|width| width > 5), "{list}");
        let xlsx = bytes(&desk, "owner", &format!("{list}?format=xlsx")).await;
        assert_eq!(xlsx.get(..2), Some(&b"PK"[..]), "{list}");
        let parquet = bytes(&desk, "owner", &format!("{list}?format=parquet")).await;
        assert_eq!(parquet.get(..4), Some(&b"PAR1"[..]), "{list}");
        assert_eq!(
            parquet.get(parquet.len() - 4..),
            Some(&b"PAR1"[..]),
            "{list}"
        );
    }
}

#[tokio::test]
async fn an_export_holds_the_figures_of_its_list() {
    let desk = desk("routes_export_sum").await;
    let path = "ros?start_date=2026-07-01&end_date=2026-07-31";
    let csv = String::from_utf8(bytes(&desk, "viewer", path).await).expect("UTF-8");
    let mut lines = csv.lines();
    let headings: Vec<&str> = lines.next().expect("headings").split(',').collect();
    let at = headings
        .iter()
        .position(|heading| *heading == "authorized_net_sales_cents")
        .expect("the column");
    let sum: i64 = lines
        .map(|line| {
            line.split(',')
                .nth(at)
                .expect("a cell")
                .parse::<i64>()
                .expect("cents")
        })
        .sum();
    assert_eq!(sum, 150_000);
    assert!(csv.contains("America/New_York,USD"));
}

#[tokio::test]
async fn a_formula_in_a_name_stays_a_text() {
    let desk = desk("routes_export_formula").await;
    let client = desk.db.client().await.expect("a client");
    client
        .batch_execute(
            "update warehouse.employee_records set first_name = '=HYPERLINK(\"http://evil\")', last_name = 'x' \
             where shop_id = 1;
             update warehouse.ro_snapshots set advisor_name = '@SUM(1)' where shop_id = 1",
        )
        .await
        .expect("a name");
    for list in [
        "advisors",
        "techs",
        "ros?start_date=2026-07-01&end_date=2026-07-31",
    ] {
        let csv = String::from_utf8(bytes(&desk, "owner", list).await).expect("UTF-8");
        for line in csv.lines() {
            for start in [",=", ",@", ",\"=", ",\"@"] {
                assert!(!line.contains(start), "{list}: {line}");
            }
        }
    }
}

#[tokio::test]
async fn a_foreign_shop_exports_like_an_unknown_one() {
    let desk = desk("routes_export_wall").await;
    for list in LISTS {
        for shop in [1, 999_999] {
            let url = format!("/api/v1/shops/{shop}/export/{list}?format=xlsx");
            let response = desk.get_as(STRANGER, &url).send().await.expect("an answer");
            assert_eq!(response.status(), 404, "{list} of {shop}");
            problem(response).await;
        }
    }
    for path in ["nothing", "wip?range=today", "ros?format=pdf"] {
        let response = desk
            .get("owner", &format!("/api/v1/shops/1/export/{path}"))
            .await;
        assert!(response.status().is_client_error(), "{path}");
        problem(response).await;
    }
}

#[tokio::test]
async fn an_export_has_no_last_row_of_ours() {
    let desk = desk("routes_export_many").await;
    let client = desk.db.client().await.expect("a client");
    client
        .batch_execute(
            "insert into warehouse.repair_orders (shop_id, id, ro_number, status)
               select 1, 1000000 + n, n, 'ESTIMATE' from generate_series(1, 12000) n",
        )
        .await
        .expect("orders");
    let csv = String::from_utf8(bytes(&desk, "owner", "ros-all").await).expect("UTF-8");
    assert_eq!(csv.lines().count(), 1 + 3 + 12_000);
    let parquet = bytes(&desk, "owner", "ros-all?format=parquet").await;
    assert!(parquet.len() > 10_000);
}

/// Issues enough for many pages, and for more bytes than a connection takes unread.
async fn many_issues(desk: &Desk) {
    let client = desk.db.client().await.expect("a client");
    client
        .batch_execute(
            "insert into warehouse.data_quality_issues (shop_id, entity_type, entity_id, code, severity, details)
             select 1, 'repair_order', n, 'missing_tech', 'warning', jsonb_build_object('note', repeat('x', 500))
             from generate_series(1, 40000) n",
        )
        .await
        .expect("issues");
}

/// Whoever reads slowly holds no connection: the only one answers somebody else meanwhile. Every row comes once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_holds_no_connection_and_gets_every_row() {
    let wish = Wish {
        pool_size: 1,
        ..Wish::default()
    };
    let desk = Desk::with("routes_export_slow", wish).await;
    many_issues(&desk).await;
    let mut slow = desk.get("owner", "/api/v1/shops/1/export/issues").await;
    assert_eq!(slow.status(), 200);
    let mut text = slow
        .chunk()
        .await
        .expect("a chunk")
        .expect("a beginning")
        .to_vec();
    let other = tokio::time::timeout(
        Duration::from_secs(20),
        desk.get("owner", "/api/v1/shops/1/goals"),
    );
    assert_eq!(other.await.expect("an answer meanwhile").status(), 200);
    while let Some(chunk) = slow.chunk().await.expect("a chunk") {
        text.extend_from_slice(&chunk);
    }
    let text = String::from_utf8(text).expect("UTF-8");
    let rows: std::collections::BTreeSet<&str> = text.lines().skip(1).collect();
    assert_eq!((rows.len(), text.lines().count()), (40_000, 40_001));
}

/// All pages are of the moment in which the first was read.
#[tokio::test]
async fn a_list_of_many_pages_is_of_one_moment() {
    let desk = Desk::open("routes_export_moment").await;
    let client = desk.db.client().await.expect("a client");
    let alert = "insert into warehouse.alerts (shop_id, rule, severity, message) values (1, 'r', 'info', 'm')";
    client.batch_execute(alert).await.expect("an alert");
    let owner = UserId(user("owner").parse().expect("a UUID"));
    let reading = Alerts {
        shop: ShopId(1),
        now: desk.now(),
        open_only: false,
        severity: None,
        after_id: i64::MAX,
        limit: None,
    };
    let moment = desk.door.snapshot(owner).await.expect("a moment");
    let seen = async || {
        let found = store::read::run(&moment, &reading)
            .await
            .expect("an answer");
        found.expect("the shop").content.len()
    };
    assert_eq!(seen().await, 1);
    client.batch_execute(alert).await.expect("another alert");
    assert_eq!(seen().await, 1, "the same moment");
    let now = desk.door.read(owner, &reading).await.expect("an answer");
    assert_eq!(now.expect("the shop").content.len(), 2);
}
