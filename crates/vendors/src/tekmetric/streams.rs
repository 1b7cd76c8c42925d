//! The plan of a run: which list comes after which, and when the high-water mark may move. Pure.

use crate::page::Progress;
use crate::stream::Stream;
use crate::tekmetric::client::{PAGE_SIZE, Parameter, Query};
use crate::tekmetric::cursor::{BEFORE_ALL, Cursor, OVERLAP, Pass, Phase, Run, Start};
use crate::tekmetric::envelope::{Envelope, Row};
use crate::tekmetric::walk::{Filter, Next, Walk};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// How far ahead of our clock a vendor's time is believed without a second look.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(24);
/// A time further ahead is believed only with others this close below it.
const NEIGHBOURHOOD: SignedDuration = SignedDuration::from_hours(31 * 24);
/// How many of the largest times are kept to judge by.
const LATEST: usize = 8;

/// A list step: the query to send is [`List::query`], its answer goes to [`List::take`].
pub(crate) struct List {
    pub(crate) pass: Pass,
    pub(crate) filter: Filter,
    pub(crate) walk: Walk,
}

/// What came of a page.
pub(crate) struct Outcome {
    /// The cursor to go on with.
    pub(crate) next: Cursor,
    pub(crate) done: bool,
    pub(crate) progress: Progress,
    pub(crate) drift: Option<String>,
}

impl List {
    /// The query of this step.
    pub(crate) fn query(&self, shop: i64, stream: Stream) -> Query {
        let page = match &self.walk {
            Walk::Keyset(keyset) => keyset.page,
            Walk::Pages(pages) => pages.page,
        };
        let query = Query::of(shop, page, PAGE_SIZE);
        // Deleted rows are asked for alone: any second filter could change the answer (A.6.6).
        let query = match (stream, &self.filter) {
            (
                Stream::RepairOrders,
                Filter::All | Filter::Created { .. } | Filter::Updated { .. },
            ) => query.sorted("createdDate", "ASC"),
            _ => query,
        };
        let keyset_at = match &self.walk {
            Walk::Keyset(keyset) => keyset.at,
            Walk::Pages(_) => None,
        };
        match self.filter {
            Filter::All => query,
            Filter::Created { from, to } => {
                let query = query.since(Parameter::Start, keyset_at.unwrap_or(from));
                match to {
                    Some(to) => query.since(Parameter::End, to),
                    None => query,
                }
            }
            Filter::Updated { since, .. } => {
                let query = query.since(Parameter::UpdatedDateStart, since);
                match keyset_at {
                    Some(at) => query.since(Parameter::Start, at),
                    None => query,
                }
            }
            Filter::Deleted { since } => query.since(Parameter::DeletedDateStart, since),
        }
    }

    /// Takes a page in and says where the run goes on.
    pub(crate) fn take(
        mut self,
        cursor: &Cursor,
        run: &Run,
        page: &Envelope,
        now: Timestamp,
    ) -> Outcome {
        let mut run = run.clone();
        observe(&mut run, page, now);
        let next = match &mut self.walk {
            Walk::Keyset(keyset) => {
                let window = match (self.pass, &self.filter) {
                    (Pass::Window, Filter::Created { from, .. }) => Some(*from),
                    _ => None,
                };
                let tally = &mut run.tally;
                keyset.take(&self.filter, page, |row| {
                    tally.seen += 1;
                    if window.is_some_and(|from| row.created_at >= Some(from)) {
                        tally.in_windows += 1;
                        tally.deleted_in_windows += u64::from(row.record.deleted);
                    }
                })
            }
            Walk::Pages(pages) => {
                run.tally.seen += page.rows.len() as u64;
                if self.pass == Pass::All && pages.page == 0 {
                    run.tally.expected = page.total.or(run.tally.expected);
                }
                pages.take(page)
            }
        };
        let ignored = self.ignored_filter(page);
        let label = self.label();
        let (phase, drift) = self.follow(cursor, &mut run, next);
        let mut next_cursor = cursor.clone();
        if let Some(total) = run.whole_list_total(&phase) {
            next_cursor.known_total = Some(total);
        }
        settle(
            next_cursor,
            run,
            phase,
            Settled {
                label,
                drift: drift.or(ignored),
            },
        )
    }

