//! Posted orders by class: paid work, warranty and work given away.

use super::header::{Cells, HEADER_WIDTH, OfShop, Spans, header_of};
use super::{Reading, expand};
use domain::{ShopDay, ShopId};
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static WARRANTY: LazyLock<String> = LazyLock::new(|| expand(include_str!("warranty.sql")));

/// The classes of a range's posted orders.
#[derive(Clone, Debug)]
pub struct Warranty {
    /// Shop.
    pub shop: ShopId,
    /// Which days.
    pub spans: Spans,
}

/// The range's classes.
#[derive(Clone, Debug)]
pub struct Classes {
    /// First day.
    pub from: ShopDay,
    /// Last day.
    pub to: ShopDay,
    /// Those that occur, by name.
    pub classes: Vec<ClassSums>,
}

/// Sums of one class: cents, counts, hours in ten-thousandths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassSums {
    /// `no_charge`, `low_margin`, `label` or `normal`.
    pub class: String,
    /// Orders.
    pub ro_count: i64,
    /// AUTHORIZED net sales.
    pub net_sales: i64,
    /// AUTHORIZED cost.
    pub cost: i64,
    /// AUTHORIZED profit.
    pub profit: i64,
    /// AUTHORIZED billed hours, ten-thousandths.
    pub hours: i64,
}

impl Reading for Warranty {
    type Answer = Option<OfShop<Classes>>;

    fn sql(&self) -> &'static str {
        &WARRANTY
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.spans.parameters(&self.shop.0)
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        let shop = header_of(rows)?;
        let first = rows.first()?;
        let mut content = Classes {
            from: first.get(HEADER_WIDTH),
            to: first.get(HEADER_WIDTH + 1),
            classes: Vec::new(),
        };
        for row in rows {
            let mut cells = Cells::from(row, HEADER_WIDTH + 2);
            let Some(class) = cells.next() else { continue };
            content.classes.push(ClassSums {
                class,
                ro_count: cells.next(),
                net_sales: cells.next(),
                cost: cells.next(),
                profit: cells.next(),
                hours: cells.next(),
            });
        }
        Some(OfShop { shop, content })
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 1] {
    [("warranty", &WARRANTY)]
}
