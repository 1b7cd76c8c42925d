//! The Chatwoot simulator against its own promises: lists, messages, quirks, webhooks, faults, books.

mod http;
mod webhooks;

use serde_json::Value;
use simulators::Stamp;
use simulators::chatwoot::{Running, Simulator, SimulatorConfig, World, WorldConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A small desk over 120 days, served.
pub(crate) async fn serving() -> Running {
    let start = Stamp::parse_zoned("2026-11-20T17:00:00Z").expect("an instant");
    let store = simulators::shopify::WorldConfig::small(7, start, 120);
    let world = World::generate(WorldConfig::of(store)).expect("the zone exists");
    Simulator::start(SimulatorConfig::new(world))
        .await
        .expect("a free port")
}

/// Status and body of a GET below the account.
pub(crate) async fn get_as(running: &Running, token: &str, path: &str) -> (u16, Vec<u8>) {
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/api/v1/accounts/1/{path}")
    };
    let mut stream = TcpStream::connect(running.addr())
        .await
        .expect("the simulator listens");
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: test\r\napi_access_token: {token}\r\nConnection: close\r\n\r\n"
    );
    stream
        .write_all(request.as_bytes())
        .await
        .expect("the request is sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("an answer");
    let split = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("a head");
    let head = String::from_utf8_lossy(&bytes[..split]).into_owned();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .expect("a status");
    (status, bytes[split + 4..].to_vec())
}

/// The administrator's answer, which must be a good one.
pub(crate) async fn get(running: &Running, path: &str) -> Value {
    let (status, body) = get_as(running, running.api_access_token(), path).await;
    assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).expect("a JSON body")
}

/// All pages of the conversations of a status.
pub(crate) async fn walk(running: &Running, filter: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    for page in 1.. {
        let answer = get(
            running,
            &format!("conversations?{filter}&sort_by=created_at_asc&page={page}"),
        )
        .await;
        let shown = answer["data"]["payload"].as_array().expect("rows").clone();
        if shown.is_empty() {
            assert_eq!(
                answer["data"]["meta"]["all_count"],
                serde_json::json!(rows.len())
            );
            break;
        }
        assert!(shown.len() <= 25);
        rows.extend(shown);
    }
    rows
}
