//! The reading routes on worked examples: figures to the cent, their basis, sums that agree, roles and the wall.

use crate::desk::{Desk, STRANGER, problem};
use domain::ShopId;
use serde_json::{Value, json};
use testkit::oracle::OracleInput;
use testkit::{loaded, worlds};

const SHOP: ShopId = ShopId(1);

async fn desk(name: &str, input: &OracleInput) -> Desk {
    let desk = Desk::open(name).await;
    loaded::fill(&desk.db, SHOP, crate::desk::NOW, input).await;
    desk
}

async fn ask(desk: &Desk, role: &str, path: &str) -> Value {
    let response = desk.get(role, &format!("/api/v1{path}")).await;
    let status = response.status();
    let text = response.text().await.expect("a body");
    assert_eq!(status, 200, "{path}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}: {text}"))
}

const JULY: &str = "start_date=2026-07-01&end_date=2026-07-31";

#[tokio::test]
async fn the_summary_tells_every_figure_with_its_basis() {
    let desk = desk("routes_summary", &worlds::g6()).await;
    let path = format!("/shops/1/kpi/summary?{JULY}&compare=previous_period");
    let answer = ask(&desk, "viewer", &path).await;
    assert_eq!(answer["timezone"], "America/New_York");
    assert_eq!(answer["currency"], "USD");
    assert_eq!(answer["as_of"], crate::desk::NOW);
    let data = &answer["data"];
    assert_eq!(
        data["period"],
        json!({ "range": "custom", "from": "2026-07-01", "to": "2026-07-31" })
    );
    assert_eq!(data["compared"]["period"]["from"], "2026-05-31");
    let authorized = &data["authorized"];
    for (name, value) in [
        ("car_count", json!(3)),
        ("net_sales_cents", json!(150_000)),
        ("gross_profit_cents", json!(78_750)),
        ("gp_percent", json!(52.5)),
        ("gp_per_hour_cents", json!(13_125)),
        ("billed_hours", json!("6")),
        ("aro_cents", json!(50_000)),
        ("effective_labor_rate_cents", json!(12_375)),
    ] {
        assert_eq!(authorized[name], value, "{name}");
    }
    assert_eq!(data["potential"]["potential_sales_cents"], 192_000);
    assert_eq!(data["derived"]["authorization_rate"], 78.13);
    let cards = data["cards"].as_array().expect("cards");
    assert_eq!(cards.len(), domain::metric::CATALOGUE.len());
    for card in cards {
        let known =
            domain::catalogue::find(card["name"].as_str().expect("a name")).expect("an entry");
        assert_eq!(card["tag"], known.tag.as_str());
        assert_eq!(card["unit"], known.unit.as_str());
    }
}

#[tokio::test]
async fn days_orders_and_audit_add_up() {
    let desk = desk("routes_conserved", &worlds::g6()).await;
    let summary = ask(&desk, "owner", &format!("/shops/1/kpi/summary?{JULY}")).await;
    let daily = ask(&desk, "owner", &format!("/shops/1/kpi/daily?{JULY}")).await;
    let orders = ask(&desk, "owner", &format!("/shops/1/ros?{JULY}")).await;
    let sum = |list: &Value, field: &str| -> i64 {
        let rows = list["data"].as_array().expect("a list");
        rows.iter()
            .map(|row| row["authorized"][field].as_i64().expect("cents"))
            .sum()
    };
    for field in [
        "net_sales_cents",
        "cost_cents",
        "gross_profit_cents",
        "fees_cents",
        "discounts_cents",
    ] {
        let whole = summary["data"]["authorized"][field]
            .as_i64()
            .expect("cents");
        assert_eq!(sum(&daily, field), whole, "{field}");
        assert_eq!(sum(&orders, field), whole, "{field}");
    }
    let day = daily["data"][0]["date"].as_str().expect("a day");
    let audit = ask(&desk, "owner", &format!("/shops/1/audit?date={day}")).await;
    assert_eq!(audit["data"]["adds_up"], true);
    assert_eq!(audit["data"]["difference"]["net_sales_cents"], 0);
    assert_eq!(audit["data"]["orders"].as_array().expect("orders").len(), 3);
}

#[tokio::test]
async fn from_the_figure_to_the_line_and_its_payload() {
    let desk = desk("routes_drill", &worlds::g3()).await;
    let orders = ask(&desk, "owner", &format!("/shops/1/ros?{JULY}")).await;
    let id = orders["data"][0]["id"].as_i64().expect("an id");
    let order = ask(&desk, "owner", &format!("/shops/1/ros/{id}")).await;
    let data = &order["data"];
    assert_eq!(data["authorized"]["net_sales_cents"], 106_527);
    assert_eq!(data["authorized"]["gp_percent"], 63.19);
    assert_eq!(data["customer_name"], "Erika Sample");
    assert_eq!(data["jobs"][0]["labor"][0]["hours"], "2.3");
    assert_eq!(
        data["vendor_url"],
        format!("https://shop.tekmetric.com/repair-order/{id}")
    );
    let fingerprint = data["payloads"][0]["fingerprint"]
        .as_str()
        .expect("a fingerprint");
    let payload = ask(
        &desk,
        "manager",
        &format!("/shops/1/ros/{id}/payload?fingerprint={fingerprint}"),
    )
    .await;
    assert_eq!(payload["data"]["body"]["repairOrderNumber"], 20517);
    let seen = ask(&desk, "advisor", &format!("/shops/1/ros/{id}")).await;
    assert_eq!(seen["data"]["customer_name"], Value::Null);
    assert_eq!(seen["data"]["payloads"], json!([]));
    assert_eq!(
        seen["data"]["jobs"][0]["labor"][0]["cost_cents"],
        Value::Null
    );
    let hidden = desk
        .get("advisor", &format!("/api/v1/shops/1/ros/{id}/payload"))
        .await;
    assert_eq!(hidden.status(), 404);
}

