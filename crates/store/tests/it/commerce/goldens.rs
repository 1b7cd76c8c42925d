//! The worked examples H1 to H6 of the rules: canonical rows in, views out; dollars as cents.

use super::support::{ALPHA, BETA, Store};

/// Number, state, placed, complete, due.
const H4: &str = "select t.parcel(1001, n, state, placed::timestamptz, complete::timestamptz, due::timestamptz) from (values
    (1001, 'unfulfilled', '2025-10-15 02:00Z', null, null),
    (1002, 'unfulfilled', '2025-10-13 11:00Z', null, null),
    (1003, 'partial', '2025-10-14 12:00Z', null, null),
    (1004, 'partial', '2025-10-14 12:00Z', null, null),
    (1005, 'on_hold', '2025-10-14 20:00Z', null, null),
    (1006, 'scheduled', '2025-10-01 09:00Z', null, '2025-10-20Z'),
    (1007, 'scheduled', '2025-10-01 09:00Z', null, '2025-10-14 09:00Z'),
    (1008, 'fulfilled', '2025-10-10 00:00Z', '2025-10-11Z', null),
    (1009, 'fulfilled', '2025-10-08 00:00Z', '2025-10-12Z', null),
    (1010, 'cancelled', '2025-10-09 00:00Z', null, null),
    (1011, 'fulfilled', '2025-09-01 00:00Z', '2025-09-09Z', null)) x (n, state, placed, complete, due)";

/// Number, state, begun, first reply, end, mood, priority.
const H5: &str = "select t.talk(1001, n, state, began::timestamptz, reply::timestamptz, done::timestamptz, mood, urgency, 'ann') from (values
    (501, 'open', '2025-10-15 11:30Z', null, null, 'neutral', 'low'),
    (502, 'open', '2025-10-15 09:00Z', null, null, null, null),
    (503, 'open', '2025-10-15 08:00Z', '2025-10-15 11:00Z', null, 'negative', 'medium'),
    (504, 'pending', '2025-10-15 11:00Z', '2025-10-15 11:10Z', null, 'neutral', 'urgent'),
    (505, 'open', '2025-10-15 11:00Z', '2025-10-15 11:45Z', null, 'very_negative', 'low'),
    (506, 'open', '2025-10-15 11:00Z', '2025-10-15 11:20Z', null, 'neutral', 'low'),
    (507, 'snoozed', '2025-10-15 06:00Z', '2025-10-15 06:30Z', null, 'neutral', 'high'),
    (508, 'resolved', '2025-10-14 09:00Z', '2025-10-14 09:15Z', '2025-10-14 10:00Z', 'positive', 'low'),
    (509, 'closed', '2025-10-13 09:00Z', '2025-10-13 12:00Z', '2025-10-13 13:00Z', 'neutral', 'medium'),
    (510, 'resolved', '2025-10-07 09:00Z', '2025-10-07 09:10Z', '2025-10-07 10:00Z', 'neutral', 'low')) x (n, state, began, reply, done, mood, urgency)";

