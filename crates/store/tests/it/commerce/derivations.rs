//! The worked examples W1, W2, W3 and W6 of the derivations, and the rules of segments and categories.

use super::support::{ALPHA, Store};

#[tokio::test]
async fn w1_a_day_of_sales_from_lines_and_refunds() {
    let store = Store::new("commerce_w1", &[(ALPHA, "America/Toronto")]).await;
    store
        .sql(&format!(
            "insert into warehouse.store_orders (shop_id, id, order_name, placed_at, customer_id, is_test, cancelled_at, shipping_total, shipping_tax) values \
               ({ALPHA}, 1, '#1', '2025-09-01 12:00Z', 3, false, null, 0, 0), \
               ({ALPHA}, 900, '#900', '2025-10-02 16:00Z', 4, false, null, 0, 0), \
               ({ALPHA}, 1001, '#1001', '2025-10-14 03:30Z', 1, false, null, 0, 0), \
               ({ALPHA}, 1002, '#1002', '2025-10-14 14:00Z', 2, false, null, 1000, 130), \
               ({ALPHA}, 1003, '#1003', '2025-10-15 01:00Z', 3, false, null, 0, 0), \
               ({ALPHA}, 1004, '#1004', '2025-10-14 16:00Z', 5, true, null, 0, 0), \
               ({ALPHA}, 1005, '#1005', '2025-10-14 18:00Z', null, false, '2025-10-14 20:00Z', 0, 0); \
             insert into warehouse.store_order_lines (shop_id, order_id, id, unit_price, quantity, discount, tax, sku, is_gift_card) values \
               ({ALPHA}, 900, 1, 3000, 1, 0, 390, 'OLD', false), \
               ({ALPHA}, 1001, 1, 2500, 1, 0, 325, 'TEE-M', false), ({ALPHA}, 1002, 1, 2500, 2, 500, 585, 'TEE-M', false), \
               ({ALPHA}, 1003, 1, 1800, 1, 0, 234, 'MUG', false), ({ALPHA}, 1003, 2, 5000, 1, 0, 0, null, true), \
               ({ALPHA}, 1004, 1, 1800, 1, 0, 0, 'MUG', false), ({ALPHA}, 1005, 1, 2500, 1, 0, 325, 'TEE-M', false); \
             insert into warehouse.store_refunds (shop_id, order_id, id, refunded_at, total_refunded, discrepancy) values \
               ({ALPHA}, 1005, 1, '2025-10-14 20:00Z', 2825, 0), ({ALPHA}, 900, 2, '2025-10-14 21:00Z', 3600, -210); \
             insert into warehouse.store_refund_lines (shop_id, order_id, refund_id, line_key, order_line_id, quantity, subtotal, tax) values \
               ({ALPHA}, 1005, 1, 'a', 1, 1, 2500, 325), ({ALPHA}, 900, 2, 'b', 1, 1, 3000, 390)"
        ))
        .await;
    store.build(ALPHA).await;
    let day = store
        .rows(
            "select order_count, gross_sales, discounts, returns, total_revenue, shipping, taxes, total_sales, gift_cards_sold, \
               aov_before_returns, aov_kept, orders_new_customer, orders_returning, orders_guest, orders_cancelled, orders_of_day_cancelled \
             from sales_metrics_daily where metric_date = '2025-10-14'",
        )
        .await;
    assert_eq!(
        day,
        ["3|9300|500|5710|3090|1000|559|4649|5000|2933|3150|1|1|1|1|1"]
    );
    let before = store
        .rows("select order_count, total_revenue from sales_metrics_daily where metric_date = '2025-10-13'")
        .await;
    assert_eq!(
        before,
        ["1|2500"],
        "half past eleven in Toronto is still the 13th"
    );
    let codes = store
        .rows("select sku, units_sold, units_returned, revenue, revenue_rank from sku_performance where metric_date = '2025-10-14' order by revenue_rank")
        .await;
    assert_eq!(
        codes,
        ["TEE-M|3|1|4500|1", "MUG|1|0|1800|2", "OLD|0|1|-3000|3"]
    );
}

