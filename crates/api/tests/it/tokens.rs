//! C2: what is no good token gives a 401, whichever keys the issuer signs with (trust.md 2.5, contract 31).

use crate::desk::{
    AUDIENCE, Desk, FAMILIES, Family, ISSUER, Signer, Wish, b64, claims, now, problem, rsa_modulus,
    user,
};
use ring::hmac;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

const ME: &str = "/api/v1/me";

/// Header and claims changed and signed with the right key.
fn changed(signer: &Signer, header: &[(&str, Value)], body: &[(&str, Value)]) -> String {
    let apply = |mut object: Value, changes: &[(&str, Value)]| {
        let map = object.as_object_mut().expect("an object");
        for (name, value) in changes {
            if value == "-" {
                map.remove(*name);
            } else {
                map.insert((*name).to_owned(), value.clone());
            }
        }
        object.to_string()
    };
    signer.sign(
        &apply(signer.header(), header),
        &apply(claims(now(), user("owner")), body),
    )
}

/// One change of a header or of claims: what is wrong with it, the key, its value (`-` removes it).
type Change = (&'static str, &'static str, Value);

fn bad_headers(alg: &str) -> Vec<Change> {
    let removed = || json!("-");
    vec![
        ("alg none", "alg", json!("none")),
        ("alg None", "alg", json!("None")),
        ("alg empty", "alg", json!("")),
        ("alg missing", "alg", removed()),
        ("alg number", "alg", json!(256)),
        ("alg HS384", "alg", json!("HS384")),
        ("alg HS512", "alg", json!("HS512")),
        ("alg RS384", "alg", json!("RS384")),
        ("alg PS256", "alg", json!("PS256")),
        ("alg ES384", "alg", json!("ES384")),
        ("alg EdDSA", "alg", json!("EdDSA")),
        ("alg lower case", "alg", json!(alg.to_lowercase())),
        ("crit", "crit", json!(["exp"])),
        ("crit empty", "crit", json!([])),
        ("jku", "jku", json!("https://evil.example.com/jwks")),
        ("jwk", "jwk", json!({ "kty": "oct", "k": "AA" })),
        ("x5u", "x5u", json!("https://evil.example.com/cert")),
        ("x5c", "x5c", json!(["AA"])),
        ("zip", "zip", json!("DEF")),
        ("typ id_token", "typ", json!("id_token")),
        ("typ at+jwt", "typ", json!("at+jwt")),
        ("typ number", "typ", json!(1)),
        ("kid number", "kid", json!(1)),
        ("kid object", "kid", json!({})),
    ]
}

fn bad_claims() -> Vec<Change> {
    let seconds = now().as_second();
    let sub = user("owner");
    let removed = || json!("-");
    let long = json!("x".repeat(9000));
    vec![
        ("expired", "exp", json!(seconds - 6)),
        ("expired 30 s ago", "exp", json!(seconds - 30)),
        ("exp text", "exp", json!((seconds + 60).to_string())),
        ("exp missing", "exp", removed()),
        ("exp null", "exp", Value::Null),
        ("exp 1e30", "exp", json!(1e30)),
        ("exp negative", "exp", json!(-1)),
        ("exp fraction", "exp", json!(1e10 + 0.5)),
        ("nbf in the future", "nbf", json!(seconds + 60)),
        ("nbf text", "nbf", json!("soon")),
        ("iat in the future", "iat", json!(seconds + 60)),
        ("aud missing", "aud", removed()),
        ("aud number", "aud", json!(7)),
        ("aud other", "aud", json!("other")),
        ("aud empty list", "aud", json!([])),
        ("aud several", "aud", json!([AUDIENCE, "other"])),
        ("aud nested", "aud", json!([[AUDIENCE]])),
        ("iss missing", "iss", removed()),
        ("iss other", "iss", json!("https://evil.example.com")),
        ("iss with slash", "iss", json!(format!("{ISSUER}/"))),
        ("iss list", "iss", json!([ISSUER])),
        ("sub missing", "sub", removed()),
        ("sub empty", "sub", json!("")),
        ("sub no uuid", "sub", json!("owner")),
        ("sub braces", "sub", json!(format!("{{{sub}}}"))),
        ("sub urn", "sub", json!(format!("urn:uuid:{sub}"))),
        ("sub without hyphens", "sub", json!(sub.replace('-', ""))),
        (
            "sub nil",
            "sub",
            json!("00000000-0000-0000-0000-000000000000"),
        ),
        ("sub list", "sub", json!([sub])),
        ("sub with quote", "sub", json!(format!("{sub}'"))),
        ("role missing", "role", removed()),
        ("role service_role", "role", json!("service_role")),
        ("role anon", "role", json!("anon")),
        ("role list", "role", json!(["authenticated"])),
        ("role postgres", "role", json!("postgres")),
        ("anonymous", "is_anonymous", json!(true)),
        ("anonymous as text", "is_anonymous", json!("true")),
        ("anonymous as number", "is_anonymous", json!(1)),
        ("too long", "padding", long),
    ]
}

