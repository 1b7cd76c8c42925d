//! The worked examples H7 to H19 that fall in scope: canonical rows in, views out; dollars as cents.

use super::support::{ALPHA, BETA, Store};

#[tokio::test]
async fn h7_activation() {
    let shops: Vec<(i64, &str)> = (1..=5).map(|n| (1000 + n, "UTC")).collect();
    let store = Store::new("commerce_h7", &shops).await;
    let flags = [
        (1001, "2025-10-15", true, true),
        (1001, "2025-10-14", true, false),
        (1002, "2025-10-09", true, true),
        (1003, "2025-10-08", true, true),
        (1004, "2025-10-12", false, true),
        (1005, "2025-10-12", true, false),
    ];
    for (shop, day, session, decision) in flags {
        for kind in [(session, "session"), (decision, "decision")]
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, kind)| kind)
        {
            store
                .sql(&format!(
                    "insert into warehouse.shop_events (shop_id, happened_at, kind, action, actor) \
                     values ({shop}, '{day} 09:00 UTC', '{kind}', 'test', 'ann')"
                ))
                .await;
        }
    }
    for (shop, _) in &shops {
        store.build(*shop).await;
    }
    let rate = store
        .rows("select total_active_shops, activated_shops, activation_rate, window_start, window_end from v_activation_rate_7d")
        .await;
    assert_eq!(rate, ["3|2|0.6667|2025-10-09|2025-10-15"]);
}

async fn h8_growth(name: &str) -> Store {
    let store = Store::examples(name).await;
    let rows = [
        ("2024-11-20", 8_000_000, 400),
        ("2024-12-20", 12_000_000, 600),
        ("2025-01-10", 9_000_000, 450),
        ("2025-02-10", 11_000_000, 500),
        ("2025-03-10", 100_000_000, 4_000),
        ("2025-10-05", 500_000, 20),
        ("2025-10-07", 700_000, 28),
        ("2025-10-14", 600_000, 30),
    ];
    for (day, revenue, orders) in rows {
        store
            .sql(&format!(
                "select t.sale({ALPHA}, '{day}', {revenue}, {orders}, 0)"
            ))
            .await;
    }
    store.build(ALPHA).await;
    store
}

