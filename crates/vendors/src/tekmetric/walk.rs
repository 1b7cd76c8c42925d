//! How a list is walked so that rows moving under us are not lost (reference A.5, A.6; trust A7, A8). Pure.

use crate::tekmetric::client::PAGE_SIZE;
use crate::tekmetric::envelope::{Envelope, Row};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashSet;
use std::sync::Arc;

/// How often a list that did not add up is read again.
const REREADS: u8 = 3;
/// Beyond any real list: a vendor that ignores `page` must not keep us for ever.
const PAGE_LIMIT: u32 = 5000;
/// Ids kept of rows that share one creation second.
const TIE_LIMIT: usize = 1000;
/// Ids of a walk that are stored with the cursor; a longer walk that is interrupted is read once more.
const TRAIL_LIMIT: usize = 4000;

/// Which rows a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Filter {
    /// All.
    All,
    /// Created in `[from, to)`.
    Created {
        from: Timestamp,
        to: Option<Timestamp>,
    },
    /// Changed since, but no further back than `lookback` seconds from now.
    Updated {
        since: Timestamp,
        lookback: Option<i64>,
    },
    /// Deleted since.
    Deleted { since: Timestamp },
}

/// What a page meant for the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Go on.
    More,
    /// Go on, from the first page: something moved.
    Again(&'static str),
    /// The list is read.
    Done,
    /// The list is read, and still does not add up.
    Short(&'static str),
    /// The order cannot be relied on: walk the same list by page number.
    Unsorted(&'static str),
    /// The filter is not honoured: rows outside of it came.
    Unfiltered(&'static str),
}

/// Where a walk is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Walk {
    /// By creation date, which never changes: rows cannot shift past us.
    Keyset(Keyset),
    /// By page number, checked against the vendor's total.
    Pages(Pages),
}

impl Walk {
    pub(crate) fn keyset(at: Option<Timestamp>) -> Self {
        Self::Keyset(Keyset {
            at: at.map(whole_second),
            ..Keyset::default()
        })
    }

    pub(crate) fn pages() -> Self {
        Self::Pages(Pages::default())
    }
}

/// A walk by creation date.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Keyset {
    /// Creation date to read from.
    pub(crate) at: Option<Timestamp>,
    /// Page behind it; 0 unless a page full of rows shares one second.
    pub(crate) page: u32,
    /// Total of the list from `at` on, while `page` counts.
    tie_total: Option<u64>,
    /// Creation date of the last row, and the ids of all rows with that very date.
    last: Option<Timestamp>,
    ties: Vec<i64>,
    rereads: u8,
}

impl Keyset {
    /// Takes a page in; `fresh` is called for every row not seen on an earlier page.
    pub(crate) fn take(
        &mut self,
        filter: &Filter,
        page: &Envelope,
        mut fresh: impl FnMut(&Row),
    ) -> Next {
        if let Some(problem) = self.problem(filter, page) {
            return problem;
        }
        for row in &page.rows {
            if self.is_new(row) {
                fresh(row);
            }
        }
        let size = u64::from(page.size.unwrap_or(PAGE_SIZE).max(1));
        let before = u64::from(self.page) * size;
        let reached = before + (page.rows.len() + page.strays.len()) as u64;
        let Some(last) = page.rows.last().and_then(|row| row.created_at) else {
            return match page.total {
                Some(total) if total > before => self.again("fewer rows than the vendor counts"),
                Some(_) | None => Next::Done,
            };
        };
        let covered = match page.total {
            Some(total) => reached >= total && page.last != Some(false),
            None => page.last.unwrap_or(reached - before < size),
        };
        if covered {
            return Next::Done;
        }
        let at = whole_second(last) - SignedDuration::from_secs(1);
        if self.at.is_none_or(|from| at > from) {
            self.at = Some(at);
            self.page = 0;
            self.tie_total = None;
            return Next::More;
        }
        let moved = self.tie_total.is_some() && self.tie_total != page.total;
        if (moved && self.rereads < REREADS) || self.page >= PAGE_LIMIT {
            return self.again("rows moved between pages of one second");
        }
        self.tie_total = page.total;
        self.page += 1;
        Next::More
    }

    /// No row has come so far.
    pub(crate) const fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// The page contradicts the order or the bounds asked for.
    fn problem(&self, filter: &Filter, page: &Envelope) -> Option<Next> {
        let end = match filter {
            Filter::Created { to: Some(to), .. } => Some(*to + SignedDuration::from_secs(1)),
            Filter::Created { .. }
            | Filter::All
            | Filter::Updated { .. }
            | Filter::Deleted { .. } => None,
        };
        let mut previous = None;
        for row in &page.rows {
            let Some(created) = row.created_at else {
                return Some(Next::Unsorted("a row without createdDate"));
            };
            if self.at.is_some_and(|at| created < at) || end.is_some_and(|end| created > end) {
                return Some(Next::Unfiltered("rows outside the asked creation dates"));
            }
            if previous.is_some_and(|previous| previous > created) {
                return Some(Next::Unsorted("the asked order is not kept"));
            }
            previous = Some(created);
        }
        None
    }

    fn is_new(&mut self, row: &Row) -> bool {
        let Some(created) = row.created_at else {
            return false;
        };
        // Rows without an id share one place, which is right for the one such row that a second may hold.
        let id = row.record.id.unwrap_or(i64::MIN);
        match self.last {
            Some(last) if created < last => false,
            Some(last) if created == last => {
                let new = !self.ties.contains(&id);
                if new && self.ties.len() < TIE_LIMIT {
                    self.ties.push(id);
                }
                new
            }
            Some(_) | None => {
                self.last = Some(created);
                self.ties.clear();
                self.ties.push(id);
                true
            }
        }
    }

    fn again(&mut self, why: &'static str) -> Next {
        if self.rereads >= REREADS {
            return Next::Short(why);
        }
        self.rereads += 1;
        self.page = 0;
        self.tie_total = None;
        Next::Again(why)
    }
}

/// A walk by page number.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pages {
    pub(crate) page: u32,
    rereads: u8,
    /// The vendor's total on the page before.
    total: Option<u64>,
    /// The total went down while we walked: rows have moved towards us and past us.
    shrunk: bool,
    /// First id of the page before.
    first_id: Option<i64>,
    /// Rows of this reading that have no id to be told apart by.
    nameless: usize,
    /// Ids of this reading.
    pub(crate) ids: Trail,
    /// Those of them that were deleted rows.
    pub(crate) dead: Trail,
}

