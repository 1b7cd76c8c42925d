//! Where the figures go: the reference line (G14), the end of the month, and what the categories bring.

use crate::desk::Desk;
use serde_json::{Value, json};

/// Friday: the 8th of 23 working days.
const AT: &str = "2026-07-10T22:00:00Z";

async fn ask(desk: &Desk, path: &str) -> Value {
    let answer = desk.get("viewer", &format!("/api/v1/shops/1/{path}")).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.expect("JSON")
}

/// Seven days with gross profit of G14's percentages on 100.00 each, half labour and half parts.
async fn g14(name: &str) -> Desk {
    let desk = Desk::open(name).await;
    desk.clock.set(AT.parse().expect("an instant"));
    let client = desk.db.client().await.expect("a client");
    for (day, profit) in (1..).zip([5_200, 5_310, 5_140, 5_420, 5_400, 5_530, 5_490_i64]) {
        client
            .batch_execute(&format!(
                "insert into warehouse.daily_shop_metrics (shop_id, metric_date, ro_count, authorized_revenue,
                   authorized_cost, authorized_profit, parts_revenue, parts_cost, labor_revenue, labor_cost)
                 values (1, '2026-07-{day:02}', 1, 10000, {cost}, {profit}, 5000, {cost}, 5000, 0)",
                cost = 10_000 - profit
            ))
            .await
            .expect("a day");
    }
    desk
}

#[tokio::test]
async fn g14_is_forecast_on_the_shops_working_days() {
    let desk = g14("outlook_forecast").await;
    let told = ask(&desk, "trends/forecast?ahead=3").await;
    let told = &told["data"];
    assert_eq!(told["days_with_data"], 7);
    let line = |metric: &str| {
        let lines = told["lines"].as_array().expect("lines");
        let line = lines.iter().find(|line| line["metric"] == metric);
        line.cloned().expect("the line")
    };
    let percent = line("gp_percent");
    assert_eq!(percent["slope"], "0.5607");
    assert_eq!(percent["intercept"], "51.875");
    assert_eq!(percent["r_squared"], "0.6911");
    assert_eq!(percent["confidence"], "medium");
    assert_eq!(percent["trend"], "up");
    assert_eq!(
        percent["days"],
        json!([
            { "date": "2026-07-13", "value": 55.8 },
            { "date": "2026-07-14", "value": 56.36 },
            { "date": "2026-07-15", "value": 56.92 },
        ])
    );
    let sales = line("net_sales");
    assert_eq!(sales["slope"], "0");
    assert_eq!(sales["confidence"], "low");
    assert_eq!(sales["days"][0]["value"], 10_000);
    // 700.00 in 8 of 23 working days.
    let month = &told["month"][0];
    assert_eq!(month["metric"], "net_sales");
    assert_eq!(month["actual"], "70000");
    assert_eq!(month["forecast"], "201250");
    assert_eq!(month["to"], "2026-07-31");
}

#[tokio::test]
async fn too_few_days_have_no_line() {
    let desk = g14("outlook_short").await;
    let client = desk.db.client().await.expect("a client");
    client
        .batch_execute("delete from warehouse.daily_shop_metrics where metric_date = '2026-07-03'")
        .await
        .expect("a day less");
    let told = ask(&desk, "trends/forecast").await;
    assert_eq!(told["data"]["lines"], json!([]));
    assert_eq!(told["data"]["month"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn categories_add_up_to_gross_profit() {
    let desk = g14("outlook_categories").await;
    let told = ask(&desk, "trends/category-trends?days=14").await;
    let told = &told["data"];
    assert_eq!(told["first_from"], "2026-06-27");
    assert_eq!(told["second_from"], "2026-07-04");
    let categories = told["categories"].as_array().expect("categories");
    for (half, expected) in [
        ("first", 5_200 + 5_310 + 5_140),
        ("second", 5_420 + 5_400 + 5_530 + 5_490),
    ] {
        let sum: i64 = categories
            .iter()
            .map(|one| one[half]["gross_profit_cents"].as_i64().expect("cents"))
            .sum();
        assert_eq!(sum, expected, "{half}");
    }
    let labor = &categories[0];
    assert_eq!(labor["category"], "labor");
    assert_eq!(labor["first"]["sales_cents"], 15_000);
    assert_eq!(labor["second"]["sales_cents"], 20_000);
    assert_eq!(labor["sales_change_percent"], 33.33);
    assert_eq!(labor["second"]["contribution_percent"], 91.58);
}
