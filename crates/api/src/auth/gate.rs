//! Decides who comes in: an access token, a service key or a browser's session.

use super::failures::Failures;
use super::keyset::KeySet;
use super::recent::Recent;
use super::token::{Family, Verified, Verifier};
use super::{Caller, Issuer, Keys, TokenRules, Via, cookie};
use crate::Limits;
use crate::error::{Kind, Problem};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, Method, Uri};
use domain::Clock;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota};
use jiff::Timestamp;
use ring::{digest, hmac};
use std::net::IpAddr;
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

type Limiter = DefaultKeyedRateLimiter<UserId, StateInformationMiddleware>;

pub(crate) struct Gate {
    door: Door,
    verifier: Option<Verifier>,
    limiter: Option<(NonZeroU32, Limiter)>,
    failures: Failures,
    sessions: Recent<Hash, BrowserSession>,
    keys: Recent<Hash, ServiceKey>,
    sign_outs: Recent<UserId, Option<Timestamp>>,
}

/// What of a request decides.
pub(crate) struct Asking<'a> {
    pub method: &'a Method,
    pub uri: &'a Uri,
    pub headers: &'a HeaderMap,
    /// Whose connection it came by; a proxy's, where one stands in between.
    pub address: Option<IpAddr>,
}

/// What a user may still ask, for the headers of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// Requests a minute.
    pub limit: u32,
    /// Of them now.
    pub remaining: u32,
    /// Seconds until all of them.
    pub reset_seconds: u64,
    /// Seconds until the next one, where none is left.
    pub wait_seconds: Option<u64>,
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
        limits: Limits,
    ) -> Self {
        let verifier = rules.map(|rules| {
            let family = match rules.keys {
                Keys::Shared(secret) => Family::Shared(hmac::Key::new(hmac::HMAC_SHA256, &secret)),
                Keys::Published { jwks_url } => Family::Published(KeySet::new(jwks_url, issuer)),
            };
            Verifier::new(rules.issuer, rules.audience, family, clock)
        });
        let limiter = limits.requests_per_minute.map(|rate| {
            let limiter = DefaultKeyedRateLimiter::keyed(Quota::per_minute(rate));
            (
                rate,
                limiter.with_middleware::<StateInformationMiddleware>(),
            )
        });
        Self {
            door,
            verifier,
            limiter,
            failures: Failures::new(limits.failures_per_minute),
            sessions: Recent::new(),
            keys: Recent::new(),
            sign_outs: Recent::new(),
        }
    }

    /// Lets a request in, or says why not; failed credentials count against the address they came from.
    pub(crate) async fn admit(&self, asking: &Asking<'_>) -> Result<Caller, Problem> {
        let admitted = self.recognize(asking).await;
        let showed_something = asking.headers.contains_key(AUTHORIZATION)
            || cookie::read(asking.headers, cookie::SESSION).is_some();
        if showed_something && matches!(&admitted, Err(problem) if problem.is_unauthorized()) {
            self.note_failure(asking.address);
        }
        admitted
    }

    /// Refuses to look anything up for an address that has failed too often.
    pub(crate) fn may_look_up(&self, address: Option<IpAddr>) -> Result<(), Problem> {
        match address.and_then(|address| self.failures.wait(address)) {
            Some(seconds) => Err(Problem::new(Kind::TooManyRequests)
                .detail("too many failed sign-ins came from this address")
                .retry_after(seconds)),
            None => Ok(()),
        }
    }

    /// Counts failed credentials against the address they came from.
    pub(crate) fn note_failure(&self, address: Option<IpAddr>) {
        metrics::counter!("pitwall_sign_in_failures_total").increment(1);
        if let Some(address) = address {
            self.failures.note(address);
        }
    }

    async fn recognize(&self, asking: &Asking<'_>) -> Result<Caller, Problem> {
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
                        self.by_bearer(token, asking).await
                    }
                    _ => Err(refused("the Authorization header carries no Bearer token")),
                }
            }
        }
    }

    /// Two dots make a token of the issuer; anything else can only be a key of ours.
    async fn by_bearer(&self, token: &str, asking: &Asking<'_>) -> Result<Caller, Problem> {
        if !token.contains('.') {
            return self.by_key(token, asking).await;
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

    async fn by_key(&self, text: &str, asking: &Asking<'_>) -> Result<Caller, Problem> {
        const UNKNOWN: &str = "the token is no signed JWT and no living service key";
        if !KEY_LENGTHS.contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(refused(UNKNOWN));
        }
        let hash = sha256(text.as_bytes());
        let key = match self.keys.get(&hash) {
            Some(key) => key,
            None => {
                self.may_look_up(asking.address)?;
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
        let fits = if is_safe(asking.method) {
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
                self.may_look_up(asking.address)?;
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

    /// Takes one of a user's requests; none without a limit.
    pub(crate) fn limit(&self, user: UserId) -> Option<Allowance> {
        let (rate, limiter) = self.limiter.as_ref()?;
        if limiter.len() > LIMITED_USERS {
            limiter.retain_recent();
        }
        let (remaining, wait_seconds) = match limiter.check_key(&user) {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(not_until) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                (0, Some(wait.as_secs() + 1))
            }
        };
        let used = rate.get().saturating_sub(remaining);
        Some(Allowance {
            limit: rate.get(),
            remaining,
            reset_seconds: (u64::from(used) * 60).div_ceil(u64::from(rate.get())),
            wait_seconds,
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
