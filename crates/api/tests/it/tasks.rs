//! Long work: asked for, watched, cancelled; by whom, and once under an idempotency key.

use crate::desk::{Desk, STRANGER, problem, user};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use store::door::work::{self, Ending, Progress};
use store::{Database, DatabaseSettings};

fn post(desk: &Desk, sub: &str, path: &str) -> RequestBuilder {
    desk.client
        .post(desk.url(path))
        .bearer_auth(desk.signer.token_at(desk.now(), sub))
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

async fn json_of(answer: Response) -> Value {
    answer.json().await.expect("JSON")
}

/// Refused to whoever does not run the shop, taken on for a manager, seen by members only.
async fn is_for_managers(desk: &Desk, (path, kind): (&str, &str)) {
    for role in ["advisor", "technician", "analyst", "viewer"] {
        let answer = sent(post(desk, user(role), path)).await;
        assert_eq!(answer.status(), 403, "{role} {path}");
        problem(answer).await;
    }
    let foreign = sent(post(desk, STRANGER, path)).await;
    assert_eq!(foreign.status(), 404, "{path}");
    let foreign = problem(foreign).await;
    let unknown = sent(post(
        desk,
        STRANGER,
        &path
            .replace("shops/1", "shops/99")
            .replace("shop_id=1", "shop_id=99"),
    ))
    .await;
    assert_eq!(unknown.status(), 404);
    let unknown = problem(unknown).await;
    assert_eq!(
        (&foreign["type"], &foreign["detail"]),
        (&unknown["type"], &unknown["detail"])
    );
    let answer = sent(post(desk, user("manager"), path)).await;
    assert_eq!(answer.status(), 202, "{path}");
    let place = answer.headers()["location"]
        .to_str()
        .expect("a text")
        .to_owned();
    let task = json_of(answer).await;
    assert_eq!(task["data"]["kind"], kind);
    assert_eq!(task["data"]["status"], "queued");
    let seen = desk.get("viewer", &place).await;
    assert_eq!(seen.status(), 200);
    assert_eq!(
        json_of(seen).await["data"]["task_id"],
        task["data"]["task_id"]
    );
    let hidden = desk
        .get_as(STRANGER, &place)
        .send()
        .await
        .expect("an answer");
    assert_eq!(hidden.status(), 404);
    let hidden = desk
        .get_as(STRANGER, &place.replace("shops/1", "shops/2"))
        .send()
        .await;
    assert_eq!(hidden.expect("an answer").status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_is_taken_on_by_those_who_run_the_shop() {
    let desk = Desk::open("tasks").await;
    for (path, kind) in [
        (
            "/api/snapshots/build?shop_id=1&days_back=7",
            "snapshots_build",
        ),
        (
            "/api/metrics/daily/rebuild?shop_id=1&start_date=2026-11-01&end_date=2026-11-20",
            "metrics_rebuild",
        ),
        ("/api/v1/shops/1/sync/run", "sync_run"),
        ("/api/v1/shops/1/sync/backfill?since=2026-01-01", "backfill"),
        ("/api/v1/shops/1/snapshots/rebuild", "snapshots_build"),
    ] {
        is_for_managers(&desk, (path, kind)).await;
    }
    let all = json_of(desk.get("owner", "/api/v1/shops/1/tasks?limit=2").await).await;
    assert_eq!(all["data"].as_array().map(Vec::len), Some(2));
    let cursor = all["next_cursor"].as_str().expect("there are more");
    let rest = json_of(
        desk.get("owner", &format!("/api/v1/shops/1/tasks?cursor={cursor}"))
            .await,
    )
    .await;
    assert_eq!(rest["data"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        desk.get_as(STRANGER, "/api/v1/shops/1/tasks")
            .send()
            .await
            .expect("an answer")
            .status(),
        404
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn impossible_days_are_refused() {
    let desk = Desk::open("task_days").await;
    let rebuild = |days: &str| format!("/api/metrics/daily/rebuild?shop_id=1&{days}");
    for path in [
        rebuild("start_date=now&end_date=2026-11-20"),
        rebuild("start_date=-infinity&end_date=infinity"),
        rebuild("start_date=2026-11-20&end_date=2026-11-19"),
        rebuild("start_date=2026-02-30&end_date=2026-03-01"),
        rebuild("start_date=20261101&end_date=20261102"),
        rebuild("start_date=2026-11-01T00:00:00Z&end_date=2026-11-02"),
        rebuild("start_date=2026-11-01"),
        rebuild("start_date=2026-11-01&start_date=2026-11-02&end_date=2026-11-03"),
        rebuild("start_date=2026-11-01'--&end_date=2026-11-02"),
        rebuild("start_date=9999-12-31&end_date=9999-12-31"),
        "/api/snapshots/build?shop_id=1&days_back=99999".to_owned(),
        "/api/snapshots/build?shop_id=1&days_back=-1".to_owned(),
        "/api/snapshots/build?shop_id=one".to_owned(),
        "/api/snapshots/build".to_owned(),
        "/api/snapshots/build?shop_id=99999999999999999999".to_owned(),
        "/api/v1/shops/one/sync/run".to_owned(),
        "/api/v1/shops/0x1/sync/run".to_owned(),
        "/api/v1/shops/1/tasks/not-a-uuid/cancel".to_owned(),
    ] {
        let answer = sent(post(&desk, user("owner"), &path)).await;
        assert_eq!(answer.status(), 400, "{path}");
        problem(answer).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_request_twice_is_one_task() {
    let desk = Desk::open("once").await;
    let path = "/api/snapshots/build?shop_id=1&days_back=7";
    let keyed =
        |sub: &'static str, path: &str| post(&desk, sub, path).header("idempotency-key", "a key");
    let first = sent(keyed(user("owner"), path)).await;
    let place = first.headers()["location"].clone();
    let first = json_of(first).await;
    let again = sent(keyed(user("owner"), path)).await;
    assert_eq!(again.status(), 202);
    assert_eq!(again.headers()["location"], place);
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(json_of(again).await, first);
    let other = sent(keyed(
        user("owner"),
        "/api/snapshots/build?shop_id=1&days_back=8",
    ))
    .await;
    assert_eq!(other.status(), 422);
    let other = problem(other).await;
    assert_eq!(other["type"], "urn:pitwall:problem:idempotency-key-reused");
    // The key is the caller's own.
    let manager = sent(keyed(user("manager"), path)).await;
    assert_eq!(manager.status(), 202);
    assert_ne!(json_of(manager).await, first);
    assert_eq!(sent(keyed(STRANGER, path)).await.status(), 404);
    let twice = post(&desk, user("owner"), path)
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    assert_eq!(sent(twice).await.status(), 400);
    let client = desk.db.client().await.expect("a client");
    let count: i64 = client
        .query_one("select count(*) from ops.tasks", &[])
        .await
        .expect("a count")
        .get(0);
    assert_eq!(count, 2);
    client
        .execute(
            "update ops.idempotency_keys set status = null where user_id::text = $1",
            &[&user("owner")],
        )
        .await
        .expect("as if it ran");
    let running = sent(keyed(user("owner"), path)).await;
    assert_eq!(running.status(), 409);
    assert!(running.headers().contains_key("retry-after"));
    problem(running).await;
}

/// A caller who went away before his answer does not lock his key for a day, and a key is free again after one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_was_left_behind_is_taken_over() {
    let desk = Desk::open("once_again").await;
    let client = desk.db.client().await.expect("a client");
    let ask = async |days: u8| {
        let path = format!("/api/snapshots/build?shop_id=1&days_back={days}");
        let request = post(&desk, user("owner"), &path).header("idempotency-key", "a key");
        sent(request).await.status().as_u16()
    };
    assert_eq!(ask(7).await, 202);
    for (change, days) in [
        (
            "status = null, created_at = now() - interval '2 minutes'",
            7,
        ),
        ("expires_at = now() - interval '1 second'", 8),
    ] {
        client
            .batch_execute(&format!("update ops.idempotency_keys set {change}"))
            .await
            .expect("another time");
        assert_eq!(ask(days).await, 202, "{change}");
        assert_eq!(ask(9).await, 422, "the key is the new request's");
    }
    let row = client
        .query_one("select count(*) from ops.tasks", &[])
        .await
        .expect("a count");
    assert_eq!(row.get::<_, i64>(0), 3, "each was carried out once");
}

fn progress(done: i64) -> Progress {
    Progress {
        done,
        total: Some(10),
        note: "records".to_owned(),
        streams: json!([{ "stream": "repair_orders", "done": done, "total": 10 }]),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_takes_a_task_reports_and_stops_when_told() {
    let desk = Desk::open("worker").await;
    let database = Database::connect(&DatabaseSettings::new(desk.db.url()))
        .await
        .expect("a connection");
    let ask = || async {
        let answer = sent(post(&desk, user("owner"), "/api/v1/shops/1/sync/run")).await;
        answer.headers()["location"]
            .to_str()
            .expect("a text")
            .to_owned()
    };
    let place = ask().await;
    let claimed = work::claim(&database, "one", 30)
        .await
        .expect("a claim")
        .expect("a task waits");
    assert_eq!((claimed.shop.0, claimed.kind.as_str()), (1, "sync_run"));
    assert!(
        work::claim(&database, "two", 30)
            .await
            .expect("a claim")
            .is_none()
    );
    assert!(
        work::heartbeat(&database, (&claimed, "one"), &progress(3))
            .await
            .expect("a beat")
    );
    assert!(
        !work::heartbeat(&database, (&claimed, "two"), &progress(3))
            .await
            .expect("a beat"),
        "another's task"
    );
    let shown = json_of(desk.get("owner", &place).await).await;
    assert_eq!(shown["data"]["status"], "running");
    assert_eq!(
        shown["data"]["progress"],
        json!({
            "done": 3, "total": 10, "note": "records",
            "streams": [{ "stream": "repair_orders", "done": 3, "total": 10 }],
        })
    );
    for (sub, status) in [(user("viewer"), 403), (STRANGER, 404), (user("owner"), 200)] {
        let answer = sent(post(&desk, sub, &format!("{place}/cancel"))).await;
        assert_eq!(answer.status(), status);
    }
    assert!(
        !work::heartbeat(&database, (&claimed, "one"), &progress(4))
            .await
            .expect("a beat"),
        "it is to stop"
    );
    work::finish(
        &database,
        (&claimed, "one"),
        (&progress(4), &Ending::Cancelled),
    )
    .await
    .expect("an end");
    let shown = json_of(desk.get("owner", &place).await).await;
    assert_eq!(shown["data"]["status"], "cancelled");
    let late = sent(post(&desk, user("owner"), &format!("{place}/cancel"))).await;
    assert_eq!(late.status(), 409);
    problem(late).await;
}

#[tokio::test]
async fn a_task_that_waits_is_cancelled_at_once() {
    let desk = Desk::open("waiting").await;
    let database = Database::connect(&DatabaseSettings::new(desk.db.url()))
        .await
        .expect("a connection");
    let asked = sent(post(&desk, user("owner"), "/api/v1/shops/1/sync/run")).await;
    let place = asked.headers()["location"]
        .to_str()
        .expect("a text")
        .to_owned();
    let answer = json_of(sent(post(&desk, user("owner"), &format!("{place}/cancel"))).await).await;
    assert_eq!(answer["data"]["status"], "cancelled");
    assert!(
        work::claim(&database, "one", 30)
            .await
            .expect("a claim")
            .is_none()
    );
}
