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
    assert_eq!(
        ended(&serving, &place, &bearer).await["data"]["status"],
        "done"
    );

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