#[tokio::test]
async fn w2_an_edit_and_goodwill_count_on_their_own_days() {
    let store = Store::examples("commerce_w2").await;
    store
        .sql(&format!(
            "insert into warehouse.store_orders (shop_id, id, order_name, placed_at, total_price, current_total, has_ledger, is_edited) \
               values ({ALPHA}, 1, '#1', '2025-10-10 12:00Z', 22600, 11300, true, true); \
             insert into warehouse.store_order_lines (shop_id, order_id, id, unit_price, quantity, current_quantity, tax, sku) \
               values ({ALPHA}, 1, 1, 10000, 2, 1, 2600, 'PART'); \
             insert into warehouse.store_ledger (shop_id, order_id, entry_key, happened_at, reason, action_type, line_type, order_line_id, quantity, amount, tax) values \
               ({ALPHA}, 1, 's1', '2025-10-10 12:00Z', 'order', 'order', 'product', 1, 2, 22600, 2600), \
               ({ALPHA}, 1, 's2', '2025-10-12 12:00Z', 'order_edit', 'update', 'product', 1, -1, -11300, -1300), \
               ({ALPHA}, 1, 's3', '2025-10-13 12:00Z', 'refund', 'return', 'adjustment', null, 0, -2060, 0)"
        ))
        .await;
    store.build(ALPHA).await;
    let days = store
        .rows("select metric_date, total_revenue, total_units_sold, units_returned from sales_metrics_daily where total_revenue <> 0 order by 1")
        .await;
    assert_eq!(
        days,
        [
            "2025-10-10|20000|2|0",
            "2025-10-12|-10000|0|1",
            "2025-10-13|-2060|0|0"
        ]
    );
    let all = store
        .rows("select sum(total_revenue) from sales_metrics_daily")
        .await;
    assert_eq!(all, ["7940"]);
}

#[tokio::test]
async fn w3_prices_with_tax_inside() {
    let store = Store::examples("commerce_w3").await;
    store
        .sql(&format!(
            "insert into warehouse.store_orders (shop_id, id, order_name, placed_at, taxes_included) \
               values ({ALPHA}, 1, '#1', '2025-10-10 12:00Z', true); \
             insert into warehouse.store_order_lines (shop_id, order_id, id, variant_id, unit_price, quantity, discount, tax, sku) values \
               ({ALPHA}, 1, 1, 11, 2400, 3, 720, 1080, 'A'), ({ALPHA}, 1, 2, 12, 4800, 1, 480, 720, 'B'); \
             insert into warehouse.store_refunds (shop_id, order_id, id, refunded_at, total_refunded) \
               values ({ALPHA}, 1, 1, '2025-10-10 18:00Z', 2160); \
             insert into warehouse.store_refund_lines (shop_id, order_id, refund_id, line_key, order_line_id, quantity, subtotal, tax) \
               values ({ALPHA}, 1, 1, 'a', 1, 1, 1800, 360)"
        ))
        .await;
    store.build(ALPHA).await;
    let codes = store
        .rows("select sku, gross_sales, discounts, avg_price, returns, revenue from sku_performance order by sku")
        .await;
    assert_eq!(
        codes,
        ["A|6000|600|1800|1800|3600", "B|4000|400|3600|0|3600"]
    );
}

