//! Error to HTTP: the one place that chooses a status. RFC 9457, with a stable `type`, a next step and no database text.

use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;
use store::StoreError;
use tracing::error;
use utoipa::ToSchema;

/// The media type of every error.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which a caller may try again when we are not ready.
const RETRY_SECONDS: u64 = 5;

/// What went wrong, in the words that a program may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request cannot be read at all.
    MalformedRequest,
    /// A parameter of path or query is unknown, repeated or impossible.
    InvalidParameter,
    /// A body does not fit its description.
    InvalidBody,
    /// Nobody is signed in, or the credentials are no good.
    Unauthorized,
    /// Signed in, but not for this.
    Forbidden,
    /// There is no such thing, or the caller may not see it.
    NotFound,
    /// The route exists, the method does not.
    MethodNotAllowed,
    /// The state of the thing stands against it.
    Conflict,
    /// The same idempotency key is being worked on.
    StillRunning,
    /// The idempotency key came with another body before.
    KeyReused,
    /// The body is too large.
    TooLarge,
    /// Another type or encoding than the route takes.
    UnsupportedMediaType,
    /// Asked too often.
    TooManyRequests,
    /// The client took too long.
    Timeout,
    /// Our fault.
    Internal,
    /// Not now.
    Unavailable,
    /// Any other refusal of the framework.
    Refused,
}

impl Kind {
    /// Every kind, for the description and its test.
    pub const ALL: [Self; 17] = [
        Self::MalformedRequest,
        Self::InvalidParameter,
        Self::InvalidBody,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::StillRunning,
        Self::KeyReused,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::TooManyRequests,
        Self::Timeout,
        Self::Internal,
        Self::Unavailable,
        Self::Refused,
    ];

    const fn status(self) -> StatusCode {
        match self {
            Self::MalformedRequest | Self::InvalidParameter | Self::Refused => {
                StatusCode::BAD_REQUEST
            }
            Self::InvalidBody | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict | Self::StillRunning => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Stable code, and a title that is the same for every problem of this kind.
    const fn code_and_title(self) -> (&'static str, &'static str) {
        match self {
            Self::MalformedRequest => ("malformed-request", "The request cannot be read"),
            Self::InvalidParameter => ("invalid-parameter", "A parameter is not valid"),
            Self::InvalidBody => ("invalid-body", "The body is not valid"),
            Self::Unauthorized => ("unauthorized", "Sign-in is needed"),
            Self::Forbidden => ("forbidden", "Your role does not allow this"),
            Self::NotFound => ("not-found", "There is no such thing here"),
            Self::MethodNotAllowed => ("method-not-allowed", "The method is not allowed here"),
            Self::Conflict => ("conflict", "The present state stands against this"),
            Self::StillRunning => ("still-running", "The same request is being worked on"),
            Self::KeyReused => (
                "idempotency-key-reused",
                "The Idempotency-Key belongs to another request",
            ),
            Self::TooLarge => ("too-large", "The body is too large"),
            Self::UnsupportedMediaType => (
                "unsupported-media-type",
                "The type or encoding of the body is not supported",
            ),
            Self::TooManyRequests => ("too-many-requests", "Too many requests"),
            Self::Timeout => ("timeout", "The request took too long"),
            Self::Internal => ("internal", "Something failed on our side"),
            Self::Unavailable => ("unavailable", "Not able to answer now"),
            Self::Refused => ("refused", "The request is refused"),
        }
    }

    /// The next step.
    const fn hint(self) -> &'static str {
        match self {
            Self::MalformedRequest => "compare the request with /openapi.json",
            Self::InvalidParameter => {
                "correct the parameter; /openapi.json lists what the route takes"
            }
            Self::InvalidBody => "correct the body; /openapi.json describes it",
            Self::Unauthorized => {
                "send one header Authorization: Bearer with a token of the configured issuer or a service key"
            }
            Self::Forbidden => "ask an owner or manager of the shop",
            Self::NotFound => "check the path; /api/v1/shops lists the shops that you see",
            Self::MethodNotAllowed => "use one of the methods in the header Allow",
            Self::Conflict => "read the current state and decide again",
            Self::StillRunning => "wait and repeat it with the same Idempotency-Key",
            Self::KeyReused => "use a new key for a new request",
            Self::TooLarge => "send less at a time",
            Self::UnsupportedMediaType => "send application/json without Content-Encoding",
            Self::TooManyRequests => "wait as long as the header Retry-After says",
            Self::Timeout => "send it again",
            Self::Internal => {
                "try again; if it stays, report the instance, which is the request's id in the log"
            }
            Self::Unavailable => {
                "wait as long as the header Retry-After says; pitwall doctor names the cause"
            }
            Self::Refused => "compare the request with /openapi.json",
        }
    }

    /// The `type` of the problem.
    #[must_use]
    pub fn uri(self) -> String {
        format!("urn:pitwall:problem:{}", self.code_and_title().0)
    }

    fn of_status(status: StatusCode) -> Self {
        let exact = Self::ALL
            .into_iter()
            .find(|kind| kind.status() == status && *kind != Self::Refused);
        match exact {
            Some(kind) => kind,
            None if status.is_client_error() => Self::Refused,
            None => Self::Internal,
        }
    }
}

/// An error as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    kind: Kind,
    status: StatusCode,
    detail: Option<Cow<'static, str>>,
    parameter: Option<String>,
    retry_after: Option<u64>,
    allow: Option<HeaderValue>,
}