    fn label(&self) -> String {
        match (self.pass, &self.filter) {
            (Pass::Window, Filter::Created { from, .. }) => from.strftime("%Y-%m").to_string(),
            (Pass::Window | Pass::Created, _) => "created".to_owned(),
            (Pass::All, _) => "all".to_owned(),
            (Pass::Updated, _) => "updated".to_owned(),
            (Pass::Deleted, _) => "deleted".to_owned(),
        }
    }

    /// The vendor drops parameters silently; what comes then is more than asked, so nothing is lost.
    fn ignored_filter(&self, page: &Envelope) -> Option<String> {
        let Filter::Updated { since, .. } = self.filter else {
            return None;
        };
        let tolerated = since - SignedDuration::from_secs(1);
        let outside = |row: &Row| row.record.updated_at.is_some_and(|at| at < tolerated);
        page.rows
            .iter()
            .any(outside)
            .then(|| "updatedDateStart is not honoured: older rows came".to_owned())
    }

    /// The phase after this page (`None`: the run is over), and what did not add up.
    fn follow(self, cursor: &Cursor, run: &mut Run, next: Next) -> (Option<Phase>, Option<String>) {
        let label = self.label();
        let note = |what: &str| Some(format!("{} {label}: {what}", cursor.stream));
        match next {
            Next::More => (Some(self.into_phase()), None),
            Next::Again(why) => (Some(self.into_phase()), note(why)),
            Next::Done => (self.after(cursor, run), None),
            Next::Short(why) => {
                run.incomplete = true;
                (self.after(cursor, run), note(why))
            }
            Next::Unfiltered(why) if self.pass == Pass::Window => (Some(Phase::all()), note(why)),
            Next::Unsorted(why) | Next::Unfiltered(why) => {
                let by_pages = Self {
                    walk: Walk::pages(),
                    ..self
                };
                (Some(by_pages.into_phase()), note(why))
            }
        }
    }

    fn into_phase(self) -> Phase {
        Phase::List {
            pass: self.pass,
            filter: self.filter,
            walk: self.walk,
        }
    }

    /// The phase after this list; `None` when the run is over.
    fn after(self, cursor: &Cursor, run: &mut Run) -> Option<Phase> {
        let orders = cursor.stream == Stream::RepairOrders;
        match self.pass {
            Pass::Window => {
                let oldest = run.tally.oldest.unwrap_or(Timestamp::MAX);
                let from = match self.filter {
                    Filter::Created { from, .. } => from,
                    Filter::All | Filter::Updated { .. } | Filter::Deleted { .. } => oldest,
                };
                if oldest < from {
                    return Some(self.window_before(from));
                }
                let since = run.tally.oldest.unwrap_or(BEFORE_ALL);
                (!run.deleted_done).then(|| Phase::deleted(since.min(since_or_all(run))))
            }
            Pass::Updated if orders => Some(Phase::created(run.base? - OVERLAP)),
            Pass::Updated | Pass::Created => Some(Phase::deleted(run.base? - OVERLAP)),
            Pass::Deleted => self.after_deleted(cursor, run),
            Pass::All => {
                run.swept = true;
                if let Walk::Pages(pages) = self.walk {
                    run.tally.expected = pages.total().or(run.tally.expected);
                    run.tally.alive = pages.ids.without(&pages.dead);
                }
                let deletes = cursor.stream != Stream::Employees;
                (deletes && !run.deleted_done).then(|| Phase::deleted(BEFORE_ALL))
            }
        }
    }

