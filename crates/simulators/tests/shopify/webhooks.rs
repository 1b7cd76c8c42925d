//! Webhooks: signed over the raw body, twice, late, lost; compliance topics.

use std::collections::BTreeSet;

use serde_json::Value;
use simulators::shopify::{Mutation, WebhookSettings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::serving;

/// Takes `count` requests in and gives heads and bodies.
async fn receive(listener: TcpListener, count: u64) -> Vec<(String, Value)> {
    let mut taken = Vec::new();
    while (taken.len() as u64) < count {
        let (mut stream, _) = listener.accept().await.expect("a caller");
        let mut bytes = Vec::new();
        let mut chunk = [0; 4_096];
        loop {
            let read = stream.read(&mut chunk).await.expect("bytes");
            bytes.extend_from_slice(&chunk[..read]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n")
                && let Ok(body) = serde_json::from_str(body)
            {
                taken.push((head.to_owned(), body));
                break;
            }
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .await
            .expect("an answer");
    }
    taken
}

#[tokio::test]
async fn one_action_fires_its_topics_and_duplicates_share_an_id() {
    let running = serving(10).await;
    running
        .world()
        .mutate(Mutation::PlaceOrder {
            variant: 2,
            units: 1,
        })
        .expect("goods");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let authority = listener.local_addr().expect("an address").to_string();
    let settings = WebhookSettings {
        duplicates: 10_000,
        ..WebhookSettings::faithful(authority, "/hooks", "key")
    };
    // Stock and order, each twice.
    let receiving = tokio::spawn(receive(listener, 4));
    let sent = running.send_webhooks(&settings).await;
    assert_eq!((sent.events, sent.delivered, sent.failed), (2, 4, 0));
    let taken = receiving.await.expect("it received");
    let line = |head: &str, name: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(name))
            .map(str::to_owned)
            .expect("a header")
    };
    let ids: BTreeSet<String> = taken
        .iter()
        .map(|(head, _)| line(head, "X-Shopify-Webhook-Id: "))
        .collect();
    let topics: BTreeSet<String> = taken
        .iter()
        .map(|(head, _)| line(head, "X-Shopify-Topic: "))
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(
        topics,
        ["inventory_levels/update", "orders/create"]
            .map(str::to_owned)
            .into()
    );
    let (head, order) = taken
        .iter()
        .find(|(head, _)| head.contains("orders/create"))
        .expect("the order");
    assert!(
        head.contains("X-Shopify-Hmac-Sha256: ")
            && head.contains("X-Shopify-Shop-Domain: example-speed.myshopify.com")
    );
    assert!(
        order["id"].is_i64()
            && order["created_at"]
                .as_str()
                .is_some_and(|at| at.ends_with("-05:00"))
    );
    assert!(order["customer"].is_null() && order["total_price"].is_string());
}

#[tokio::test]
async fn lost_and_late_events_are_counted() {
    let running = serving(10).await;
    let quiet = WebhookSettings {
        drops: 10_000,
        ..WebhookSettings::new("127.0.0.1:1", "/", "key")
    };
    running.clock().advance(86_400);
    let sent = running.send_webhooks(&quiet).await;
    assert!(sent.events > 0 && sent.dropped == sent.events && sent.delivered == 0);
    running.clock().advance(86_400);
    let late = WebhookSettings {
        drops: 0,
        delays: 10_000,
        duplicates: 0,
        delay_seconds: 600,
        ..quiet
    };
    let sent = running.send_webhooks(&late).await;
    assert!(sent.waiting == sent.events && sent.failed == 0);
}

#[tokio::test]
async fn compliance_topics_name_the_person() {
    let running = serving(10).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let authority = listener.local_addr().expect("an address").to_string();
    let settings = WebhookSettings::faithful(authority, "/hooks", "key");
    let receiving = tokio::spawn(receive(listener, 3));
    for topic in ["customers/data_request", "customers/redact", "shop/redact"] {
        assert!(
            running.send_compliance(&settings, topic, None).await,
            "{topic}"
        );
    }
    let taken = receiving.await.expect("it received");
    assert!(
        taken[0].1["orders_requested"]
            .as_array()
            .is_some_and(|orders| !orders.is_empty())
    );
    assert!(taken[1].1["customer"]["email"].is_string() && taken[2].1.get("customer").is_none());
}
