//! What every answer about a shop begins with: whose it is, in which zone and currency, as of when.

use domain::range::{Comparison, Range, possible_todays};
use domain::{ShopDay, ShopId};
use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};

/// The shop an answer is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopHeader {
    /// Our number.
    pub shop_id: ShopId,
    /// Display name.
    pub name: String,
    /// IANA zone that decides its days.
    pub timezone: String,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Today in the shop.
    pub today: ShopDay,
    /// When the shop's orders were last read to their end; none before the first time.
    pub as_of: Option<Timestamp>,
    /// Business days, 1 is Monday.
    pub week_days: Vec<i16>,
}

impl ShopHeader {
    /// Reads the columns that every statement's `header` gives first, in this order.
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            shop_id: ShopId(cells.next()),
            name: cells.next(),
            timezone: cells.next(),
            currency: cells.next(),
            today: cells.next(),
            as_of: cells.next(),
            week_days: cells.next(),
        }
    }
}

/// An answer about one shop.
#[derive(Clone, Debug)]
pub struct OfShop<T> {
    /// The shop.
    pub shop: ShopHeader,
    /// What was asked.
    pub content: T,
}

/// The cells of a row from left to right; the statement's column order is the struct's field order.
pub(super) struct Cells<'a> {
    row: &'a Row,
    at: usize,
}

impl<'a> Cells<'a> {
    pub(super) fn of(row: &'a Row) -> Self {
        Self::from(row, 0)
    }

    pub(super) fn from(row: &'a Row, at: usize) -> Self {
        Self { row, at }
    }

    pub(super) fn next<T: FromSql<'a>>(&mut self) -> T {
        let value = self.row.get(self.at);
        self.at += 1;
        value
    }
}

/// The shop of the first row; none where there is no row, which is a shop that the caller does not see.
pub(super) fn header_of(rows: &[Row]) -> Option<ShopHeader> {
    rows.first()
        .map(|row| ShopHeader::read(&mut Cells::of(row)))
}

/// Columns of [`ShopHeader`].
pub(super) const HEADER_WIDTH: usize = 7;

/// Rows below a header: the statement joins them to it, so that a shop without any still has a row whose first cell
/// after the header is null.
pub(super) fn below<T>(rows: &[Row], one: impl Fn(&mut Cells<'_>) -> T) -> Option<OfShop<Vec<T>>> {
    let shop = header_of(rows)?;
    let content = rows
        .iter()
        .filter(|row| !is_null(row, HEADER_WIDTH))
        .map(|row| one(&mut Cells::from(row, HEADER_WIDTH)))
        .collect();
    Some(OfShop { shop, content })
}

/// A cell whatever its type.
struct Presence(bool);

impl<'a> FromSql<'a> for Presence {
    fn from_sql(
        _: &tokio_postgres::types::Type,
        _: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(true))
    }

    fn from_sql_null(
        _: &tokio_postgres::types::Type,
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(false))
    }

    fn accepts(_: &tokio_postgres::types::Type) -> bool {
        true
    }
}

pub(super) fn is_null(row: &Row, at: usize) -> bool {
    !row.get::<_, Presence>(at).0
}

/// A range, and what it is compared with, for every day that may be today in the shop; the statement's `periods`
/// chooses by the shop's own zone. Parameters: `now`, todays, kinds, first days, last days.
#[derive(Clone, Debug)]
pub struct Spans {
    pub(super) now: Timestamp,
    pub(super) todays: Vec<ShopDay>,
    pub(super) kinds: Vec<i16>,
    pub(super) froms: Vec<ShopDay>,
    pub(super) tos: Vec<ShopDay>,
}

impl Spans {
    /// The range as it stands at `now`, and the one compared with.
    #[must_use]
    pub fn new(now: Timestamp, range: Range, comparison: Option<Comparison>) -> Self {
        let mut spans = Self {
            now,
            todays: Vec::new(),
            kinds: Vec::new(),
            froms: Vec::new(),
            tos: Vec::new(),
        };
        for today in possible_todays(now) {
            spans.push(today, Kind::Asked, range.days(today));
            if let Some(comparison) = comparison {
                spans.push(today, Kind::Compared, comparison.days(range, today));
            }
        }
        spans
    }

    /// The shop and the ranges: $1 to $6 of `periods.sql`.
    pub(super) fn parameters<'a>(&'a self, shop: &'a i64) -> Vec<&'a (dyn ToSql + Sync)> {
        let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![shop];
        parameters.extend(self.own_parameters());
        parameters
    }

    /// The ranges alone.
    pub(super) fn own_parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.now, &self.todays, &self.kinds, &self.froms, &self.tos]
    }

    fn push(&mut self, today: ShopDay, kind: Kind, (from, to): (ShopDay, ShopDay)) {
        self.todays.push(today);
        self.kinds.push(kind as i16);
        self.froms.push(from);
        self.tos.push(to);
    }
}

/// Which of the two periods a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The range asked for.
    Asked = 0,
    /// The range it is compared with.
    Compared = 1,
}
