//! Browser sessions: one-time links, cookies, CSRF, sign-out, and OpenID Connect against an issuer in memory.

use crate::desk::{CLIENT, Desk, Family, ISSUER, JWKS_URL, Wish, claims, problem, sha256, user};
use reqwest::Response;
use serde_json::{Value, json};
use store::door::UserId;

const ME: &str = "/api/v1/me";

fn owner() -> UserId {
    UserId(user("owner").parse().expect("a UUID"))
}

/// The cookies that an answer sets: name and value, in order.
fn cookies(answer: &Response) -> Vec<(String, String, String)> {
    let lines = answer.headers().get_all("set-cookie").iter();
    lines
        .map(|line| {
            let line = line.to_str().expect("a text");
            let (pair, attributes) = line.split_once("; ").expect("attributes");
            let (name, value) = pair.split_once('=').expect("a value");
            (name.to_owned(), value.to_owned(), attributes.to_owned())
        })
        .collect()
}

fn value_of(answer: &Response, name: &str) -> String {
    let all = cookies(answer);
    let found = all.iter().find(|(known, _, _)| known == name);
    found.expect("the cookie is set").1.clone()
}

async fn signed_in(desk: &Desk) -> (String, String) {
    let path = desk.links.issue(owner());
    let link = path.split_once('=').expect("a link").1.to_owned();
    let sent = desk
        .client
        .post(desk.url("/sign-in"))
        .form(&[("link", &link)]);
    let answer = sent.send().await.expect("an answer");
    assert_eq!(answer.status(), 303);
    (
        value_of(&answer, "pitwall_session"),
        value_of(&answer, "pitwall_csrf"),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_signs_in_once_and_showing_it_does_nothing() {
    let desk = Desk::with(
        "links",
        Wish {
            real_time: true,
            ..Wish::default()
        },
    )
    .await;
    let path = desk.links.issue(owner());
    let shown = desk
        .client
        .get(desk.url(&path))
        .send()
        .await
        .expect("a page");
    assert_eq!(shown.status(), 200);
    assert!(shown.headers().get("set-cookie").is_none());
    let policy = shown.headers()["content-security-policy"]
        .to_str()
        .expect("a text");
    assert!(policy.contains("form-action 'self'") && !policy.contains("unsafe-inline"));
    // With `no-referrer` a browser would send the form's origin as `null`, and be refused.
    assert_eq!(shown.headers()["referrer-policy"], "same-origin");
    let link = path.split_once('=').expect("a link").1;
    let post = || {
        desk.client
            .post(desk.url("/sign-in"))
            .form(&[("link", link)])
    };
    let foreign = post()
        .header("origin", "https://evil.example.com")
        .send()
        .await;
    assert_eq!(foreign.expect("an answer").status(), 403);
    let answer = post().send().await.expect("an answer");
    assert_eq!(answer.status(), 303);
    for (name, _, attributes) in cookies(&answer) {
        assert!(
            attributes.contains("SameSite=Strict") && attributes.contains("Secure"),
            "{name}"
        );
        assert_eq!(
            attributes.contains("HttpOnly"),
            name != "pitwall_csrf",
            "{name}"
        );
        assert!(!attributes.contains("Domain"), "{name}");
    }
    let again = post().send().await.expect("an answer");
    assert_eq!(again.status(), 401);
    problem(again).await;
    let injected = desk
        .client
        .get(desk.url("/sign-in?link=%22%3E%3Cscript%3E"))
        .send()
        .await;
    let page = injected.expect("a page").text().await.expect("a text");
    assert!(!page.contains("<script>"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_reads_and_writes_only_with_its_token() {
    let desk = Desk::with(
        "session",
        Wish {
            real_time: true,
            ..Wish::default()
        },
    )
    .await;
    let (session, csrf) = signed_in(&desk).await;
    let cookie = format!("pitwall_session={session}");
    let get = desk.client.get(desk.url(ME)).header("cookie", &cookie);
    assert_eq!(get.send().await.expect("an answer").status(), 200);
    let page = desk
        .client
        .get(desk.url("/plain"))
        .header("cookie", &cookie)
        .send()
        .await;
    let page = page.expect("a page").text().await.expect("a text");
    assert!(
        page.contains("<h2>One</h2>") && !page.contains("<h2>Two</h2>"),
        "{page}"
    );
    // A POST to a route that takes none tells whether it got past the gate.
    let post = || desk.client.post(desk.url(ME)).header("cookie", &cookie);
    for (request, status) in [
        (post(), 403),
        (post().header("x-csrf-token", "wrong"), 403),
        (
            post()
                .header("x-csrf-token", &csrf)
                .header("origin", "https://evil.example.com"),
            403,
        ),
        (
            post()
                .header("x-csrf-token", &csrf)
                .header("sec-fetch-site", "cross-site"),
            403,
        ),
        (
            post()
                .header("x-csrf-token", &csrf)
                .header("sec-fetch-site", "same-origin"),
            405,
        ),
        (post().header("x-csrf-token", &csrf), 405),
        // Two sessions in one request: one of them somebody else's.
        (
            desk.client
                .get(desk.url(ME))
                .header("cookie", format!("{cookie}; pitwall_session=x")),
            401,
        ),
        (
            desk.client
                .get(desk.url(ME))
                .header("cookie", "pitwall_session=x"),
            401,
        ),
    ] {
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), status);
        problem(answer).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_takes_the_token_too_and_ends_the_session() {
    let wish = Wish {
        real_time: true,
        ..Wish::default()
    };
    let desk = Desk::with("sign_out", wish).await;
    let (session, csrf) = signed_in(&desk).await;
    let cookie = format!("pitwall_session={session}");
    let out = desk
        .client
        .post(desk.url("/sign-out"))
        .header("cookie", &cookie);
    assert_eq!(out.send().await.expect("an answer").status(), 403);
    let out = desk
        .client
        .post(desk.url("/sign-out"))
        .header("cookie", &cookie)
        .header("x-csrf-token", &csrf);
    assert_eq!(out.send().await.expect("an answer").status(), 303);
    let get = desk.client.get(desk.url(ME)).header("cookie", &cookie);
    assert_eq!(get.send().await.expect("an answer").status(), 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn service_keys_are_scoped_and_end_when_revoked() {
    let desk = Desk::open("keys").await;
    let client = desk.db.client().await.expect("a client");
    let key = "pw_test_key_0123456789abcdef0123456789";
    let id: uuid::Uuid = "33333333-3333-4333-8333-333333333333"
        .parse()
        .expect("a UUID");
    client
        .execute(
            "insert into ops.service_keys (organization_id, key_id, name, hint, role, created_by, scopes, shops, key_hash) \
             values ('acme', $1, 'test', 'pw_t', 'viewer', 'test', '{read}', '{1}', $2)",
            &[&id, &sha256(key.as_bytes()).as_slice()],
        )
        .await
        .expect("a key");
    client
        .execute(
            "insert into warehouse.user_shop_access (user_id, shop_id, role) values ($1, 1, 'viewer')",
            &[&id],
        )
        .await
        .expect("a membership");
    let get = |key: &str| desk.client.get(desk.url(ME)).bearer_auth(key).send();
    let answer: Value = get(key)
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(answer["data"][0]["shop_id"], 1);
    for wrong in [
        "pw_test_key_0123456789abcdef0123456780",
        "short",
        "pw_test_key_' or '1'='1_________",
    ] {
        let answer = get(wrong).await.expect("an answer");
        assert_eq!(answer.status(), 401, "{wrong}");
        problem(answer).await;
    }
    let post = desk
        .client
        .post(desk.url(ME))
        .bearer_auth(key)
        .send()
        .await
        .expect("an answer");
    assert_eq!(post.status(), 403);
    problem(post).await;
    client
        .execute("update ops.service_keys set revoked_at = now()", &[])
        .await
        .expect("revoked");
    // What was looked up before is forgotten within 20 s; a fresh process asks at once.
    let other = Desk::serve_again(&desk).await;
    let answer = desk
        .client
        .get(format!("{other}{ME}"))
        .bearer_auth(key)
        .send()
        .await;
    assert_eq!(answer.expect("an answer").status(), 401);
}

fn describe(desk: &Desk, id_token: &str) {
    let mut documents = desk.issuer.documents.lock().expect("nobody else holds it");
    let token_url = format!("{ISSUER}/token");
    documents.retain(|(url, _)| url == JWKS_URL);
    documents.push((
        format!("{ISSUER}/.well-known/openid-configuration"),
        json!({
            "issuer": ISSUER, "jwks_uri": JWKS_URL, "token_endpoint": token_url,
            "authorization_endpoint": format!("{ISSUER}/authorize"),
        }),
    ));
    documents.push((token_url, json!({ "id_token": id_token })));
}

/// What the issuer says of the user, changed.
fn id_token(desk: &Desk, nonce: &str, changes: &Value) -> String {
    let mut claims = claims(desk.now(), "subject-7");
    claims["aud"] = json!(CLIENT);
    claims["nonce"] = json!(nonce);
    claims["email"] = json!("pat@example.com");
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    let header = desk.signer.header().to_string();
    desk.signer.sign(&header, &claims.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_at_the_issuer_opens_a_session_for_its_subject() {
    let wish = Wish {
        family: Family::Es256,
        oidc: true,
        real_time: true,
        ..Wish::default()
    };
    let desk = Desk::with("oidc", wish).await;
    describe(&desk, "");
    let begun = desk
        .client
        .get(desk.url("/sign-in/issuer"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(begun.status(), 303);
    let sealed = format!("pitwall_sign_in={}", value_of(&begun, "pitwall_sign_in"));
    let to = url::Url::parse(begun.headers()["location"].to_str().expect("a text")).expect("a URL");
    let sent: std::collections::HashMap<String, String> = to.query_pairs().into_owned().collect();
    assert_eq!(sent["code_challenge_method"], "S256");
    assert_eq!(
        sent["redirect_uri"],
        "https://pitwall.example.com/sign-in/callback"
    );
    let token = |changes: Value| id_token(&desk, &sent["nonce"], &changes);
    let back = |state: &str, cookie: &str| {
        desk.client
            .post(desk.url("/sign-in/callback"))
            .header("cookie", cookie)
            .form(&[("code", "the-code"), ("state", state)])
            .send()
    };
    for bad in [
        json!({ "nonce": "other" }),
        json!({ "aud": "other" }),
        json!({ "iss": "https://evil.example.com" }),
        json!({ "exp": 1 }),
        json!({ "sub": "" }),
    ] {
        describe(&desk, &token(bad.clone()));
        let answer = back(&sent["state"], &sealed).await.expect("an answer");
        assert_eq!(answer.status(), 401, "{bad}");
        problem(answer).await;
    }
    describe(&desk, &token(json!({})));
    for (state, cookie) in [
        ("other", sealed.as_str()),
        (&sent["state"], "pitwall_sign_in=x"),
        (&sent["state"], "a=b"),
    ] {
        assert_eq!(back(state, cookie).await.expect("an answer").status(), 401);
    }
    let answer = back(&sent["state"], &sealed).await.expect("an answer");
    assert_eq!(answer.status(), 303);
    let session = format!("pitwall_session={}", value_of(&answer, "pitwall_session"));
    let me = desk
        .client
        .get(desk.url(ME))
        .header("cookie", &session)
        .send()
        .await
        .expect("an answer");
    assert_eq!(me.status(), 200);
    let me: Value = me.json().await.expect("JSON");
    assert_eq!(
        me["data"],
        json!([]),
        "whoever signs in sees nothing until he is let in"
    );
    assert_eq!(known_email(&desk).await, "pat@example.com");
}

async fn known_email(desk: &Desk) -> String {
    let client = desk.db.client().await.expect("a client");
    let row = client
        .query_one("select email from warehouse.users", &[])
        .await;
    row.expect("he is known").get(0)
}
