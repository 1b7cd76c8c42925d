//! What the vendor pushes, and what may be written to it.

use crate::client::Client;
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde_json::{Value, json};
use simulators::Stamp;
use simulators::tekmetric::{
    Mutation, Running, Simulator, SimulatorConfig, WebhookSettings, World, WorldConfig,
};
use std::sync::{Arc, Mutex};

type Heard = Arc<Mutex<Vec<Value>>>;

async fn vendor() -> Running {
    let start = Stamp::parse_zoned("2026-03-12T17:00:00Z").expect("an instant");
    let world = World::generate(WorldConfig::small(3, start, 20)).expect("a world");
    Simulator::start(SimulatorConfig::new(world))
        .await
        .expect("a simulator")
}

/// A receiver that takes everything, and what it was told.
async fn receiver() -> (String, Heard) {
    async fn hear(State(heard): State<Heard>, body: String) {
        let body = serde_json::from_str(&body).expect("JSON");
        heard.lock().expect("nobody panicked").push(body);
    }
    let heard = Heard::default();
    let router = Router::new()
        .route("/hooks", post(hear))
        .with_state(Arc::clone(&heard));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, heard)
}

fn sentences(heard: &Heard) -> Vec<String> {
    let heard = heard.lock().expect("nobody panicked");
    let events = heard.iter().filter_map(|body| body["event"].as_str());
    events.map(str::to_owned).collect()
}

/// A faithful sender: nothing lost, late or twice.
fn faithful(address: &str) -> WebhookSettings {
    WebhookSettings {
        duplicates: 0,
        delays: 0,
        without_shop: 0,
        drops: 0,
        ..WebhookSettings::new(address, "/hooks?token=secret")
    }
}

#[tokio::test]
async fn b53_b54_b55_events_come_late_twice_without_shop_or_not_at_all() {
    let vendor = vendor().await;
    let (address, heard) = receiver().await;
    let faithful = faithful(&address);
    assert_eq!(
        vendor.send_webhooks(&faithful).await.events,
        0,
        "history has none"
    );
    let order = vendor.world().read(|world| world.order_ids(6212)[0]);
    let keytag = |text: &str| Mutation::Keytag { text: text.into() };
    let twice = WebhookSettings {
        duplicates: 10_000,
        ..faithful.clone()
    };
    let lost = WebhookSettings {
        drops: 10_000,
        ..faithful.clone()
    };
    let late = WebhookSettings {
        delays: 10_000,
        ..faithful.clone()
    };
    for (quality, count, waits, drops) in [
        (faithful.clone(), 1, 0, 0),
        (twice, 2, 0, 0),
        (lost, 0, 0, 1),
        (late, 0, 1, 0),
    ] {
        vendor.clock().advance(1);
        let before = sentences(&heard).len();
        vendor.send_webhooks(&faithful).await;
        let life = sentences(&heard).len() - before;
        let text = format!("{life} {count} {waits} {drops}");
        vendor
            .world()
            .mutate(order, keytag(&text))
            .expect("a keytag");
        let sent = vendor.send_webhooks(&quality).await;
        assert_eq!((sent.delivered, sent.failed), (count, 0), "{quality:?}");
        assert_eq!((sent.waiting, sent.dropped), (waits, drops), "{quality:?}");
    }
    // A keytag is no change of status, and is told as one.
    let last = sentences(&heard).last().cloned().expect("an event");
    assert!(last.contains("status updated by"), "{last}");
    vendor.clock().advance(91);
    let late = vendor.send_webhooks(&faithful).await;
    assert_eq!(late.waiting, 0);
    assert!(
        late.delivered > late.events,
        "the one held back came: {late:?}"
    );
    let without_shop = WebhookSettings {
        without_shop: 10_000,
        ..faithful.clone()
    };
    vendor
        .world()
        .mutate(order, keytag("last"))
        .expect("a keytag");
    vendor.send_webhooks(&without_shop).await;
    let heard = heard.lock().expect("nobody panicked");
    let data = &heard.last().expect("an event")["data"];
    assert_eq!((&data["shopId"], &data["id"]), (&json!(0), &json!(order)));
}

#[tokio::test]
async fn b63_events_say_what_happened_and_payments_name_people() {
    let vendor = vendor().await;
    let (address, heard) = receiver().await;
    let settings = faithful(&address);
    vendor.send_webhooks(&settings).await;
    for _ in 0..5 {
        vendor.clock().advance(86_400);
        vendor.send_webhooks(&settings).await;
    }
    let all = sentences(&heard);
    for words in [
        "created by",
        "posted by",
        "completed by",
        "status updated by",
        "Payment made by",
    ] {
        assert!(all.iter().any(|s| s.contains(words)), "no {words}");
    }
    let heard = heard.lock().expect("nobody panicked");
    let payment = heard
        .iter()
        .find(|body| {
            body["event"]
                .as_str()
                .is_some_and(|s| s.starts_with("Payment"))
        })
        .expect("a payment");
    assert!(payment["data"]["ccLast4"].is_string() && payment["data"]["payerName"].is_string());
}

#[tokio::test]
async fn b51_what_is_written_is_read_under_another_name() {
    let vendor = vendor().await;
    let client = Client::connect(&vendor).await;
    let order = vendor.world().read(|world| world.order_ids(6212)[0]);
    let path = format!("/api/v1/repair-orders/{order}");
    vendor.clock().advance(60);
    let written = client.write("PATCH", &path, &json!({"keyTag": "K9"})).await;
    assert_eq!(written.status, 200);
    let read = client.get(&path).await.json();
    assert_eq!(read["keytag"], "K9");
    assert!(read["updatedDate"].is_string());
    let refused = client.write("PATCH", &path, &json!({"keytag": "K9"})).await;
    assert_eq!(
        refused.status, 400,
        "the reading name is not the writing one"
    );
    let line = read["jobs"]
        .as_array()
        .into_iter()
        .flatten()
        .find_map(|job| job["labor"][0]["id"].as_i64())
        .expect("a labour line");
    let path = format!("/api/v1/labor/{line}");
    let written = client
        .write("PATCH", &path, &json!({"technicianId": 61_001}))
        .await;
    assert_eq!(written.status, 200);
    assert_eq!(
        client
            .write("PATCH", "/api/v1/labor/1", &json!({"technicianId": 1}))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_shop_that_was_left_is_a_foreign_one() {
    let vendor = vendor().await;
    let mut client = Client::connect(&vendor).await;
    let left = client
        .write("DELETE", "/api/v1/shops/6213/scope", &json!({}))
        .await;
    assert_eq!((left.status, &left.json()["data"]), (200, &json!(6213)));
    client.fetch_token().await;
    for path in ["/api/v1/shops/6213", "/api/v1/repair-orders?shop=6213"] {
        assert_eq!(client.get(path).await.status, 403, "{path}");
    }
    let shops = client.get("/api/v1/shops").await.json();
    assert_eq!(shops.as_array().map(Vec::len), Some(2));
}
