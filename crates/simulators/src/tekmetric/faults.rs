//! Faults by name, switched on and off while the simulator runs.

use std::str::FromStr;

use serde::Serialize;

use crate::{Error, Result};

/// The faults that are switched on, and how often each has struck.
pub type Faults = crate::faults::Faults<Fault>;

/// What can go wrong on the wire or in a record. Where a variant is named, it is the text to pass
/// as [`Setting::variant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 429, empty body. `Retry-After` by variant: `seconds:N`, `date:N` (HTTP date N s ahead),
    /// `absent` (default), `0`, `negative`, `garbage`.
    RateLimit,
    /// An HTML page with 500, 502, 503, 504 in turn, or the status named by the variant.
    ServerError,
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
    /// 400 when `updatedDateStart` is older than the variant's days (180) before now (A.6.5).
    HistoryWindow400,
    /// Up to five changes of the world after a list page was served.
    PageDrift,
    /// The last row of a page comes again at the head of the next; on a first page, the first row
    /// comes again at the end.
    DuplicateRows,
    /// Every integer of the rows is printed as `8907.0` (B-1).
    FloatNumbers,
    /// Rows hold keys that nobody documented (B-56).
    ExtraKeys,
    /// Rows lack optional keys.
    MissingKeys,
    /// Times of the rows come without zone (B-40).
    ZonelessDates,
    /// Names of parts, labour and fees are null (B-6).
    NullNames,
    /// One name holds a NUL character.
    NulInText,
    /// One optional time is malformed (B-41).
    MalformedTime,
    /// One order has a status that nobody knows.
    UnknownStatus,
    /// One row cannot be read: `fraction` in a money field (default), `no_id`, or `garbage` text as money.
    BadRecord,
    /// `totalElements` is wrong.
    WrongTotalElements,
    /// `last` is true on a page that is not the last.
    EarlyLast,
    /// A page ends with an older version of one of its rows.
    OldVersionAfterNew,
    /// 401 with an empty body; the token is void, the next one is new.
    TokenExpiry,
    /// The token endpoint refuses the credentials.
    InvalidClient,
    /// 404 on reads of single records.
    SingleRead404,
    /// The sums of posted orders do not follow their jobs yet (B-19).
    StaleSums,
}

const NAMES: [(&str, Fault); 27] = [
    ("rate_limit", Fault::RateLimit),
    ("server_error", Fault::ServerError),
    ("reset", Fault::Reset),
    ("slow", Fault::Slow),
    ("hang", Fault::Hang),
    ("truncated_json", Fault::TruncatedJson),
    ("html_200", Fault::Html200),
    ("empty_200", Fault::Empty200),
    ("history_window_400", Fault::HistoryWindow400),
    ("page_drift", Fault::PageDrift),
    ("duplicate_rows", Fault::DuplicateRows),
    ("float_numbers", Fault::FloatNumbers),
    ("extra_keys", Fault::ExtraKeys),
    ("missing_keys", Fault::MissingKeys),
    ("zoneless_dates", Fault::ZonelessDates),
    ("null_names", Fault::NullNames),
    ("nul_in_text", Fault::NulInText),
    ("malformed_time", Fault::MalformedTime),
    ("unknown_status", Fault::UnknownStatus),
    ("bad_record", Fault::BadRecord),
    ("wrong_total_elements", Fault::WrongTotalElements),
    ("early_last", Fault::EarlyLast),
    ("old_version_after_new", Fault::OldVersionAfterNew),
    ("token_expiry", Fault::TokenExpiry),
    ("invalid_client", Fault::InvalidClient),
    ("single_read_404", Fault::SingleRead404),
    ("stale_sums", Fault::StaleSums),
];

impl Fault {
    /// The names of all faults.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().map(|(name, _)| name)
    }
}

impl FromStr for Fault {
    type Err = Error;

    /// By name; `429`, `5xx` and `401` are other words for the obvious ones.
    fn from_str(given: &str) -> Result<Self> {
        let name = match given {
            "429" => "rate_limit",
            "5xx" | "500" => "server_error",
            "401" => "token_expiry",
            other => other,
        };
        let found = NAMES.into_iter().find(|(known, _)| *known == name);
        found.map(|(_, fault)| fault).ok_or_else(|| Error::Unknown {
            what: "fault",
            given: given.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults};
    use crate::Rate;

    #[test]
    fn every_name_is_known_and_rates_are_read() {
        for name in Fault::names() {
            assert!(name.parse::<Fault>().is_ok(), "{name}");
        }
        assert!("gremlins".parse::<Fault>().is_err());
        assert_eq!(
            "every:3".parse::<Rate>().expect("a rate"),
            Rate::EveryNth(3)
        );
        assert!("every:0".parse::<Rate>().is_err());
        assert!("sometimes".parse::<Rate>().is_err());
    }

    #[test]
    fn a_fault_strikes_as_often_as_told() {
        let faults = Faults::new(1);
        faults.set("429", Rate::EveryNth(3)).expect("a fault");
        let struck: Vec<bool> = (0..6)
            .map(|_| faults.strikes(Fault::RateLimit, "/x").is_some())
            .collect();
        assert_eq!(struck, [false, false, true, false, false, true]);
        faults.set("429", Rate::NextN(1)).expect("a fault");
        assert!(faults.strikes(Fault::RateLimit, "/x").is_some());
        assert!(faults.strikes(Fault::RateLimit, "/x").is_none());
        assert_eq!(faults.hits(Fault::RateLimit), 3);
    }
}