#[tokio::test]
async fn lists_page_by_cursor_and_say_so_in_link() {
    let desk = desk("routes_pages", &worlds::g13()).await;
    for sort in ["date", "revenue", "profit"] {
        let mut seen = Vec::new();
        let mut path = format!("/shops/1/ros?{JULY}&sort_by={sort}&limit=1");
        loop {
            let page = ask(&desk, "owner", &path).await;
            let rows = page["data"].as_array().expect("a list").clone();
            seen.extend(rows.iter().map(|row| row["id"].as_i64().expect("an id")));
            let Some(cursor) = page["next_cursor"].as_str() else {
                break;
            };
            path = format!("/shops/1/ros?{JULY}&sort_by={sort}&limit=1&cursor={cursor}");
        }
        assert_eq!(seen.len(), 4, "{sort}: {seen:?}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 4, "{sort}");
    }
    let all = ask(&desk, "owner", "/shops/1/ros?basis=all&limit=2").await;
    assert_eq!(all["data"].as_array().map(Vec::len), Some(2));
    assert!(all["next_cursor"].is_string());
}

#[tokio::test]
async fn sold_beside_posted_names_the_backlog() {
    let desk = desk("routes_sold", &worlds::g9()).await;
    let days = "start_date=2026-06-29&end_date=2026-07-02";
    let compare = ask(&desk, "analyst", &format!("/shops/1/kpi/compare?{days}")).await;
    let data = &compare["data"];
    assert_eq!(data["sold"]["revenue_cents"], 140_000);
    assert_eq!(data["sold"]["ro_count"], 3);
    assert_eq!(data["posted"]["net_sales_cents"], 79_800);
    assert_eq!(data["derived"]["backlog_cents"], 60_200);
    assert_eq!(data["derived"]["interpretation"], "Building backlog");
    let sold = ask(&desk, "analyst", &format!("/shops/1/kpi/sold/daily?{days}")).await;
    assert_eq!(sold["data"].as_array().map(Vec::len), Some(3));
    let board = ask(&desk, "advisor", "/shops/1/wip").await;
    assert_eq!(board["data"]["open_count"], 1);
    assert_eq!(board["data"]["authorized_cents"], 60_000);
}

#[tokio::test]
async fn people_are_ranked_and_pay_is_for_managers() {
    let desk = desk("routes_people", &worlds::g13()).await;
    let board = ask(
        &desk,
        "viewer",
        &format!("/shops/1/advisors?{JULY}&sort_by=aro"),
    )
    .await;
    let first = &board["data"]["advisors"][0];
    assert_eq!(first["name"], "Advisor 5102");
    assert_eq!(first["authorized"]["aro_cents"], 80_764);
    assert_eq!(first["authorized"]["gp_percent"], 60.86);
    assert_eq!(first["authorized"]["gp_per_hour_cents"], 18_549);
    let one = ask(&desk, "viewer", &format!("/shops/1/advisors/5102?{JULY}")).await;
    assert_eq!(one["data"]["authorized"]["net_sales_cents"], 161_527);
    let techs = ask(&desk, "owner", &format!("/shops/1/techs?{JULY}")).await;
    let row = &techs["data"]["technicians"][0]["authorized"];
    assert!(row["labor_cost_cents"].is_i64(), "{row}");
    let techs = ask(&desk, "viewer", &format!("/shops/1/techs?{JULY}")).await;
    let row = &techs["data"]["technicians"][0]["authorized"];
    assert_eq!(row["labor_cost_cents"], Value::Null);
    let warranty = ask(&desk, "owner", &format!("/shops/1/kpi/warranty?{JULY}")).await;
    assert_eq!(warranty["data"]["total_ros_in_period"], 4);
    assert_eq!(warranty["data"]["excluded_ros"], 1);
}

/// Every reading route below a shop.
const SHOP_PATHS: [&str; 44] = [
    "kpi/summary",
    "kpi/daily",
    "kpi/sold",
    "kpi/sold/daily",
    "kpi/posted",
    "kpi/posted/daily",
    "kpi/compare",
    "kpi/warranty",
    "advisors",
    "advisors/5102",
    "techs",
    "techs/6101",
    "ros",
    "ros?basis=all",
    "ros/310045001",
    "wip",
    "audit?date=2026-07-10",
    "issues",
    "issues/summary",
    "trends/wow",
    "trends/mom",
    "trends/rolling",
    "trends/day-patterns",
    "trends/extremes",
    "trends/forecast",
    "trends/category-trends",
    "goals",
    "alerts",
    "alert-rules",
    "cost-rates",
    "cost-rates/csv",
    "sync/status",
    "field/technician-days",
    "field/revenue",
    "field/job-flow",
    "field/job-cohorts",
    "field/on-time",
    "field/first-time-fix",
    "field/memberships",
    "field/capacity",
    "field/technician-revenue",
    "field/conversion",
    "field/receivables",
    "field/gross-profit",
];

#[tokio::test]
async fn every_reading_route_answers_and_keeps_the_wall() {
    let desk = desk("routes_wall", &worlds::g3()).await;
    for path in SHOP_PATHS {
        let url = format!("/api/v1/shops/1/{path}");
        let own = desk.get("owner", &url).await;
        assert_eq!(
            own.status(),
            200,
            "{path}: {}",
            own.text().await.unwrap_or_default()
        );
        let mut bodies = Vec::new();
        for shop in [1, 999_999] {
            let url = format!("/api/v1/shops/{shop}/{path}");
            let foreign = desk.get_as(STRANGER, &url).send().await.expect("an answer");
            assert_eq!(foreign.status(), 404, "{path} of shop {shop}");
            let mut body = problem(foreign).await;
            body["instance"] = Value::Null;
            bodies.push(body);
        }
        assert_eq!(
            bodies[0], bodies[1],
            "{path}: a foreign shop is told from an unknown one"
        );
        let anonymous = desk
            .client
            .get(desk.url(&url))
            .send()
            .await
            .expect("an answer");
        assert_eq!(anonymous.status(), 401, "{path}");
    }
    for path in ["shops", "metrics", "kpi/shops", "ops/summary"] {
        let answer = ask(&desk, "viewer", &format!("/{path}")).await;
        assert!(
            answer["data"]
                .as_array()
                .is_some_and(|rows| !rows.is_empty()),
            "{path}"
        );
    }
    let foreign = desk
        .get_as(STRANGER, "/api/v1/kpi/shops")
        .send()
        .await
        .expect("an answer");
    let foreign: Value = foreign.json().await.expect("JSON");
    assert_eq!(foreign["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(foreign["data"][0]["shop_id"], 2);
}

#[tokio::test]
async fn impossible_parameters_are_refused() {
    let desk = desk("routes_refused", &worlds::g3()).await;
    for path in [
        "kpi/summary?range=fortnight",
        "kpi/summary?range=custom",
        "kpi/summary?start_date=2026-07-01",
        "kpi/summary?range=today&start_date=2026-07-01&end_date=2026-07-02",
        "kpi/summary?start_date=2026-07-02&end_date=2026-07-01",
        "kpi/summary?start_date=2020-07-02&end_date=2026-07-01",
        "kpi/summary?start_date=infinity&end_date=now",
        "kpi/summary?compare=tomorrow",
        "kpi/summary?shop=1",
        "kpi/daily?compare=previous_year",
        "ros?limit=0",
        "ros?limit=1001",
        "ros?cursor=abc",
        "ros?basis=all&range=today",
        "ros?status=POSTED",
        "ros/0",
        "ros/x",
        "ros/1/payload?fingerprint=xyz",
        "audit",
        "audit?date=2026-13-01",
        "trends/wow?weeks_back=1",
        "trends/rolling?short=30&long=20",
        "trends/forecast?history=7",
        "trends/category-trends?days=13",
        "issues?severity=loud",
    ] {
        let response = desk.get("owner", &format!("/api/v1/shops/1/{path}")).await;
        let status = response.status().as_u16();
        assert!([400, 422].contains(&status), "{path}: {status}");
        problem(response).await;
    }
}

#[tokio::test]
async fn trends_come_from_sums() {
    let desk = desk("routes_trends", &worlds::g6()).await;
    let weeks = ask(&desk, "viewer", "/shops/1/trends/wow?weeks_back=53").await;
    let total: i64 = weeks["data"]
        .as_array()
        .expect("weeks")
        .iter()
        .map(|week| {
            week["authorized"]["net_sales_cents"]
                .as_i64()
                .expect("cents")
        })
        .sum();
    assert_eq!(total, 150_000);
    let months = ask(&desk, "viewer", "/shops/1/trends/mom?months_back=12").await;
    let july = months["data"]
        .as_array()
        .expect("months")
        .iter()
        .find(|month| month["from"] == "2026-07-01")
        .expect("July");
    assert_eq!(july["authorized"]["gp_percent"], 52.5);
    let extremes = ask(&desk, "viewer", "/shops/1/trends/extremes?days=400&top_n=1").await;
    assert_eq!(
        extremes["data"]["net_sales"]["best"][0]["authorized"]["net_sales_cents"],
        150_000
    );
    let patterns = ask(&desk, "viewer", "/shops/1/trends/day-patterns?weeks=53").await;
    assert_eq!(
        patterns["data"]["weekdays"].as_array().map(Vec::len),
        Some(1)
    );
}
