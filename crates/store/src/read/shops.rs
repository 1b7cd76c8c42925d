//! The shops a caller sees, and in which role.

use super::Reading;
use super::header::{Cells, ShopHeader};
use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

const SHOPS: &str = include_str!("shops.sql");

/// The shops that the caller may see, by number.
#[derive(Clone, Copy, Debug)]
pub struct VisibleShops {
    /// Whose "today".
    pub now: Timestamp,
}

/// A shop with the caller's role in it.
#[derive(Clone, Debug)]
pub struct VisibleShop {
    /// The shop.
    pub shop: ShopHeader,
    /// Organization that owns it.
    pub organization: String,
    /// System of record.
    pub vendor: String,
    /// The vendor's number of it.
    pub vendor_account: String,
    /// Physical place.
    pub location: Option<String>,
    /// The caller's role: owner, manager, advisor, technician, analyst, viewer.
    pub role: String,
}

impl Reading for VisibleShops {
    type Answer = Vec<VisibleShop>;

    fn sql(&self) -> &'static str {
        SHOPS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.now]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        let one = |row: &Row| {
            let mut cells = Cells::of(row);
            VisibleShop {
                shop: ShopHeader::read(&mut cells),
                organization: cells.next(),
                vendor: cells.next(),
                vendor_account: cells.next(),
                location: cells.next(),
                role: cells.next(),
            }
        };
        rows.iter().map(one).collect()
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 1] {
    [("shops", SHOPS)]
}
