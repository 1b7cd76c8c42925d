//! Where a stream stands: the token of its feed or the start of its last run, and the unfinished run if there is one.

use crate::error::VendorError;
use crate::stream::{Mode, Stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a stream stands. Opaque to the caller, who stores [`Cursor::to_json`] with every page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Cursor {
    pub(crate) stream: String,
    /// Start of the last run that succeeded, never its end: what changed meanwhile is read by the next (quirk Q8).
    pub(crate) watermark: Option<Timestamp>,
    /// Start of the last whole run that succeeded.
    pub(crate) whole_at: Option<Timestamp>,
    /// The token behind the last page of the feed; kept when nothing more follows (quirk Q5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<Run>,
}

/// Why a run was started; decides whether a later call may go on with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Start {
    /// Nothing has been read yet.
    First,
    /// Everything again.
    Full,
    /// What changed.
    Incremental,
    /// What changed since then.
    Since(Timestamp),
}

/// An unfinished run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) start: Start,
    /// When its first page was asked for.
    pub(crate) began: Option<Timestamp>,
    /// Which of its passes.
    pub(crate) pass: u8,
    /// Next page of a list, from 1.
    pub(crate) page: u32,
    /// Rows so far.
    pub(crate) received: u64,
    /// Rows of the pass, and how many the vendor counted when it began.
    pub(crate) in_pass: u64,
    pub(crate) expected: Option<u64>,
    /// A pass did not bring what the vendor had counted.
    pub(crate) short: bool,
}

impl Run {
    pub(crate) const fn new(start: Start) -> Self {
        Self {
            start,
            began: None,
            pass: 0,
            page: 1,
            received: 0,
            in_pass: 0,
            expected: None,
            short: false,
        }
    }
}

impl Cursor {
    /// Starts a run, or goes on with the one that `saved` holds where the mode allows it.
    pub(crate) fn begin(
        stream: Stream,
        saved: Option<&Value>,
        mode: Mode,
    ) -> Result<Self, VendorError> {
        let mut cursor = match saved {
            Some(json) if !json.is_null() && json.as_object().is_none_or(|o| !o.is_empty()) => {
                Self::from_json(stream, json)?
            }
            _ => Self {
                stream: stream.as_str().to_owned(),
                ..Self::default()
            },
        };
        let resumable = cursor.run.as_ref().is_some_and(|run| match mode {
            Mode::Incremental => !matches!(run.start, Start::Since(_)),
            Mode::Full => run.start == Start::Full,
            Mode::Since(instant) => run.start == Start::Since(instant),
        });
        if !resumable {
            let start = match (mode, cursor.whole_at) {
                (Mode::Full, _) => Start::Full,
                (Mode::Since(instant), _) => Start::Since(instant),
                (Mode::Incremental, Some(_)) => Start::Incremental,
                (Mode::Incremental, None) => Start::First,
            };
            if start != Start::Incremental {
                cursor.token = None;
            }
            cursor.run = Some(Run::new(start));
        }
        Ok(cursor)
    }

    /// Reads a stored cursor.
    ///
    /// # Errors
    /// [`VendorError::Cursor`] when it is none, or one of another stream.
    pub fn from_json(stream: Stream, json: &Value) -> Result<Self, VendorError> {
        use serde::de::Error as _;
        let refused = |source| VendorError::Cursor {
            stream: stream.as_str(),
            source,
        };
        let cursor = Self::deserialize(json).map_err(refused)?;
        if cursor.stream != stream.as_str() {
            let other = format!("a cursor of stream {}", cursor.stream);
            return Err(refused(serde_json::Error::custom(other)));
        }
        Ok(cursor)
    }

    /// What to store.
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("a cursor has only string keys and finite numbers")
    }

    /// Whether everything is being read.
    #[must_use]
    pub fn in_backfill(&self) -> bool {
        let whole = |run: &Run| matches!(run.start, Start::First | Start::Full);
        self.run.as_ref().is_some_and(whole)
    }
}
