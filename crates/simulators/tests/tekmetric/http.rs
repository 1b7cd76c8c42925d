//! What the API answers.

use serde_json::json;
use simulators::tekmetric::{Running, Simulator, SimulatorConfig, World};

use crate::client::{Client, ids};
use crate::{small, start};

async fn running(days: u32) -> Running {
    Simulator::start(SimulatorConfig::new(small(days)))
        .await
        .expect("a free port")
}

#[tokio::test]
async fn tokens_are_given_for_credentials_and_scope_the_shops() {
    let running = running(5).await;
    let mut client = Client::connect(&running).await;
    let first = client.token.clone();
    assert_eq!(client.fetch_token().await, 200);
    assert_eq!(client.token, first, "the token endpoint is idempotent");
    let wrong = client
        .token_request("Basic d3Jvbmc6d3Jvbmc=", "grant_type=client_credentials")
        .await;
    assert_eq!(
        (wrong.status, wrong.json()["error"].as_str()),
        (401, Some("invalid_client"))
    );
    let shops = client.get("/api/v1/shops").await.json();
    assert_eq!(
        ids(shops.as_array().expect("a bare array")),
        [6_212, 6_213, 6_214]
    );
    client.token = "wrong".to_owned();
    let refused = client.get("/api/v1/shops").await;
    assert_eq!((refused.status, refused.body.len()), (401, 0));
    running.revoke(true);
    assert_eq!(client.fetch_token().await, 401);
    running.revoke(false);
    assert_eq!(client.fetch_token().await, 200);
    assert_ne!(client.token, first);
    running.stop().await;
}

