//! What a run says while it goes on, and when it is over.

use crate::build::Step;
use domain::ShopId;
use serde::Serialize;

/// Something that happened, for progress bars and JSON lines.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A stream of a shop was begun.
    StreamStarted {
        /// Connection's name.
        connection: String,
        /// Shop.
        shop_id: ShopId,
        /// Stream's name.
        stream: &'static str,
    },
    /// A page was committed.
    Page {
        /// Shop.
        shop_id: ShopId,
        /// Stream's name.
        stream: &'static str,
        /// Where the walk is: a month, or a pass.
        label: String,
        /// Records seen so far in this window.
        seen: u64,
        /// Records expected in this window, where the vendor said.
        expected: Option<u64>,
        /// Records of this page.
        records: u64,
    },
    /// A stream ended.
    StreamFinished(Box<StreamReport>),
    /// Orders were summed.
    Drained {
        /// Shop.
        shop_id: ShopId,
        /// What was done.
        drained: Drained,
    },
    /// A batch of a build was committed; the first comes before any, with nothing done.
    Built {
        /// Shop.
        shop_id: ShopId,
        /// What is counted: orders where the build begins with them, days otherwise.
        step: Step,
        /// How many so far.
        done: u64,
        /// Of how many.
        total: u64,
    },
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamStatus {
    /// Read to its end.
    Completed,
    /// Read to its end, some records were rejected.
    Partial,
    /// Broke off; the next run resumes at the last committed page.
    Failed,
    /// Stopped on request; the next run resumes.
    Cancelled,
}

impl StreamStatus {
    /// The word stored in `sync_log.status`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What one stream of one shop came to.
#[derive(Clone, Debug, Serialize)]
pub struct StreamReport {
    /// Connection's name.
    pub connection: String,
    /// Shop.
    pub shop_id: ShopId,
    /// Stream's name.
    pub stream: &'static str,
    /// How it ended.
    pub status: StreamStatus,
    /// Records the vendor sent.
    pub fetched: u64,
    /// Records that were new.
    pub created: u64,
    /// Records that had changed.
    pub updated: u64,
    /// Records that were equal, or older than ours.
    pub skipped: u64,
    /// Records refused.
    pub rejected: u64,
    /// Duration in milliseconds.
    pub duration_ms: u64,
    /// Why it failed.
    pub problem: Option<Problem>,
}

/// A failure in words.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// What went wrong, with its causes.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// What it means for the exit code.
    pub outcome: Outcome,
    /// The shop's other streams would fail alike: refused credentials, a database that is gone.
    #[serde(skip)]
    pub ends_shop: bool,
}

/// What summing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Drained {
    /// Orders looked at.
    pub orders: u64,
    /// Snapshots written for the first time.
    pub snapshots_created: u64,
    /// Snapshots revised.
    pub snapshots_revised: u64,
    /// Snapshots superseded.
    pub snapshots_superseded: u64,
    /// Days looked at.
    pub days: u64,
    /// Rows of daily tables that changed.
    pub day_rows_changed: u64,
}

impl std::ops::AddAssign for Drained {
    fn add_assign(&mut self, other: Self) {
        self.orders += other.orders;
        self.snapshots_created += other.snapshots_created;
        self.snapshots_revised += other.snapshots_revised;
        self.snapshots_superseded += other.snapshots_superseded;
        self.days += other.days;
        self.day_rows_changed += other.day_rows_changed;
    }
}

/// How a run ended, from best to worst for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything done: exit 0.
    Done,
    /// Some streams failed or records were rejected: exit 3.
    Partial,
    /// Nothing worked: exit 1.
    Failed,
    /// Another run holds a lease: exit 6.
    Locked,
    /// The vendor refused the credentials: exit 5.
    Credentials,
    /// Stopped on request: exit 130.
    Interrupted,
}

impl Outcome {
    /// The process's exit code.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Partial => 3,
            Self::Credentials => 5,
            Self::Locked => 6,
            Self::Interrupted => 130,
        }
    }
}

/// A whole run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SyncReport {
    /// Streams in the order they ended.
    pub streams: Vec<StreamReport>,
    /// What summing did, per shop.
    pub drained: Vec<(ShopId, Drained)>,
    /// Failures outside a stream: a connection that could not be opened, a drain that broke off.
    pub problems: Vec<Problem>,
}

impl FromIterator<SyncReport> for SyncReport {
    /// The reports of parts, as the report of the whole.
    fn from_iter<I: IntoIterator<Item = Self>>(parts: I) -> Self {
        let mut whole = Self::default();
        for part in parts {
            whole.streams.extend(part.streams);
            whole.drained.extend(part.drained);
            whole.problems.extend(part.problems);
        }
        whole
    }
}

impl SyncReport {
    /// The outcome of the whole: credentials, locks and interruptions speak first; some success makes it partial.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let stream_problems = self.streams.iter().filter_map(|s| s.problem.as_ref());
        let worst = stream_problems
            .chain(&self.problems)
            .map(|p| p.outcome)
            .max();
        let rejected = self
            .streams
            .iter()
            .any(|s| s.status == StreamStatus::Partial);
        let some_worked = self
            .streams
            .iter()
            .any(|s| matches!(s.status, StreamStatus::Completed | StreamStatus::Partial));
        match worst {
            None | Some(Outcome::Done) if rejected => Outcome::Partial,
            None => Outcome::Done,
            Some(Outcome::Failed) if some_worked => Outcome::Partial,
            Some(outcome) => outcome,
        }
    }
}
