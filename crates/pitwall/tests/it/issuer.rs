//! Sign-in at an issuer on this machine, over real HTTP: key set, access token, and the whole way of a browser.

use crate::program::Stage;
use crate::service::Serving;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Clock;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

const USER: &str = "55555555-5555-4555-8555-555555555555";

/// An issuer with one key that answers for its documents.
struct LocalIssuer {
    base: String,
    key: Arc<EcdsaKeyPair>,
    /// The nonce that the next id token answers.
    nonce: Arc<Mutex<String>>,
}

fn sign(key: &EcdsaKeyPair, claims: &Value) -> String {
    let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
    let header = encode(json!({ "alg": "ES256", "typ": "JWT", "kid": "k1" }).to_string());
    let signed = format!("{header}.{}", encode(claims.to_string()));
    let signature = key
        .sign(&SystemRandom::new(), signed.as_bytes())
        .expect("a signature");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

fn claims(base: &str, audience: &str) -> Value {
    let now = Clock::System.now().as_second();
    json!({
        "iss": base, "aud": audience, "sub": USER, "role": "authenticated", "iat": now - 5, "exp": now + 600,
    })
}

impl LocalIssuer {
    fn start() -> Self {
        let random = SystemRandom::new();
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
                .expect("a key");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let issuer = Self {
            base: base.clone(),
            key: Arc::new(key),
            nonce: Arc::default(),
        };
        let (key, nonce) = (Arc::clone(&issuer.key), Arc::clone(&issuer.nonce));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut reader = BufReader::new(stream);
                let (mut first, mut length) = (String::new(), 0);
                let _ = reader.read_line(&mut first);
                loop {
                    let mut line = String::new();
                    let read = reader.read_line(&mut line).unwrap_or(0);
                    if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap_or(0);
                    }
                    if read <= 2 {
                        break;
                    }
                }
                let mut body = vec![0; length];
                let _ = reader.read_exact(&mut body);
                let nonce = nonce.lock().expect("nobody panics with it").clone();
                let answer = document(
                    &base,
                    &key,
                    &first,
                    (&String::from_utf8_lossy(&body), &nonce),
                );
                let mut stream = reader.into_inner();
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{answer}",
                    answer.len()
                );
            }
        });
        issuer
    }
}

fn document(base: &str, key: &EcdsaKeyPair, first: &str, (body, nonce): (&str, &str)) -> String {
    let path = first.split(' ').nth(1).unwrap_or_default();
    let point = key.public_key().as_ref();
    match path {
        "/jwks" => json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig",
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]),
        }] }),
        "/.well-known/openid-configuration" => json!({
            "issuer": base, "jwks_uri": format!("{base}/jwks"), "token_endpoint": format!("{base}/token"),
            "authorization_endpoint": format!("{base}/authorize"),
        }),
        "/token" if body.contains("code=the-code") && body.contains("code_verifier=") => {
            let mut claims = claims(base, "pitwall-client");
            claims["nonce"] = json!(nonce);
            json!({ "id_token": sign(key, &claims) })
        }
        _ => json!({}),
    }
    .to_string()
}

/// The value of a cookie that an answer sets.
fn cookie<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let rest = line.strip_prefix("set-cookie: ")?.strip_prefix(name)?;
        rest.strip_prefix('=')?.split(';').next()
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_local_issuer_signs_programs_and_people_in() {
    let issuer = LocalIssuer::start();
    let stage = Stage::new("cli_issuer", 3).await;
    let with = |private: bool| {
        let base = issuer.base.clone();
        move |command: &mut std::process::Command| {
            command
                .env("PITWALL_JWKS_URL", format!("{base}/jwks"))
                .env("PITWALL_JWT_ISSUER", &base)
                .env("PITWALL_OIDC_CLIENT_ID", "pitwall-client")
                .env(
                    "PITWALL_ALLOW_PRIVATE_ISSUER",
                    if private { "1" } else { "0" },
                );
        }
    };
    let bearer = format!(
        "Bearer {}",
        sign(&issuer.key, &claims(&issuer.base, "authenticated"))
    );
    let me = |serving: &Serving, header: (&str, &str)| {
        serving
            .request_with("GET", "/api/v1/me", &[header], "")
            .status()
            .to_owned()
    };

    // An issuer inside the own network is not reached unless that is allowed.
    let closed = Serving::start_with(&stage, with(false)).await;
    assert_eq!(me(&closed, ("Authorization", &bearer)), "401");
    drop(closed);
    let serving = Serving::start_with(&stage, with(true)).await;
    assert_eq!(me(&serving, ("Authorization", &bearer)), "200");

    let begun = serving.request("GET", "/sign-in/issuer");
    assert_eq!(begun.status(), "303", "{}", begun.body());
    let to = begun.header("location").expect("an address").to_owned();
    let parameter = |name: &str| {
        let (_, rest) = to
            .split_once(&format!("{name}="))
            .expect("the parameter is there");
        rest.split('&').next().unwrap_or_default().to_owned()
    };
    *issuer.nonce.lock().expect("nobody panics with it") = parameter("nonce");
    let sealed = cookie(begun.head(), "pitwall_sign_in")
        .expect("a cookie")
        .to_owned();
    let back = serving.request_with(
        "POST",
        "/sign-in/callback",
        &[
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Cookie", &format!("pitwall_sign_in={sealed}")),
        ],
        &format!("code=the-code&state={}", parameter("state")),
    );
    assert_eq!(back.status(), "303", "{}", back.body());
    let session = cookie(back.head(), "pitwall_session").expect("a session");
    assert_eq!(
        me(&serving, ("Cookie", &format!("pitwall_session={session}"))),
        "200"
    );
}
