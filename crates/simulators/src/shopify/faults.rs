//! What can go wrong at this vendor, by name.

use std::str::FromStr;

use serde::Serialize;

use crate::{Error, Result};

/// The faults that are switched on, and how often each has struck.
pub type Faults = crate::faults::Faults<Fault>;

/// What can go wrong. Paging, search and access faults are asked by the name of the field (a setting's `path` is then a
/// field's name), all others by the path of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 200 with `THROTTLED`, whatever is in the bucket.
    Throttled,
    /// 429 with `Retry-After`: the variant's text, 1 without.
    RateLimit,
    /// An HTML page with 500, 502, 503, 504 in turn, or the status named by the variant.
    ServerError,
    /// 401: the token is void.
    TokenExpiry,
    /// 402: the shop is frozen.
    Frozen,
    /// 403: the app is blocked.
    Forbidden,
    /// 423: the shop is locked.
    Locked,
    /// 430: a security rejection.
    SecurityRejection,
    /// The connection closes in the middle of the body.
    Reset,
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
    /// 200 with `INTERNAL_SERVER_ERROR`, and the first field of the data null.
    PartialData,
    /// `ACCESS_DENIED` on fields: name one by the setting's path.
    AccessDenied,
    /// Every search field is unknown: all rows, and a warning.
    SearchWarning,
    /// A page without rows that says there are more.
    EmptyPage,
    /// `hasNextPage` is false although there is more.
    EarlyEnd,
    /// The first row of a page comes again at its end.
    DuplicateRows,
    /// The rows of a page come in another order.
    ShuffledRows,
    /// Texts `name` and `title` hold a NUL character.
    NulInText,
    /// Amounts that cannot be read: `12,50`.
    BadMoney,
    /// Times that cannot be read.
    MalformedTime,
    /// Statuses that nobody knows.
    UnknownStatus,
    /// No bulk operation starts: five others run already.
    BulkSlotsTaken,
    /// A bulk operation fails with half of its data.
    BulkFailed,
    /// A bulk operation expires.
    BulkExpired,
    /// A bulk result lacks its last third; the counters do not tell.
    BulkTruncated,
    /// The lines of a bulk result are in another order, children before parents.
    BulkShuffled,
    /// One line of a bulk result cannot be read.
    BulkBrokenLine,
}

const NAMES: [(&str, Fault); 31] = [
    ("throttled", Fault::Throttled),
    ("rate_limit", Fault::RateLimit),
    ("server_error", Fault::ServerError),
    ("token_expiry", Fault::TokenExpiry),
    ("frozen", Fault::Frozen),
    ("forbidden", Fault::Forbidden),
    ("locked", Fault::Locked),
    ("security_rejection", Fault::SecurityRejection),
    ("reset", Fault::Reset),
    ("slow", Fault::Slow),
    ("hang", Fault::Hang),
    ("truncated_json", Fault::TruncatedJson),
    ("html_200", Fault::Html200),
    ("empty_200", Fault::Empty200),
    ("partial_data", Fault::PartialData),
    ("access_denied", Fault::AccessDenied),
    ("search_warning", Fault::SearchWarning),
    ("empty_page", Fault::EmptyPage),
    ("early_end", Fault::EarlyEnd),
    ("duplicate_rows", Fault::DuplicateRows),
    ("shuffled_rows", Fault::ShuffledRows),
    ("nul_in_text", Fault::NulInText),
    ("bad_money", Fault::BadMoney),
    ("malformed_time", Fault::MalformedTime),
    ("unknown_status", Fault::UnknownStatus),
    ("bulk_slots_taken", Fault::BulkSlotsTaken),
    ("bulk_failed", Fault::BulkFailed),
    ("bulk_expired", Fault::BulkExpired),
    ("bulk_truncated", Fault::BulkTruncated),
    ("bulk_shuffled", Fault::BulkShuffled),
    ("bulk_broken_line", Fault::BulkBrokenLine),
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
            "401" => "token_expiry",
            "402" => "frozen",
            "403" => "forbidden",
            "423" => "locked",
            "430" => "security_rejection",
            other => other,
        };
        let found = NAMES.into_iter().find(|(known, _)| *known == name);
        found.map(|(_, fault)| fault).ok_or_else(|| Error::Unknown {
            what: "fault",
            given: given.to_owned(),
        })
    }
}
