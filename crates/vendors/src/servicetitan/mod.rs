//! ServiceTitan, version 2: <https://api.servicetitan.io>. Quirk numbers (Q…) are those of docs/servicetitan.md.
//!
//! Its records come in pieces, so each kind is cached in a table of its own; `compose` makes orders of them.

mod client;
mod compose;
mod cursor;
mod decode;
mod hook;
mod query;
mod streams;
pub mod tables;
mod value;

pub use cursor::Cursor;
pub use hook::hint;

pub(crate) use compose::{decode_customer, decode_employee, decode_order, read};
pub(crate) use streams::{JOB_STREAMS, STREAMS};

use crate::error::VendorError;
use crate::page::{Coverage, Page, Progress, Step, VendorShopRef};
use crate::settings::ConnectionSettings;
use crate::stream::Stream;
use client::{Batch, Client};
use cursor::{Run, Start};
use decode::{Misfit, Object, Place};
use domain::Clock;
use domain::cache::{CacheBatch, CacheRow, CacheTable, Merge};
use domain::issue::Reject;
use domain::record::VendorShop;
use jiff::{SignedDuration, Timestamp};
use query::{Parameter, Query};
use serde_json::value::RawValue;
use std::collections::HashMap;
use streams::{Changes, Nested, Nesting, Spec, Switch, Way, spec};

/// How far before the last run's start a run by time reads again.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);
/// A stream is read whole again after so long: some changes move no time (quirk Q10).
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The moving window around today.
const WINDOW_BACK: SignedDuration = SignedDuration::from_hours(60 * 24);
const WINDOW_AHEAD: SignedDuration = SignedDuration::from_hours(120 * 24);
/// A token that is refused is replaced by the date of the last good run less this.
const TOKEN_SLACK: SignedDuration = SignedDuration::from_hours(24);
/// Rows asked for on a page of a list.
const PAGE_SIZE: u32 = 500;

/// A connection to the API.
pub(crate) struct ServiceTitan {
    client: Client,
    clock: Clock,
}

impl ServiceTitan {
    pub(crate) fn new(settings: ConnectionSettings, clock: Clock) -> Result<Self, VendorError> {
        Ok(Self {
            client: Client::new(settings, clock.clone())?,
            clock,
        })
    }

