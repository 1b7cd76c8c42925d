//! Webhooks, signed and unsigned.

use serde_json::Value;
use simulators::chatwoot::{Mutation, Running, WebhookSettings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::{serving, walk};

/// Sends what is due to a listener, and gives heads and bodies of what came.
async fn sent(running: &Running, secret: Option<String>) -> Vec<(String, Value)> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let authority = listener.local_addr().expect("an address").to_string();
    let settings = WebhookSettings {
        duplicates: 0,
        drops: 0,
        swaps: 0,
        ..WebhookSettings::new(authority, "/hooks", secret)
    };
    let receiving = tokio::spawn(async move {
        let mut taken = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.expect("a caller");
            let mut bytes = Vec::new();
            let mut chunk = [0; 4_096];
            loop {
                let read = stream.read(&mut chunk).await.expect("bytes");
                bytes.extend_from_slice(&chunk[..read]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    continue;
                };
                if body == "null" {
                    return taken;
                }
                if let Ok(body) = serde_json::from_str(body) {
                    taken.push((head.to_owned(), body));
                    break;
                }
            }
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                .await
                .expect("an answer");
        }
    });
    let told = running.send_webhooks(&settings).await;
    assert_eq!(told.failed, 0);
    let mut end = tokio::net::TcpStream::connect(&settings.authority)
        .await
        .expect("it listens");
    end.write_all(b"POST / HTTP/1.1\r\n\r\nnull")
        .await
        .expect("the end is sent");
    let taken = receiving.await.expect("it received");
    assert_eq!(taken.len() as u64, told.delivered);
    taken
}

#[tokio::test]
async fn a_reopening_is_told_with_words_and_iso_times() {
    let running = serving().await;
    let id = walk(&running, "status=resolved").await[0]["id"]
        .as_i64()
        .expect("an id");
    running
        .mutate(Mutation::CustomerWrites {
            conversation_id: id,
        })
        .expect("it is there");
    let taken = sent(&running, Some("key".to_owned())).await;
    let events: Vec<&str> = taken
        .iter()
        .filter_map(|(_, body)| body["event"].as_str())
        .collect();
    assert_eq!(
        events,
        [
            "message_created",
            "conversation_status_changed",
            "conversation_updated"
        ]
    );
    assert!(
        taken
            .iter()
            .all(|(head, _)| head.contains("X-Chatwoot-Signature: sha256=")
                && head.contains("X-Chatwoot-Timestamp: "))
    );
    let message = &taken[0].1;
    assert_eq!(message["message_type"], "incoming");
    assert!(
        message["created_at"]
            .as_str()
            .is_some_and(|at| at.ends_with(".000Z"))
    );
    let status = &taken[1].1;
    assert_eq!(
        status["changed_attributes"][0]["status"]["current_value"],
        "open"
    );
    assert!(status["first_reply_created_at"].is_string() && status["created_at"].is_i64());
}

#[tokio::test]
async fn older_servers_sign_nothing_and_deletions_are_not_told() {
    let running = serving().await;
    running
        .mutate(Mutation::AgentReplies { conversation_id: 2 })
        .expect("it is there");
    running
        .mutate(Mutation::DeleteConversation { conversation_id: 3 })
        .expect("it is there");
    let taken = sent(&running, None).await;
    assert!(
        !taken.is_empty()
            && taken
                .iter()
                .all(|(head, _)| !head.to_lowercase().contains("signature"))
    );
    assert!(taken.iter().all(|(_, body)| body["id"] != 3));
    assert!(
        sent(&running, None).await.is_empty(),
        "what was told is not told again"
    );
}
