//! Conventions of every answer: contract 32, users.md 1c.

use crate::desk::{Desk, STRANGER, Wish, problem, user};
use api::Limits;
use serde_json::Value;
use std::num::NonZeroU32;
use std::time::Duration;

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
        limits: Limits {
            requests_per_minute: NonZeroU32::new(5),
            ..Limits::default()
        },
        ..Wish::default()
    };
    let desk = Desk::with("limited", wish).await;
    let number = |response: &reqwest::Response, name: &str| -> u64 {
        let text = response.headers()[name].to_str().expect("a text");
        text.parse().expect("a number")
    };
    for left in (0..5).rev() {
        let answer = desk.get("owner", ME).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(number(&answer, "ratelimit-limit"), 5);
        assert_eq!(number(&answer, "ratelimit-remaining"), left);
        assert_eq!(number(&answer, "ratelimit-reset"), (5 - left) * 12);
    }
    let refused = desk.get("owner", ME).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(number(&refused, "ratelimit-remaining"), 0);
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

/// Failures count against the address they came from, whatever the headers say of it; what is known good goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_fails_too_often_is_looked_up_no_more() {
    let wish = Wish {
        limits: Limits {
            failures_per_minute: NonZeroU32::new(3),
            ..Limits::default()
        },
        ..Wish::default()
    };
    let desk = Desk::with("failures", wish).await;
    let guess = async |number: u32| {
        let key = format!("a-service-key-that-nobody-has-{number:08}");
        let request = desk.client.get(desk.url(ME)).bearer_auth(key);
        let forwarded = format!("198.51.100.{number}");
        let sent = request.header("x-forwarded-for", forwarded).send().await;
        sent.expect("an answer")
    };
    for number in 0..3 {
        assert_eq!(guess(number).await.status(), 401);
    }
    let before = desk.door.statements();
    let refused = guess(4).await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    problem(refused).await;
    assert_eq!(desk.door.statements(), before, "nothing was looked up");
    let link = desk
        .client
        .post(desk.url("/sign-in"))
        .form(&[("link", "guessed")]);
    assert_eq!(link.send().await.expect("an answer").status(), 429);
    // A token is checked without a question; nobody can guess one.
    assert_eq!(desk.get("owner", ME).await.status(), 200);
    let forged = desk
        .client
        .get(desk.url(ME))
        .bearer_auth("a.b.c")
        .send()
        .await;
    assert_eq!(forged.expect("an answer").status(), 401);
}

/// A statement is broken off after its time, whatever kind of route asks it; the caller is told when to come back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_route_has_a_statement_time_out() {
    let wish = Wish {
        statement_timeout: Duration::from_millis(300),
        ..Wish::default()
    };
    let desk = Desk::with("time_out", wish).await;
    let blocker = desk.db.client().await.expect("a client");
    blocker
        .batch_execute(
            "begin; lock table warehouse.goals, warehouse.ro_snapshots, warehouse.repair_orders, ops.tasks, \
               ops.idempotency_keys, warehouse.sync_cursors in access exclusive mode",
        )
        .await
        .expect("locks");
    let shop = |path: &str| desk.url(&format!("/api/v1/shops/1/{path}"));
    let goal = serde_json::json!({
        "scope": "shop", "metric": "net_sales", "period": "month", "period_start": "2026-11-01", "target": "1",
    });
    let requests = [
        ("reading", desk.client.get(shop("goals"))),
        ("writing", desk.client.put(shop("goals")).json(&goal)),
        ("task", desk.client.post(shop("sync/run"))),
        (
            "key",
            desk.client
                .post(shop("sync/run"))
                .header("idempotency-key", "one"),
        ),
        ("export", desk.client.get(shop("export/ros?range=ytd"))),
        ("feed", desk.client.get(shop("live"))),
    ];
    for (kind, request) in requests {
        let begun = std::time::Instant::now();
        let token = desk.signer.token_at(desk.now(), user("owner"));
        let answer = request.bearer_auth(token).send().await.expect("an answer");
        assert_eq!(answer.status(), 503, "{kind}");
        assert!(answer.headers().contains_key("retry-after"), "{kind}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{kind}");
        problem(answer).await;
    }
    blocker.batch_execute("rollback").await.expect("no locks");
    let answer = desk.get("owner", "/api/v1/shops/1/goals").await;
    assert_eq!(answer.status(), 200, "the connections are good again");
}
