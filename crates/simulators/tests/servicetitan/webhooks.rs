//! Webhooks: CloudEvents, signed, some twice under one occurrence.

use std::collections::BTreeSet;

use serde_json::Value;
use simulators::servicetitan::WebhookSettings;
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
            .write_all(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
            .await
            .expect("an answer");
    }
    taken
}

#[tokio::test]
async fn events_are_signed_and_name_their_occurrence() {
    let running = serving(10).await;
    let tenant = running.tenant_ids()[0];
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let authority = listener.local_addr().expect("an address").to_string();
    let settings = WebhookSettings {
        duplicates: 10_000,
        delays: 0,
        drops: 0,
        ..WebhookSettings::new(authority, "/hooks/servicetitan", Some("k".repeat(40)))
    };
    assert_eq!(
        running.send_webhooks(tenant, &settings).await.events,
        0,
        "history has no webhooks"
    );
    running.clock().advance(4 * 3_600);
    let world = running.world(None).expect("a tenant");
    world.read(|_| ());
    let receiving = tokio::spawn(receive(listener, 6));
    let sending = running.send_webhooks(tenant, &settings);
    let (taken, sent) = tokio::join!(receiving, async {
        tokio::time::timeout(std::time::Duration::from_secs(20), sending).await
    });
    let taken = taken.expect("it received");
    if let Ok(sent) = sent {
        assert!(sent.events >= 3 && sent.delivered >= 6);
    }
    let occurrences: BTreeSet<&str> = taken
        .iter()
        .filter_map(|(_, body)| body["userassignedid"].as_str())
        .collect();
    let deliveries: BTreeSet<&str> = taken
        .iter()
        .filter_map(|(_, body)| body["id"].as_str())
        .collect();
    assert_eq!((occurrences.len(), deliveries.len()), (3, 6));
    for (head, body) in &taken {
        assert!(head.contains("x-servicetitan-signature: "), "{head}");
        assert!(
            body["type"]
                .as_str()
                .is_some_and(|name| name.starts_with("tn."))
        );
        assert_eq!(
            (&body["specversion"], &body["data"]["tenantId"]),
            (&"1.0".into(), &tenant.into())
        );
    }
}

#[tokio::test]
async fn lost_and_late_events_are_counted() {
    let running = serving(10).await;
    let tenant = running.tenant_ids()[0];
    let quiet = WebhookSettings {
        drops: 10_000,
        ..WebhookSettings::new("127.0.0.1:1", "/", None)
    };
    running.send_webhooks(tenant, &quiet).await;
    running.clock().advance(86_400 * 3);
    let sent = running.send_webhooks(tenant, &quiet).await;
    assert!(sent.events > 0 && sent.dropped == sent.events && sent.delivered == 0);
    let late = WebhookSettings {
        drops: 0,
        delays: 10_000,
        duplicates: 0,
        delay_seconds: 600,
        ..quiet
    };
    running.clock().advance(86_400);
    let sent = running.send_webhooks(tenant, &late).await;
    assert!(sent.waiting == sent.events && sent.failed == 0);
}