impl Pages {
    /// The vendor's total on the page read last.
    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }

    /// Takes a page in. A growing total loses nothing (rows move away from us and are seen twice); a row that
    /// is lost shows as a smaller total, or as fewer distinct ids than rows.
    pub(crate) fn take(&mut self, page: &Envelope) -> Next {
        let ids: Vec<i64> = page.rows.iter().filter_map(|r| r.record.id).collect();
        let dead = page.rows.iter().filter(|r| r.record.deleted);
        self.dead.push(dead.filter_map(|r| r.record.id).collect());
        let stuck = self.page > 0 && ids.len() > 1 && ids.first() == self.first_id.as_ref();
        self.first_id = ids.first().copied();
        self.nameless += page.rows.len() + page.strays.len() - ids.len();
        self.ids.push(ids);
        self.shrunk |= page.total < self.total && page.total.is_some();
        self.total = page.total.or(self.total);

        let size = u64::from(page.size.unwrap_or(PAGE_SIZE).max(1));
        let rows = page.rows.len() + page.strays.len();
        let reached = u64::from(self.page) * size + rows as u64;
        let covered = match page.total {
            Some(total) => reached >= total && page.last != Some(false),
            None => page.last.unwrap_or((rows as u64) < size),
        };
        if rows > 0 && !covered && !stuck && self.page < PAGE_LIMIT {
            self.page += 1;
            return Next::More;
        }
        self.end()
    }

    fn end(&mut self) -> Next {
        let why = match self.ids.distinct() {
            None => "the walk was interrupted",
            _ if self.shrunk => "the vendor's total fell while paging",
            Some(ids) if ids.len() + self.nameless < self.expected() => {
                "fewer distinct rows than the vendor counts"
            }
            Some(_) => return Next::Done,
        };
        if self.rereads >= REREADS {
            return Next::Short(why);
        }
        *self = Self {
            rereads: self.rereads + 1,
            ..Self::default()
        };
        Next::Again(why)
    }

    fn expected(&self) -> usize {
        usize::try_from(self.total.unwrap_or(0)).unwrap_or(usize::MAX)
    }
}

