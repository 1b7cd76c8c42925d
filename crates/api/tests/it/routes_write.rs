//! Goals, alerts and cost rates: who may write them, and what is read afterwards.

use crate::desk::{Desk, problem, user};
use domain::ShopId;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use testkit::{loaded, worlds};

async fn desk(name: &str) -> Desk {
    let desk = Desk::open(name).await;
    loaded::fill(&desk.db, ShopId(1), crate::desk::NOW, &worlds::g3()).await;
    desk
}

async fn send(
    desk: &Desk,
    role: &str,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let request = desk
        .client
        .request(method, desk.url(&format!("/api/v1/shops/1/{path}")))
        .bearer_auth(desk.signer.token_at(desk.now(), user(role)));
    let request = match body {
        Some(body) => request.json(body),
        None => request,
    };
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    if status >= 400 {
        return (status, problem(response).await);
    }
    let text = response.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

#[tokio::test]
async fn goals_are_set_by_managers_and_read_by_all() {
    let desk = desk("routes_goals").await;
    let goal = json!({
        "scope": "advisor", "subject_id": 5102, "metric": "net_sales", "period": "month",
        "period_start": "2026-11-01", "target": "200000",
    });
    for (role, status) in [
        ("owner", 200),
        ("manager", 200),
        ("advisor", 403),
        ("technician", 403),
        ("analyst", 403),
        ("viewer", 403),
    ] {
        let (got, body) = send(&desk, role, Method::PUT, "goals", Some(&goal)).await;
        assert_eq!(got, status, "{role}: {body}");
    }
    let (_, read) = send(&desk, "viewer", Method::GET, "goals", None).await;
    let goals = read["data"]["goals"].as_array().expect("goals");
    assert_eq!(goals.len(), 1);
    assert_eq!(goals[0]["target"], "200000");
    assert_eq!(goals[0]["tag"], "AUTHORIZED");
    assert_eq!(goals[0]["subject_name"], "Advisor 5102");
    for wrong in [
        json!({ "metric": "happiness" }),
        json!({ "period": "week" }),
        json!({ "target": "2e5" }),
        json!({ "subject_id": null }),
        json!({ "colour": "red" }),
    ] {
        let mut goal = goal.clone();
        let patch = wrong.as_object().expect("a patch");
        patch
            .iter()
            .for_each(|(key, value)| goal[key] = value.clone());
        let (status, _) = send(&desk, "owner", Method::PUT, "goals", Some(&goal)).await;
        assert!([400, 422].contains(&status), "{wrong}");
    }
    let key =
        "goals?scope=advisor&subject_id=5102&metric=net_sales&period=month&period_start=2026-11-01";
    assert_eq!(
        send(&desk, "viewer", Method::DELETE, key, None).await.0,
        403
    );
    assert_eq!(
        send(&desk, "manager", Method::DELETE, key, None).await.0,
        204
    );
    assert_eq!(
        send(&desk, "manager", Method::DELETE, key, None).await.0,
        404
    );
}

/// G13 on 10 July 2026, the 8th of 23 working days: what was posted against what was aimed at.
#[tokio::test]
async fn goals_are_held_against_their_pace() {
    const AT: &str = "2026-07-10T22:00:00Z";
    let desk = Desk::open("routes_pace").await;
    desk.clock.set(AT.parse().expect("an instant"));
    loaded::fill(&desk.db, ShopId(1), AT, &worlds::g13()).await;
    let goal = |scope: &str, subject: Option<i64>, metric: &str, target: &str| {
        json!({
            "scope": scope, "subject_id": subject, "metric": metric, "period": "month",
            "period_start": "2026-07-01", "target": target,
        })
    };
    for goal in [
        goal("shop", None, "net_sales", "2300000"),
        goal("shop", None, "gp_percent", "55.5"),
        goal("advisor", Some(5103), "net_sales", "460000"),
        goal("technician", Some(7001), "billed_hours", "92"),
    ] {
        let (status, body) = send(&desk, "owner", Method::PUT, "goals", Some(&goal)).await;
        assert_eq!(status, 200, "{body}");
    }
    let unmeasured = goal("technician", Some(7001), "gp_percent", "50");
    let (status, _) = send(&desk, "owner", Method::PUT, "goals", Some(&unmeasured)).await;
    assert_eq!(status, 400, "gross profit of a technician is not measured");
    let mtd = "kpi/summary?range=mtd";
    let (_, summary) = send(&desk, "viewer", Method::GET, mtd, None).await;
    let card = |name: &str| {
        let cards = summary["data"]["cards"].as_array().expect("cards");
        let card = cards.iter().find(|card| card["name"] == name);
        card.cloned().expect("the card")
    };
    let sales = card("net_sales")["value"].as_i64().expect("cents");
    let july = "goals?start_date=2026-07-01&end_date=2026-07-31";
    let (_, read) = send(&desk, "viewer", Method::GET, july, None).await;
    let goals = read["data"]["goals"].as_array().expect("goals");
    let pace = |scope: &str, metric: &str| {
        let goal = goals
            .iter()
            .find(|goal| goal["scope"] == scope && goal["metric"] == metric);
        goal.expect("the goal")["pace"].clone()
    };
    let shop = pace("shop", "net_sales");
    assert_eq!(shop["working_days"], 23);
    assert_eq!(shop["working_days_elapsed"], 8);
    assert_eq!(shop["expected"], "800000");
    assert_eq!(shop["actual"], sales.to_string());
    assert_eq!(shop["difference"], (sales - 800_000).to_string());
    // Half a cent goes up: 23 days at an eighth of the sum.
    assert_eq!(shop["forecast"], ((sales * 23 * 2 + 8) / 16).to_string());
    assert_eq!(pace("shop", "gp_percent")["expected"], "55.5");
    assert_eq!(card("net_sales")["goal"]["target"], "2300000");
    assert_eq!(card("net_sales")["goal"]["expected"], "800000");
    assert_eq!(
        card("gp_percent")["goal"]["actual"],
        pace("shop", "gp_percent")["actual"]
    );
    assert!(card("aro").get("goal").is_none());
    // 5103 has orders of 190.00 and 635.00 for labour and parts, and one of nothing.
    assert_eq!(pace("advisor", "net_sales")["actual"], "82500");
    // 2.1 and 1.9 hours of G13, and what 7001 did on G3: none.
    assert_eq!(pace("technician", "billed_hours")["actual"], "4");
    assert_eq!(pace("technician", "billed_hours")["expected"], "32");
    // Another range has no goal of the month.
    let (_, other) = send(
        &desk,
        "viewer",
        Method::GET,
        "kpi/summary?range=last_7",
        None,
    )
    .await;
    assert!(!other.to_string().contains("\"goal\""));
}

#[tokio::test]
async fn alerts_are_acknowledged_once_by_managers() {
    let desk = desk("routes_alerts").await;
    let client = desk.db.client().await.expect("a client");
    client
        .batch_execute(
            "insert into warehouse.alerts (shop_id, rule, severity, metric, metric_date, value, threshold, message) values
               (1, 'gp_low', 'critical', 'gp_percent', '2026-07-10', 41.2, 45, 'GP fell below 45 %'),
               (1, 'gp_low', 'warning', 'gp_percent', '2026-07-11', 48, 50, 'GP fell below 50 %'),
               (2, 'gp_low', 'critical', 'gp_percent', '2026-07-10', 41.2, 45, 'of another shop')",
        )
        .await
        .expect("alerts");
    let (_, read) = send(&desk, "viewer", Method::GET, "alerts?limit=1", None).await;
    assert_eq!(read["data"].as_array().map(Vec::len), Some(1));
    assert!(read["next_cursor"].is_string());
    let (_, read) = send(
        &desk,
        "viewer",
        Method::GET,
        "alerts?severity=critical",
        None,
    )
    .await;
    assert_eq!(read["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(read["data"][0]["value"], "41.2");
    let id = read["data"][0]["alert_id"].as_i64().expect("an id");
    let path = format!("alerts/{id}/acknowledge");
    assert_eq!(
        send(&desk, "advisor", Method::POST, &path, None).await.0,
        403
    );
    let (status, first) = send(&desk, "owner", Method::POST, &path, None).await;
    assert_eq!(status, 200);
    let (_, again) = send(&desk, "manager", Method::POST, &path, None).await;
    assert_eq!(first["data"], again["data"]);
    let (_, open) = send(&desk, "viewer", Method::GET, "alerts", None).await;
    assert_eq!(open["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        send(&desk, "owner", Method::POST, "alerts/3/acknowledge", None)
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn cost_rates_are_for_managers_and_ask_for_a_sync() {
    let desk = desk("routes_rates").await;
    let rate = json!({ "employee_id": 6101, "effective_from": "2026-08-01", "hourly_cost_cents": 3500, "note": "=raise" });
    for role in ["advisor", "technician", "analyst", "viewer"] {
        assert_eq!(
            send(&desk, role, Method::GET, "cost-rates", None).await.0,
            403,
            "{role}"
        );
        assert_eq!(
            send(&desk, role, Method::PUT, "cost-rates", Some(&rate))
                .await
                .0,
            403,
            "{role}"
        );
    }
    let (_, written) = send(&desk, "manager", Method::PUT, "cost-rates", Some(&rate)).await;
    assert_eq!(written["data"]["written"], 1);
    let task = written["data"]["task_id"]
        .as_str()
        .expect("a task applies it");
    let (_, task) = send(&desk, "owner", Method::GET, &format!("tasks/{task}"), None).await;
    assert_eq!(task["data"]["kind"], "sync_run", "{task}");
    let (_, written) = send(&desk, "manager", Method::PUT, "cost-rates", Some(&rate)).await;
    assert_eq!(written["data"]["unchanged"], 1);
    let (_, read) = send(
        &desk,
        "owner",
        Method::GET,
        "cost-rates?employee_id=6101",
        None,
    )
    .await;
    let rates = read["data"].as_array().expect("rates");
    assert_eq!(rates.len(), 2);
    assert_eq!(
        rates[0]["applies_to"], "2026-07-31",
        "a later rate ends an earlier one"
    );
    let key = "cost-rates?employee_id=6101&effective_from=2026-08-01";
    assert_eq!(send(&desk, "owner", Method::DELETE, key, None).await.0, 204);
    assert_eq!(send(&desk, "owner", Method::DELETE, key, None).await.0, 404);
    let tasks = desk.db.client().await.expect("a client");
    let tasks = tasks
        .query_one("select count(*) from ops.tasks where shop_id = 1", &[])
        .await
        .expect("a count");
    assert_eq!(
        tasks.get::<_, i64>(0),
        1,
        "one that waits serves every change"
    );
}

#[tokio::test]
async fn cost_rates_go_round_by_csv() {
    let desk = desk("routes_rates_csv").await;
    let rate = json!({ "employee_id": 6101, "effective_from": "2026-08-01", "hourly_cost_cents": 3500, "note": "=raise" });
    send(&desk, "owner", Method::PUT, "cost-rates", Some(&rate)).await;
    let csv = desk.get("owner", "/api/v1/shops/1/cost-rates/csv").await;
    assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8");
    let csv = csv.text().await.expect("a text");
    assert!(csv.contains("6101,2026-08-01,,3500,'=raise\r\n"), "{csv}");
    let upload = |body: String, role: &str| {
        desk.client
            .put(desk.url("/api/v1/shops/1/cost-rates/csv"))
            .bearer_auth(desk.signer.token_at(desk.now(), user(role)))
            .header(CONTENT_TYPE, "text/csv")
            .body(body)
            .send()
    };
    let same = upload(csv.clone(), "owner").await.expect("an answer");
    let same: Value = same.json().await.expect("JSON");
    assert_eq!(
        same["data"]["written"], 0,
        "the file comes back as it went: {same}"
    );
    let raised = csv.replace("3500", "3600");
    let raised = upload(raised, "owner").await.expect("an answer");
    let raised: Value = raised.json().await.expect("JSON");
    assert_eq!(raised["data"]["written"], 1);
    let broken = upload(csv.replace("3500", "35.00"), "owner")
        .await
        .expect("an answer");
    assert_eq!(broken.status(), 422);
    problem(broken).await;
    assert_eq!(
        upload(csv, "viewer").await.expect("an answer").status(),
        403
    );
}

#[tokio::test]
async fn rules_are_set_by_managers_and_taken_back() {
    let desk = desk("routes_alert_rules").await;
    let rule = async |role: &str| {
        let (_, read) = send(&desk, role, Method::GET, "alert-rules", None).await;
        let rules = read["data"].as_array().cloned().expect("rules");
        assert_eq!(rules.len(), 9);
        let found = rules.into_iter().find(|rule| rule["rule"] == "gp_low");
        found.expect("the rule")
    };
    let ours = rule("viewer").await;
    assert_eq!(
        (&ours["threshold"], &ours["critical"], &ours["is_changed"]),
        (&json!("50"), &json!("45"), &json!(false))
    );
    let wanted = json!({ "rule": "gp_low", "threshold": "47.5", "is_enabled": false });
    for (role, status) in [
        ("viewer", 403),
        ("advisor", 403),
        ("manager", 200),
        ("owner", 200),
    ] {
        let (got, body) = send(&desk, role, Method::PUT, "alert-rules", Some(&wanted)).await;
        assert_eq!(got, status, "{role}: {body}");
    }
    let set = rule("viewer").await;
    assert_eq!(
        (&set["threshold"], &set["critical"], &set["is_enabled"]),
        (&json!("47.5"), &Value::Null, &json!(false))
    );
    for wrong in [
        json!({ "rule": "gp_low", "threshold": "-1" }),
        json!({ "rule": "gp_low", "threshold": "NaN" }),
        json!({ "rule": "unknown", "threshold": "1" }),
        json!({ "rule": "gp_low", "threshold": "1", "critical": "1e3" }),
    ] {
        let (status, _) = send(&desk, "owner", Method::PUT, "alert-rules", Some(&wrong)).await;
        assert!([400, 422].contains(&status), "{wrong}: {status}");
    }
    let key = "alert-rules?rule=gp_low";
    assert_eq!(
        send(&desk, "viewer", Method::DELETE, key, None).await.0,
        403
    );
    assert_eq!(send(&desk, "owner", Method::DELETE, key, None).await.0, 204);
    assert_eq!(send(&desk, "owner", Method::DELETE, key, None).await.0, 404);
    assert_eq!(rule("viewer").await, ours);
}
