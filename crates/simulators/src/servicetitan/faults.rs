//! What can go wrong at this vendor, by name.

use std::str::FromStr;

use serde::Serialize;

use crate::{Error, Result};

/// The faults that are switched on, and how often each has struck.
pub type Faults = crate::faults::Faults<Fault>;

/// What can go wrong on the wire or in a record. Where a variant is named, it is the text to pass as
/// [`crate::Setting::variant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 429, empty body. `Retry-After` by variant: seconds as text (`1` by default), `absent`, `garbage`.
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
    /// 200 with a gateway's HTML page (Q33).
    Html200,
    /// 200 without a body.
    Empty200,
    /// The token is void; 401 with an empty body, the next token is new (Q35).
    TokenExpiry,
    /// The token endpoint refuses the credentials.
    InvalidClient,
    /// 403 with an empty body: the application lacks a scope.
    MissingScope,
    /// 404 on reads of single records.
    SingleRead404,
    /// 400 for a feed's continuation token.
    ContinuationGone,
    /// `continueFrom` repeats the token that was sent while `hasMore` stays true (Q4).
    StuckToken,
    /// `hasMore` is false although there is more (Q37).
    EarlyEnd,
    /// Up to five changes of the world after a page was served (Q3).
    PageDrift,
    /// The first row of a page comes again at its end (Q6).
    DuplicateRows,
    /// The rows of a page come in another order (Q3).
    ShuffledRows,
    /// A page ends with an older version of its first row (Q7).
    OldVersionAfterNew,
    /// Rows hold keys that nobody documented.
    ExtraKeys,
    /// Rows lack keys that may be missing.
    MissingKeys,
    /// Texts that may be null are null, in names and addresses (Q29).
    NullTexts,
    /// One text holds a NUL character (Q31).
    NulInText,
    /// One time cannot be read; the zone is missing.
    MalformedTime,
    /// Every time has seven digits of nines behind its second (Q12).
    SevenDigitTimes,
    /// Times that may be null are the vendor's empty date (Q11).
    EmptyDates,
    /// One row has a status that nobody knows (Q32).
    UnknownStatus,
    /// One row cannot be read: money as `12,50` (default), or by variant `exponent`, `nan`, `no_id`.
    BadRecord,
    /// Money texts come as JSON numbers (Q13).
    FloatMoney,
    /// `totalCount` is wrong.
    WrongTotal,
    /// A write is carried out, and the connection closes before the answer.
    LostAnswer,
    /// A creating write is carried out twice.
    DoubledWrite,
    /// 409: the record's state forbids the change.
    Conflict,
}

const NAMES: [(&str, Fault); 33] = [
    ("rate_limit", Fault::RateLimit),
    ("server_error", Fault::ServerError),
    ("reset", Fault::Reset),
    ("slow", Fault::Slow),
    ("hang", Fault::Hang),
    ("truncated_json", Fault::TruncatedJson),
    ("html_200", Fault::Html200),
    ("empty_200", Fault::Empty200),
    ("token_expiry", Fault::TokenExpiry),
    ("invalid_client", Fault::InvalidClient),
    ("missing_scope", Fault::MissingScope),
    ("single_read_404", Fault::SingleRead404),
    ("continuation_gone", Fault::ContinuationGone),
    ("stuck_token", Fault::StuckToken),
    ("early_end", Fault::EarlyEnd),
    ("page_drift", Fault::PageDrift),
    ("duplicate_rows", Fault::DuplicateRows),
    ("shuffled_rows", Fault::ShuffledRows),
    ("old_version_after_new", Fault::OldVersionAfterNew),
    ("extra_keys", Fault::ExtraKeys),
    ("missing_keys", Fault::MissingKeys),
    ("null_texts", Fault::NullTexts),
    ("nul_in_text", Fault::NulInText),
    ("malformed_time", Fault::MalformedTime),
    ("seven_digit_times", Fault::SevenDigitTimes),
    ("empty_dates", Fault::EmptyDates),
    ("unknown_status", Fault::UnknownStatus),
    ("bad_record", Fault::BadRecord),
    ("float_money", Fault::FloatMoney),
    ("wrong_total", Fault::WrongTotal),
    ("lost_answer", Fault::LostAnswer),
    ("doubled_write", Fault::DoubledWrite),
    ("conflict", Fault::Conflict),
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