#[tokio::test]
async fn foreign_shops_and_unknown_ids_are_refused() {
    let running = running(5).await;
    let client = Client::connect(&running).await;
    for path in ["/api/v1/customers?shop=1", "/api/v1/shops/1"] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status, answer.json()["message"].as_str()),
            (403, Some("Access Denied")),
            "{path}"
        );
    }
    for kind in [
        "customers",
        "vehicles",
        "repair-orders",
        "jobs",
        "employees",
        "appointments",
    ] {
        assert_eq!(
            client.get(&format!("/api/v1/{kind}/1")).await.status,
            404,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn pages_are_springs() {
    let running = running(60).await;
    let client = Client::connect(&running).await;
    let page = client.get("/api/v1/repair-orders?shop=6212").await.json();
    assert_eq!(
        (page["size"].as_i64(), page["number"].as_i64()),
        (Some(10), Some(0))
    );
    assert_eq!(page["pageable"]["pageSize"], 10);
    let page = client
        .get("/api/v1/repair-orders?shop=6212&size=500&page=1")
        .await
        .json();
    assert_eq!(
        (page["size"].as_i64(), page["number"].as_i64()),
        (Some(100), Some(1))
    );
    let old = client
        .get("/api/v1/customers?shop=6212&size=100")
        .await
        .json();
    assert!(old.get("pageable").is_none() && old.get("empty").is_none() && old["sort"].is_array());
    let rows = client.walk("/api/v1/repair-orders?shop=6212").await;
    assert_eq!(
        ids(&rows),
        running.world().read(|world| world.order_ids(6_212))
    );
    assert_eq!(page["totalElements"], rows.len());
    let latest = client
        .get("/api/v1/repair-orders?shop=6212&sort=createdDate&sortDirection=DESC")
        .await
        .json();
    let newest = rows
        .iter()
        .map(|row| row["createdDate"].as_str().expect("a time"))
        .max();
    assert_eq!(latest["content"][0]["createdDate"].as_str(), newest);
    for kind in [
        "vehicles",
        "employees",
        "jobs",
        "appointments",
        "canned-jobs",
    ] {
        assert!(
            !client
                .walk(&format!("/api/v1/{kind}?shop=6213"))
                .await
                .is_empty(),
            "{kind}"
        );
    }
    assert!(
        !client
            .walk("/api/v1/inventory?shop=6213&partTypeId=1")
            .await
            .is_empty()
    );
    assert_eq!(client.get("/api/v1/inventory?shop=6213").await.status, 400);
}

#[tokio::test]
async fn dates_need_a_zone_and_unknown_parameters_are_ignored() {
    let running = running(30).await;
    let client = Client::connect(&running).await;
    for date in [
        "2026-11-01",
        "2026-11-01T00:00:00",
        "2026-11-01T00:00:00+02:00",
    ] {
        let answer = client
            .get(&format!("/api/v1/repair-orders?updatedDateStart={date}"))
            .await;
        assert_eq!(answer.status, 400, "{date}");
    }
    let encoded = "/api/v1/repair-orders?updatedDateStart=2026-11-01T00:00:00%2B02:00";
    assert_eq!(client.get(encoded).await.status, 200);
    assert!(running.requests().unknown_params.is_empty());
    let all = client
        .get("/api/v1/repair-orders?updatedAfter=2026-11-01")
        .await
        .json();
    assert_eq!(
        all["totalElements"],
        running.world().read(World::order_count)
    );
    assert!(running.requests().unknown_params["/api/v1/repair-orders"].contains("updatedAfter"));
}

#[tokio::test]
async fn windows_hold_what_their_names_say() {
    let running = running(60).await;
    let client = Client::connect(&running).await;
    let start = "2026-11-10T00:00:00Z";
    let all = client.walk("/api/v1/repair-orders?shop=6212").await;
    let held = |key: &str| -> Vec<i64> {
        let inside = all
            .iter()
            .filter(|row| row[key].as_str().is_some_and(|at| at >= start));
        inside
            .map(|row| row["id"].as_i64().expect("an id"))
            .collect()
    };
    for (parameter, key) in [
        ("start", "createdDate"),
        ("updatedDateStart", "updatedDate"),
        ("postedDateStart", "postedDate"),
        ("deletedDateStart", "deletedDate"),
    ] {
        let rows = client
            .walk(&format!(
                "/api/v1/repair-orders?shop=6212&{parameter}={start}"
            ))
            .await;
        assert_eq!(ids(&rows), held(key), "{parameter}");
    }
    // Deletions win over every other date (A.6.6).
    let both =
        format!("/api/v1/repair-orders?shop=6212&deletedDateStart={start}&postedDateStart={start}");
    assert_eq!(ids(&client.walk(&both).await), held("deletedDate"));
    let statuses = "/api/v1/repair-orders?shop=6212&repairOrderStatusId=5&repairOrderStatusId=6";
    let closed = client.walk(statuses).await;
    assert!(
        closed
            .iter()
            .all(|row| matches!(row["repairOrderStatus"]["id"].as_i64(), Some(5 | 6)))
    );
    assert!(!closed.is_empty() && closed.len() < all.len());
    // Both ends count.
    let at = all[3]["createdDate"].as_str().expect("a time");
    let exact = client
        .walk(&format!(
            "/api/v1/repair-orders?shop=6212&start={at}&end={at}"
        ))
        .await;
    assert!(ids(&exact).contains(&all[3]["id"].as_i64().expect("an id")));
}

#[tokio::test]
async fn deleted_customers_stand_in_the_list_of_deletions_only() {
    let running = running(30).await;
    let client = Client::connect(&running).await;
    let world = running.world();
    let order_id = world.read(|world| world.order_ids(6_214)[5]);
    let customer_id = client
        .get(&format!("/api/v1/repair-orders/{order_id}"))
        .await
        .json()["customerId"]
        .clone();
    let gone = json!({"order_id": order_id, "change": {"do": "delete_customer"}});
    assert_eq!(client.post("/_sim/mutate", &gone).await.status, 204);
    let id = customer_id.as_i64().expect("an id");
    assert!(!ids(&client.walk("/api/v1/customers?shop=6214").await).contains(&id));
    let deleted = client
        .walk("/api/v1/customers?shop=6214&deletedDateStart=2020-01-01T00:00:00Z")
        .await;
    assert!(ids(&deleted).contains(&id));
    assert!(deleted.iter().all(|row| !row["deletedDate"].is_null()));
}

#[tokio::test]
async fn an_order_has_no_updated_date_until_it_changes() {
    let running = running(60).await;
    let client = Client::connect(&running).await;
    let all = client.walk("/api/v1/repair-orders").await;
    let fresh = all
        .iter()
        .find(|row| row["updatedDate"].is_null())
        .expect("a fresh order");
    let id = fresh["id"].as_i64().expect("an id");
    let list = "/api/v1/repair-orders?updatedDateStart=2020-01-01T00:00:00Z";
    assert!(!ids(&client.walk(list).await).contains(&id));
    let tag = json!({"order_id": id, "change": {"do": "keytag", "text": "K1"}});
    assert_eq!(client.post("/_sim/mutate", &tag).await.status, 204);
    assert!(ids(&client.walk(list).await).contains(&id));
}

#[tokio::test]
async fn leavers_vanish_and_the_hired_appear() {
    let running = running(30).await;
    let client = Client::connect(&running).await;
    let before = client.walk("/api/v1/employees?shop=6213").await.len();
    let hired_before = client.walk("/api/v1/employees?shop=6214").await.len();
    running.clock().advance(20 * 86_400);
    assert_eq!(
        client.walk("/api/v1/employees?shop=6213").await.len(),
        before - 1
    );
    assert_eq!(
        client.walk("/api/v1/employees?shop=6214").await.len(),
        hired_before + 1
    );
}

#[tokio::test]
async fn the_control_plane_shows_books_clock_and_requests() {
    let running = running(20).await;
    let client = Client::connect(&running).await;
    assert_eq!(
        client.get("/_sim/ledger").await.json()["shops"][0]["shop_id"],
        6_212
    );
    let moved = client
        .post("/_sim/clock", &json!({"advance_seconds": 3_600}))
        .await;
    assert_eq!(moved.json()["now"], start().plus(3_600).to_string());
    assert_eq!(
        client
            .post(
                "/_sim/faults",
                &json!({"fault": "gremlins", "rate": "always"})
            )
            .await
            .status,
        422
    );
    assert_eq!(
        client
            .post("/_sim/faults", &json!({"fault": "429", "rate": "next:1"}))
            .await
            .status,
        204
    );
    assert_eq!(client.get("/api/v1/shops").await.status, 429);
    let log = client.get("/_sim/requests").await.json();
    assert_eq!(log["requests"]["GET /api/v1/shops"], 1);
    assert_eq!(
        client.get("/_sim/cost-rates").await.json()[0]["shop_id"],
        6_212
    );
}

#[tokio::test]
async fn the_limit_answers_429_without_a_body() {
    let config = SimulatorConfig {
        requests_per_minute: Some(60),
        ..SimulatorConfig::new(small(2))
    };
    let running = Simulator::start(config).await.expect("a free port");
    let client = Client::connect(&running).await;
    let mut refused = 0;
    for _ in 0..20 {
        let answer = client.get("/api/v1/shops").await;
        refused += u64::from(answer.status == 429);
        assert!(answer.status == 200 || answer.body.is_empty());
    }
    assert!(refused >= 5, "{refused}");
    assert_eq!(running.requests().limited, refused);
}
