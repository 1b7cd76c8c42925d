//! A served API on a database of its own, with users of every role, and an issuer of tokens.

use api::auth::{Issuer, Keys, TokenRules};
use api::{App, Limits, OidcClient, Setup, SignInLinks};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Clock;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use reqwest::{Client, RequestBuilder, Response};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::door::{Door, DoorSettings};
use store::{Database, DatabaseSettings};
use testkit::db::TestDb;
use tokio::net::TcpListener;

pub const ISSUER: &str = "https://issuer.example.com/auth/v1";
pub const CLIENT: &str = "pitwall-client";
pub const AUDIENCE: &str = "authenticated";
pub const SECRET: &[u8] = b"a-test-secret-of-more-than-32-bytes!";
pub const NOW: &str = "2026-11-20T18:00:00Z";

/// The users: role in shop 1, id.
pub const USERS: [(&str, &str); 6] = [
    ("owner", "11111111-1111-4111-8111-111111111101"),
    ("manager", "11111111-1111-4111-8111-111111111102"),
    ("advisor", "11111111-1111-4111-8111-111111111103"),
    ("technician", "11111111-1111-4111-8111-111111111104"),
    ("analyst", "11111111-1111-4111-8111-111111111105"),
    ("viewer", "11111111-1111-4111-8111-111111111106"),
];
/// Owner of shop 2 and of nothing else.
pub const STRANGER: &str = "22222222-2222-4222-8222-222222222222";

pub fn user(role: &str) -> &'static str {
    USERS
        .iter()
        .find(|(name, _)| *name == role)
        .map(|(_, id)| *id)
        .expect("a known role")
}

/// Which family of keys the issuer signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Hs256,
    Es256,
    Rs256,
}

pub const FAMILIES: [Family; 3] = [Family::Hs256, Family::Es256, Family::Rs256];

/// The issuer's keys; `kid` is `one`.
pub struct Signer {
    pub family: Family,
    ec: EcdsaKeyPair,
    rsa: RsaKeyPair,
    random: SystemRandom,
}

impl Signer {
    pub fn new(family: Family) -> Self {
        let random = SystemRandom::new();
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        let ec =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
                .expect("a key");
        // Made for these tests and used nowhere else.
        let rsa = RsaKeyPair::from_der(include_bytes!("test-only-rsa.der")).expect("a key");
        Self {
            family,
            ec,
            rsa,
            random,
        }
    }

    pub fn alg(&self) -> &'static str {
        match self.family {
            Family::Hs256 => "HS256",
            Family::Es256 => "ES256",
            Family::Rs256 => "RS256",
        }
    }

    pub fn jwks(&self) -> Value {
        let point = self.ec.public_key().as_ref();
        let rsa = RsaPublicKeyComponents::<Vec<u8>>::from(self.rsa.public());
        let key = match self.family {
            Family::Hs256 => json!({ "kty": "oct", "kid": "one", "k": b64(SECRET) }),
            Family::Es256 => json!({
                "kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "alg": "ES256",
                "x": b64(&point[1..33]), "y": b64(&point[33..]),
            }),
            Family::Rs256 => json!({
                "kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256", "n": b64(&rsa.n), "e": b64(&rsa.e),
            }),
        };
        json!({ "keys": [key] })
    }

    /// Signs two texts as they are, with the family's key.
    pub fn sign(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", b64(header.as_bytes()), b64(claims.as_bytes()));
        let signature = self.signature(signed.as_bytes());
        format!("{signed}.{}", b64(&signature))
    }

    pub fn signature(&self, signed: &[u8]) -> Vec<u8> {
        match self.family {
            Family::Hs256 => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
                hmac::sign(&key, signed).as_ref().to_vec()
            }
            Family::Es256 => {
                let signature = self.ec.sign(&self.random, signed).expect("a signature");
                signature.as_ref().to_vec()
            }
            Family::Rs256 => {
                let mut signature = vec![0; self.rsa.public().modulus_len()];
                self.rsa
                    .sign(&RSA_PKCS1_SHA256, &self.random, signed, &mut signature)
                    .expect("a signature");
                signature
            }
        }
    }

    pub fn header(&self) -> Value {
        json!({ "alg": self.alg(), "typ": "JWT", "kid": "one" })
    }

    pub fn token(&self, sub: &str) -> String {
        self.token_at(now(), sub)
    }

    pub fn token_at(&self, now: Timestamp, sub: &str) -> String {
        self.sign(&self.header().to_string(), &claims(now, sub).to_string())
    }
}

/// The public half of the RSA key as bytes, for the oldest trick: to use it as an HMAC secret.
pub fn rsa_modulus(signer: &Signer) -> Vec<u8> {
    RsaPublicKeyComponents::<Vec<u8>>::from(signer.rsa.public()).n
}

pub fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn now() -> Timestamp {
    NOW.parse().expect("an instant")
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().try_into().expect("32 bytes")
}

pub fn claims(now: Timestamp, sub: &str) -> Value {
    let now = now.as_second();
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": sub, "role": "authenticated",
        "iat": now - 60, "exp": now + 3600, "is_anonymous": false, "session_id": "x",
    })
}

/// An issuer in memory that counts how often it is asked.
#[derive(Default)]
pub struct Published {
    pub documents: Mutex<Vec<(String, Value)>>,
    pub asked: AtomicUsize,
}

impl Issuer for Published {
    fn get<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let documents = self.documents.lock().expect("no test panics here");
        let found = documents
            .iter()
            .find(|(known, _)| known == url)
            .map(|(_, document)| document.to_string().into_bytes())
            .ok_or_else(|| "no such document".to_owned());
        Box::pin(std::future::ready(found))
    }

    fn post<'a>(
        &'a self,
        url: &'a str,
        _: &'a [(&'a str, &'a str)],
    ) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        self.get(url)
    }
}

