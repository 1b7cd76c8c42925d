//! What the predecessor's views answered wrongly, each with the rows that showed it (hotrod.md F). The old rule fails here.

use super::support::{ALPHA, BETA, OWNER, Store};
use domain::ShopId;
use store::{Identity, Session, commerce};

#[tokio::test]
async fn the_pulse_has_five_codes_of_its_own_shop_and_yesterday_when_today_is_missing() {
    let store = Store::examples("commerce_f_pulse").await;
    for code in 1..=8 {
        let sell = format!(
            "select t.sell({ALPHA}, '2025-10-14', {code}, {code}, 'A-{code}', 1, {code}000)"
        );
        store.sql(&sell).await;
    }
    store
        .sql(&format!(
            "select t.sell({BETA}, '2025-10-14', 9, 9, 'B-9', 1, 900000)"
        ))
        .await;
    for shop in [ALPHA, BETA] {
        store.build(shop).await;
    }
    store
        .sql("delete from warehouse.sales_metrics_daily where metric_date = '2025-10-15'")
        .await;
    let pulse = store
        .rows(&format!(
            "select metric_date, is_stale, total_revenue, (select string_agg(x ->> 'sku', ',') from jsonb_array_elements(top_skus) x) \
             from v_sales_pulse_current where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(pulse, ["2025-10-14|t|36000|A-8,A-7,A-6,A-5,A-4"]);
}

#[tokio::test]
async fn one_unit_left_is_an_alert_without_anybody_flagging_it() {
    let store = Store::examples("commerce_f_stock").await;
    store
        .sql(&format!("select t.stock({ALPHA}, 'LAST', 1, 0, 7, 30, 0), t.stock({ALPHA}, 'FINE', 40, 0, 7, 30, 0)"))
        .await;
    store.build(ALPHA).await;
    let alerts = store
        .rows("select sku, severity, days_of_cover from v_inventory_alerts")
        .await;
    assert_eq!(alerts, ["LAST|critical|1"]);
}

#[tokio::test]
async fn an_open_order_ages_by_the_clock_and_a_resolved_issue_leaves() {
    let store = Store::examples("commerce_f_orders").await;
    store
        .sql(&format!(
            "select t.parcel({ALPHA}, 1, 'unfulfilled', '2025-09-25 12:00 UTC', null, null), \
               t.parcel({ALPHA}, 2, 'scheduled', '2025-10-01 12:00 UTC', null, '2025-10-10 12:00 UTC'), \
               t.parcel({ALPHA}, 3, 'partial', '2025-10-15 02:00 UTC', null, null); \
             update warehouse.store_orders set issue_type = 'wrong_address' where id in (2, 3); \
             update warehouse.store_orders set issue_resolved_at = '2025-10-15 03:00 UTC' where id = 3"
        ))
        .await;
    store.build(ALPHA).await;
    let issues = store
        .rows("select shopify_order_id, days_to_fulfill, priority from v_fulfillment_issues")
        .await;
    assert_eq!(issues, ["1|20|critical", "2|14|critical"]);
    // A cancelled order is no reason for a bad rate.
    store
        .sql("update warehouse.store_orders set cancelled_at = '2025-10-15 04:00 UTC' where id = 1")
        .await;
    store.build(ALPHA).await;
    let total = store
        .rows(&format!(
            "select total, cancelled from v_fulfillment_health_summary where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(total, ["2|1"]);
}

#[tokio::test]
async fn five_hours_without_a_reply_and_very_negative_words_are_escalations() {
    let store = Store::examples("commerce_f_cx").await;
    store
        .sql(&format!(
            "select t.talk({ALPHA}, 1, 'open', '2025-10-15 07:00 UTC', null, null, null, null, null), \
               t.talk({ALPHA}, 2, 'open', '2025-10-15 11:30 UTC', '2025-10-15 11:40 UTC', null, 'very_negative', null, 'ann'), \
               t.talk({ALPHA}, 3, 'open', '2025-10-15 07:00 UTC', '2025-10-15 07:10 UTC', null, null, null, 'ann'), \
               t.talk({ALPHA}, 4, 'closed', '2025-10-15 07:00 UTC', '2025-10-15 07:10 UTC', '2025-10-15 08:00 UTC', null, null, 'ann')"
        ))
        .await;
    store.build(ALPHA).await;
    let escalations = store
        .rows("select chatwoot_conversation_id, severity from v_cx_escalations")
        .await;
    assert_eq!(
        escalations,
        ["1|critical", "2|high"],
        "a reply in time clears the breach"
    );
    let health = store
        .rows(&format!(
            "select total, resolved, breached from v_cx_health_summary where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(health, ["4|1|1"], "closed is resolved");
}

#[tokio::test]
async fn a_reply_that_becomes_overdue_is_a_breach_without_an_event() {
    let store = Store::examples("commerce_f_tick").await;
    store
        .sql(&format!("select t.talk({ALPHA}, 1, 'open', '2025-10-15 09:59 UTC', null, null, null, null, 'cat')"))
        .await;
    let early = "2025-10-15T11:00:00Z".parse().expect("an instant");
    let session = store.sync(ALPHA).await;
    commerce::mark(
        &session,
        ShopId(ALPHA),
        commerce::Kind::Conversation,
        &[1],
        early,
    )
    .await
    .expect("a mark");
    commerce::drain(&session, ShopId(ALPHA), early, 10)
        .await
        .expect("a drain");
    session.commit().await.expect("a commit");
    let breaches = "select count(*) from operator_sla_resolution";
    assert_eq!(store.rows(breaches).await, ["0"]);
    let session = store.sync(ALPHA).await;
    commerce::tick(&session, ShopId(ALPHA), store.now)
        .await
        .expect("a tick");
    session.commit().await.expect("a commit");
    store.drain(ALPHA).await;
    assert_eq!(
        store.rows("select sla_breach_detected_at, operator_email, operator_action_at from operator_sla_resolution").await,
        ["2025-10-15 11:59:00+00|cat|-"]
    );
    assert_eq!(
        store
            .rows(&format!(
                "select sample_size, open_breaches from v_sla_resolution_7d where shop_id = {ALPHA}"
            ))
            .await,
        ["1|1"],
        "a breach that nobody touched is counted"
    );
}

#[tokio::test]
async fn seven_days_are_seven_and_thirty_are_thirty() {
    let store = Store::examples("commerce_f_windows").await;
    store
        .sql(&format!(
            "insert into warehouse.shop_events (shop_id, happened_at, kind, action, actor) \
               values ({ALPHA}, '2025-10-08 12:00 UTC', 'session', 'open', 'ann'); \
             select t.sale({ALPHA}, '2025-09-15', 100000, 1, 1), t.sale({ALPHA}, '2025-09-16', 30000, 1, 1), \
               t.sale({ALPHA}, '2025-10-15', 10000, 3, 3)"
        ))
        .await;
    store.build(ALPHA).await;
    let rate = store
        .rows("select total_active_shops, activation_rate from v_activation_rate_7d")
        .await;
    assert_eq!(rate, ["0|-"], "no active shop has no rate, which is not 0");
    let trend = store
        .rows(&format!(
            "select count(*), sum(daily_revenue), warehouse.per(sum(daily_revenue)::bigint, sum(daily_orders)) \
             from v_revenue_trends_30d where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(trend, ["30|40000|10000"]);
}

#[tokio::test]
async fn a_product_has_one_category_and_sales_without_one_stay() {
    let store = Store::examples("commerce_f_category").await;
    store
        .sql(&format!(
            "select t.product({ALPHA}, 1, 'Brakes & Wheels', null, 30), t.sell({ALPHA}, '2025-10-14', 1, 1, 'DISC', 1, 1000), \
               t.sell({ALPHA}, '2025-10-14', 2, 2, 'ODD', 1, 500)"
        ))
        .await;
    store.build(ALPHA).await;
    let client = store.test.client().await.expect("a client");
    let twice = client
        .batch_execute(&format!(
            "insert into warehouse.product_categories (shop_id, shopify_product_id, category_l1) values ({ALPHA}, 1, 'Tools & Equipment')"
        ))
        .await;
    assert!(twice.is_err(), "a second category would double the revenue");
    let trend = store
        .rows(
            "select category_l1, total_units, total_revenue from v_category_trends_30d order by 1",
        )
        .await;
    assert_eq!(trend, ["Brakes & Wheels|1|1000", "Uncategorised|1|500"]);
    let queue = store
        .rows("select shopify_product_id, reason from v_product_review_queue")
        .await;
    assert_eq!(queue, ["1|no_fit"]);
}

#[tokio::test]
async fn last_weeks_segments_stay_as_they_stood() {
    let store = Store::examples("commerce_f_history").await;
    for customer in 1..=10 {
        let order = format!(
            "insert into warehouse.store_orders (shop_id, id, customer_id, order_name, placed_at) \
             values ({ALPHA}, {customer}, {customer}, '#{customer}', '2025-10-01 UTC')"
        );
        store.sql(&order).await;
    }
    store.build(ALPHA).await;
    let at = |time: &str| time.parse().expect("an instant");
    for (time, twice) in [
        ("2025-10-08T12:00:00Z", true),
        ("2025-10-15T12:00:00Z", false),
    ] {
        let session = store.sync(ALPHA).await;
        commerce::tick(&session, ShopId(ALPHA), at(time))
            .await
            .expect("a tick");
        if twice {
            commerce::tick(&session, ShopId(ALPHA), at(time))
                .await
                .expect("another tick");
        }
        session.commit().await.expect("a commit");
        store
            .sql(&format!(
                "insert into warehouse.store_orders (shop_id, id, customer_id, order_name, placed_at) \
                 select {ALPHA}, 100 + n, n, '#' || n, '2025-10-10 UTC' from generate_series(1, 6) n on conflict do nothing"
            ))
            .await;
        store.build(ALPHA).await;
    }
    let weeks = store
        .rows("select week_start, primary_segment, customer_count from v_customer_segment_trends order by 1, 2")
        .await;
    assert_eq!(
        weeks,
        [
            "2025-10-06|first_time_builder|10",
            "2025-10-13|diy_builder|6",
            "2025-10-13|first_time_builder|4"
        ]
    );
}

#[tokio::test]
async fn constant_sales_are_no_fall_and_a_hundredfold_day_fits() {
    let store = Store::examples("commerce_f_growth").await;
    store
        .sql(&format!(
            "select t.sale({ALPHA}, d::date, 10000, 1, 1) from generate_series(date '2025-09-01', '2025-10-14', '1 day') d \
             where d not between '2025-09-15' and '2025-09-21'; \
             select t.sale({ALPHA}, '2025-10-15', 1600000, 1, 1)"
        ))
        .await;
    store.build(ALPHA).await;
    let weeks = store
        .rows(&format!(
            "select week_start, weekly_revenue, revenue_growth_pct from v_growth_rates where shop_id = {ALPHA} limit 6"
        ))
        .await;
    assert_eq!(
        weeks,
        [
            "2025-10-13|1620000|-",
            "2025-10-06|70000|0.00",
            "2025-09-29|70000|0.00",
            "2025-09-22|70000|-",
            "2025-09-15|0|-100.00",
            "2025-09-08|70000|0.00",
        ]
    );
    let growth = store
        .rows(&format!(
            "select revenue_growth_pct from sales_metrics_daily where shop_id = {ALPHA} and metric_date = '2025-10-15'"
        ))
        .await;
    assert_eq!(growth, ["15900.00"]);
}

#[tokio::test]
async fn key_figures_of_two_shops_are_not_halved() {
    let store = Store::examples("commerce_f_kpi").await;
    store
        .sql(&format!(
            "select t.sale({ALPHA}, d::date, 100000, 10, 10), t.sale({BETA}, d::date, 5000, 1, 1) \
             from generate_series(date '2025-09-15', '2025-10-14', '1 day') d"
        ))
        .await;
    for shop in [ALPHA, BETA] {
        store.build(shop).await;
    }
    let kpi = store
        .rows(
            "select sum(avg_daily_revenue_30d), warehouse.per(sum(revenue_30d)::bigint, sum(orders_30d)) from v_kpi_summary",
        )
        .await;
    assert_eq!(kpi, ["105000|9545"]);
}

#[tokio::test]
async fn every_table_has_its_freshness_and_every_check_a_row() {
    let store = Store::examples("commerce_f_quality").await;
    let tables = store
        .rows(&format!("select count(*), count(*) filter (where freshness_status = 'EMPTY') from v_data_freshness where shop_id = {ALPHA}"))
        .await;
    assert_eq!(tables, ["9|9"]);
    let checks = store
        .rows(&format!(
            "select count(*) from v_data_quality_checks where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(checks, ["10"]);
}

#[tokio::test]
async fn views_are_not_written_through_and_a_claimed_role_opens_nothing() {
    let store = Store::examples("commerce_f_security").await;
    store
        .sql(&format!("select t.talk({ALPHA}, 1, 'open', '2025-10-15 07:00 UTC', null, null, null, null, null)"))
        .await;
    store.build(ALPHA).await;
    for write in [
        "update warehouse.v_cx_escalations set status = 'resolved'",
        "delete from warehouse.v_sales_pulse_current",
        "delete from warehouse.v_export_daily_performance",
        "update warehouse.cx_conversations set status = 'resolved'",
    ] {
        let claims = format!("{{\"sub\":\"{OWNER}\",\"role\":\"authenticated\"}}");
        let session = Session::begin(&store.database, &Identity::User(claims))
            .await
            .expect("a session");
        assert!(session.batch_execute(write).await.is_err(), "{write}");
    }
    let claims =
        "{\"sub\":\"00000000-0000-4000-8000-0000000000af\",\"role\":\"service_role\"}".to_owned();
    let session = Session::begin(&store.database, &Identity::User(claims))
        .await
        .expect("a session");
    let seen = session
        .query_one("select count(*) from warehouse.cx_conversations", &[])
        .await
        .expect("a count");
    assert_eq!(seen.get::<_, i64>(0), 0);
}
