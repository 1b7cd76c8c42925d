//! Cookies: ours are host-only, `SameSite=Strict`, and no script reads the session's.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// The session.
pub(crate) const SESSION: &str = "pitwall_session";
/// What our own pages send along as `X-CSRF-Token`.
pub(crate) const CSRF: &str = "pitwall_csrf";
/// A sign-in at the issuer that is under way.
pub(crate) const SIGN_IN: &str = "pitwall_sign_in";

/// The one cookie of this name; none where there are two, one of which somebody else set.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    match (found.next(), found.next()) {
        (Some(value), None) if !value.is_empty() => Some(value),
        _ => None,
    }
}

/// How a cookie is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The server alone.
    Server,
    /// Our own scripts too.
    Page,
}

/// A `Set-Cookie`; `seconds` 0 removes it.
pub(crate) fn set(
    name: &str,
    value: &str,
    seconds: i64,
    (reader, secure): (Reader, bool),
) -> String {
    let mut line = format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Strict");
    if reader == Reader::Server {
        line.push_str("; HttpOnly");
    }
    if secure {
        line.push_str("; Secure");
    }
    line
}
