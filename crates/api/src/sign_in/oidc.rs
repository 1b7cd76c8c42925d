//! Sign-in at an OpenID Connect issuer: authorization code with PKCE. Nothing of the issuer's tokens is kept; what they
//! show, once, is who the user is.

use crate::auth::gate::sha256;
use crate::auth::token::{Family, Verifier, text, user_id};
use crate::auth::{Issuer, keyset::KeySet, strict_json};
use crate::sign_in::random_text;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Clock;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use store::door::UserId;
use tokio::sync::Mutex;
use url::Url;

/// How long the issuer's description of itself counts.
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// Our client at the issuer.
#[derive(Clone)]
pub struct OidcClient {
    /// The issuer: scheme, host and path, as its tokens name it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; a public client has none.
    pub client_secret: Option<String>,
}

/// Who signed in.
pub(super) struct SignedIn {
    pub user: UserId,
    pub email: Option<String>,
    pub name: Option<String>,
}

/// A sign-in under way, kept sealed in the browser that began it.
#[derive(Serialize, Deserialize)]
pub(super) struct Underway {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
    /// Seconds since 1970.
    pub until: i64,
}

/// What the issuer says of itself.
struct Described {
    at: Timestamp,
    authorize: Url,
    token: String,
    verifier: Verifier,
}

pub(crate) struct Oidc {
    client: OidcClient,
    redirect_uri: String,
    issuer: Arc<dyn Issuer>,
    clock: Clock,
    described: Mutex<Option<Arc<Described>>>,
}

impl Oidc {
    pub(crate) fn new(
        client: OidcClient,
        public_url: &str,
        issuer: Arc<dyn Issuer>,
        clock: Clock,
    ) -> Self {
        Self {
            client,
            redirect_uri: format!("{}/sign-in/callback", public_url.trim_end_matches('/')),
            issuer,
            clock,
            described: Mutex::default(),
        }
    }

    pub(super) fn issuer_name(&self) -> &str {
        &self.client.issuer
    }

    /// Where the browser goes, and what it has to bring back.
    pub(super) async fn begin(&self, until: Timestamp) -> Result<(Url, Underway), String> {
        let described = self.describe().await?;
        let underway = Underway {
            state: random_text(),
            nonce: random_text(),
            verifier: random_text(),
            until: until.as_second(),
        };
        let challenge = URL_SAFE_NO_PAD.encode(sha256(underway.verifier.as_bytes()));
        let mut url = described.authorize.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", "openid email profile")
            .append_pair("state", &underway.state)
            .append_pair("nonce", &underway.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok((url, underway))
    }

    /// Exchanges the code and reads who it is about.
    pub(super) async fn finish(&self, code: &str, underway: &Underway) -> Result<SignedIn, String> {
        let described = self.describe().await?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("client_id", self.client.client_id.as_str()),
            ("code_verifier", underway.verifier.as_str()),
        ];
        if let Some(secret) = &self.client.client_secret {
            form.push(("client_secret", secret));
        }
        let body = self.issuer.post(&described.token, &form).await?;
        let answer = strict_json::object(&body).ok_or("the issuer's answer is no JSON object")?;
        let token = text(&answer, "id_token").ok_or("the issuer's answer holds no id_token")?;
        let verifier = &described.verifier;
        let claims = verifier.signed_claims(token).await.map_err(|r| r.0)?;
        verifier.check_times(&claims).map_err(|r| r.0)?;
        if text(&claims, "nonce") != Some(&underway.nonce) {
            return Err("the issuer's token answers another sign-in".to_owned());
        }
        self.signed_in(&claims)
    }

    fn signed_in(&self, claims: &Map<String, Value>) -> Result<SignedIn, String> {
        let subject = text(claims, "sub").filter(|sub| !sub.is_empty());
        let subject = subject.ok_or("the issuer's token names no subject")?;
        let kept = |claim: &str| {
            let value = text(claims, claim)?;
            let plain: String = value
                .chars()
                .filter(|c| !c.is_control())
                .take(200)
                .collect();
            (!plain.is_empty()).then_some(plain)
        };
        Ok(SignedIn {
            user: user_id(subject).unwrap_or_else(|| derived_id(&self.client.issuer, subject)),
            email: kept("email"),
            name: kept("name"),
        })
    }

    async fn describe(&self) -> Result<Arc<Described>, String> {
        let mut kept = self.described.lock().await;
        let now = self.clock.now();
        if let Some(described) = kept.as_ref()
            && now.duration_since(described.at) < LIFETIME
        {
            return Ok(Arc::clone(described));
        }
        let base = self.client.issuer.trim_end_matches('/');
        let address = format!("{base}/.well-known/openid-configuration");
        let body = self.issuer.get(&address).await?;
        let document = strict_json::object(&body).ok_or("the issuer's description is no object")?;
        if text(&document, "issuer") != Some(&self.client.issuer) {
            return Err("the issuer describes itself under another name".to_owned());
        }
        let endpoint = |name: &str| {
            text(&document, name).ok_or_else(|| format!("the issuer's description lacks {name}"))
        };
        let authorize = Url::parse(endpoint("authorization_endpoint")?)
            .map_err(|_| "the issuer's authorization_endpoint is no URL")?;
        let keys = KeySet::new(endpoint("jwks_uri")?.to_owned(), Arc::clone(&self.issuer));
        let described = Arc::new(Described {
            at: now,
            authorize,
            token: endpoint("token_endpoint")?.to_owned(),
            verifier: Verifier::new(
                self.client.issuer.clone(),
                self.client.client_id.clone(),
                Family::Published(keys),
                self.clock.clone(),
            ),
        });
        *kept = Some(Arc::clone(&described));
        Ok(described)
    }
}

/// Issuers name users as they like; where the name is no UUID, one is derived from issuer and name, the same every time.
fn derived_id(issuer: &str, subject: &str) -> UserId {
    let hash = sha256(format!("{issuer}\n{subject}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    UserId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
