//! Query parameters as the vendor reads them (reference/tekmetric.md A.6, A.7): repeated keys make
//! lists, dates need a zone, what is not in the catalogue is ignored without a word.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::pages::PageRequest;
use crate::Stamp;
use crate::requests::Requests;

/// Why the vendor does not answer a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    BadRequest(String),
    Forbidden,
    NotFound,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::BadRequest(message) => (StatusCode::BAD_REQUEST, message),
            Self::Forbidden => (StatusCode::FORBIDDEN, "Access Denied".to_owned()),
            Self::NotFound => return StatusCode::NOT_FOUND.into_response(),
        };
        let body = json!({"type": "ERROR", "message": message, "data": null, "details": {}});
        (status, axum::Json(body)).into_response()
    }
}

pub(crate) type Answer<T> = Result<T, Refusal>;

/// The parameters of one request.
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

/// A span of time, both ends included (open in the vendor's documentation, A.6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Window {
    pub(crate) start: Option<Stamp>,
    pub(crate) end: Option<Stamp>,
}

impl Window {
    pub(crate) fn is_given(&self) -> bool {
        self.start.is_some() || self.end.is_some()
    }

    /// Nothing given lets everything pass; otherwise a missing date does not (B-24).
    pub(crate) fn holds(&self, at: Option<Stamp>) -> bool {
        match at {
            None => !self.is_given(),
            Some(at) => {
                self.start.is_none_or(|start| at >= start) && self.end.is_none_or(|end| at <= end)
            }
        }
    }
}

/// What every list accepts.
const EVERY_LIST: [&str; 5] = ["shop", "size", "page", "sort", "sortDirection"];

impl Params {
    /// Takes a query in and notes the names that this route does not know.
    pub(crate) fn new(
        pairs: Vec<(String, String)>,
        known: &[&str],
        route: &str,
        log: &Requests,
    ) -> Self {
        for (name, _) in &pairs {
            if !known.contains(&name.as_str()) && !EVERY_LIST.contains(&name.as_str()) {
                log.unknown_param(route, name);
            }
        }
        Self(pairs)
    }

    /// The first value of a name; an empty one counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn int(&self, name: &str) -> Answer<Option<i64>> {
        self.text(name)
            .map(|value| integer(name, value))
            .transpose()
    }

    /// All values of a repeated name.
    pub(crate) fn ints(&self, name: &str) -> Answer<Vec<i64>> {
        let values = self
            .0
            .iter()
            .filter(|(key, value)| key == name && !value.is_empty());
        values.map(|(_, value)| integer(name, value)).collect()
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        let values = self
            .0
            .iter()
            .filter(|(key, value)| key == name && !value.is_empty());
        values.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn flag(&self, name: &str) -> Answer<Option<bool>> {
        match self.text(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(conversion(name, other)),
        }
    }

    /// The window of two names; both need a full date-time with a zone (B-26).
    pub(crate) fn window(&self, start: &str, end: &str) -> Answer<Window> {
        Ok(Window {
            start: self.stamp(start)?,
            end: self.stamp(end)?,
        })
    }

    fn stamp(&self, name: &str) -> Answer<Option<Stamp>> {
        let read = |value: &str| Stamp::parse_zoned(value).map_err(|_| conversion(name, value));
        self.text(name).map(read).transpose()
    }

    pub(crate) fn descending(&self) -> bool {
        self.text("sortDirection")
            .is_some_and(|value| value.eq_ignore_ascii_case("desc"))
    }

    pub(crate) fn page(&self) -> PageRequest {
        PageRequest::new(
            self.text("page"),
            self.text("size"),
            self.text("sort").is_some(),
        )
    }

    /// The query without its page, as the name of a list.
    pub(crate) fn list_key(&self) -> String {
        let mut key = String::new();
        for (name, value) in self
            .0
            .iter()
            .filter(|(name, _)| name != "page" && name != "size")
        {
            key.push_str(name);
            key.push('\u{1}');
            key.push_str(value);
            key.push('\u{2}');
        }
        key
    }
}

fn integer(name: &str, value: &str) -> Answer<i64> {
    value.parse().map_err(|_| conversion(name, value))
}

fn conversion(name: &str, value: &str) -> Refusal {
    Refusal::BadRequest(format!(
        "Failed to convert value '{value}' for parameter '{name}'"
    ))
}
