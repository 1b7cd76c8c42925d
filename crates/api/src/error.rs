//! Error to HTTP: the one place that chooses a status. RFC 9457, with a stable `type` and no database text.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::StoreError;
use tracing::error;

/// The media type of every error.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which a caller may try again when we are not ready.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// An error as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Option<&'static str>,
}

/// The body. `instance` is the request's id, added at the edge.
#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
}

impl Problem {
    /// What a status means when nothing more is known.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::BAD_REQUEST => "malformed-request",
            StatusCode::UNAUTHORIZED => "unauthorized",
            StatusCode::NOT_FOUND => "not-found",
            StatusCode::METHOD_NOT_ALLOWED => "method-not-allowed",
            StatusCode::REQUEST_TIMEOUT => "timeout",
            StatusCode::PAYLOAD_TOO_LARGE => "too-large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported-media-type",
            StatusCode::UNPROCESSABLE_ENTITY => "invalid-request",
            StatusCode::SERVICE_UNAVAILABLE => "unavailable",
            _ if status.is_client_error() => "refused",
            _ => "internal",
        };
        Self {
            status,
            code,
            detail: None,
        }
    }

    /// Not able to answer now; the detail says why.
    #[must_use]
    pub fn unavailable(detail: &'static str) -> Self {
        Self {
            detail: Some(detail),
            ..Self::of_status(StatusCode::SERVICE_UNAVAILABLE)
        }
    }

    /// The response, naming the request it answers.
    pub(crate) fn respond(&self, request_id: Option<&str>) -> Response {
        let body = Body {
            r#type: format!("urn:pitwall:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: self.detail,
            instance: request_id,
        };
        let text = serde_json::to_string(&body).expect("a problem is plain texts and numbers");
        let mut response = (self.status, text).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, RETRY_SECONDS);
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
            Self::unavailable("the database cannot be reached at the moment")
        } else {
            Self::of_status(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

pub(crate) async fn not_found() -> Problem {
    Problem::of_status(StatusCode::NOT_FOUND)
}

pub(crate) async fn method_not_allowed() -> Problem {
    Problem::of_status(StatusCode::METHOD_NOT_ALLOWED)
}
