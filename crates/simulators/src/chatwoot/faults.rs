//! What can go wrong at this vendor, by name.

use std::str::FromStr;

use serde::Serialize;

use crate::{Error, Result};

/// The faults that are switched on, and how often each has struck.
pub type Faults = crate::faults::Faults<Fault>;

/// What can go wrong on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 429, text `Retry later`, `Retry-After` by variant (1).
    RateLimit,
    /// An HTML page with 500, 502, 503, 504 in turn, or the status named by the variant.
    ServerError,
    /// 401 `Invalid Access Token`.
    InvalidToken,
    /// 401 for a missing right.
    NotAuthorized,
    /// 404.
    NotFound,
    /// The answer comes late, by the variant's milliseconds (300).
    Slow,
    /// The answer does not come, for the variant's seconds (3,600).
    Hang,
    /// A well-formed HTTP answer whose JSON ends early.
    TruncatedJson,
    /// 200 with a gateway's HTML page.
    Html200,
    /// 200 without a body.
    Empty200,
    /// A list's page comes without its last row, as when pages shift while one reads.
    ShiftedPage,
}

const NAMES: [(&str, Fault); 11] = [
    ("rate_limit", Fault::RateLimit),
    ("server_error", Fault::ServerError),
    ("invalid_token", Fault::InvalidToken),
    ("not_authorized", Fault::NotAuthorized),
    ("not_found", Fault::NotFound),
    ("slow", Fault::Slow),
    ("hang", Fault::Hang),
    ("truncated_json", Fault::TruncatedJson),
    ("html_200", Fault::Html200),
    ("empty_200", Fault::Empty200),
    ("shifted_page", Fault::ShiftedPage),
];

impl Fault {
    /// The names of all faults.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().map(|(name, _)| name)
    }
}

impl FromStr for Fault {
    type Err = Error;

    /// By name; statuses are other words for the obvious ones.
    fn from_str(given: &str) -> Result<Self> {
        let name = match given {
            "429" => "rate_limit",
            "5xx" | "500" => "server_error",
            "401" => "invalid_token",
            "404" => "not_found",
            other => other,
        };
        let found = NAMES.into_iter().find(|(known, _)| *known == name);
        found.map(|(_, fault)| fault).ok_or_else(|| Error::Unknown {
            what: "fault",
            given: given.to_owned(),
        })
    }
}
