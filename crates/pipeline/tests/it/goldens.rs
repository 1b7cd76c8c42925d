//! The reference's worked examples through the whole chain in SQL, against the numbers and against the oracle.

use crate::harness::{World, agree};
use testkit::worlds;

const NOW: &str = "2026-07-20T16:00:00Z";

#[tokio::test]
async fn g3_an_order_to_its_gross_profit() {
    let world = World::new("g3", NOW).await;
    assert_eq!(agree(&world, &worlds::g3()).await, Vec::<String>::new());
    let figures = world
        .text(
            "select concat_ws(' ', gross_sales, net_sales, invoice_total, authorized_total, authorized_cost, \
               authorized_profit, round(authorized_gp_percent, 2), pending_total, declined_total, potential_total, \
               posted_date) from warehouse.repair_orders where id = 310045001",
        )
        .await;
    assert_eq!(
        figures.as_deref(),
        Some("107537 106527 109651 106387 39215 67312 63.19 12995 6595 126117 2026-07-10")
    );
    let snapshot = world
        .text(
            "select concat_ws(' ', snapshot_date, parts_revenue, parts_cost, labor_revenue, labor_cost, labor_hours, \
               fees_total, discount_total, rate_sources, revenue_variance, variance_codes, revision) \
             from warehouse.ro_snapshots where snapshot_trigger = 'posted'",
        )
        .await;
    assert_eq!(
        snapshot.as_deref(),
        Some(
            "2026-07-10 40737 19263 52800 10452 3.2000 2990 4000 {\"assigned\": 2, \"shop_avg\": 1} 0 {} 1"
        )
    );
    let sold = world
        .text("select concat_ws(' ', metric_date, job_count, revenue) from warehouse.sold_daily_metrics order by 1")
        .await;
    assert_eq!(sold.as_deref(), Some("2026-07-09 2 107537"));
}

#[tokio::test]
async fn g6_a_day_is_the_sum_of_its_snapshots() {
    let world = World::new("g6", NOW).await;
    assert_eq!(agree(&world, &worlds::g6()).await, Vec::<String>::new());
    let day = world
        .text(
            "select concat_ws(' ', ro_count, authorized_revenue, authorized_cost, authorized_profit, \
               round(authorized_gp_percent, 2), avg_ro_value, avg_ro_profit, avg_labor_rate, gp_per_labor_hour, \
               gp_per_hour, potential_revenue, round(authorization_rate, 2)) from warehouse.daily_shop_metrics",
        )
        .await;
    assert_eq!(
        day.as_deref(),
        Some("3 150000 71250 78750 52.50 50000 26250 12375 9050 13125 192000 78.13")
    );
}

#[tokio::test]
async fn g9_sold_and_posted_are_two_views_of_the_same_work() {
    let world = World::new("g9", NOW).await;
    assert_eq!(agree(&world, &worlds::g9()).await, Vec::<String>::new());
    let sold = world
        .text("select string_agg(concat_ws(' ', metric_date, revenue, cost, profit, job_count, ro_count), '; ' \
               order by metric_date) from warehouse.sold_daily_metrics")
        .await;
    assert_eq!(
        sold.as_deref(),
        Some(
            "2026-06-29 40000 16000 24000 1 1; 2026-06-30 40000 19000 21000 2 2; 2026-07-01 60000 27000 33000 1 1"
        )
    );
}

#[tokio::test]
async fn g10_technicians_share_the_shops_labour() {
    let world = World::new("g10", NOW).await;
    assert_eq!(agree(&world, &worlds::g10()).await, Vec::<String>::new());
    let rows = world
        .text("select string_agg(concat_ws(' ', coalesce(technician_id::text, 'none'), trim_scale(hours_billed), \
               labor_revenue, labor_cost, labor_profit, round(labor_gp_percent, 2), hourly_rate, hourly_cost, \
               gp_per_hour, jobs_worked, ros_worked), '; ' order by technician_key) \
               from warehouse.tech_daily_metrics")
        .await;
    assert_eq!(
        rows.as_deref(),
        Some(
            "none 0.4 6600 1259 5341 80.92 16500 3148 13353 1 1; \
             6101 4 65600 13400 52200 79.57 16400 3350 13050 3 2; \
             6102 1.3 19850 3868 15982 80.51 15269 2975 12294 2 2; \
             6199 1 16500 3148 13352 80.92 16500 3148 13352 1 1"
        )
    );
}

#[tokio::test]
async fn g13_advisors_share_the_shops_day() {
    let world = World::new("g13", NOW).await;
    assert_eq!(agree(&world, &worlds::g13()).await, Vec::<String>::new());
    let rows = world
        .text("select string_agg(concat_ws(' ', service_advisor_id, net_sales, cost, profit, round(gp_percent, 2), aro, \
               avg_job_value, gp_per_hour), '; ' order by service_advisor_id) from warehouse.advisor_daily_metrics")
        .await;
    assert_eq!(
        rows.as_deref(),
        Some(
            "5102 161527 63215 98312 60.86 80764 32305 18549; 5103 82500 40350 42150 51.09 41250 27500 12397"
        )
    );
}