    /// The window before this one: a month, or twice the length of this one where it was empty, since a
    /// single row with a wrong date may lie decades before the others.
    fn window_before(&self, from: Timestamp) -> Phase {
        let one_month = month_start(from - SignedDuration::from_secs(1));
        let start = match (&self.walk, &self.filter) {
            (Walk::Keyset(keyset), Filter::Created { to: Some(to), .. }) if keyset.is_empty() => {
                let twice = to.duration_since(from) * 2;
                month_start(from.checked_sub(twice).unwrap_or(one_month)).min(one_month)
            }
            _ => one_month,
        };
        Phase::window(start, from)
    }

    fn after_deleted(self, cursor: &Cursor, run: &mut Run) -> Option<Phase> {
        run.deleted_done = true;
        let Walk::Pages(pages) = self.walk else {
            return None;
        };
        if run.base.is_none() {
            // Rows that the whole list showed alive are gone: what stood behind them has moved past us.
            let disturbed = run.swept && run.tally.alive.meets(&pages.ids);
            let unseen = !run.swept && missing_rows(run, &pages);
            return (disturbed || unseen).then(Phase::all);
        }
        if run.gap {
            return Some(match cursor.stream {
                Stream::RepairOrders => Phase::Probe,
                Stream::Employees | Stream::Customers | Stream::Vehicles | Stream::Cached(_) => {
                    Phase::all()
                }
            });
        }
        // Customers and vehicles have no filter on creation: a new one whose change date is still empty
        // shows only in the length of the list.
        let counted =
            cursor.stream != Stream::RepairOrders && !matches!(run.start, Start::Since(_));
        counted.then_some(Phase::Count)
    }
}

/// The windows held fewer rows than the unfiltered list, and deleted rows do not explain it (A.6.7).
fn missing_rows(run: &Run, pages: &crate::tekmetric::walk::Pages) -> bool {
    let expected = run.tally.expected.unwrap_or(0);
    if run.tally.in_windows >= expected {
        return false;
    }
    let only_deleted = pages
        .ids
        .distinct()
        .map(|ids| (ids.len() as u64).saturating_sub(run.tally.deleted_in_windows));
    only_deleted != Some(expected - run.tally.in_windows)
}

fn since_or_all(run: &Run) -> Timestamp {
    run.base.map_or(BEFORE_ALL, |base| base - OVERLAP)
}

impl Run {
    /// The length of the whole list, once it has been walked to the end.
    fn whole_list_total(&self, phase: &Option<Phase>) -> Option<u64> {
        let walking = matches!(
            phase,
            Some(Phase::List {
                pass: Pass::All,
                ..
            })
        );
        (self.swept && !walking)
            .then_some(self.tally.expected)
            .flatten()
    }
}

/// What the rows of a page say about time.
fn observe(run: &mut Run, page: &Envelope, now: Timestamp) {
    let base = run.base;
    let later = |at: Option<Timestamp>| base.is_some() && at > base;
    let (mut born, mut gone) = (Vec::new(), Vec::new());
    for row in &page.rows {
        for at in [row.record.updated_at, row.created_at]
            .into_iter()
            .flatten()
        {
            note_time(&mut run.latest, at);
        }
        let Some(id) = row.record.id else { continue };
        if later(row.created_at) {
            born.push(id);
        }
        if later(row.deleted_at) {
            gone.push(id);
        }
    }
    run.tally.born.push(born);
    run.tally.gone.push(gone);
    run.seen_max = believable(&run.latest, run.base, now);
}

/// Keeps the largest distinct times, largest first.
fn note_time(latest: &mut Vec<Timestamp>, at: Timestamp) {
    let place = latest.partition_point(|other| *other > at);
    if place < LATEST && latest.get(place) != Some(&at) {
        latest.insert(place, at);
        latest.truncate(LATEST);
    }
}

