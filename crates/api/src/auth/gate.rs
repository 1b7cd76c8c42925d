//! Decides who comes in: an access token, a service key or a browser's session.

use super::keyset::KeySet;
use super::recent::Recent;
use super::token::{Family, Verified, Verifier};
use super::{Caller, Issuer, Keys, TokenRules, Via, cookie};
use crate::error::{Kind, Problem};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, Method, Uri};
use domain::Clock;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use jiff::Timestamp;
use ring::{digest, hmac};
use std::num::NonZeroU32;
use std::sync::Arc;
use store::door::{BrowserSession, Door, Hash, ServiceKey, UserId};
use url::form_urlencoded;

/// Users in the limiter's memory before those who have gone quiet are forgotten.
const LIMITED_USERS: usize = 10_000;
/// Shorter texts are no service keys: they are not worth a question.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 24..=256;
/// The header that a browser's writing requests carry.
const CSRF_HEADER: &str = "x-csrf-token";
/// Where others put tokens and we take none: addresses end up in logs and histories.
const TOKEN_PARAMETERS: [&str; 6] = ["access_token", "token", "jwt", "apikey", "api_key", "key"];

pub(crate) struct Gate {
    door: Door,
    verifier: Option<Verifier>,
    limiter: Option<DefaultKeyedRateLimiter<UserId>>,
    sessions: Recent<Hash, BrowserSession>,
    keys: Recent<Hash, ServiceKey>,
    sign_outs: Recent<UserId, Option<Timestamp>>,
}

/// What of a request decides.
pub(crate) struct Asking<'a> {
    pub method: &'a Method,
    pub uri: &'a Uri,
    pub headers: &'a HeaderMap,
}

fn refused(reason: &'static str) -> Problem {
    Problem::new(Kind::Unauthorized).detail(reason)
}

impl Gate {
    pub(crate) fn new(
        door: Door,
        rules: Option<TokenRules>,
        issuer: Arc<dyn Issuer>,
        clock: Clock,
        requests_per_minute: Option<NonZeroU32>,
    ) -> Self {
        let verifier = rules.map(|rules| {
            let family = match rules.keys {
                Keys::Shared(secret) => Family::Shared(hmac::Key::new(hmac::HMAC_SHA256, &secret)),
                Keys::Published { jwks_url } => Family::Published(KeySet::new(jwks_url, issuer)),
            };
            Verifier::new(rules.issuer, rules.audience, family, clock)
        });
        let limiter =
            requests_per_minute.map(|rate| DefaultKeyedRateLimiter::keyed(Quota::per_minute(rate)));
        Self {
            door,
            verifier,
            limiter,
            sessions: Recent::new(),
            keys: Recent::new(),
            sign_outs: Recent::new(),
        }
    }