#[tokio::test]
async fn w6_conversations_with_bots_and_reopening() {
    let store = Store::examples("commerce_w6").await;
    store
        .sql(&format!(
            "insert into warehouse.inboxes (shop_id, id, sla_target_minutes) values ({ALPHA}, 1, 10); \
             insert into warehouse.conversations (shop_id, id, inbox_id, created_at, status, priority) values \
               ({ALPHA}, 1, 1, to_timestamp(1760360400), 'resolved', null), ({ALPHA}, 2, 1, to_timestamp(1760360400), 'resolved', null), \
               ({ALPHA}, 3, 1, to_timestamp(1760360400), 'resolved', null), ({ALPHA}, 4, 1, to_timestamp(1760360400), 'open', 'urgent'); \
             insert into warehouse.messages (shop_id, conversation_id, id, created_at, direction, sender_kind, is_private) values \
               ({ALPHA}, 1, 1, to_timestamp(1760360400 + 60), 'outgoing', 'human', true), \
               ({ALPHA}, 1, 2, to_timestamp(1760360400 + 420), 'outgoing', 'human', false), \
               ({ALPHA}, 2, 1, to_timestamp(1760360400 + 5), 'outgoing', 'bot', false), \
               ({ALPHA}, 2, 2, to_timestamp(1760360400 + 900), 'outgoing', 'human', false), \
               ({ALPHA}, 3, 1, to_timestamp(1760360400 + 173400), 'outgoing', 'human', false); \
             insert into warehouse.conversation_events (shop_id, conversation_id, event_key, happened_at, kind) values \
               ({ALPHA}, 1, 'a', to_timestamp(1760360400 + 5400), 'resolved'), \
               ({ALPHA}, 2, 'a', to_timestamp(1760360400 + 600), 'bot_handoff'), ({ALPHA}, 2, 'b', to_timestamp(1760360400 + 7200), 'resolved'), \
               ({ALPHA}, 3, 'a', to_timestamp(1760360400 + 1800), 'resolved'), ({ALPHA}, 3, 'b', to_timestamp(1760360400 + 172800), 'reopened'), \
               ({ALPHA}, 3, 'c', to_timestamp(1760360400 + 180000), 'resolved'); \
             insert into warehouse.csat_ratings (shop_id, conversation_id, id, rating) values \
               ({ALPHA}, 1, 1, 5), ({ALPHA}, 2, 2, 4), ({ALPHA}, 3, 3, 2), ({ALPHA}, 4, 4, null)"
        ))
        .await;
    store.build(ALPHA).await;
    let clocks = store
        .rows("select chatwoot_conversation_id, time_to_first_response_minutes, open_minutes, sentiment_score from cx_conversations order by 1")
        .await;
    assert_eq!(
        clocks,
        [
            "1|7.00|90.00|1.00",
            "2|5.00|120.00|0.50",
            "3|10.00|150.00|-0.50",
            "4|-|-|-"
        ]
    );
    let health = store
        .rows(&format!(
            "select avg_first_response_minutes, median_first_response_minutes, avg_open_minutes, breached, csat_pct, csat_response_pct \
             from v_cx_health_summary where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(
        health,
        ["7.33|7.00|120.00|1|66.67|75.00"],
        "440 s, 420 s, 7,200 s; the one still waiting missed it"
    );
}

#[tokio::test]
async fn segments_by_the_first_rule_that_matches() {
    let store = Store::examples("commerce_segments").await;
    store
        .sql(&format!("select t.product({ALPHA}, 1, 'Engine & Drivetrain', null, 30); \
             update warehouse.store_products set tags = tags || '{{performance,make:Ford,year:1932}}'::text[] where id = 1"))
        .await;
    // customer, orders, cents an order, month, product
    let customers = [
        (1, 5, 50_000, 11, 2),
        (2, 2, 10_000, 6, 1),
        (3, 3, 20_000, 11, 2),
        (4, 2, 10_000, 11, 2),
        (5, 1, 99_900, 11, 2),
    ];
    for (customer, orders, cents, month, product) in customers {
        store
            .sql(&format!(
                "insert into warehouse.store_orders (shop_id, id, customer_id, order_name, placed_at) \
                   select {ALPHA}, {customer} * 100 + n, {customer}, '#', ('2024-{month:02}-01Z'::timestamptz + n * interval '1 day') \
                   from generate_series(1, {orders}) n; \
                 insert into warehouse.store_order_lines (shop_id, order_id, id, product_id, unit_price) \
                   select {ALPHA}, {customer} * 100 + n, 1, {product}, {cents} from generate_series(1, {orders}) n"
            ))
            .await;
    }
    store
        .sql(&format!("insert into warehouse.store_customers (shop_id, id, is_tax_exempt) values ({ALPHA}, 5, true)"))
        .await;
    store.build(ALPHA).await;
    let segments = store
        .rows("select shopify_customer_id, primary_segment, segment_confidence, total_orders, avg_order_value, primary_vehicle_make from customer_segments order by 1")
        .await;
    assert_eq!(
        segments,
        [
            "1|professional_shop|0.75|5|50000|-",
            "2|racing_enthusiast|0.75|2|10000|Ford",
            "3|enthusiast_collector|0.75|3|20000|-",
            "4|diy_builder|0.75|2|10000|-",
            "5|professional_shop|0.75|1|99900|-",
        ]
    );
    // Guests and cancelled orders make no customer.
    store
        .sql("update warehouse.store_orders set cancelled_at = placed_at where customer_id = 4")
        .await;
    store.build(ALPHA).await;
    assert_eq!(
        store.rows("select count(*) from customer_segments").await,
        ["4"]
    );
}

#[tokio::test]
async fn categories_by_tag_then_rule_then_type_and_a_person_wins() {
    let store = Store::examples("commerce_categories").await;
    store
        .sql(&format!(
            "insert into warehouse.category_rules (shop_id, id, field, pattern, category_l1, category_l2, is_restoration_part) \
               values ({ALPHA}, 1, 'title', '%carb%', 'Fuel & Ignition', 'Carburetors', true); \
             insert into warehouse.store_products (shop_id, id, title, product_type, tags) values \
               ({ALPHA}, 1, 'Carb kit', null, '{{l1:Engine & Drivetrain}}'), ({ALPHA}, 2, 'Carb kit', 'tools & equipment', '{{}}'), \
               ({ALPHA}, 3, 'Wrench', 'Tools & Equipment', '{{}}'), ({ALPHA}, 4, 'Thing', 'Other', '{{}}'), ({ALPHA}, 5, 'Carb', null, '{{}}'); \
             insert into warehouse.product_categories (shop_id, shopify_product_id, category_l1, source) values ({ALPHA}, 5, 'Accessories & Apparel', 'operator')"
        ))
        .await;
    store.build(ALPHA).await;
    let categories = store
        .rows("select shopify_product_id, category_l1, category_l2, is_restoration_part, source from product_categories order by 1")
        .await;
    assert_eq!(
        categories,
        [
            "1|Engine & Drivetrain|-|t|tag",
            "2|Fuel & Ignition|Carburetors|t|rule",
            "3|Tools & Equipment|-|f|type",
            "5|Accessories & Apparel|-|f|operator",
        ]
    );
    let queue = store
        .rows("select shopify_product_id from v_product_review_queue where reason = 'no_category'")
        .await;
    assert_eq!(queue, ["4"]);
}
