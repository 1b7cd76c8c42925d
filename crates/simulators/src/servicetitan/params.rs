//! Query parameters as the vendor reads them: known ones are checked, unknown ones ignored without a word (Q1).

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::moment::Moment;
use crate::requests::Requests;

/// Why the vendor does not answer a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A field and what is wrong with it.
    BadRequest(&'static str, String),
    /// An empty body.
    NotFound,
    /// The record's state forbids the change.
    Conflict(String),
    /// Once a minute is enough.
    TooMany,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::BadRequest(field, message) => problem(
                StatusCode::BAD_REQUEST,
                "One or more fields are wrong",
                (field, &message),
            ),
            Self::Conflict(message) => problem(StatusCode::CONFLICT, &message, ("", "")),
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::TooMany => {
                (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "60")]).into_response()
            }
        }
    }
}

/// An error after RFC 7807, as A2 shows it.
pub(crate) fn problem(status: StatusCode, title: &str, (field, message): (&str, &str)) -> Response {
    let errors = if field.is_empty() {
        json!({})
    } else {
        json!({field: [message]})
    };
    let body = json!({
        "type": "https://example.com/probs/validation",
        "title": title,
        "status": status.as_u16(),
        "traceId": "00-0af7651916cd43dd8448eb211c80319c-01",
        "errors": errors,
        "data": {},
    });
    (
        status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        body.to_string(),
    )
        .into_response()
}

pub(crate) type Answer<T> = Result<T, Refusal>;

/// The parameters of one request.
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Takes a query in and notes the names that this route does not know.
    pub(crate) fn new(query: &str, known: &[&str], route: &str, log: &Requests) -> Self {
        let pairs: Vec<(String, String)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(decoded)
            .collect();
        for (name, _) in &pairs {
            if !known.contains(&name.as_str()) {
                log.unknown_param(route, name);
            }
        }
        Self(pairs)
    }

    /// The first value of a name; an empty one counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let found = self
            .0
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A whole number.
    pub(crate) fn int(&self, name: &'static str) -> Answer<Option<i64>> {
        let read = |text: &str| {
            text.parse()
                .map_err(|_| Refusal::BadRequest(name, "not a number".to_owned()))
        };
        self.text(name).map(read).transpose()
    }

    pub(crate) fn flag(&self, name: &'static str) -> Answer<Option<bool>> {
        match self.text(name) {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(Refusal::BadRequest(name, "not a boolean".to_owned())),
        }
    }

    pub(crate) fn moment(&self, name: &'static str) -> Answer<Option<Moment>> {
        let read = |text: &str| {
            Moment::parse(text).ok_or_else(|| Refusal::BadRequest(name, "not a date".to_owned()))
        };
        self.text(name).map(read).transpose()
    }

    /// At most fifty ids.
    pub(crate) fn ids(&self, name: &'static str) -> Answer<Option<Vec<i64>>> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let ids: Option<Vec<i64>> = text
            .split(',')
            .map(|part| part.trim().parse().ok())
            .collect();
        match ids {
            Some(ids) if ids.len() <= 50 => Ok(Some(ids)),
            Some(_) => Err(Refusal::BadRequest(name, "at most 50 ids".to_owned())),
            None => Err(Refusal::BadRequest(
                name,
                "not a list of numbers".to_owned(),
            )),
        }
    }
}

fn decoded(pair: &str) -> (String, String) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (unescaped(name), unescaped(value))
}

/// Percent escapes and plus signs of a form.
pub(crate) fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = match (first, tail) {
            (b'%', [high, low, ..]) => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok()),
            _ => None,
        };
        match (escape, first) {
            (Some(byte), _) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (None, b'+') => {
                bytes.push(b' ');
                rest = tail;
            }
            (None, byte) => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn a_form_is_unescaped() {
        assert_eq!(unescaped("%2BModifiedOn"), "+ModifiedOn");
        assert_eq!(unescaped("a+b%20c%zz"), "a b c%zz");
    }
}
