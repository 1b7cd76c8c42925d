//! The loader skips per-row foreign keys and proves itself by sets: a planted orphan must not pass the proof.

use crate::load::{SHOP, at, job, order, priced, shop, text};
use domain::record::RepairOrder;
use store::load::orders::{self, OrderPage};
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
async fn i5_a_planted_line_without_its_job_is_caught_by_the_proof_and_by_verify() {
    let (test, database) = shop("orphan_line").await;
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
    let findings = store::verify::run(&database, SHOP).await.expect("checks");
    let orphans = findings
        .iter()
        .find(|f| f.check.name == "i05_orphans")
        .expect("the check");
    assert_eq!(orphans.count, 1, "{orphans:?}");
    let refused = write(
        &database,
        &order(2, vec![job(21, &[("1", 1, 10)], &[])]),
        false,
    )
    .await;
    assert!(
        matches!(&refused, Err(StoreError::Orphans { table, count: 1 }) if table.contains("jobs")),
        "{refused:?}"
    );
    assert_eq!(
        text(&test, ROWS).await,
        "0 0 1 0 0",
        "something stayed of the refused page"
    );
}
