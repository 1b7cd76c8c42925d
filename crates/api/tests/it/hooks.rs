//! A17: the webhook door. Stored once, answered at once, forged keys refused in the words of an unknown address.

use crate::desk::{Desk, problem};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const KEY: &str = "northside-webhook-key-0001";

async fn desk(name: &str) -> Desk {
    let desk = Desk::open(name).await;
    let client = desk.db.client().await.expect("a client");
    client
        .execute(
            "update warehouse.shops set external_key = $1 where shop_id = 1",
            &[&KEY],
        )
        .await
        .expect("a key");
    desk
}

fn hook(desk: &Desk, key: &str) -> RequestBuilder {
    desk.client
        .post(desk.url(&format!("/hooks/tekmetric/{key}")))
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

fn posted() -> Value {
    json!({ "event": "Repair Order #20517 posted by Ada Advisor",
            "data": { "id": 310045001, "shopId": 901, "repairOrderNumber": 20517, "invoiceUrl": "https://x/secret" } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a17_a_delivery_is_stored_once_however_often_it_comes() {
    let desk = desk("hooks").await;
    let first: Value = sent(hook(&desk, KEY).json(&posted()))
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(first, json!({ "received": true, "duplicate": false }));
    for _ in 0..5 {
        let again: Value = sent(hook(&desk, KEY).json(&posted()))
            .await
            .json()
            .await
            .expect("JSON");
        assert_eq!(again["duplicate"], true);
    }
    // The same with its keys in another order and white space between.
    let body = r#"{ "data": {"repairOrderNumber":20517, "shopId":901, "id":310045001}, "event": "Repair Order #20517 posted by Ada Advisor" }"#;
    let again = sent(
        hook(&desk, KEY)
            .header("content-type", "text/plain")
            .body(body),
    )
    .await;
    assert_eq!(
        again.json::<Value>().await.expect("JSON")["duplicate"],
        true
    );
    let zero = json!({ "event": "Payment made by Pat", "data": { "repairOrderId": 7, "shopId": 0, "payerName": "Pat Sample",
                       "ccLast4": "4242", "amount": 1 } });
    assert_eq!(sent(hook(&desk, KEY).json(&zero)).await.status(), 200);
    let client = desk.db.client().await.expect("a client");
    let rows = client
        .query(
            "select shop_id, seen_count, body from ops.webhook_inbox order by webhook_id",
            &[],
        )
        .await
        .expect("the inbox");
    let seen: Vec<(i64, i32)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(seen, [(1, 7), (1, 1)]);
    for row in &rows {
        let body: String = row.get(2);
        for secret in ["Pat Sample", "4242", "https://x"] {
            assert!(!body.contains(secret), "{body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a17_forged_and_broken_deliveries_leave_nothing() {
    let desk = desk("hooks_forged").await;
    let long = "x".repeat(300);
    for key in [
        "wrong-webhook-key-00000001",
        "short",
        &long,
        "northside-webhook-key-000%27",
        "1",
        "%00",
        "..",
    ] {
        let answer = sent(hook(&desk, key).json(&posted())).await;
        assert!(
            [400, 404, 405].contains(&answer.status().as_u16()),
            "{key}: {}",
            answer.status()
        );
        problem(answer).await;
    }
    for (body, status) in [
        (b"not json".to_vec(), 400),
        (b"[]".to_vec(), 400),
        (b"\xff\xfe".to_vec(), 400),
        (vec![], 400),
        ("[".repeat(200_000).into_bytes(), 400),
        (vec![b'x'; 2 << 20], 413),
    ] {
        let answer = sent(hook(&desk, KEY).body(body)).await;
        assert_eq!(answer.status(), status);
        problem(answer).await;
    }
    let gzip = hook(&desk, KEY)
        .header("content-encoding", "gzip")
        .body(vec![0x1f, 0x8b]);
    assert_eq!(sent(gzip).await.status(), 415);
    assert_eq!(
        sent(
            desk.client
                .get(desk.url(&format!("/hooks/tekmetric/{KEY}")))
        )
        .await
        .status(),
        405
    );
    let client = desk.db.client().await.expect("a client");
    let count: i64 = client
        .query_one("select count(*) from ops.webhook_inbox", &[])
        .await
        .expect("a count")
        .get(0);
    assert_eq!(count, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a17_a_burst_is_answered_at_once() {
    let desk = desk("hooks_burst").await;
    let begun = Instant::now();
    let all = (0..500).map(|n| {
        let body = json!({ "event": format!("Repair Order #{n} created by X"), "data": { "id": n, "repairOrderNumber": n } });
        let request = hook(&desk, KEY).json(&body);
        async move {
            let sent_at = Instant::now();
            assert_eq!(sent(request).await.status(), 200);
            sent_at.elapsed()
        }
    });
    let mut took: Vec<Duration> = futures_util::future::join_all(all).await;
    took.sort();
    // All at once on a busy test machine; in the benchmark the goal is 0.5 s at p99.
    assert!(
        took[took.len() / 2] < Duration::from_secs(5),
        "{:?}",
        took[took.len() / 2]
    );
    let client = desk.db.client().await.expect("a client");
    let count: i64 = client
        .query_one("select count(*) from ops.webhook_inbox", &[])
        .await
        .expect("a count")
        .get(0);
    assert_eq!(count, 500, "in {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn q40_one_occurrence_is_stored_once_whatever_its_delivery_is_called() {
    let desk = desk("hooks_field").await;
    let client = desk.db.client().await.expect("a client");
    client
        .execute(
            "update warehouse.shops set vendor = 'servicetitan' where shop_id = 1",
            &[],
        )
        .await
        .expect("another vendor");
    let event = |id: &str, occurrence: &str| {
        json!({ "specversion": "1.0", "id": id, "type": "tn.jpm.job-completed", "time": "2026-03-02T20:00:00Z",
                "userassignedid": occurrence,
                "data": { "job": { "id": 9001, "jobStatus": "Completed", "summary": "Pat Sample's furnace" },
                          "tenantId": 1001, "tenantName": "Example Comfort" } })
    };
    let send = async |body: &Value| {
        let request = desk
            .client
            .post(desk.url(&format!("/hooks/servicetitan/{KEY}")))
            .json(body);
        sent(request).await.json::<Value>().await.expect("JSON")["duplicate"].clone()
    };
    assert_eq!(send(&event("d-1", "occ-77")).await, false);
    assert_eq!(send(&event("d-2", "occ-77")).await, true);
    assert_eq!(send(&event("d-3", "occ-78")).await, false);
    let rows = client
        .query("select body::text from ops.webhook_inbox order by 1", &[])
        .await
        .expect("the inbox");
    assert_eq!(rows.len(), 2);
    let kept: &str = rows[0].get(0);
    assert!(kept.contains("9001") && !kept.contains("Sample"), "{kept}");
    let tekmetric = sent(hook(&desk, KEY).json(&posted())).await;
    assert_eq!(tekmetric.status(), 404, "the key is another vendor's");
}