/// The ids a walk has seen, page by page; cloning it costs one pointer per page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    pages: Vec<Arc<[i64]>>,
    /// A part of it was not stored.
    lost: bool,
}

impl Trail {
    pub(crate) const EMPTY: Self = Self {
        pages: Vec::new(),
        lost: false,
    };

    pub(crate) fn push(&mut self, ids: Vec<i64>) {
        if !ids.is_empty() {
            self.pages.push(ids.into());
        }
    }

    /// The distinct ids; `None` when a part was lost.
    pub(crate) fn distinct(&self) -> Option<HashSet<i64>> {
        let ids = self.pages.iter().flat_map(|page| page.iter().copied());
        (!self.lost).then(|| ids.collect())
    }

    /// Ids of this one that do not stand in `other`; nothing when a part of either was lost.
    pub(crate) fn without(&self, other: &Self) -> Self {
        let (Some(mine), Some(theirs)) = (self.distinct(), other.distinct()) else {
            return Self {
                pages: Vec::new(),
                lost: true,
            };
        };
        let rest: Vec<i64> = mine.difference(&theirs).copied().collect();
        Self {
            pages: vec![rest.into()],
            lost: false,
        }
    }

    /// An id stands in both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        match (self.distinct(), other.distinct()) {
            (Some(mine), Some(theirs)) => !mine.is_disjoint(&theirs),
            (None, _) | (_, None) => false,
        }
    }
}

/// Stored as the differences of the sorted ids, which are small; a long trail is stored as lost.
impl Serialize for Trail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length: usize = self.pages.iter().map(|page| page.len()).sum();
        if self.lost || length > TRAIL_LIMIT {
            return serializer.serialize_none();
        }
        let mut ids: Vec<i64> = self.pages.iter().flat_map(|p| p.iter().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut before = 0;
        let steps = ids
            .into_iter()
            .map(|id| id - std::mem::replace(&mut before, id));
        serializer.collect_seq(steps)
    }
}

impl<'de> Deserialize<'de> for Trail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(steps) = Option::<Vec<i64>>::deserialize(deserializer)? else {
            return Ok(Self {
                pages: Vec::new(),
                lost: true,
            });
        };
        let mut trail = Self::default();
        let mut at = 0_i64;
        let ids = steps.into_iter().map(|step| {
            at = at.wrapping_add(step);
            at
        });
        trail.push(ids.collect());
        Ok(trail)
    }
}

