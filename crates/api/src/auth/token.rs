//! Access tokens: every rule of contract 31 in one place. What comes out is the user's id and nothing else.
//!
//! The key's family is fixed by the configuration, never by the token; the token's own claims about keys are refused.

use super::keyset::{Alg, KeySet};
use super::strict_json;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Clock;
use ring::hmac;
use serde_json::{Map, Value};
use store::door::UserId;
use uuid::Uuid;

/// Clocks of different machines differ by a little; contract 31 allows this much.
const LEEWAY_SECONDS: i64 = 5;
/// Longer ones are no access tokens.
const LENGTH_LIMIT: usize = 8 * 1024;
/// Header parameters by which a token would bring its own key or its own rules.
const REFUSED_PARAMETERS: [&str; 6] = ["crit", "jku", "jwk", "x5u", "x5c", "zip"];

/// Where the keys of the issuer come from.
#[derive(Clone)]
pub enum Keys {
    /// A secret shared with the issuer: HS256 and nothing else.
    Shared(Vec<u8>),
    /// The issuer's public keys: ES256 and RS256 and nothing else.
    Published {
        /// Address of the key set, from the configuration only.
        jwks_url: String,
    },
}

/// Which tokens are taken.
#[derive(Clone)]
pub struct TokenRules {
    /// Required `iss`.
    pub issuer: String,
    /// Required `aud`.
    pub audience: String,
    /// The issuer's keys.
    pub keys: Keys,
}

/// Why a token is refused. Told to the caller: it says nothing that the token's holder does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub &'static str);

/// What a token shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verified {
    pub user: UserId,
    /// Seconds since 1970, where the token says so.
    pub issued_at: Option<i64>,
}

pub(crate) enum Family {
    Shared(hmac::Key),
    Published(KeySet),
}

pub(crate) struct Verifier {
    issuer: String,
    audience: String,
    family: Family,
    clock: Clock,
}

struct Parts<'a> {
    signed: &'a [u8],
    header: Map<String, Value>,
    claims: Vec<u8>,
    signature: Vec<u8>,
}

impl Verifier {
    pub(crate) fn new(issuer: String, audience: String, family: Family, clock: Clock) -> Self {
        Self {
            issuer,
            audience,
            family,
            clock,
        }
    }

    /// Checks the signature first, then what it signs.
    pub(crate) async fn verify(&self, token: &str) -> Result<Verified, Refusal> {
        let claims = self.signed_claims(token).await?;
        self.check_times(&claims)?;
        self.check_claims(&claims)
    }

    /// The claims under a valid signature of the issuer; nothing of them is checked yet.
    pub(crate) async fn signed_claims(&self, token: &str) -> Result<Map<String, Value>, Refusal> {
        let parts = take_apart(token)?;
        check_header(&parts.header)?;
        let algorithm =
            text(&parts.header, "alg").ok_or(Refusal("the token names no algorithm"))?;
        let kid = match parts.header.get("kid") {
            None => None,
            Some(Value::String(kid)) => Some(kid.as_str()),
            Some(_) => return Err(Refusal("the token's key id is no text")),
        };
        match (&self.family, algorithm) {
            (Family::Shared(key), "HS256") => hmac::verify(key, parts.signed, &parts.signature)
                .map_err(|_| Refusal("the token's signature is not valid"))?,
            (Family::Published(keys), "ES256") => {
                keys.check(
                    Alg::Es256,
                    kid,
                    &self.clock,
                    (parts.signed, &parts.signature),
                )
                .await?;
            }
            (Family::Published(keys), "RS256") => {
                keys.check(
                    Alg::Rs256,
                    kid,
                    &self.clock,
                    (parts.signed, &parts.signature),
                )
                .await?;
            }
            _ => return Err(Refusal("the token's algorithm is not the issuer's")),
        }
        strict_json::object(&parts.claims).ok_or(Refusal("the token's claims are no plain object"))
    }

