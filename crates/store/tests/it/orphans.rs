//! The loader skips per-row foreign keys and proves itself by sets: a planted orphan must not pass the proof.

use crate::load::{SHOP, at, job, order, priced, shop, text};
use domain::record::RepairOrder;
use store::load::orders::{self, OrderPage, Parents};
use store::load::{OrderRow, Payload};
use store::{Database, Identity, Session, StoreError};

/// Writes one order and commits where the loader allows it.
async fn write(database: &Database, order: &RepairOrder, changed: bool) -> Result<(), StoreError> {
    let costed = priced(order);
    let row = OrderRow {
        payload: Payload {
            entity_id: order.id.0,
            hash: [7; 16],
            body: "{}",
        },
        order,
        costed: &costed,
        issues: &[],
    };
    let rows = [row];
    let page = OrderPage {
        shop: SHOP,
        vendor: "tekmetric",
        fresh: if changed { &[] } else { &rows },
        changed: if changed { &rows } else { &[] },
        store_payloads: true,
        now: at("2026-07-12T12:00:00Z"),
    };
    let session = Session::begin(database, &Identity::Sync(SHOP)).await?;
    orders::write(&session, &page).await?;
    session.commit().await
}

const ROWS: &str = "select concat_ws(' ', (select count(*) from warehouse.repair_orders), \
    (select count(*) from warehouse.jobs), (select count(*) from warehouse.job_parts), \
    (select count(*) from raw.payloads), (select count(*) from ops.dirty_orders))";

#[tokio::test]
async fn i5_lines_of_an_order_that_is_not_there_are_refused_whole() {
    let (test, database) = shop("orphan_order").await;
    // Taken for a changed order, though the warehouse has none: its lines would have no parent.
    let refused = write(
        &database,
        &order(1, vec![job(11, &[("1", 1, 10)], &[])]),
        true,
    )
    .await;
    let error = refused.expect_err("orphans were committed");
    assert!(
        matches!(&error, StoreError::Orphans { table, .. } if table.contains("repair_orders")),
        "{error}"
    );
    assert!(!error.is_transient(), "no retry helps");
    assert_eq!(text(&test, ROWS).await, "0 0 0 0 0");
}

#[tokio::test]
async fn i5_a_job_that_is_not_there_is_named_by_the_proof() {
    let (_test, database) = shop("orphan_job").await;
    let fine = order(2, vec![job(21, &[("1", 1, 10)], &[])]);
    write(&database, &fine, false).await.expect("a whole order");
    let session = Session::begin(&database, &Identity::Sync(SHOP))
        .await
        .expect("a session");
    let parents = |jobs: &[(i64, i64)]| Parents {
        orders: vec![2],
        jobs: jobs.iter().copied().collect(),
    };
    let proven = orders::prove_parents(&session, SHOP, &parents(&[(2, 21)])).await;
    assert!(proven.is_ok(), "{proven:?}");
    // Job 22 is nowhere; job 21 is there, but not on order 1.
    let refused =
        orders::prove_parents(&session, SHOP, &parents(&[(1, 21), (2, 21), (2, 22)])).await;
    assert!(
        matches!(&refused, Err(StoreError::Orphans { table, count: 2 }) if table.contains("jobs")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn i5_a_planted_line_without_its_job_is_caught_by_verify_and_gone_after_a_reload() {
    let (test, database) = shop("orphan_line").await;
    let fine = order(2, vec![job(21, &[("1", 1, 10)], &[])]);
    write(&database, &fine, false).await.expect("a whole order");
    let client = test.client().await.expect("a client");
    client
        .batch_execute(
            "set session_replication_role = replica; \
             insert into warehouse.job_parts (shop_id, repair_order_id, job_id, line_key, name, quantity, cost, retail, authorized) \
             values (6212, 2, 99, 'planted', 'Orphan', 1, 1, 1, true); \
             set session_replication_role = origin",
        )
        .await
        .expect("a planted line");
    assert_eq!(orphans(&database).await, 1);
    write(&database, &fine, true)
        .await
        .expect("the order again");
    assert_eq!(orphans(&database).await, 0);
    assert_eq!(text(&test, ROWS).await, "1 1 1 1 1");
}

async fn orphans(database: &Database) -> i64 {
    let findings = store::verify::run(database, SHOP).await.expect("checks");
    let check = findings.iter().find(|f| f.check.name == "i05_orphans");
    check.expect("the check").count
}