/// Every token that must be refused: what is wrong with it, and itself.
fn bad_tokens(signer: &Signer) -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, token: String| cases.push((name.to_owned(), token));
    for (name, key, value) in bad_headers(signer.alg()) {
        add(name, changed(signer, &[(key, value)], &[]));
    }
    if signer.family != Family::Hs256 {
        for kid in ["two", "../../one", "one' or '1'='1", "One", ""] {
            add(
                &format!("kid {kid}"),
                changed(signer, &[("kid", json!(kid))], &[]),
            );
        }
    }
    for (name, key, value) in bad_claims() {
        add(name, changed(signer, &[], &[(key, value)]));
    }
    twice(signer, &mut add);
    forged(signer, &mut add);
    cases
}

/// Keys that stand twice.
fn twice(signer: &Signer, add: &mut impl FnMut(&str, String)) {
    let header = signer.header().to_string();
    let body = claims(now(), user("owner")).to_string();
    let with = |text: &str, extra: &str| format!("{{{extra},{}", &text[1..]);
    for (name, extra) in [
        ("role twice", r#""role":"service_role""#),
        (
            "sub twice",
            r#""sub":"00000000-0000-4000-8000-000000000001""#,
        ),
        ("role twice, escaped", r#""r\u006fle":"service_role""#),
        ("unknown key twice", r#""a":1,"a":2"#),
        ("key twice inside", r#""a":{"b":1,"b":2}"#),
    ] {
        add(name, signer.sign(&header, &with(&body, extra)));
    }
    add(
        "alg twice",
        signer.sign(&with(&header, r#""alg":"none""#), &body),
    );
    add("claims are a list", signer.sign(&header, "[]"));
    add("claims are no JSON", signer.sign(&header, "claims"));
    add(
        "claims with trailing bytes",
        signer.sign(&header, &format!("{body}{{}}")),
    );
    add("header is a list", signer.sign("[]", &body));
}

/// Signatures of others, and none.
fn forged(signer: &Signer, add: &mut impl FnMut(&str, String)) {
    let good = signer.token(user("owner"));
    let (signed, signature) = good.rsplit_once('.').expect("three parts");
    let (header, body) = signed.split_once('.').expect("three parts");
    add("no signature", format!("{signed}."));
    add("two parts", signed.to_owned());
    add("four parts", format!("{good}.{signature}"));
    add("five parts", format!("{good}.a.b"));
    add("empty", "..".to_owned());
    add("padded", format!("{good}="));
    add(
        "standard base64",
        good.replace('-', "+").replace('_', "/") + "+/",
    );
    add("white space", good.replacen('.', ". ", 1));
    let other = Signer::new(signer.family);
    if signer.family == Family::Es256 {
        add("another key", other.token(user("owner")));
        add("signature of zeros", format!("{signed}.{}", b64(&[0; 64])));
    }
    for family in FAMILIES
        .into_iter()
        .filter(|family| *family != signer.family)
    {
        let foreign = Signer::new(family);
        add(
            &format!("signed by {family:?}"),
            foreign.token(user("owner")),
        );
    }
    let wrong = hmac::Key::new(hmac::HMAC_SHA256, b"another secret of more than 32 bytes");
    let tag = hmac::sign(&wrong, signed.as_bytes());
    add("another secret", format!("{signed}.{}", b64(tag.as_ref())));
    // RS to HS: the public key as the secret, in several of its forms.
    let hs = b64(br#"{"alg":"HS256","typ":"JWT","kid":"one"}"#);
    for secret in [
        rsa_modulus(signer),
        signer.jwks().to_string().into_bytes(),
        signer.jwks()["keys"][0].to_string().into_bytes(),
        vec![],
    ] {
        let signed = format!("{hs}.{body}");
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, &secret),
            signed.as_bytes(),
        );
        add(
            "public key as secret",
            format!("{signed}.{}", b64(tag.as_ref())),
        );
    }
    let tampered = claims(now(), user("owner"))
        .to_string()
        .replace("111101", "111102");
    add(
        "tampered claims",
        format!("{header}.{}.{signature}", b64(tampered.as_bytes())),
    );
    let mut flipped = signature.to_owned().into_bytes();
    flipped[3] = if flipped[3] == b'A' { b'B' } else { b'A' };
    let flipped = String::from_utf8(flipped).expect("ASCII");
    add("flipped signature", format!("{signed}.{flipped}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c2_no_bad_token_gets_in() {
    for family in FAMILIES {
        let desk = Desk::with(
            "c2",
            Wish {
                family,
                ..Wish::default()
            },
        )
        .await;
        assert_eq!(desk.get("owner", ME).await.status(), 200, "{family:?}");
        let cases = bad_tokens(&desk.signer);
        assert!(cases.len() >= 80, "{}", cases.len());
        for (name, token) in cases {
            let sent = desk
                .client
                .get(desk.url(ME))
                .header("authorization", format!("Bearer {token}"));
            let answer = sent.send().await.expect("an answer");
            assert_eq!(answer.status(), 401, "{family:?}: {name}");
            problem(answer).await;
            let live = desk.client.get(desk.url("/api/v1/shops/1/live"));
            let live = live
                .header("authorization", format!("Bearer {token}"))
                .send()
                .await;
            assert_eq!(live.expect("an answer").status(), 401, "{family:?}: {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn good_tokens_within_the_rules_get_in() {
    for family in FAMILIES {
        let desk = Desk::with(
            "c2_good",
            Wish {
                family,
                ..Wish::default()
            },
        )
        .await;
        let seconds = now().as_second();
        for (header, body) in [
            (vec![], vec![("exp", json!(seconds - 4))]),
            (vec![], vec![("nbf", json!(seconds + 4))]),
            (vec![], vec![("aud", json!([AUDIENCE]))]),
            (vec![], vec![("is_anonymous", json!("-"))]),
            (vec![("typ", json!("-"))], vec![]),
            (vec![("kid", json!("-"))], vec![]),
        ] {
            let token = changed(&desk.signer, &header, &body);
            let answer = desk
                .client
                .get(desk.url(ME))
                .bearer_auth(token)
                .send()
                .await;
            assert_eq!(
                answer.expect("an answer").status(),
                200,
                "{family:?} {header:?} {body:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c2_credentials_come_in_one_header_and_nowhere_else() {
    let desk = Desk::open("c2_header").await;
    let token = desk.signer.token(user("owner"));
    let client = &desk.client;
    let bearer = format!("Bearer {token}");
    let cases = [
        client.get(desk.url(ME)),
        client
            .get(desk.url(ME))
            .header("authorization", &bearer)
            .header("authorization", &bearer),
        client
            .get(desk.url(ME))
            .header("authorization", "Bearer x")
            .header("authorization", &bearer),
        client.get(desk.url(ME)).basic_auth("owner", Some(&token)),
        client.get(desk.url(ME)).header("authorization", &token),
        client
            .get(desk.url(ME))
            .header("authorization", format!("Bearer  {token}")),
        client
            .get(desk.url(ME))
            .header("authorization", format!("Token {token}")),
        client.get(desk.url(ME)).header("authorization", "Bearer "),
        client
            .get(desk.url(ME))
            .header("cookie", format!("pitwall_session={token}")),
        client
            .get(desk.url(ME))
            .header("x-forwarded-user", user("owner")),
        client.get(desk.url(&format!("{ME}?access_token={token}"))),
        client
            .get(desk.url(&format!("{ME}?access_token={token}")))
            .header("authorization", &bearer),
        client
            .get(desk.url(&format!("{ME}?apikey={token}")))
            .header("authorization", &bearer),
        client.get(desk.url("/api/v1/no-such-route")),
        client
            .post(desk.url("/api/v1/me"))
            .body(vec![b'x'; 3 << 20]),
        client.get(desk.url("/api/v1/me?limit=0&limit=1")),
    ];
    for (number, case) in cases.into_iter().enumerate() {
        let answer = case.send().await.expect("an answer");
        assert_eq!(answer.status(), 401, "case {number}");
        problem(answer).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_key_does_not_make_us_ask_the_issuer_again_and_again() {
    let desk = Desk::with(
        "c2_floor",
        Wish {
            family: Family::Es256,
            ..Wish::default()
        },
    )
    .await;
    assert_eq!(desk.get("owner", ME).await.status(), 200);
    let unknown = changed(&desk.signer, &[("kid", json!("two"))], &[]);
    for _ in 0..20 {
        let sent = desk
            .client
            .get(desk.url(ME))
            .bearer_auth(&unknown)
            .send()
            .await;
        assert_eq!(sent.expect("an answer").status(), 401);
    }
    assert_eq!(desk.issuer.asked.load(Ordering::SeqCst), 1);
    // A new key is found once the floor has passed.
    let mut jwks = desk.signer.jwks();
    jwks["keys"][0]["kid"] = json!("two");
    desk.issuer.documents.lock().expect("nobody else holds it")[0].1 = jwks;
    desk.clock.set(now() + jiff::SignedDuration::from_mins(11));
    let sent = desk
        .client
        .get(desk.url(ME))
        .bearer_auth(&unknown)
        .send()
        .await;
    assert_eq!(sent.expect("an answer").status(), 200);
    assert_eq!(desk.issuer.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_signed_out_everywhere_needs_a_new_token() {
    let desk = Desk::with(
        "signed_out",
        Wish {
            real_time: true,
            ..Wish::default()
        },
    )
    .await;
    let client = desk.db.client().await.expect("a client");
    client
        .execute(
            "insert into ops.sign_outs (user_id, signed_out_at) values ($1::text::uuid, now() - interval '10 s')",
            &[&user("owner")],
        )
        .await
        .expect("signed out");
    let sign = |iat: Value| {
        let mut claims = claims(desk.now(), user("owner"));
        claims["iat"] = iat;
        desk.signer
            .sign(&desk.signer.header().to_string(), &claims.to_string())
    };
    let now = desk.now().as_second();
    let mut silent = claims(desk.now(), user("owner"));
    silent.as_object_mut().expect("an object").remove("iat");
    let silent = desk
        .signer
        .sign(&desk.signer.header().to_string(), &silent.to_string());
    for (token, status) in [
        (sign(json!(now - 60)), 401),
        (silent, 401),
        (sign(json!(now)), 200),
    ] {
        let answer = desk
            .client
            .get(desk.url(ME))
            .bearer_auth(token)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), status);
    }
}
