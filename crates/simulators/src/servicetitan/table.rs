//! Records of one kind with what the vendor keeps of each: id, times, activity, and the order of their changes,
//! which is the order of the export feed.

use super::json::Object;
use super::moment::Moment;
use super::world::World;
use crate::Stamp;

/// What every record has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meta {
    pub(crate) id: i64,
    pub(crate) created: Moment,
    pub(crate) modified: Moment,
    pub(crate) active: bool,
    /// Where in the table's changes its newest one stands.
    last_change: usize,
}

/// Which answer a row is printed for; some fields are in one only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Form {
    /// Export feeds: with `active`. Otherwise lists, single reads and webhooks.
    pub(crate) feed: bool,
    /// The application whose external data is asked for.
    pub(crate) application: Option<u64>,
    /// `includeDurationBilling`.
    pub(crate) with_billing: bool,
}

impl Form {
    /// Lists, single reads, webhooks.
    pub(crate) const LIST: Self = Self {
        feed: false,
        application: None,
        with_billing: false,
    };
}

/// A kind of record.
pub(crate) trait Record {
    /// Prints the row.
    fn print(&self, row: (&Meta, Form), world: &World, out: &mut Object<'_>);

    /// Whether the row passes a filter of this kind's own; `None` when the kind has no such filter.
    fn matches(&self, _meta: &Meta, _world: &World, _filter: (&str, &str)) -> Option<bool> {
        None
    }
}

/// The records of one kind. Ids are given in order without gaps.
#[derive(Debug)]
pub(crate) struct Table<T> {
    first_id: i64,
    rows: Vec<T>,
    metas: Vec<Meta>,
    changes: Vec<(Stamp, u32)>,
}

impl<T> Table<T> {
    pub(crate) fn new(first_id: i64) -> Self {
        Self {
            first_id,
            rows: Vec::new(),
            metas: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// Takes a record in and gives its id.
    pub(crate) fn add(&mut self, at: Stamp, row: T) -> i64 {
        let index = self.rows.len();
        let id = self.next_id();
        let moment = Moment::sprinkled(at, id.unsigned_abs());
        self.metas.push(Meta {
            id,
            created: moment,
            modified: moment,
            active: true,
            last_change: self.changes.len(),
        });
        self.rows.push(row);
        self.changes
            .push((at, u32::try_from(index).unwrap_or(u32::MAX)));
        id
    }

    /// The id that the next record gets.
    pub(crate) fn next_id(&self) -> i64 {
        self.first_id + i64::try_from(self.rows.len()).unwrap_or(0)
    }

    pub(crate) fn index(&self, id: i64) -> Option<usize> {
        let index = usize::try_from(id.checked_sub(self.first_id)?).ok()?;
        (index < self.rows.len()).then_some(index)
    }

    pub(crate) fn get(&self, id: i64) -> Option<&T> {
        self.index(id).map(|index| &self.rows[index])
    }

    pub(crate) fn meta(&self, id: i64) -> Option<&Meta> {
        self.index(id).map(|index| &self.metas[index])
    }

    /// Changes a record; its time of change moves, and the feed shows it again.
    pub(crate) fn change<R>(
        &mut self,
        id: i64,
        at: Stamp,
        change: impl FnOnce(&mut T) -> R,
    ) -> Option<R> {
        let index = self.index(id)?;
        let result = change(&mut self.rows[index]);
        self.touch(index, at);
        Some(result)
    }

    /// Changes a record without a word: neither its time nor the feed tells (Q10).
    pub(crate) fn change_silently<R>(
        &mut self,
        id: i64,
        change: impl FnOnce(&mut T) -> R,
    ) -> Option<R> {
        let index = self.index(id)?;
        Some(change(&mut self.rows[index]))
    }

    pub(crate) fn set_active(&mut self, id: i64, at: Stamp, active: bool) {
        if let Some(index) = self.index(id)
            && self.metas[index].active != active
        {
            self.metas[index].active = active;
            self.touch(index, at);
        }
    }

    fn touch(&mut self, index: usize, at: Stamp) {
        let salt = self.changes.len() as u64 * 31 + index as u64;
        let meta = &mut self.metas[index];
        meta.modified = Moment::sprinkled(at, salt).max(meta.modified);
        meta.last_change = self.changes.len();
        self.changes
            .push((at, u32::try_from(index).unwrap_or(u32::MAX)));
    }

    /// Every record with its meta, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Meta, &T)> {
        self.metas.iter().zip(&self.rows)
    }

    /// The records made at or after an instant.
    pub(crate) fn made_since(&self, at: Stamp) -> impl Iterator<Item = (&Meta, &T)> {
        let first = self.metas.partition_point(|meta| meta.created.stamp() < at);
        self.metas[first..].iter().zip(&self.rows[first..])
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// A table whatever its kind, for lists and feeds.
pub(crate) trait Listing {
    fn metas(&self) -> &[Meta];
    fn print(&self, index: usize, form: Form, world: &World, out: &mut Vec<u8>);
    fn matches(&self, index: usize, world: &World, filter: (&str, &str)) -> Option<bool>;
    /// Instant and row of every change, oldest first.
    fn changes(&self) -> &[(Stamp, u32)];
    fn row_of(&self, id: i64) -> Option<usize>;
    /// Whether a change is still the row's newest.
    fn is_newest(&self, position: usize) -> bool {
        let (_, row) = self.changes()[position];
        self.metas()[row as usize].last_change == position
    }
}

impl<T: Record> Listing for Table<T> {
    fn metas(&self) -> &[Meta] {
        &self.metas
    }

    fn print(&self, index: usize, form: Form, world: &World, out: &mut Vec<u8>) {
        super::json::object(out, |o| {
            self.rows[index].print((&self.metas[index], form), world, o)
        });
    }

    fn matches(&self, index: usize, world: &World, filter: (&str, &str)) -> Option<bool> {
        self.rows[index].matches(&self.metas[index], world, filter)
    }

    fn changes(&self) -> &[(Stamp, u32)] {
        &self.changes
    }

    fn row_of(&self, id: i64) -> Option<usize> {
        self.index(id)
    }
}

#[cfg(test)]
mod tests {
    use super::Table;
    use crate::Stamp;

    #[test]
    fn a_change_moves_a_record_to_the_end_of_the_feed() {
        let mut table = Table::new(10);
        assert_eq!(table.add(Stamp(1), 'a'), 10);
        assert_eq!(table.add(Stamp(2), 'b'), 11);
        table.change(10, Stamp(3), |row| *row = 'c');
        table.change_silently(11, |row| *row = 'd');
        assert_eq!(table.changes, [(Stamp(1), 0), (Stamp(2), 1), (Stamp(3), 0)]);
        assert_eq!(table.metas[0].last_change, 2);
        assert_eq!((table.get(10), table.get(11)), (Some(&'c'), Some(&'d')));
        assert!(table.get(12).is_none() && table.get(9).is_none());
    }
}