/// Any error (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Body<'a> {
    /// Stable code as a URN; what programs decide on.
    #[schema(example = "urn:pitwall:problem:not-found")]
    r#type: String,
    /// The same for every problem of this type.
    title: &'a str,
    /// HTTP status.
    status: u16,
    /// What was wrong with this very request.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// The parameter it was wrong with.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    /// The next step.
    hint: &'a str,
    /// Id of the request, as in X-Request-Id.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
}

impl Problem {
    /// A problem without more to say.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let retry_after = (kind == Kind::Unavailable).then_some(RETRY_SECONDS);
        Self {
            kind,
            status: kind.status(),
            detail: None,
            parameter: None,
            retry_after,
            allow: None,
        }
    }

    /// What was wrong with this very request; never the database's words.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Seconds until the request may be repeated.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// A parameter of path or query that cannot be.
    #[must_use]
    pub fn parameter(name: impl Into<String>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            parameter: Some(name.into()),
            ..Self::new(Kind::InvalidParameter).detail(reason)
        }
    }

    /// Nothing there, or nothing that this caller may see: the two are told in the same words.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound)
    }

    /// Not able to answer now; the detail says why.
    #[must_use]
    pub fn unavailable(detail: &'static str) -> Self {
        Self::new(Kind::Unavailable).detail(detail)
    }

    /// What a status means when nothing more is known: for answers of the framework.
    pub(crate) fn of_response(response: &Response) -> Self {
        Self {
            status: response.status(),
            allow: response.headers().get(ALLOW).cloned(),
            ..Self::new(Kind::of_status(response.status()))
        }
    }

    /// Whether the credentials are what is wrong.
    pub(crate) const fn is_unauthorized(&self) -> bool {
        matches!(self.kind, Kind::Unauthorized)
    }

    /// HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The response, naming the request it answers.
    pub(crate) fn respond(&self, request_id: Option<&str>) -> Response {
        let (_, title) = self.kind.code_and_title();
        let body = Body {
            r#type: self.kind.uri(),
            title,
            status: self.status.as_u16(),
            detail: self.detail.as_deref(),
            parameter: self.parameter.as_deref(),
            hint: self.kind.hint(),
            instance: request_id,
        };
        let text = serde_json::to_string(&body).expect("a problem is plain texts and numbers");
        let mut response = (self.status, text).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind == Kind::Unauthorized {
            let challenge = HeaderValue::from_static("Bearer realm=\"pitwall\"");
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if let Some(allow) = &self.allow {
            headers.insert(ALLOW, allow.clone());
        }
        // The edge answers again with the request's id; this is how it finds the problem.
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.respond(None)
    }
}

impl From<StoreError> for Problem {
    fn from(source: StoreError) -> Self {
        error!(
            error = &source as &dyn std::error::Error,
            "the database failed a request"
        );
        if source.is_transient() {
            Self::unavailable("the database cannot answer at the moment")
        } else if source.is_cancelled() {
            Self::unavailable(
                "the question took the database too long; ask for less, or again later",
            )
        } else {
            Self::new(Kind::Internal)
        }
    }
}

pub(crate) async fn not_found() -> Problem {
    Problem::not_found()
}

pub(crate) async fn method_not_allowed() -> Problem {
    Problem::new(Kind::MethodNotAllowed)
}