    /// Which of these tenants answer: the interface lists none.
    pub(crate) async fn shops(&self, asked: &[i64]) -> Result<Vec<VendorShop>, VendorError> {
        let units = &streams::SPECS[0];
        let mut found = Vec::new();
        for tenant in asked {
            let query = Query::of(units);
            match self.client.page(*tenant, units, &query).await {
                Ok(_) => found.push(VendorShop {
                    id: *tenant,
                    ..VendorShop::default()
                }),
                Err(VendorError::ScopeMissing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    pub(crate) async fn next(
        &self,
        shop: VendorShopRef,
        cursor: &Cursor,
    ) -> Result<Step, VendorError> {
        let stream = Stream::all().find(|s| s.as_str() == cursor.stream);
        let (Some(spec), Some(run)) = (stream.and_then(spec), cursor.run.clone()) else {
            return Ok(Step {
                page: Page::default(),
                next: cursor.clone().into(),
                done: true,
                progress: Progress::default(),
            });
        };
        let now = self.clock.now();
        let walk = Walk::new(spec, cursor, run, now);
        let asked = walk.query(cursor, now)?;
        match self.client.page(shop.vendor_id, spec, &asked).await? {
            Some(batch) => walk.take(cursor, batch),
            None => Ok(walk.token_refused(cursor)),
        }
    }
}

/// One page's way from the cursor to the next one.
struct Walk {
    spec: &'static Spec,
    run: Run,
    began: Timestamp,
    first_page: bool,
}

impl Walk {
    fn new(spec: &'static Spec, cursor: &Cursor, mut run: Run, now: Timestamp) -> Self {
        let first_page = run.began.is_none();
        let began = *run.began.get_or_insert(now);
        let old = cursor
            .whole_at
            .is_none_or(|at| now.duration_since(at) > WHOLE_EVERY);
        if first_page && run.start == Start::Incremental && old {
            run.start = Start::Full;
        }
        Self {
            spec,
            run,
            began,
            first_page,
        }
    }

    /// Whether the run shows every row there is.
    fn is_whole(&self) -> bool {
        match (self.run.start, self.spec.way) {
            (Start::First | Start::Full, _) => true,
            (Start::Incremental, Way::List { changes, .. }) => changes == Changes::Unknown,
            (Start::Incremental | Start::Since(_), _) => false,
        }
    }

    fn query(&self, cursor: &Cursor, now: Timestamp) -> Result<Query, VendorError> {
        let query = Query::of(self.spec);
        match self.spec.way {
            Way::Feed { hides, .. } => {
                let query = if hides {
                    query.with(Parameter::Active, "Any")?
                } else {
                    query
                };
                let query = query.with(Parameter::IncludeRecentChanges, true)?;
                let restarted = self.first_page && self.run.start == Start::Full;
                match (&cursor.token, self.run.start) {
                    (Some(token), _) if !restarted => query.with(Parameter::From, token),
                    (_, Start::Since(at)) => query.with(Parameter::From, date(at)),
                    _ => Ok(query),
                }
            }
            Way::List {
                switch, changes, ..
            } => {
                let mut query = query
                    .with(Parameter::Page, self.run.page)?
                    .with(Parameter::PageSize, PAGE_SIZE)?;
                if self.run.page == 1 {
                    query = query.with(Parameter::IncludeTotal, true)?;
                }
                query = match switch {
                    Switch::None => query,
                    Switch::Active => query.with(Parameter::Active, "Any")?,
                    Switch::IncludeInactive => query.with(Parameter::IncludeInactive, true)?,
                    Switch::ActiveOnly => query.with(Parameter::ActiveOnly, false)?,
                };
                if self.spec.name == "st_membership_types" {
                    query = query.with(Parameter::IncludeDurationBilling, true)?;
                }
                self.narrowed(query, (cursor, changes), now)
            }
        }
    }

    /// Narrows a list to what changed, or to the moving window, where the run is not a whole one.
    fn narrowed(
        &self,
        query: Query,
        (cursor, changes): (&Cursor, Changes),
        now: Timestamp,
    ) -> Result<Query, VendorError> {
        let since = match self.run.start {
            Start::Since(at) => Some(at),
            Start::Incremental => cursor.watermark.map(|at| at - OVERLAP),
            Start::First | Start::Full => None,
        };
        match (changes, since, self.run.pass) {
            (Changes::Unknown, _, _) | (_, None, _) => Ok(query),
            (Changes::Window(until), Some(_), 1..) => query
                .since(Parameter::StartsOnOrAfter, now - WINDOW_BACK)?
                .since(until, now + WINDOW_AHEAD),
            (_, Some(since), _) => query.since(Parameter::ModifiedOnOrAfter, since),
        }
    }

    /// The token has aged: the run starts again at the date of the last good one, less a day.
    fn token_refused(mut self, cursor: &Cursor) -> Step {
        self.run = Run {
            began: Some(self.began),
            ..Run::new(match cursor.watermark {
                Some(at) => Start::Since(at - TOKEN_SLACK),
                None => Start::First,
            })
        };
        let next = Cursor {
            token: None,
            run: Some(self.run),
            ..cursor.clone()
        };
        Step {
            page: Page {
                drift: Some(format!(
                    "{}: the vendor refused the feed's token, reading again from the last good run",
                    self.spec.name
                )),
                ..Page::default()
            },
            next: next.into(),
            done: false,
            progress: Progress::default(),
        }
    }

    /// Takes a page in and says where to go on.
    fn take(mut self, cursor: &Cursor, batch: Batch) -> Result<Step, VendorError> {
        let rows = batch.rows.len() as u64;
        self.run.received += rows;
        self.run.in_pass += rows;
        self.run.expected = batch.total.or(self.run.expected);
        if batch.more && batch.token.is_some() && batch.token == cursor.token {
            // Going on would read the same page for ever (quirk Q4).
            return Err(VendorError::Unreadable {
                connection: self.spec.name.to_owned(),
                path: self.spec.module.to_owned(),
                what: "a continuation token that does not move",
                attempts: 1,
            });
        }
        let mut page = self.page(&batch.rows);
        let pass_over = !batch.more;
        let mut over = pass_over;
        if pass_over {
            let missing = |expected: u64| expected > self.run.in_pass;
            if self.run.expected.is_some_and(missing) {
                self.run.short = true;
                page.drift = Some(format!(
                    "{}: {} rows came of the {} that the vendor counted",
                    self.spec.name,
                    self.run.in_pass,
                    self.run.expected.unwrap_or_default()
                ));
            }
            let windowed = matches!(
                self.spec.way,
                Way::List {
                    changes: Changes::Window(_),
                    ..
                }
            );
            if windowed && !self.is_whole() && self.run.pass == 0 {
                over = false;
                (self.run.pass, self.run.page) = (1, 1);
                (self.run.in_pass, self.run.expected) = (0, None);
            }
        } else {
            self.run.page += 1;
        }
        page.coverage = self.coverage(over);
        let progress = Progress {
            label: self.spec.name.to_owned(),
            seen: self.run.received,
            expected: self.run.expected,
            window_done: over,
        };
        Ok(Step {
            next: self.next(cursor, batch.token, over).into(),
            page,
            done: over,
            progress,
        })
    }

    const fn coverage(&self, over: bool) -> Coverage {
        // Nothing can be missing from what is read for the first time.
        let whole = match (self.run.start, self.spec.way) {
            (Start::Full, _) => true,
            (Start::Incremental, Way::List { changes, .. }) => {
                matches!(changes, Changes::Unknown)
            }
            _ => false,
        };
        match (whole, over, self.first_page) {
            (false, _, _) => Coverage::Changes,
            (true, true, _) if self.run.short => Coverage::WholeBroken,
            (true, true, true) => Coverage::WholeAtOnce,
            (true, true, false) => Coverage::WholeEnds,
            (true, false, true) => Coverage::WholeBegins,
            (true, false, false) => Coverage::Whole,
        }
    }

    fn next(self, cursor: &Cursor, token: Option<String>, over: bool) -> Cursor {
        let mut next = Cursor {
            token: token.or_else(|| cursor.token.clone()),
            ..cursor.clone()
        };
        if !over {
            next.run = Some(self.run);
            return next;
        }
        let earlier = match self.run.start {
            // A run since an instant leaves the mark where it was, unless there was none below.
            Start::Since(at) => cursor.watermark.is_some_and(|mark| at <= mark),
            Start::First | Start::Full | Start::Incremental => true,
        };
        if earlier {
            next.watermark = Some(self.began);
        }
        if self.is_whole() && !self.run.short {
            next.whole_at = Some(self.began);
        }
        next.run = None;
        next
    }

    /// The rows of a page, for the stream's own table and for what is nested in its records.
    fn page(&self, texts: &[String]) -> Page {
        let mut page = Page::default();
        let mut made = Made::default();
        for text in texts {
            let text = decode::storable(text);
            if let Err((misfit, id)) = made.add(self.spec, &text) {
                page.rejects.push(reject(self.spec, misfit, id, &text));
            }
        }
        let feed = match self.spec.way {
            Way::Feed { .. } => "export",
            Way::List { .. } => "list",
        };
        if let Some(table) = self.spec.table {
            page.batches.push(CacheBatch {
                table,
                feed,
                rows: made.rows,
                merge: Merge::Replace,
            });
        }
        if let Some(nested) = self.spec.nested {
            page.batches.push(CacheBatch {
                table: nested.table,
                feed: "nested",
                rows: made.nested,
                merge: match nested.nesting {
                    Nesting::Fill => Merge::Fill,
                    Nesting::Children(column) => Merge::Children {
                        column,
                        parents: made.parents,
                    },
                },
            });
        }
        page
    }
}

/// What a page came to.
#[derive(Default)]
struct Made {
    rows: Vec<CacheRow>,
    nested: Vec<CacheRow>,
    parents: Vec<String>,
    ordinals: HashMap<String, u32>,
}

impl Made {
    /// A record that does not fit is refused as a whole, with what is nested in it.
    fn add(&mut self, spec: &Spec, text: &str) -> Result<(), (Misfit, Option<String>)> {
        let object = decode::object(text).map_err(|misfit| (misfit, None))?;
        let word = |path| decode::lookup(&object, path).and_then(decode::scalar);
        let id = word("id").or_else(|| word("jobId")).map(String::from);
        let own = match spec.table {
            Some(table) => Some(
                self.row(&object, table, None)
                    .map_err(|misfit| (misfit, id.clone()))?,
            ),
            None => None,
        };
        if let Some(nested) = &spec.nested {
            self.nest(&object, nested, id.as_deref())
                .map_err(|misfit| (misfit, id.clone()))?;
        }
        self.rows.extend(own);
        Ok(())
    }

    fn row(
        &mut self,
        object: &Object<'_>,
        table: &'static CacheTable,
        parent: Option<&str>,
    ) -> Result<CacheRow, Misfit> {
        let mut place = Place {
            table,
            parent,
            ordinals: &mut self.ordinals,
        };
        decode::row(object, &mut place)
    }

    fn nest(
        &mut self,
        object: &Object<'_>,
        nested: &Nested,
        parent: Option<&str>,
    ) -> Result<(), Misfit> {
        // Without the list (an older generation, a webhook) nothing is said of its records.
        let Some(list) = decode::lookup(object, nested.path) else {
            return Ok(());
        };
        let elements: Vec<&RawValue> = serde_json::from_str(list).unwrap_or_default();
        let mut rows = Vec::with_capacity(elements.len());
        for element in elements {
            rows.push(self.row(&decode::object(element.get())?, nested.table, parent)?);
        }
        self.nested.extend(rows);
        self.parents.extend(parent.map(str::to_owned));
        Ok(())
    }
}

fn reject(spec: &Spec, misfit: Misfit, id: Option<String>, text: &str) -> Reject {
    Reject {
        stream: spec.name,
        entity_id: id.as_ref().and_then(|id| id.parse().ok()),
        record_number: id.unwrap_or_else(|| "unknown".to_owned()),
        reason: misfit.reason,
        detail: misfit.detail,
        payload: text.to_owned(),
    }
}

/// A feed may start at a date instead of a token.
fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
