//! Where a stream stands: its high-water mark, and the unfinished run if there is one.

use crate::error::VendorError;
use crate::stream::{Mode, Stream};
use crate::tekmetric::walk::{Filter, Trail, Walk};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far behind the high-water mark every incremental pass reads again: for late edits, and for clocks
/// that differ by minutes (reference A.6.9).
pub(crate) const OVERLAP: SignedDuration = SignedDuration::from_hours(24);

/// Before any record of the vendor: a start date that filters nothing.
pub(crate) const BEFORE_ALL: Timestamp = Timestamp::constant(946_684_800, 0);

/// Where a stream stands. Opaque to the caller, who stores [`Cursor::to_json`] with every page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(with = "stream_name")]
    pub(crate) stream: Stream,
    /// Largest change or creation time of all complete runs; never "now".
    pub(crate) high_water: Option<Timestamp>,
    /// Longest look-back, in seconds, that the vendor accepted for `updatedDateStart` (quirk B-27).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lookback_seconds: Option<i64>,
    /// Rows of the unfiltered list after the last complete run; tells rows that no pass would show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) known_total: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<Box<Run>>,
}

/// Why a run was started; decides whether a later call may go on with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Start {
    /// No high-water mark yet.
    First,
    /// Asked to read everything again.
    Full,
    /// From the high-water mark.
    Incremental,
    /// From a given instant.
    Since(Timestamp),
}

/// An unfinished run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) start: Start,
    /// What the passes look back from; `None` in a back-fill.
    pub(crate) base: Option<Timestamp>,
    pub(crate) phase: Phase,
    /// The largest change and creation times seen, largest first.
    #[serde(default)]
    pub(crate) latest: Vec<Timestamp>,
    /// The largest of them that can be believed.
    #[serde(default)]
    pub(crate) seen_max: Option<Timestamp>,
    /// A window did not add up even after re-reading: the high-water mark must not move.
    #[serde(default)]
    pub(crate) incomplete: bool,
    /// The vendor refused a part of the look-back; the windows will be walked as well.
    #[serde(default)]
    pub(crate) gap: bool,
    /// The pass over deleted rows is over.
    #[serde(default)]
    pub(crate) deleted_done: bool,
    /// The whole list was walked by page number.
    #[serde(default)]
    pub(crate) swept: bool,
    #[serde(default)]
    pub(crate) tally: Tally,
}

/// Counts of a run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Rows so far, each once per pass.
    pub(crate) seen: u64,
    /// Rows of the unfiltered list when the run began.
    pub(crate) expected: Option<u64>,
    /// Creation time of the oldest row.
    pub(crate) oldest: Option<Timestamp>,
    /// Distinct rows of all windows, and how many of them were deleted ones.
    pub(crate) in_windows: u64,
    pub(crate) deleted_in_windows: u64,
    /// Ids of rows created, of rows deleted since the base.
    #[serde(default)]
    pub(crate) born: Trail,
    #[serde(default)]
    pub(crate) gone: Trail,
    /// Ids that the last whole list showed alive.
    #[serde(default)]
    pub(crate) alive: Trail,
}

/// What a run is doing.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// Looks up the oldest and the newest row.
    Probe,
    /// Compares the length of the unfiltered list with what is known.
    Count,
    /// Walks a list.
    List {
        pass: Pass,
        filter: Filter,
        walk: Walk,
    },
}

/// The part of a run that a list belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Pass {
    /// A calendar month of creation dates.
    Window,
    /// The whole list.
    All,
    /// What changed.
    Updated,
    /// What is new: its change date may still be empty (quirk B-24).
    Created,
    /// What was deleted: never together with another date filter (quirk B-23).
    Deleted,
}

impl Cursor {
    /// Starts a run, or goes on with the one that `saved` holds where the mode allows it.
    pub(crate) fn begin(
        stream: Stream,
        saved: Option<&serde_json::Value>,
        mode: Mode,
    ) -> Result<Self, VendorError> {
        let mut cursor = match saved {
            Some(json) if !json.is_null() && json.as_object().is_none_or(|o| !o.is_empty()) => {
                Self::from_json(stream, json)?
            }
            _ => Self {
                stream,
                high_water: None,
                lookback_seconds: None,
                known_total: None,
                run: None,
            },
        };
        let resumable = cursor.run.as_ref().is_some_and(|run| match mode {
            Mode::Incremental => !matches!(run.start, Start::Since(_)),
            Mode::Full => run.start == Start::Full,
            Mode::Since(instant) => run.start == Start::Since(instant),
        });
        if resumable {
            return Ok(cursor);
        }
        let (start, base) = match (mode, cursor.high_water) {
            (Mode::Full, _) => (Start::Full, None),
            (Mode::Since(instant), _) => (Start::Since(instant), Some(instant)),
            (Mode::Incremental, Some(mark)) => (Start::Incremental, Some(mark)),
            (Mode::Incremental, None) => (Start::First, None),
        };
        if mode == Mode::Full {
            cursor.high_water = None;
            cursor.known_total = None;
        }
        let phase = Phase::first(stream, base, cursor.lookback_seconds);
        cursor.run = Some(Box::new(Run::new(start, base, phase)));
        Ok(cursor)
    }

