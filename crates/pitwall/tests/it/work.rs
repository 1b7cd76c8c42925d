//! The service's own hands from outside: a task asked for through the API, and an order that a webhook hinted at.

use crate::program::Stage;
use crate::service::Serving;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Clock;
use ring::hmac;
use serde_json::{Value, json};
use simulators::tekmetric::Mutation;
use std::time::Duration;

const SECRET: &str = "a-secret-of-this-test-and-of-no-other";
const OWNER: &str = "11111111-1111-4111-8111-111111111111";
const KEY: &str = "northside-webhook-key-0001";

fn token() -> String {
    let now = Clock::System.now().as_second();
    let claims = json!({
        "iss": "https://issuer.example.com", "aud": "authenticated", "sub": OWNER, "role": "authenticated",
        "iat": now - 10, "exp": now + 3600,
    });
    let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
    let header = encode(json!({ "alg": "HS256", "typ": "JWT" }).to_string());
    let signed = format!("{header}.{}", encode(claims.to_string()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

/// A serving program that takes tokens and knows a webhook key for shop 6212.
async fn serving(stage: &Stage) -> Serving {
    let path = stage.dir.path().join("pitwall.toml");
    let text = std::fs::read_to_string(&path).expect("it was written");
    let with_key = text.replace(
        "timezone = \"America/New_York\" }",
        "timezone = \"America/New_York\", webhook_key = { env = \"HOOK_KEY\" } }",
    );
    std::fs::write(&path, with_key).expect("the directory is writable");
    let serving = Serving::start_with(stage, |command| {
        command
            .env("PITWALL_JWT_SECRET", SECRET)
            .env("PITWALL_JWT_ISSUER", "https://issuer.example.com")
            .env("HOOK_KEY", KEY);
    })
    .await;
    let client = stage.db.client().await.expect("a connection");
    client
        .batch_execute(&format!(
            "insert into warehouse.user_shop_access (user_id, shop_id, role) values ('{OWNER}', 6212, 'owner')"
        ))
        .await
        .expect("an owner");
    serving
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}"))
}

/// Waits until the task has ended; gives it.
async fn ended(serving: &Serving, place: &str, bearer: &str) -> Value {
    for _ in 0..240 {
        let answer = serving.request_with("GET", place, &[("Authorization", bearer)], "");
        let task = json_of(answer.body());
        if !["queued", "running"].contains(&task["data"]["status"].as_str().unwrap_or_default()) {
            return task;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("the task did not end");
}

/// Waits until the one delivery has been dealt with.
async fn dealt_with(client: &tokio_postgres::Client) {
    for _ in 0..120 {
        let state = client
            .query_one("select state, error from ops.webhook_inbox", &[])
            .await
            .expect("one delivery");
        match state.get::<_, &str>(0) {
            "done" => break,
            "new" => tokio::time::sleep(Duration::from_millis(250)).await,
            other => panic!("{other}: {:?}", state.get::<_, Option<String>>(1)),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_is_asked_for_and_a_webhook_brings_one_order_up_to_date() {
    let stage = Stage::new("cli_work", 5).await;
    let serving = serving(&stage).await;
    let bearer = format!("Bearer {}", token());
    let post = |path: &str| serving.request_with("POST", path, &[("Authorization", &bearer)], "");

    let taken = post("/api/v1/shops/6212/sync/run");
    assert_eq!(taken.status(), "202", "{}", taken.body());
    let place = taken.header("location").expect("where to look").to_owned();
    let task = ended(&serving, &place, &bearer).await;
    assert_eq!(task["data"]["status"], "done", "{task}");
    let progress = &task["data"]["progress"];
    let orders = progress["streams"]
        .as_array()
        .and_then(|streams| streams.iter().find(|s| s["stream"] == "repair_orders"))
        .expect("the stream is told");
    assert!(orders["done"].as_u64() > Some(10), "{progress}");
    assert!(progress["done"].as_u64() >= orders["done"].as_u64());
    let client = stage.db.client().await.expect("a connection");
    let counts = client
        .query_one(
            "select count(*) filter (where shop_id = 6212), count(*) filter (where shop_id <> 6212) \
             from warehouse.repair_orders",
            &[],
        )
        .await
        .expect("the orders");
    assert!(counts.get::<_, i64>(0) > 10);
    assert_eq!(
        counts.get::<_, i64>(1),
        0,
        "the other shops were not asked for"
    );

    let built = post("/api/snapshots/build?shop_id=6212&days_back=5");
    let place = built.header("location").expect("where to look").to_owned();
    let task = ended(&serving, &place, &bearer).await;
    assert_eq!(task["data"]["status"], "done", "{task}");
    let progress = &task["data"]["progress"];
    assert_eq!(progress["note"], "orders");
    assert!(progress["total"].as_u64() > Some(0), "{progress}");
    assert_eq!(progress["done"], progress["total"]);

    // The newest order gets a fee; the vendor says so, with somebody else's shop number.
    let order = *stage
        .vendor
        .world()
        .read(|world| world.order_ids(6212))
        .last()
        .expect("there are orders");
    let fee = Mutation::AddFee {
        total_cents: 12_345,
    };
    stage
        .vendor
        .world()
        .mutate(order, fee)
        .expect("the order takes it");
    let body = json!({ "event": "Repair Order #1 status updated by A",
                       "data": { "id": order, "repairOrderNumber": 1, "shopId": 0, "amount": 99 } });
    let path = format!("/hooks/tekmetric/{KEY}");
    let kind = [("Content-Type", "application/json")];
    for duplicate in [false, true] {
        let answer = serving.request_with("POST", &path, &kind, &body.to_string());
        assert_eq!(answer.status(), "200", "{}", answer.body());
        assert_eq!(json_of(answer.body())["duplicate"], duplicate);
    }
    let fees = "select count(*) from warehouse.job_fees where shop_id = 6212 and repair_order_id = $1 and total = 12345";
    dealt_with(&client).await;
    let row = client.query_one(fees, &[&order]).await.expect("a count");
    assert_eq!(row.get::<_, i64>(0), 1, "the order was read again");

    let (code, took) = serving.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(25), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_read_again_on_request() {
    let stage = Stage::new("cli_work_refresh", 5).await;
    let serving = serving(&stage).await;
    let bearer = format!("Bearer {}", token());
    let orders = stage.vendor.world().read(|world| world.order_ids(6212));
    let order = *orders.last().expect("there are orders");
    for (order, status, code) in [
        (order, "done", Value::Null),
        (order, "done", Value::Null),
        (999_999_999, "failed", json!("not-found")),
    ] {
        let path = format!("/api/v1/shops/6212/ros/{order}/refresh");
        let taken = serving.request_with("POST", &path, &[("Authorization", &bearer)], "");
        assert_eq!(taken.status(), "202", "{}", taken.body());
        let place = taken.header("location").expect("where to look").to_owned();
        let task = ended(&serving, &place, &bearer).await;
        assert_eq!(task["data"]["status"], status, "{task}");
        assert_eq!(task["data"]["error"]["code"], code, "{task}");
    }
    let client = stage.db.client().await.expect("a connection");
    let count = "select count(*) from warehouse.repair_orders where shop_id = 6212";
    let row = client.query_one(count, &[]).await.expect("a count");
    assert_eq!(row.get::<_, i64>(0), 1, "no other order was read");
    serving.stop();
}

/// A burst is dealt with under one token and one lease a round, and no order is asked for once a delivery.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_hooks_takes_one_token() {
    const BURST: usize = 200;
    let stage = Stage::new("cli_work_burst", 5).await;
    let serving = serving(&stage).await;
    stage.vendor.reset_requests();
    let orders = stage.vendor.world().read(|world| world.order_ids(6212));
    let path = format!("/hooks/tekmetric/{KEY}");
    let kind = [("Content-Type", "application/json")];
    for (number, order) in (0..BURST).zip(orders.iter().take(40).cycle()) {
        let body = json!({ "event": format!("Repair Order #{number} status updated by A"), "data": { "id": order, "repairOrderNumber": number } });
        let answer = serving.request_with("POST", &path, &kind, &body.to_string());
        assert_eq!(answer.status(), "200", "{}", answer.body());
    }
    let client = stage.db.client().await.expect("a connection");
    let open = "select count(*) filter (where state = 'new'), count(*) filter (where state = 'done') \
                from ops.webhook_inbox";
    let mut counts = (-1, -1);
    for _ in 0..240 {
        let row = client.query_one(open, &[]).await.expect("a count");
        counts = (row.get::<_, i64>(0), row.get::<_, i64>(1));
        if counts.0 == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(counts, (0, 200));
    let log = stage.vendor.requests().requests;
    let asked = |part: &str| -> u64 {
        let routes = log.iter().filter(|(route, _)| route.contains(part));
        routes.map(|(_, count)| count).sum()
    };
    assert_eq!(asked("oauth/token"), 1, "{log:?}");
    let reads = asked("repair-orders");
    let distinct = orders.len().min(40) as u64;
    assert!(
        (distinct..BURST as u64).contains(&reads),
        "{reads}: {log:?}"
    );
    serving.stop();
}