#[tokio::test]
async fn h1_sales_pulse() {
    let store = Store::examples("commerce_h1").await;
    store
        .sql(&format!(
            "select t.sell({ALPHA}, '2025-10-15', 1, 1, 'CARB-650', 3, 179700), t.sell({ALPHA}, '2025-10-15', 2, 2, 'HEAD-SBC', 2, 136000), \
               t.sell({ALPHA}, '2025-10-15', 3, 3, 'SHOCK-MON', 6, 108000), t.sell({ALPHA}, '2025-10-15', 4, 4, 'WHEEL-15', 2, 44000), \
               t.sell({ALPHA}, '2025-10-15', 5, 5, 'TIRE-FS', 1, 28000), t.sell({ALPHA}, '2025-10-15', 6, 6, 'IGN-MSD', 1, 27750), \
               t.sale({ALPHA}, '2025-10-15', 0, 17, 16), t.sale({ALPHA}, '2025-10-08', 465289, 20, 20), \
               t.sell({BETA}, '2025-10-14', 1, 1, 'CARB-650', 1, 30000), t.sale({BETA}, '2025-10-14', 0, 1, 0)"
        ))
        .await;
    store.build(ALPHA).await;
    store.build(BETA).await;
    // Beta's day is yesterday: nothing was read today.
    store
        .sql(&format!(
            "delete from warehouse.sales_metrics_daily where shop_id = {BETA} and metric_date = '2025-10-15'"
        ))
        .await;
    let pulse = store
        .rows(
            "select shop_id, metric_date, total_revenue, order_count, avg_order_value, fulfillment_rate_pct, \
               revenue_growth_pct, order_growth_pct, is_stale, jsonb_array_length(top_skus), \
               top_skus -> 0 ->> 'sku', top_skus -> 0 ->> 'revenue', top_skus -> 4 ->> 'sku' \
             from v_sales_pulse_current order by shop_id",
        )
        .await;
    assert_eq!(
        pulse,
        [
            "1001|2025-10-15|523450|23|22759|95.65|12.50|15.00|f|5|CARB-650|179700|TIRE-FS",
            "1002|2025-10-14|30000|2|15000|50.00|-|-|t|1|CARB-650|30000|-",
        ]
    );
}

async fn h2_stock(name: &str) -> Store {
    let store = Store::examples(name).await;
    let rows = [
        ("A", 0, 0, 7, 30, 10),
        ("B", 2, 0, 7, 30, 10),
        ("C", 5, 20, 7, 30, 10),
        ("D", 9, 0, 7, 30, 10),
        ("E", 40, 0, 7, 30, 10),
        ("F", 100, 0, 7, 30, 10),
        ("G", 12, 0, 0, 0, 5),
        ("H", 3, 0, 0, 3, 5),
        ("I", -2, 0, 1, 9, 5),
        ("J", 7, 0, 7, 30, 5),
    ];
    for (sku, available, incoming, u7, u30, reorder) in rows {
        store
            .sql(&format!(
                "select t.stock({ALPHA}, '{sku}', {available}, {incoming}, {u7}, {u30}, {reorder})"
            ))
            .await;
    }
    store.build(ALPHA).await;
    store
}

#[tokio::test]
async fn h2_inventory_alerts() {
    let store = h2_stock("commerce_h2").await;
    let stock = store
        .rows(
            "select sku, units_sold_7d, units_sold_30d, days_of_cover, inventory_velocity \
             from inventory_snapshots where snapshot_date = '2025-10-15' order by sku",
        )
        .await;
    assert_eq!(
        stock,
        [
            "A|7|30|0|fast",
            "B|7|30|2|fast",
            "C|7|30|5|fast",
            "D|7|30|9|fast",
            "E|7|30|40|fast",
            "F|7|30|100|fast",
            "G|0|0|-|stagnant",
            "H|0|3|30|slow",
            "I|1|9|0|medium",
            "J|7|30|7|fast",
        ]
    );
    let alerts = store
        .rows("select sku, alert_type, severity from v_inventory_alerts")
        .await;
    assert_eq!(
        alerts,
        [
            "A|OUT_OF_STOCK|critical",
            "I|OUT_OF_STOCK|critical",
            "B|LOW_STOCK|critical",
            "C|LOW_STOCK|high",
            "J|LOW_STOCK|medium",
            "D|LOW_STOCK|medium",
            "H|LOW_STOCK|medium",
            "F|OVERSTOCK|low",
            "G|OVERSTOCK|low",
        ]
    );
}