    /// Reads a stored cursor.
    ///
    /// # Errors
    /// [`VendorError::Cursor`] when it is none, or one of another stream.
    pub fn from_json(stream: Stream, json: &serde_json::Value) -> Result<Self, VendorError> {
        let refused = |source| VendorError::Cursor {
            stream: stream.as_str(),
            source,
        };
        let cursor = Self::deserialize(json).map_err(refused)?;
        if cursor.stream != stream {
            let other = format!("a cursor of stream {}", cursor.stream);
            return Err(refused(serde::de::Error::custom(other)));
        }
        Ok(cursor)
    }

    /// What to store.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("a cursor has only string keys and finite numbers")
    }

    /// Everything up to here has been read, apart from what the next run's overlap will show.
    #[must_use]
    pub const fn high_water(&self) -> Option<Timestamp> {
        self.high_water
    }

    /// The unfinished run reads the whole history.
    #[must_use]
    pub fn in_backfill(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.base.is_none())
    }

    /// The run is over: what stays is the mark.
    pub(crate) fn finish(&mut self, run: &Run) {
        let mark = match run.start {
            // A start above the mark leaves a gap below it that the next plain run must read.
            Start::Since(instant) if self.high_water.is_none_or(|mark| instant > mark) => {
                self.high_water
            }
            _ if run.incomplete => self.high_water,
            Start::First | Start::Full | Start::Incremental | Start::Since(_) => {
                self.high_water.max(run.seen_max)
            }
        };
        self.high_water = mark;
        self.run = None;
    }
}

impl Run {
    const fn new(start: Start, base: Option<Timestamp>, phase: Phase) -> Self {
        Self {
            start,
            base,
            phase,
            latest: Vec::new(),
            seen_max: None,
            incomplete: false,
            gap: false,
            deleted_done: false,
            swept: false,
            tally: Tally {
                seen: 0,
                expected: None,
                oldest: None,
                in_windows: 0,
                deleted_in_windows: 0,
                born: Trail::EMPTY,
                gone: Trail::EMPTY,
                alive: Trail::EMPTY,
            },
        }
    }
}

impl Phase {
    fn first(stream: Stream, base: Option<Timestamp>, lookback: Option<i64>) -> Self {
        match (stream, base) {
            (Stream::Employees | Stream::Cached(_), _)
            | (Stream::Customers | Stream::Vehicles, None) => Self::all(),
            (Stream::RepairOrders, None) => Self::Probe,
            (Stream::Customers | Stream::Vehicles | Stream::RepairOrders, Some(base)) => {
                Self::updated(stream, base - OVERLAP, lookback)
            }
        }
    }

    /// The whole list by page number.
    pub(crate) fn all() -> Self {
        Self::List {
            pass: Pass::All,
            filter: Filter::All,
            walk: Walk::pages(),
        }
    }

    /// What changed since; orders are walked by creation date, which no change can move.
    pub(crate) fn updated(stream: Stream, since: Timestamp, lookback: Option<i64>) -> Self {
        Self::List {
            pass: Pass::Updated,
            filter: Filter::Updated { since, lookback },
            walk: match stream {
                Stream::RepairOrders => Walk::keyset(None),
                Stream::Employees | Stream::Customers | Stream::Vehicles | Stream::Cached(_) => {
                    Walk::pages()
                }
            },
        }
    }

    pub(crate) fn created(since: Timestamp) -> Self {
        Self::List {
            pass: Pass::Created,
            filter: Filter::Created {
                from: since,
                to: None,
            },
            walk: Walk::keyset(Some(since)),
        }
    }

    pub(crate) fn deleted(since: Timestamp) -> Self {
        Self::List {
            pass: Pass::Deleted,
            filter: Filter::Deleted { since },
            walk: Walk::pages(),
        }
    }

    /// A month of creation dates; it reads one second of the month before, since the vendor does not say
    /// whether the ends of a window belong to it.
    pub(crate) fn window(from: Timestamp, to: Timestamp) -> Self {
        Self::List {
            pass: Pass::Window,
            filter: Filter::Created { from, to: Some(to) },
            walk: Walk::keyset(Some(from - SignedDuration::from_secs(1))),
        }
    }
}

mod stream_name {
    use crate::stream::Stream;
    use serde::{Deserialize as _, Deserializer, Serializer};
    use std::borrow::Cow;

    pub(super) fn serialize<S: Serializer>(
        stream: &Stream,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(stream.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Stream, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}
