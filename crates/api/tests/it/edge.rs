//! Conventions of every answer: contract 32, users.md 1c.

use crate::desk::{Desk, STRANGER, Wish, problem, user};
use serde_json::Value;
use std::num::NonZeroU32;

const ME: &str = "/api/v1/me";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_carry_their_headers_and_an_unchanged_one_is_not_sent_again() {
    let desk = Desk::open("headers").await;
    let answer = desk.get("owner", ME).await;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().expect("a text").to_owned();
    assert_eq!(header("cache-control"), "private, max-age=300");
    assert!(header("vary").contains("Authorization"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("referrer-policy"), "no-referrer");
    assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
    assert!(
        answer
            .headers()
            .get("access-control-allow-origin")
            .is_none()
    );
    let tag = header("etag");
    for given in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"x\", {tag}"),
        "*".to_owned(),
    ] {
        let again = desk
            .get_as(user("owner"), ME)
            .header("if-none-match", given);
        let again = again.send().await.expect("an answer");
        assert_eq!(again.status(), 304);
        assert_eq!(again.headers()["etag"], tag.as_str());
    }
    let other = desk.get_as(user("viewer"), ME).header("if-none-match", tag);
    assert_eq!(other.send().await.expect("an answer").status(), 200);
    let named = desk
        .get_as(user("owner"), ME)
        .header("x-request-id", "my-id.7");
    assert_eq!(
        named.send().await.expect("an answer").headers()["x-request-id"],
        "my-id.7"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_of_the_framework_are_problems_too() {
    let desk = Desk::open("framework").await;
    let token = desk.signer.token(user("owner"));
    let post = |path: &str| desk.client.post(desk.url(path)).bearer_auth(&token);
    for (request, status) in [
        (desk.client.get(desk.url("/nowhere")), 404),
        (desk.client.post(desk.url("/healthz")), 405),
        (desk.get_as(user("owner"), "/api/v1/nowhere"), 404),
        (post(ME).body("{}"), 405),
        (post(ME).body(vec![b'x'; 2 << 20]), 413),
        (post(ME).header("content-encoding", "gzip").body("x"), 415),
        (
            desk.client
                .request(reqwest::Method::OPTIONS, desk.url(ME))
                .bearer_auth(&token)
                .header("origin", "https://evil.example.com")
                .header("access-control-request-method", "GET"),
            405,
        ),
        (
            desk.client
                .request(reqwest::Method::TRACE, desk.url("/healthz")),
            405,
        ),
    ] {
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{}", answer.url());
        assert!(
            answer
                .headers()
                .get("access-control-allow-origin")
                .is_none()
        );
        if status == 405 {
            assert!(answer.headers().get("allow").is_some());
        }
        problem(answer).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parameters_are_read_strictly() {
    let desk = Desk::open("strict").await;
    for query in [
        "limit=0",
        "limit=1001",
        "limit=1000000000",
        "limit=-1",
        "limit=+1",
        "limit=1e2",
        "limit=ten",
        "limit=",
        "limit=1&limit=1",
        "limit=1&limi%74=2",
        "unknown=1",
        "LIMIT=1",
        "cursor=x",
        "cursor=",
        "limit=%00",
        "limit=%zz",
        "limit=%",
        "limit=%ff",
        "limit[]=1",
        "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "=1",
    ] {
        let answer = desk.get("owner", &format!("{ME}?{query}")).await;
        assert_eq!(answer.status(), 400, "{query}");
        let problem = problem(answer).await;
        assert_eq!(
            problem["type"], "urn:pitwall:problem:invalid-parameter",
            "{query}"
        );
    }
    for query in ["", "limit=1", "limit=1000", "limit=%31"] {
        assert_eq!(
            desk.get("owner", &format!("{ME}?{query}")).await.status(),
            200,
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cursors_are_the_callers_own() {
    let desk = Desk::open("cursors").await;
    let client = desk.db.client().await.expect("a client");
    client
        .batch_execute(&format!(
            "insert into warehouse.user_shop_access (user_id, shop_id, role) values ('{}', 2, 'viewer')",
            user("owner")
        ))
        .await
        .expect("a second shop");
    let first = desk.get("owner", &format!("{ME}?limit=1")).await;
    let link = first.headers()["link"].to_str().expect("a text").to_owned();
    let first: Value = first.json().await.expect("JSON");
    assert_eq!(first["data"][0]["shop_id"], 1);
    let cursor = first["next_cursor"].as_str().expect("there is a next page");
    assert_eq!(
        link,
        format!("<{ME}?limit=1&cursor={cursor}>; rel=\"next\"")
    );
    let second: Value = desk
        .get("owner", &format!("{ME}?limit=7&cursor={cursor}"))
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(second["data"][0]["shop_id"], 2);
    assert!(second.get("next_cursor").is_none());
    // Somebody else's, and a changed one.
    assert_eq!(
        desk.get("viewer", &format!("{ME}?cursor={cursor}"))
            .await
            .status(),
        400
    );
    for at in [0, 5, cursor.len() - 1] {
        let mut forged = cursor.to_owned().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).expect("ASCII");
        assert_eq!(
            desk.get("owner", &format!("{ME}?cursor={forged}"))
                .await
                .status(),
            400
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let wish = Wish {
        requests_per_minute: NonZeroU32::new(5),
        ..Wish::default()
    };
    let desk = Desk::with("limited", wish).await;
    for _ in 0..5 {
        assert_eq!(desk.get("owner", ME).await.status(), 200);
    }
    let refused = desk.get("owner", ME).await;
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"]
        .to_str()
        .expect("a text")
        .parse()
        .expect("seconds");
    assert!((1..=60).contains(&wait));
    problem(refused).await;
    // Somebody else has his own measure.
    let other = desk.get_as(STRANGER, ME).send().await.expect("an answer");
    assert_eq!(other.status(), 200);
}