/// The largest time that may move the mark. A single row dated years ahead would hide every later change,
/// while a vendor whose clock runs ahead of ours dates all its rows so.
fn believable(latest: &[Timestamp], base: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let tolerated = now + CLOCK_TOLERANCE;
    let below = latest.iter().skip(1).copied().map(Some).chain([base]);
    let mut pairs = latest.iter().copied().zip(below);
    let close = |at: Timestamp, below: Option<Timestamp>| {
        below.is_some_and(|below| at.duration_since(below).abs() <= NEIGHBOURHOOD)
    };
    pairs
        .find(|(at, below)| *at <= tolerated || close(*at, *below))
        .map(|(at, _)| at)
}

/// How a step is told.
struct Settled {
    label: String,
    drift: Option<String>,
}

/// Puts the run back into the cursor, or ends it.
fn settle(mut cursor: Cursor, mut run: Run, phase: Option<Phase>, told: Settled) -> Outcome {
    let Settled { label, drift } = told;
    let mut progress = Progress {
        label,
        seen: run.tally.seen,
        expected: run.tally.expected,
        window_done: true,
    };
    let done = phase.is_none();
    match phase {
        Some(phase) => {
            progress.window_done = match (&phase, &run.phase) {
                (
                    Phase::List {
                        pass: a, filter: f, ..
                    },
                    Phase::List {
                        pass: b, filter: g, ..
                    },
                ) => a != b || f != g,
                _ => true,
            };
            run.phase = phase;
            cursor.run = Some(Box::new(run));
        }
        None => cursor.finish(&run),
    }
    Outcome {
        next: cursor,
        done,
        progress,
        drift,
    }
}

/// Ends of the list by creation date, both as the vendor answered them.
pub(crate) struct Ends {
    pub(crate) oldest: Envelope,
    pub(crate) newest: Envelope,
}

impl Ends {
    /// The queries that ask for them.
    pub(crate) fn queries(shop: i64) -> [Query; 2] {
        ["ASC", "DESC"].map(|direction| Query::of(shop, 0, 1).sorted("createdDate", direction))
    }

    /// Plans the windows, newest month first. Without a trustworthy order the whole list is walked instead.
    pub(crate) fn take(self, cursor: &Cursor, run: &Run, now: Timestamp) -> Outcome {
        let mut run = run.clone();
        run.tally.expected = self.oldest.total;
        let first = |page: &Envelope| page.rows.first().map(|r| (r.created_at, r.record.id));
        let told = |drift: Option<&str>| Settled {
            label: "probe".to_owned(),
            drift: drift.map(str::to_owned),
        };
        let (oldest, newest) = match (first(&self.oldest), first(&self.newest)) {
            (Some((Some(oldest), a)), Some((Some(newest), b)))
                if oldest <= newest && (a != b || self.oldest.total.is_some_and(|t| t <= 1)) =>
            {
                (oldest, newest)
            }
            (None, None) if self.oldest.total.unwrap_or(0) == 0 => {
                let phase = (!run.deleted_done).then(|| Phase::deleted(since_or_all(&run)));
                return settle(cursor.clone(), run, phase, told(None));
            }
            _ => {
                let drift = Some("sort=createdDate is not honoured: walking the whole list");
                return settle(cursor.clone(), run, Some(Phase::all()), told(drift));
            }
        };
        run.tally.oldest = Some(oldest);
        // One first window reaches from the newest month to the end of time as we and the vendor know it.
        let start = newest.min(now + CLOCK_TOLERANCE).max(oldest);
        let phase = Phase::window(month_start(start), month_end(newest.max(now)));
        settle(cursor.clone(), run, Some(phase), told(None))
    }
}

/// Compares the length of the list with what the passes have shown.
pub(crate) fn take_count(cursor: &Cursor, run: &Run, total: Option<u64>) -> Outcome {
    let distinct =
        |trail: &crate::tekmetric::walk::Trail| trail.distinct().map(|ids| ids.len() as u64);
    let explained = match (
        cursor.known_total,
        total,
        distinct(&run.tally.born),
        distinct(&run.tally.gone),
    ) {
        // Deleted rows may or may not stand in the plain list.
        (Some(known), Some(total), Some(born), Some(gone)) => {
            total == known + born || total + gone == known + born
        }
        (_, None, _, _) => true,
        _ => false,
    };
    let mut next = cursor.clone();
    next.known_total = total;
    let told = Settled {
        label: "count".to_owned(),
        drift: (!explained).then(|| {
            format!(
                "{}: the list has another length than expected, walking it",
                cursor.stream
            )
        }),
    };
    settle(next, run.clone(), (!explained).then(Phase::all), told)
}

