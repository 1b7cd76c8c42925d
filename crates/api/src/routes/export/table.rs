//! A list as a table: columns with their kind, rows of cells. What every format is written from.

use jiff::Timestamp;
use jiff::civil::Date;

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A count or a number that is a name.
    Whole,
    /// Cents of the row's currency.
    Cents,
    /// Hundredths of a percentage point.
    Percent,
    /// Ten-thousandths of an hour.
    Hours,
    /// A text.
    Text,
    /// A day in the shop's zone.
    Day,
    /// An instant.
    Instant,
    /// Yes or no.
    Flag,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Name; a figure's begins with its basis and ends with its unit.
    pub name: &'static str,
    /// What its cells are.
    pub kind: Kind,
}

pub(super) const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind }
}

/// A cell; whole numbers are read by the kind of their column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// Whole, Cents, Percent and Hours.
    Whole(i64),
    /// Text.
    Text(String),
    /// Day.
    Day(Date),
    /// Instant.
    Instant(Timestamp),
    /// Flag.
    Flag(bool),
}

/// A row; as many cells as there are columns.
pub(super) type Row = Vec<Cell>;

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Whole(value)
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Date> for Cell {
    fn from(value: Date) -> Self {
        Self::Day(value)
    }
}

impl From<Timestamp> for Cell {
    fn from(value: Timestamp) -> Self {
        Self::Instant(value)
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// The cells of a row from values of many types.
macro_rules! cells {
    ($($value:expr),* $(,)?) => { vec![$(super::table::Cell::from($value)),*] };
}
// A macro, because a row holds values of many types, and one `Cell::from` a value would hide the list.
pub(super) use cells;
