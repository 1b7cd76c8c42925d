//! Bulk operations: restrictions, states, files.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use simulators::shopify::{Rate, Running};

use crate::client::{Answer, data, raw};
use crate::serving;

const START: &str = "mutation($q:String!){bulkOperationRunQuery(query:$q){bulkOperation{id status objectCount} userErrors{field message code}}}";
const POLL: &str = "query($id:ID!){bulkOperation(id:$id){id status objectCount rootObjectCount fileSize url partialDataUrl errorCode}}";
const ORDERS: &str = "{orders{edges{node{id name totalPriceSet{shopMoney{amount}} lineItems{edges{node{id sku quantity}}}}}}}";

async fn start(running: &Running, query: &str) -> Value {
    data(running, START, json!({"q": query})).await["bulkOperationRunQuery"].take()
}

/// Polls until the job is over.
async fn finish(running: &Running, id: &Value) -> Value {
    for _ in 0..5 {
        let job = data(running, POLL, json!({"id": id})).await["bulkOperation"].take();
        if !matches!(job["status"].as_str(), Some("CREATED" | "RUNNING")) {
            return job;
        }
    }
    panic!("the job does not end");
}

async fn download(running: &Running, url: &Value) -> Answer {
    let base = running.base_url();
    let path = url
        .as_str()
        .and_then(|url| url.strip_prefix(base.as_str()))
        .expect("a file of ours");
    raw(running, &format!("GET {path} HTTP/1.1\r\n"), "").await
}

#[tokio::test]
async fn a_bulk_operation_writes_every_record_on_a_line() {
    let running = serving(20).await;
    let started = start(&running, ORDERS).await;
    assert_eq!(
        (&started["bulkOperation"]["status"], &started["userErrors"]),
        (&json!("CREATED"), &json!([]))
    );
    let id = &started["bulkOperation"]["id"];
    let first = data(&running, POLL, json!({"id": id})).await;
    assert_eq!(first["bulkOperation"]["status"], "RUNNING");
    let job = finish(&running, id).await;
    assert_eq!(job["status"], "COMPLETED");
    let file = download(&running, &job["url"]).await;
    assert!(file.head.contains("application/jsonl"));
    assert_eq!(job["fileSize"], json!(file.body.len().to_string()));
    let text = String::from_utf8(file.body).expect("UTF-8");
    assert!(text.ends_with('\n'));
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(job["objectCount"], json!(lines.len().to_string()));
    let (roots, children): (Vec<&Value>, Vec<&Value>) = lines
        .iter()
        .partition(|line| line.get("__parentId").is_none());
    assert_eq!(job["rootObjectCount"], json!(roots.len().to_string()));
    let ids: BTreeSet<&str> = roots
        .iter()
        .filter_map(|line| line["id"].as_str())
        .collect();
    assert!(children.iter().all(|line| {
        line["__parentId"]
            .as_str()
            .is_some_and(|parent| ids.contains(parent))
    }));
    let count = data(&running, "{ordersCount(limit:null){count}}", json!({})).await;
    assert_eq!(count["ordersCount"]["count"], json!(roots.len()));
}

#[tokio::test]
async fn queries_that_cannot_run_in_bulk_are_refused() {
    let running = serving(5).await;
    for query in [
        "{orders{nodes{id}}}",
        "{shop{id}}",
        "{orders{edges{node{name lineItems{edges{node{id}}}}}}}",
        "{orders{edges{node{id refunds{id refundLineItems{edges{node{id}}}}}}}}",
        "{orders{edges{node{id}}} products{edges{node{id}}}}",
        "{orders{edges{node{colour}}}}",
    ] {
        let refused = start(&running, query).await;
        assert!(refused["bulkOperation"].is_null(), "{query}");
        assert_eq!(refused["userErrors"][0]["code"], "INVALID", "{query}");
    }
    for _ in 0..5 {
        start(&running, ORDERS).await;
    }
    let sixth = start(&running, ORDERS).await;
    assert_eq!(sixth["userErrors"][0]["code"], "OPERATION_IN_PROGRESS");
}

#[tokio::test]
async fn bulk_operations_fail_expire_and_lose_lines() {
    let running = serving(10).await;
    running
        .faults()
        .set("bulk_failed", Rate::NextN(1))
        .expect("a fault");
    let job = finish(
        &running,
        &start(&running, ORDERS).await["bulkOperation"]["id"],
    )
    .await;
    assert_eq!(
        (&job["status"], &job["errorCode"]),
        (&json!("FAILED"), &json!("INTERNAL_SERVER_ERROR"))
    );
    assert!(job["url"].is_null());
    assert_eq!(download(&running, &job["partialDataUrl"]).await.status, 200);
    running
        .faults()
        .set("bulk_expired", Rate::NextN(1))
        .expect("a fault");
    let job = finish(
        &running,
        &start(&running, ORDERS).await["bulkOperation"]["id"],
    )
    .await;
    assert_eq!(job["status"], "EXPIRED");
    running
        .faults()
        .set("bulk_truncated", Rate::NextN(1))
        .expect("a fault");
    let job = finish(
        &running,
        &start(&running, ORDERS).await["bulkOperation"]["id"],
    )
    .await;
    let file = download(&running, &job["url"]).await;
    let lines = String::from_utf8_lossy(&file.body).lines().count();
    assert!(
        lines
            < job["objectCount"]
                .as_str()
                .and_then(|count| count.parse().ok())
                .expect("a count")
    );
}