pub const JWKS_URL: &str = "https://issuer.example.com/auth/v1/.well-known/jwks.json";

/// What differs between tests.
pub struct Wish {
    pub family: Family,
    pub limits: Limits,
    pub pool_size: usize,
    pub statement_timeout: Duration,
    pub oidc: bool,
    /// The clock shows the real time, as the database's does.
    pub real_time: bool,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            family: Family::Hs256,
            limits: Limits::default(),
            pool_size: 4,
            statement_timeout: Duration::from_secs(5),
            oidc: false,
            real_time: false,
        }
    }
}

pub struct Desk {
    pub db: TestDb,
    pub base: String,
    pub client: Client,
    pub signer: Signer,
    pub issuer: Arc<Published>,
    pub clock: Clock,
    pub door: Door,
    pub links: SignInLinks,
    wish: Wish,
}

impl Desk {
    pub async fn open(name: &str) -> Self {
        Self::with(name, Wish::default()).await
    }

    pub async fn with(name: &str, wish: Wish) -> Self {
        let db = TestDb::create(name).await.expect("a test database");
        populate(&db).await;
        let signer = Signer::new(wish.family);
        let issuer = Arc::new(Published::default());
        issuer
            .documents
            .lock()
            .expect("nobody else holds it")
            .push((JWKS_URL.to_owned(), signer.jwks()));
        let clock = Clock::fixed(if wish.real_time {
            Clock::System.now()
        } else {
            now()
        });
        let links = SignInLinks::default();
        let door = Door::open(&DoorSettings {
            pool_size: wish.pool_size,
            statement_timeout: wish.statement_timeout,
            ..DoorSettings::new(db.url_as("pitwall_api"))
        })
        .await
        .expect("a door");
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        let mut desk = Self {
            db,
            base: String::new(),
            client,
            signer,
            issuer,
            clock,
            door,
            links,
            wish,
        };
        desk.base = desk.serve_again().await;
        desk
    }

    /// Another process on the same database; gives its address.
    pub async fn serve_again(&self) -> String {
        let keys = match self.wish.family {
            Family::Hs256 => Keys::Shared(SECRET.to_vec()),
            Family::Es256 | Family::Rs256 => Keys::Published {
                jwks_url: JWKS_URL.to_owned(),
            },
        };
        let app = App::new(Setup {
            database: Database::connect(&DatabaseSettings::new(self.db.url()))
                .await
                .expect("a connection"),
            door: self.door.clone(),
            clock: self.clock.clone(),
            tokens: Some(TokenRules {
                issuer: ISSUER.to_owned(),
                audience: AUDIENCE.to_owned(),
                keys,
            }),
            issuer: Arc::clone(&self.issuer) as Arc<dyn Issuer>,
            limits: self.wish.limits,
            cursor_secret: Some(b"cursors".to_vec()),
            oidc: self.wish.oidc.then(|| OidcClient {
                issuer: ISSUER.to_owned(),
                client_id: CLIENT.to_owned(),
                client_secret: None,
            }),
            public_url: "https://pitwall.example.com".to_owned(),
            stop: tokio_util::sync::CancellationToken::new(),
            links: Some(self.links.clone()),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = api::router(app).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, router).await });
        base
    }

    /// The time on the desk's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn get_as(&self, sub: &str, path: &str) -> RequestBuilder {
        self.client
            .get(self.url(path))
            .bearer_auth(self.signer.token_at(self.now(), sub))
    }

    pub async fn get(&self, role: &str, path: &str) -> Response {
        let sent = self.get_as(user(role), path).send().await;
        sent.expect("an answer")
    }
}

/// Two shops of one organization: everybody of the first, and the stranger in the second.
pub async fn populate(db: &TestDb) {
    let client = db.client().await.expect("a client");
    let members: Vec<String> = USERS
        .iter()
        .map(|(role, id)| format!("('{id}', 1, '{role}')"))
        .collect();
    client
        .batch_execute(&format!(
            "insert into warehouse.organizations (id, name) values ('acme', 'Acme');
             insert into warehouse.shops (shop_id, organization_id, vendor, vendor_account, name, timezone) values
               (1, 'acme', 'tekmetric', '1', 'One', 'America/New_York'),
               (2, 'acme', 'tekmetric', '2', 'Two', 'America/Chicago');
             insert into warehouse.user_shop_access (user_id, shop_id, role) values {}, ('{STRANGER}', 2, 'owner');",
            members.join(", ")
        ))
        .await
        .expect("two shops");
}

/// Whether an answer is a problem of this code, complete and without database text.
pub async fn problem(response: Response) -> Value {
    let status = response.status().as_u16();
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map(|v| v.to_str().expect("a text").to_owned())
    };
    assert_eq!(
        header("content-type").as_deref(),
        Some("application/problem+json")
    );
    let id = header("x-request-id");
    if status == 401 {
        assert!(header("www-authenticate").is_some_and(|v| v.starts_with("Bearer")));
    }
    let problem: Value = response.json().await.expect("JSON");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["instance"].as_str(), id.as_deref());
    for part in ["type", "title", "hint"] {
        assert!(
            problem[part].as_str().is_some_and(|text| !text.is_empty()),
            "{problem}"
        );
    }
    let text = problem.to_string().to_ascii_lowercase();
    for word in [
        "select ", "relation", "postgres", "syntax", "sqlstate", "policy", "panicked",
    ] {
        assert!(!text.contains(word), "{text}");
    }
    problem
}