    pub(crate) async fn admit(&self, asking: &Asking<'_>) -> Result<Caller, Problem> {
        if let Some(query) = asking.uri.query() {
            let names_token = form_urlencoded::parse(query.as_bytes())
                .any(|(name, _)| TOKEN_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()));
            if names_token {
                return Err(refused("credentials are not taken from the address"));
            }
        }
        let mut given = asking.headers.get_all(AUTHORIZATION).iter();
        match (given.next(), given.next()) {
            (None, _) => self.by_session(asking).await,
            (Some(_), Some(_)) => Err(refused("more than one Authorization header")),
            (Some(value), None) => {
                let text = value
                    .to_str()
                    .map_err(|_| refused("the Authorization header is no text"))?;
                match text.split_once(' ') {
                    Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                        self.by_bearer(token, asking.method).await
                    }
                    _ => Err(refused("the Authorization header carries no Bearer token")),
                }
            }
        }
    }

    /// Two dots make a token of the issuer; anything else can only be a key of ours.
    async fn by_bearer(&self, token: &str, method: &Method) -> Result<Caller, Problem> {
        if !token.contains('.') {
            return self.by_key(token, method).await;
        }
        let Some(verifier) = &self.verifier else {
            return Err(refused("no issuer of tokens is configured here"));
        };
        let verified = verifier.verify(token).await.map_err(|r| refused(r.0))?;
        self.check_sign_out(&verified).await?;
        Ok(Caller {
            user: verified.user,
            via: Via::Token,
        })
    }

    /// A token from before the user was signed out everywhere counts no more; one that does not say when it was issued
    /// is taken for an old one.
    async fn check_sign_out(&self, verified: &Verified) -> Result<(), Problem> {
        let signed_out = match self.sign_outs.get(&verified.user) {
            Some(known) => known,
            None => {
                let found = self.door.signed_out_at(verified.user).await?;
                self.sign_outs.put(verified.user, found);
                found
            }
        };
        let is_older = |at: Timestamp| {
            verified
                .issued_at
                .is_none_or(|issued| issued <= at.as_second())
        };
        if signed_out.is_some_and(is_older) {
            return Err(refused("the user was signed out; sign in again"));
        }
        Ok(())
    }

    async fn by_key(&self, text: &str, method: &Method) -> Result<Caller, Problem> {
        const UNKNOWN: &str = "the token is no signed JWT and no living service key";
        if !KEY_LENGTHS.contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(refused(UNKNOWN));
        }
        let hash = sha256(text.as_bytes());
        let key = match self.keys.get(&hash) {
            Some(key) => key,
            None => {
                let found = self.door.service_key_of(&hash).await?;
                let key = found.ok_or_else(|| refused(UNKNOWN))?;
                self.keys.put(hash, key.clone());
                key
            }
        };
        let caller = Caller {
            user: key.user,
            via: Via::Key(key.scopes.into()),
        };
        let fits = if is_safe(method) {
            caller.has_scope("read")
        } else {
            caller.has_scope("write") || caller.has_scope("tasks")
        };
        if fits {
            Ok(caller)
        } else {
            Err(Problem::new(Kind::Forbidden).detail("the service key has no scope for this"))
        }
    }

    async fn by_session(&self, asking: &Asking<'_>) -> Result<Caller, Problem> {
        let cookie = cookie::read(asking.headers, cookie::SESSION)
            .ok_or_else(|| refused("no Authorization header and no session"))?;
        let hash = sha256(cookie.as_bytes());
        let session = match self.sessions.get(&hash) {
            Some(session) => session,
            None => {
                let found = self.door.session_of(&hash).await?;
                let session =
                    found.ok_or_else(|| refused("the session has ended; sign in again"))?;
                self.sessions.put(hash, session.clone());
                session
            }
        };
        if !is_safe(asking.method) {
            check_csrf(asking.headers, &session.csrf_hash)?;
        }
        Ok(Caller {
            user: session.user,
            via: Via::Session(hash),
        })
    }

    /// Ends a session everywhere, here at once.
    pub(crate) async fn end_session(&self, hash: &Hash) -> Result<(), Problem> {
        self.sessions.forget(hash);
        self.door.close_session(hash).await?;
        Ok(())
    }

    pub(crate) fn limit(&self, user: UserId) -> Result<(), Problem> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        if limiter.len() > LIMITED_USERS {
            limiter.retain_recent();
        }
        limiter.check_key(&user).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            Problem::new(Kind::TooManyRequests).retry_after(wait.as_secs() + 1)
        })
    }
}

/// A browser sends its cookies wherever a page points it. What another site cannot send is our header, and what it
/// cannot hide is where it comes from.
pub(crate) fn check_csrf(headers: &HeaderMap, expected: &[u8]) -> Result<(), Problem> {
    let refuse = || {
        Problem::new(Kind::Forbidden)
            .detail("the request lacks the session's X-CSRF-Token, or comes from another site")
    };
    check_origin(headers)?;
    let given = headers.get(CSRF_HEADER).ok_or_else(refuse)?;
    if sha256(given.as_bytes()).as_slice() == expected {
        Ok(())
    } else {
        Err(refuse())
    }
}

/// Refuses what a browser marks as coming from another site.
pub(crate) fn check_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let foreign_site = text("sec-fetch-site").is_some_and(|s| s != "same-origin" && s != "none");
    let host = text(HOST.as_str()).unwrap_or_default();
    let foreign_origin = text(ORIGIN.as_str())
        .is_some_and(|origin| origin.split_once("://").map(|(_, rest)| rest) != Some(host));
    if foreign_site || foreign_origin {
        return Err(Problem::new(Kind::Forbidden).detail("the request comes from another site"));
    }
    Ok(())
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

pub(crate) fn sha256(bytes: &[u8]) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}