#[tokio::test]
async fn h8_growth_milestones() {
    let store = h8_growth("commerce_h8").await;
    let months = store
        .rows(&format!(
            "select to_char(month_start, 'Mon'), monthly_revenue, ytd_revenue, trailing_3mo_avg, milestone_tier, \
               progress_to_10mm_pct, is_partial from v_growth_milestones where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(months.len(), 10, "every month of the year to date");
    assert_eq!(months[0], "Jan|9000000|9000000|9666667|Pre-$1MM|0.9000|f");
    assert_eq!(
        months[1],
        "Feb|11000000|20000000|10666667|Pre-$1MM|2.0000|f"
    );
    assert_eq!(
        months[2],
        "Mar|100000000|120000000|40000000|$1MM-$5MM|12.0000|f"
    );
    assert_eq!(months[3], "Apr|0|120000000|37000000|$1MM-$5MM|12.0000|f");
    assert_eq!(
        months[9],
        "Oct|1800000|121800000|600000|$1MM-$5MM|12.1800|t"
    );
}

#[tokio::test]
async fn h9_growth_rates() {
    let store = h8_growth("commerce_h9").await;
    let weeks = store
        .rows(&format!(
            "select week_start, weekly_revenue, weekly_orders, avg_aov, revenue_growth_pct, order_growth_pct, is_partial \
             from v_growth_rates where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(weeks.len(), 14);
    assert_eq!(weeks[0], "2025-10-13|600000|30|20000|-|-|t");
    assert_eq!(weeks[1], "2025-10-06|700000|28|25000|40.00|40.00|f");
    assert_eq!(weeks[2], "2025-09-29|500000|20|25000|-|-|f");
    assert_eq!(weeks[3], "2025-09-22|0|0|-|-|-|f");
    let trend = store
        .rows(&format!(
            "select count(*), count(*) filter (where daily_orders > 0), sum(daily_revenue), max(metric_date), min(metric_date) \
             from v_revenue_trends_30d where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(trend, ["30|3|1800000|2025-10-15|2025-09-16"]);
}

#[tokio::test]
async fn h12_lifetime_value_and_cohorts() {
    // The segments are given by the example, so the rows of customer_segments are too.
    let store = Store::examples("commerce_h12").await;
    store
        .sql(&format!(
            "insert into warehouse.customer_segments (shop_id, shopify_customer_id, primary_segment, total_orders, \
               total_revenue, first_order_at, last_order_at, reactivated_at) values \
             ({ALPHA}, 1, 'first_time_builder', 1, 28000, '2025-10-05 UTC', '2025-10-05 UTC', null), \
             ({ALPHA}, 2, 'diy_builder', 5, 185000, '2025-04-18 UTC', '2025-10-01 UTC', null), \
             ({ALPHA}, 3, 'diy_builder', 5, 185000, '2025-01-01 UTC', '2025-07-01 UTC', null), \
             ({ALPHA}, 4, 'enthusiast_collector', 6, 220000, '2024-09-30 UTC', '2025-03-09 UTC', null), \
             ({ALPHA}, 5, 'professional_shop', 10, 900000, '2024-10-15 UTC', '2025-10-10 UTC', '2025-10-10 UTC'), \
             ({ALPHA}, 6, 'first_time_builder', 1, 30000, '2025-08-01 UTC', '2025-08-01 UTC', null)"
        ))
        .await;
    let stages = store
        .rows("select shopify_customer_id, days_since_last_order, lifecycle_stage from v_customer_segments order by 1")
        .await;
    assert_eq!(
        stages,
        [
            "1|10|new",
            "2|14|active",
            "3|106|at_risk",
            "4|220|churned",
            "5|5|reactivated",
            "6|75|active"
        ]
    );
    let value = store
        .rows(
            "select primary_segment, aov, orders_per_year, lifetime_years, churned_pct, predicted_clv_margin \
             from v_customer_lifetime_value where primary_segment in ('diy_builder', 'enthusiast_collector') order by 1",
        )
        .await;
    assert_eq!(value[0], "diy_builder|37000|8.25|5.00|0.00|534115");
    assert!(value[1].ends_with("|1.00|100.00|73961"), "{}", value[1]);
    let cohort = store
        .rows("select cohort_size, repeat_rate_pct, retention_pct from v_customer_cohorts where cohort_month = '2025-04-01'")
        .await;
    assert_eq!(cohort, ["1|100.00|100.00"]);
}

#[tokio::test]
async fn h15_quality_and_freshness() {
    // No model writes such rows, so they are written here.
    let store = Store::examples("commerce_h15").await;
    store
        .sql(&format!(
            "insert into warehouse.sales_metrics_daily (shop_id, metric_date, total_revenue, order_count) \
               select {ALPHA}, d, case when d = '2025-10-12' then 0 else 10000 end, 1 \
               from generate_series(date '2025-10-01', '2025-10-14', '1 day') d where d <> '2025-10-11'; \
             insert into warehouse.sales_metrics_daily (shop_id, metric_date, total_revenue, order_count) \
               values ({ALPHA}, '2025-10-17', 10000, 1); \
             insert into warehouse.inventory_snapshots (shop_id, snapshot_date, shopify_variant_id, quantity_available, sku) \
               values ({ALPHA}, '2025-10-12', 1, -3, 'X'); \
             insert into warehouse.cx_conversations (shop_id, chatwoot_conversation_id, created_at, resolved_at, status) \
               values ({ALPHA}, 1, '2025-10-15 10:00 UTC', '2025-10-15 09:00 UTC', 'resolved'); \
             insert into warehouse.fulfillment_tracking (shop_id, shopify_order_id, order_name, order_created_at, fulfillment_status) \
               values ({ALPHA}, 1, '#1', '2025-10-14 06:00 UTC', 'fulfilled'); \
             insert into warehouse.sku_performance (shop_id, metric_date, sku_key, shopify_variant_id, units_sold) \
               values ({ALPHA}, '2025-10-14', '99', 99, 1)"
        ))
        .await;
    let checks = store
        .rows(&format!(
            "select severity, check_name, issue_count from v_data_quality_checks where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(
        checks,
        [
            "CRITICAL|future_date|1",
            "CRITICAL|missing_sales_day|1",
            "CRITICAL|stale_inventory|1",
            "CRITICAL|zero_revenue_with_orders|1",
            "CRITICAL|future_order|0",
            "HIGH|negative_duration|1",
            "HIGH|negative_inventory|1",
            "MEDIUM|fulfilled_without_timestamp|1",
            "LOW|orphan_sku|1",
            "LOW|unknown_category|1",
        ]
    );
    let dashboard = store
        .rows(&format!(
            "select critical_failing, high_failing, medium_failing, low_failing, total_issues, health_status \
             from v_data_quality_dashboard where shop_id = {ALPHA}"
        ))
        .await;
    assert_eq!(dashboard, ["4|2|1|2|9|FAILING"]);
    let fresh = store
        .rows(&format!(
            "select table_name, age_hours, freshness_status from v_data_freshness where shop_id = {ALPHA} order by 1"
        ))
        .await;
    for expected in [
        "cx_conversations|2.00|ACCEPTABLE",
        "fulfillment_tracking|30.00|STALE",
        "inventory_snapshots|60.00|STALE",
        "sales_metrics_daily|12.00|FRESH",
        "operator_sla_resolution|-|EMPTY",
    ] {
        assert!(
            fresh.iter().any(|row| row == expected),
            "{expected} in {fresh:?}"
        );
    }
}

#[tokio::test]
async fn h18_categories_and_turnover() {
    let store = Store::examples("commerce_h18").await;
    store
        .sql(&format!(
            "select t.product({ALPHA}, 1, 'Engine & Drivetrain', 'Carburetors', 35), \
               t.product({ALPHA}, 2, 'Suspension & Steering', 'Shocks', 45), \
               t.sell({ALPHA}, '2025-10-14', 1, 11, 'CARB-650', 3, 180000), \
               t.sell({ALPHA}, '2025-10-14', 2, 21, 'SHOCK', 6, 108000), \
               t.sell({ALPHA}, '2025-10-14', 3, 31, 'MISC', 1, 2000), \
               t.sell({ALPHA}, '2025-09-16', 1, 11, 'CARB-650', 1, 60000), \
               t.sell({ALPHA}, '2025-09-15', 1, 11, 'CARB-650', 1, 60000)"
        ))
        .await;
    store.build(ALPHA).await;
    // A day's row of a stock code that did not sell.
    store
        .sql(&format!(
            "insert into warehouse.sku_performance (shop_id, metric_date, sku_key, shopify_product_id, sku) \
             values ({ALPHA}, '2025-10-14', '12', 1, 'CARB-750')"
        ))
        .await;
    let trend = store
        .rows(
            "select metric_date, category_l1, category_l2, products_sold, total_units, total_revenue, avg_price \
             from v_category_trends_30d order by metric_date desc, category_l1",
        )
        .await;
    assert_eq!(
        trend,
        [
            "2025-10-14|Engine & Drivetrain|Carburetors|1|3|180000|60000",
            "2025-10-14|Suspension & Steering|Shocks|1|6|108000|18000",
            "2025-10-14|Uncategorised|-|1|1|2000|2000",
            "2025-09-16|Engine & Drivetrain|Carburetors|1|1|60000|60000",
        ]
    );
    let profit = store
        .rows("select category_l1, revenue, gross_profit, margin_pct, revenue_share_pct from v_category_profitability")
        .await;
    assert_eq!(
        profit,
        [
            "Engine & Drivetrain|240000|84000|35.00|68.57",
            "Suspension & Steering|108000|48600|45.00|30.86",
            "Uncategorised|2000|-|-|0.57",
        ]
    );
    let turnover = Store::examples("commerce_h18b").await;
    turnover
        .sql(&format!(
            "select t.stock({ALPHA}, 'CARB-650', 24, 0, 0, 20, 5), t.stock({ALPHA}, 'SHOCK', 0, 0, 0, 6, 5), \
               t.stock({ALPHA}, 'MISC', 100, 0, 0, 1, 5)"
        ))
        .await;
    turnover.build(ALPHA).await;
    let classes = turnover
        .rows("select sku, annual_turnover, turnover_class from v_inventory_turnover order by sku")
        .await;
    assert_eq!(
        classes,
        ["CARB-650|10.14|high", "MISC|0.12|very_low", "SHOCK|-|-"]
    );
}

#[tokio::test]
async fn h19_key_figures_and_season() {
    let store = Store::examples("commerce_h19").await;
    store
        .sql(&format!(
            "select t.sale({ALPHA}, '2025-10-14', 100000, 10, 9), t.sale({BETA}, '2025-10-14', 5000, 1, 1), \
               t.sale({ALPHA}, '2025-10-15', 20000, 2, 0), t.sale({ALPHA}, '2025-09-15', 30000, 3, 3), \
               t.sale({ALPHA}, '2025-09-14', 999900, 9, 9)"
        ))
        .await;
    store.build(ALPHA).await;
    store.build(BETA).await;
    // Two shops of one currency, added from their sums.
    let both = store
        .rows(
            "select sum(mtd_revenue), sum(ytd_revenue), warehouse.per(sum(revenue_30d)::bigint, 30), \
               warehouse.per(sum(revenue_30d)::bigint, sum(orders_30d)), \
               round(100.0 * sum(orders_fulfilled_7d) / sum(orders_7d), 2), round(sum(ytd_revenue) / 10000000.0, 4) \
             from v_kpi_summary",
        )
        .await;
    assert_eq!(both, ["125000|1154900|4500|9643|90.91|0.1155"]);
    let one = store
        .rows(&format!(
            "select mtd_revenue, avg_daily_revenue_30d, avg_order_value_30d, avg_fulfillment_rate_7d \
             from v_kpi_summary where shop_id = {BETA}"
        ))
        .await;
    assert_eq!(one, ["5000|167|5000|100.00"]);
    let season = Store::examples("commerce_h19b").await;
    season
        .sql(&format!(
            "select t.product({ALPHA}, 1, 'Brakes & Wheels', null, 30), \
               t.sell({ALPHA}, '2024-06-10', 1, 1, 'DISC', 10, 300000), t.sell({ALPHA}, '2025-06-10', 1, 1, 'DISC', 12, 360000), \
               t.sell({ALPHA}, '2024-12-10', 1, 1, 'DISC', 4, 120000), t.sell({ALPHA}, '2025-01-10', 1, 1, 'DISC', 2, 60000), \
               t.sell({ALPHA}, '2025-10-10', 1, 1, 'DISC', 9, 900000), t.sell({ALPHA}, '2023-09-10', 1, 1, 'DISC', 9, 900000)"
        ))
        .await;
    season.build(ALPHA).await;
    let months = season
        .rows(
            "select month_num, season, category_l1, years_observed, avg_monthly_revenue, avg_monthly_units, seasonal_index \
             from v_seasonal_patterns order by month_num",
        )
        .await;
    assert_eq!(
        months,
        [
            "1|off_season|Brakes & Wheels|1|60000|2.00|0.2857",
            "6|racing_season|Brakes & Wheels|2|330000|11.00|1.5714",
            "12|off_season|Brakes & Wheels|1|120000|4.00|0.5714",
        ]
    );
}