/// First instant of the UTC month of `instant`.
fn month_start(instant: Timestamp) -> Timestamp {
    start_of(instant.to_zoned(TimeZone::UTC).date().first_of_month())
}

/// First instant of the UTC month after that of `instant`.
fn month_end(instant: Timestamp) -> Timestamp {
    let first = instant.to_zoned(TimeZone::UTC).date().first_of_month();
    first
        .checked_add(1.month())
        .map_or(Timestamp::MAX, start_of)
}

fn start_of(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC)
        .map_or(Timestamp::MIN, |z| z.timestamp())
}

#[cfg(test)]
mod tests {
    use super::{List, believable, note_time};
    use crate::stream::Stream;
    use crate::tekmetric::cursor::{BEFORE_ALL, Phase};
    use jiff::Timestamp;

    fn asked(phase: Phase, stream: Stream) -> String {
        let Phase::List { pass, filter, walk } = phase else {
            panic!("a list was expected")
        };
        List { pass, filter, walk }.query(901, stream).text()
    }

    #[test]
    fn a9_one_wrong_date_does_not_move_the_mark_and_a_fast_clock_does() {
        let at = |day: &str| -> Timestamp { format!("{day}T00:00:00Z").parse().unwrap() };
        let now = at("2026-07-01");
        let mark = |days: &[&str], base: Option<&str>| {
            let mut latest = Vec::new();
            days.iter().for_each(|day| note_time(&mut latest, at(day)));
            believable(&latest, base.map(at), now)
        };
        assert_eq!(
            mark(&["2026-06-01", "2099-01-01", "2026-05-01"], None),
            Some(at("2026-06-01"))
        );
        assert_eq!(
            mark(&["2027-03-01", "2027-03-02"], None),
            Some(at("2027-03-02"))
        );
        assert_eq!(
            mark(&["2026-08-01"], Some("2026-07-20")),
            Some(at("2026-08-01"))
        );
        assert_eq!(mark(&["2099-01-01"], Some("2026-07-20")), None);
        assert_eq!(mark(&[], Some("2026-07-20")), None);
    }

    #[test]
    fn b23_b25_b26_b61_every_query_there_is() {
        let at: Timestamp = "2026-03-01T00:00:00.75Z".parse().unwrap();
        let end: Timestamp = "2026-04-01T00:00:00Z".parse().unwrap();
        let orders = Stream::RepairOrders;
        let page = "shop=901&page=0&size=100";
        let sorted = format!("{page}&sort=createdDate&sortDirection=ASC");
        for (phase, stream, query) in [
            (Phase::all(), Stream::Employees, page.to_owned()),
            (Phase::all(), orders, sorted.clone()),
            (
                Phase::window(at, end),
                orders,
                format!("{sorted}&start=2026-02-28T23:59:59Z&end=2026-04-01T00:00:00Z"),
            ),
            (
                Phase::updated(orders, at, None),
                orders,
                format!("{sorted}&updatedDateStart=2026-03-01T00:00:00Z"),
            ),
            (
                Phase::updated(Stream::Vehicles, at, None),
                Stream::Vehicles,
                format!("{page}&updatedDateStart=2026-03-01T00:00:00Z"),
            ),
            (
                Phase::created(at),
                orders,
                format!("{sorted}&start=2026-03-01T00:00:00Z"),
            ),
            // Never together with another date.
            (
                Phase::deleted(BEFORE_ALL),
                orders,
                format!("{page}&deletedDateStart=2000-01-01T00:00:00Z"),
            ),
        ] {
            assert_eq!(asked(phase, stream), query);
        }
    }
}