    /// Issuer, audience and times.
    pub(crate) fn check_times(&self, claims: &Map<String, Value>) -> Result<(), Refusal> {
        let now = self.clock.now().as_second();
        if text(claims, "iss") != Some(&self.issuer) {
            return Err(Refusal("the token's issuer is not the configured one"));
        }
        // One audience and no other: a token made for several services could be replayed by any of them.
        let audience = match claims.get("aud") {
            Some(Value::Array(several)) if several.len() == 1 => several[0].as_str(),
            Some(Value::String(one)) => Some(one.as_str()),
            _ => None,
        };
        if audience != Some(&self.audience) {
            return Err(Refusal("the token's audience is not the configured one"));
        }
        let expires = seconds(claims, "exp")?.ok_or(Refusal("the token has no expiry"))?;
        if expires.saturating_add(LEEWAY_SECONDS) <= now {
            return Err(Refusal("the token has expired"));
        }
        for (claim, early) in [
            ("nbf", Refusal("the token is not valid yet")),
            ("iat", Refusal("the token was issued in the future")),
        ] {
            if seconds(claims, claim)?.is_some_and(|from| from > now + LEEWAY_SECONDS) {
                return Err(early);
            }
        }
        Ok(())
    }

    fn check_claims(&self, claims: &Map<String, Value>) -> Result<Verified, Refusal> {
        if text(claims, "role") != Some("authenticated") {
            return Err(Refusal("the token's role is not authenticated"));
        }
        if !matches!(claims.get("is_anonymous"), None | Some(Value::Bool(false))) {
            return Err(Refusal("anonymous users have no access"));
        }
        let user = text(claims, "sub")
            .and_then(user_id)
            .ok_or(Refusal("the token's subject is no UUID"))?;
        Ok(Verified {
            user,
            issued_at: seconds(claims, "iat")?,
        })
    }
}

/// A UUID in its one canonical form; the nil one is nobody.
pub(crate) fn user_id(subject: &str) -> Option<UserId> {
    let id = Uuid::try_parse(subject).ok()?;
    let canonical = subject.len() == 36 && !id.is_nil();
    canonical.then_some(UserId(id))
}

fn take_apart(token: &str) -> Result<Parts<'_>, Refusal> {
    const MALFORMED: Refusal = Refusal("the token is no signed JWT");
    if token.len() > LENGTH_LIMIT {
        return Err(Refusal("the token is too long"));
    }
    let mut segments = token.split('.');
    let (Some(header), Some(claims), Some(signature), None) = (
        segments.next(),
        segments.next(),
        segments.next(),
        segments.next(),
    ) else {
        return Err(MALFORMED);
    };
    let decode = |segment: &str| URL_SAFE_NO_PAD.decode(segment).map_err(|_| MALFORMED);
    Ok(Parts {
        signed: &token.as_bytes()[..header.len() + 1 + claims.len()],
        header: strict_json::object(&decode(header)?)
            .ok_or(Refusal("the token's header is no plain object"))?,
        claims: decode(claims)?,
        signature: decode(signature)?,
    })
}

fn check_header(header: &Map<String, Value>) -> Result<(), Refusal> {
    if REFUSED_PARAMETERS
        .iter()
        .any(|name| header.contains_key(*name))
    {
        return Err(Refusal("the token brings its own keys or rules"));
    }
    match header.get("typ") {
        None => Ok(()),
        Some(Value::String(kind)) if kind == "JWT" => Ok(()),
        Some(_) => Err(Refusal("the token is of another type than JWT")),
    }
}

pub(crate) fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

/// Whole seconds since 1970; a text, a fraction or a number beyond 64 bits is none.
fn seconds(claims: &Map<String, Value>, key: &str) -> Result<Option<i64>, Refusal> {
    match claims.get(key) {
        None => Ok(None),
        Some(value) => value
            .as_i64()
            .map(Some)
            .ok_or(Refusal("a time in the token is no whole number of seconds")),
    }
}