/// The start of an instant's second: the vendor is asked in whole seconds.
fn whole_second(instant: Timestamp) -> Timestamp {
    Timestamp::from_second(instant.as_nanosecond().div_euclid(1_000_000_000) as i64)
        .unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::{Filter, Keyset, Next, Pages, Trail, Walk};
    use crate::tekmetric::envelope::{self, Envelope};
    use jiff::Timestamp;
    use serde_json::json;

    /// A page of rows `(id, second of creation)`.
    fn page(rows: &[(i64, i64)], total: u64, last: bool) -> Envelope {
        let created = |s: &i64| Timestamp::from_second(1_700_000_000 + s).unwrap();
        let rows: Vec<_> = rows
            .iter()
            .map(|(id, s)| json!({"id": id, "createdDate": created(s)}))
            .collect();
        let body = json!({"content": rows, "totalElements": total, "last": last, "size": 3});
        envelope::read(body.to_string().as_bytes()).unwrap()
    }

    fn keyset() -> Keyset {
        match Walk::keyset(None) {
            Walk::Keyset(keyset) => keyset,
            Walk::Pages(_) => unreachable!("a keyset was asked for"),
        }
    }

    #[test]
    fn the_keyset_moves_on_by_creation_date_and_counts_rows_once() {
        let mut walk = keyset();
        let mut seen = Vec::new();
        for (rows, total, next) in [
            (vec![(1, 10), (2, 20), (3, 30)], 5, Next::More),
            (vec![(3, 30), (4, 30), (5, 40)], 3, Next::Done),
        ] {
            let last = next == Next::Done;
            let page = page(&rows, total, last);
            assert_eq!(
                walk.take(&Filter::All, &page, |row| seen.extend(row.record.id)),
                next
            );
        }
        assert_eq!(seen, [1, 2, 3, 4, 5]);
        assert_eq!(walk.at.unwrap().as_second(), 1_700_000_029);
    }

    #[test]
    fn a5_a_page_called_the_last_is_not_believed_against_the_total() {
        let mut walk = keyset();
        let early = page(&[(1, 10), (2, 20), (3, 30)], 9, true);
        assert_eq!(walk.take(&Filter::All, &early, |_| ()), Next::More);
        let mut pages = Pages::default();
        assert_eq!(pages.take(&early), Next::More);
    }

    #[test]
    fn a_vendor_that_ignores_order_or_filter_is_found_out() {
        let unsorted = page(&[(1, 20), (2, 10)], 9, false);
        assert!(matches!(
            keyset().take(&Filter::All, &unsorted, |_| ()),
            Next::Unsorted(_)
        ));
        let mut walk = keyset();
        walk.at = Timestamp::from_second(1_700_000_015).ok();
        let outside = page(&[(1, 10), (2, 20)], 9, false);
        assert!(matches!(
            walk.take(&Filter::All, &outside, |_| ()),
            Next::Unfiltered(_)
        ));
        let undated = envelope::read(br#"{"content":[{"id":1}]}"#).unwrap();
        assert!(matches!(
            keyset().take(&Filter::All, &undated, |_| ()),
            Next::Unsorted(_)
        ));
    }

    #[test]
    fn b28_b29_pages_count_by_the_size_in_force_and_reread_what_moved() {
        let mut walk = Pages::default();
        assert_eq!(
            walk.take(&page(&[(1, 1), (2, 2), (3, 3)], 5, false)),
            Next::More
        );
        // Row 4 moved to the first page while row 3 was repeated: four distinct ids of five.
        assert!(matches!(
            walk.take(&page(&[(3, 3), (5, 5)], 5, true)),
            Next::Again(_)
        ));
        assert_eq!(walk.page, 0);
        assert_eq!(
            walk.take(&page(&[(1, 1), (2, 2), (3, 3)], 5, false)),
            Next::More
        );
        assert_eq!(walk.take(&page(&[(4, 4), (5, 5)], 5, true)), Next::Done);
    }

    #[test]
    fn a7_a_total_that_falls_means_reading_again_three_times_at_most() {
        let mut walk = Pages::default();
        for _ in 0..3 {
            assert_eq!(
                walk.take(&page(&[(1, 1), (2, 2), (3, 3)], 5, false)),
                Next::More
            );
            assert!(matches!(
                walk.take(&page(&[(5, 5)], 4, true)),
                Next::Again(_)
            ));
        }
        assert_eq!(
            walk.take(&page(&[(1, 1), (2, 2), (3, 3)], 5, false)),
            Next::More
        );
        assert!(matches!(
            walk.take(&page(&[(5, 5)], 4, true)),
            Next::Short(_)
        ));
    }

    #[test]
    fn a_vendor_that_ignores_the_page_number_does_not_keep_us() {
        let mut walk = Pages::default();
        let same = page(&[(1, 1), (2, 2), (3, 3)], 9, false);
        let mut steps = 0;
        while !matches!(walk.take(&same), Next::Short(_)) {
            steps += 1;
            assert!(steps < 20);
        }
    }

    #[test]
    fn trails_are_stored_small_and_long_ones_as_lost() {
        let mut trail = Trail::default();
        trail.push(vec![900, 7, 8]);
        trail.push(vec![8]);
        assert_eq!(json!(trail), json!([7, 1, 892]));
        let back: Trail = serde_json::from_value(json!(trail)).unwrap();
        assert_eq!(back.distinct(), trail.distinct());
        trail.push((0..5000).collect());
        let back: Trail = serde_json::from_value(json!(trail)).unwrap();
        assert_eq!(back.distinct(), None);
        assert!(!back.meets(&trail) && back.without(&trail).distinct().is_none());
    }
}