#[tokio::test]
async fn h4_fulfilment() {
    let store = Store::examples("commerce_h4").await;
    store.sql(H4).await;
    store
        .sql(
            "update warehouse.store_orders set issue_type = 'missing_items' where id in (1003, 1004); \
             update warehouse.store_orders set issue_resolved_at = '2025-10-15 08:00 UTC' where id = 1004",
        )
        .await;
    store.build(ALPHA).await;
    let issues = store
        .rows("select shopify_order_id, priority, days_to_fulfill from v_fulfillment_issues")
        .await;
    assert_eq!(
        issues,
        [
            "1007|critical|14",
            "1002|critical|2",
            "1003|high|1",
            "1005|medium|0"
        ]
    );
    let summary = store
        .rows(&format!(
            "select total, fulfilled, unfulfilled, partial, on_hold, scheduled, cancelled, open_issues, breached, avg_days, \
               median_days, p90_days, fulfillment_rate_pct, breach_rate_pct \
             from v_fulfillment_health_summary where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(summary, ["9|2|2|2|1|2|1|1|3|2.50|2.50|3.70|22.22|33.33"]);
}

#[tokio::test]
async fn h5_conversations() {
    let store = Store::examples("commerce_h5").await;
    store.sql(H5).await;
    store
        .sql("update warehouse.conversations set labels = '{escalation}' where id = 506")
        .await;
    store.build(ALPHA).await;
    let escalations = store
        .rows("select chatwoot_conversation_id, severity from v_cx_escalations")
        .await;
    assert_eq!(
        escalations,
        [
            "502|critical",
            "504|high",
            "505|high",
            "503|medium",
            "506|medium"
        ]
    );
    let health = store
        .rows(&format!(
            "select total, open, pending, snoozed, resolved, breached, escalations, avg_first_response_minutes, \
               median_first_response_minutes, p90_first_response_minutes, avg_resolution_minutes, resolution_rate_pct, \
               breach_rate_pct, negative_pct from v_cx_health_summary where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(
        health,
        ["9|5|1|1|2|3|1|68.57|30.00|180.00|150.00|22.22|33.33|25.00"]
    );
}

#[tokio::test]
async fn h6_breaches_and_operators() {
    let store = Store::examples("commerce_h6").await;
    // Breached at noon of the day; acted upon so many minutes later.
    let rows = [
        (1, "2025-10-14", Some(10), true, "ann"),
        (2, "2025-10-14", Some(20), true, "ann"),
        (3, "2025-10-13", Some(30), true, "ann"),
        (4, "2025-10-14", Some(60), true, "ben"),
        (5, "2025-10-14", Some(120), false, "ben"),
        (6, "2025-10-08", Some(1), true, "ben"),
    ];
    for (id, day, minutes, resolved, operator) in rows {
        let reply = minutes.map_or("null".to_owned(), |minutes| {
            format!("timestamptz '{day} 12:00 UTC' + interval '{minutes} minutes'")
        });
        let (state, done) = if resolved {
            ("resolved", format!("timestamptz '{day} 18:00 UTC'"))
        } else {
            ("open", "null".to_owned())
        };
        store
            .sql(&format!(
                "select t.talk({ALPHA}, {id}, '{state}', '{day} 10:00 UTC', {reply}, {done}, null, null, '{operator}@ops.example')"
            ))
            .await;
    }
    store
        .sql(&format!(
            "select t.talk({ALPHA}, 7, 'open', '2025-10-15 08:00 UTC', null, null, null, null, 'cat@ops.example')"
        ))
        .await;
    store.build(ALPHA).await;
    let sla = store
        .rows(&format!(
            "select sample_size, open_breaches, mean_minutes, median_minutes, p90_minutes, p95_minutes, min_minutes, \
               max_minutes, resolution_rate_pct from v_sla_resolution_7d where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(sla, ["6|1|48.00|30.00|96.00|108.00|10.00|120.00|66.67"]);
    let ranking = store
        .rows(
            "select rank, operator_email, resolution_rate_pct, median_minutes_to_action, efficiency_score, performance_tier \
             from v_operator_rankings",
        )
        .await;
    assert_eq!(
        ranking,
        [
            "1|ann@ops.example|100.00|20.00|98.10|TOP_PERFORMER",
            "2|ben@ops.example|50.00|90.00|41.43|NEEDS_IMPROVEMENT",
            "3|cat@ops.example|0.00|-|0.00|NEEDS_IMPROVEMENT",
        ]
    );
    let ops = store
        .rows("select sla ->> 'sampleSize', sla ->> 'p95Minutes' from v_ops_aggregate_metrics")
        .await;
    assert_eq!(ops, ["6|108.00"]);
}
