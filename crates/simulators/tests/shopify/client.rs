//! As much of an HTTP client as these tests need.

use serde_json::{Value, json};
use simulators::shopify::Running;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

pub(crate) async fn raw(running: &Running, head: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(running.addr())
        .await
        .expect("the simulator listens");
    let request = format!(
        "{head}Host: test\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream
        .write_all(request.as_bytes())
        .await
        .expect("the request is sent");
    let mut bytes = Vec::new();
    // A reset in mid-body ends the answer early; what came is kept.
    let _ = stream.read_to_end(&mut bytes).await;
    let split = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("a head");
    let head = String::from_utf8_lossy(&bytes[..split]).to_lowercase();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .expect("a status");
    Answer {
        status,
        head,
        body: bytes[split + 4..].to_vec(),
    }
}

pub(crate) async fn post(running: &Running, query: &str, variables: Value) -> Answer {
    let token = running.access_token();
    let head = format!(
        "POST /admin/api/2026-01/graphql.json HTTP/1.1\r\nContent-Type: application/json\r\nX-Shopify-Access-Token: {token}\r\n"
    );
    raw(
        running,
        &head,
        &json!({"query": query, "variables": variables}).to_string(),
    )
    .await
}

/// The whole answer to a query.
pub(crate) async fn ask(running: &Running, query: &str, variables: Value) -> Value {
    let answer = post(running, query, variables).await;
    assert_eq!(
        answer.status,
        200,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    answer.json()
}

/// The data of a query that must have no errors.
pub(crate) async fn data(running: &Running, query: &str, variables: Value) -> Value {
    let mut answer = ask(running, query, variables).await;
    assert!(answer.get("errors").is_none(), "{}", answer["errors"]);
    answer["data"].take()
}

/// All rows of a list at the top; `$after` is the query's.
pub(crate) async fn walk(running: &Running, list: &str, query: &str) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), Value::Null);
    loop {
        let mut page = data(running, query, json!({"after": after})).await[list].take();
        rows.extend(page["nodes"].as_array().expect("rows").iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            return rows;
        }
        assert_ne!(
            page["pageInfo"]["endCursor"], after,
            "the cursor stands still"
        );
        after = page["pageInfo"]["endCursor"].take();
    }
}

/// Cents of an amount.
pub(crate) fn cents(bag: &Value) -> i64 {
    let text = bag["shopMoney"]["amount"].as_str().expect("an amount");
    let (whole, part) = text.split_once('.').expect("a point");
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let whole: i64 = whole.trim_start_matches('-').parse().expect("digits");
    sign * (whole * 100 + format!("{part:0<2}").parse::<i64>().expect("digits"))
}
