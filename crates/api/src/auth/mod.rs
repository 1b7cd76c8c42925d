//! Who is asking. Every request below `/api` passes [`authenticate`] before anything of it is looked at.

mod issuer;
mod keyset;
mod strict_json;
mod token;

pub use issuer::{Issuer, NoIssuer};
pub use token::{Keys, TokenRules};

use crate::App;
use crate::error::{Kind, Problem};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Clock;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use keyset::KeySet;
use ring::hmac;
use std::num::NonZeroU32;
use std::sync::Arc;
use store::door::UserId;
use token::{Family, Verifier};

/// Users in the limiter's memory before those who have gone quiet are forgotten.
const LIMITED_USERS: usize = 10_000;

/// How the caller showed who he is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// An access token of the issuer.
    Token,
}

/// The signed-in caller.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Whom the database is asked as.
    pub user: UserId,
    /// How he showed it.
    pub via: Via,
}

/// Decides who comes in.
pub(crate) struct Gate {
    verifier: Option<Verifier>,
    limiter: Option<DefaultKeyedRateLimiter<UserId>>,
}

impl Gate {
    pub(crate) fn new(
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
        Self { verifier, limiter }
    }

    async fn admit(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        let refused = |reason: &'static str| Problem::new(Kind::Unauthorized).detail(reason);
        let token = bearer(headers).map_err(refused)?;
        let Some(verifier) = &self.verifier else {
            return Err(refused("no issuer of tokens is configured here"));
        };
        let user = verifier
            .verify(token)
            .await
            .map_err(|refusal| refused(refusal.0))?;
        Ok(Caller {
            user,
            via: Via::Token,
        })
    }

    fn limit(&self, user: UserId) -> Result<(), Problem> {
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

/// The one token of the one Authorization header.
fn bearer(headers: &HeaderMap) -> Result<&str, &'static str> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return Err("exactly one Authorization header is needed");
    };
    let text = value
        .to_str()
        .map_err(|_| "the Authorization header is no text")?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token),
        _ => Err("the Authorization header carries no Bearer token"),
    }
}

/// Lets a request below `/api` on with its [`Caller`], or answers it.
pub(crate) async fn authenticate(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    if path != "/api" && !path.starts_with("/api/") {
        return next.run(request).await;
    }
    let admitted = app.gate.admit(request.headers()).await;
    match admitted.and_then(|caller| app.gate.limit(caller.user).map(|()| caller)) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Missing only on a route outside /api that asks for a caller: then there is none.
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Problem::new(Kind::Unauthorized))
    }
}
