//! The board of open orders: what is stuck, late or unsold right now.

use super::header::{Cells, OfShop, below};
use super::{Reading, expand};
use domain::ShopId;
use jiff::Timestamp;
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static BOARD: LazyLock<String> = LazyLock::new(|| expand(include_str!("board.sql")));

/// The open orders of a shop.
#[derive(Clone, Copy, Debug)]
pub struct Board {
    /// Shop.
    pub shop: ShopId,
    /// Now.
    pub now: Timestamp,
}

/// An open order. Amounts in cents, hours in ten-thousandths.
#[derive(Clone, Debug)]
pub struct OpenOrder {
    /// The vendor's id.
    pub id: i64,
    /// Printed number.
    pub number: i64,
    /// ESTIMATE, WORKINPROGRESS or COMPLETE.
    pub status: String,
    /// The vendor's label.
    pub label: Option<String>,
    /// The shop's own label.
    pub custom_label: Option<String>,
    /// Key tag.
    pub keytag: Option<String>,
    /// Who sells the work.
    pub advisor_id: Option<i64>,
    /// His name.
    pub advisor_name: Option<String>,
    /// Default technician.
    pub technician_id: Option<i64>,
    /// His name.
    pub technician_name: Option<String>,
    /// Customer.
    pub customer_id: Option<i64>,
    /// His name; none for callers who may not see personal data.
    pub customer_name: Option<String>,
    /// Year, make, model; likewise.
    pub vehicle: Option<String>,
    /// Created.
    pub created_at: Option<Timestamp>,
    /// Last changed.
    pub updated_at: Option<Timestamp>,
    /// Vehicle brought.
    pub dropped_off_at: Option<Timestamp>,
    /// Promised to the customer.
    pub promised_at: Option<Timestamp>,
    /// Work done.
    pub completed_at: Option<Timestamp>,
    /// Estimate sent.
    pub estimate_shared_at: Option<Timestamp>,
    /// AUTHORIZED net sales.
    pub net_sales: i64,
    /// AUTHORIZED profit.
    pub profit: i64,
    /// POTENTIAL work not decided yet.
    pub pending: i64,
    /// POTENTIAL work refused.
    pub declined: i64,
    /// POTENTIAL sales.
    pub potential: i64,
    /// AUTHORIZED billed hours, ten-thousandths.
    pub hours: i64,
    /// AUTHORIZED jobs.
    pub authorized_jobs: i64,
    /// POTENTIAL jobs not decided yet.
    pub pending_jobs: i64,
    /// POTENTIAL jobs refused.
    pub declined_jobs: i64,
    /// AUTHORIZED part lines without a cost.
    pub missing_costs: i64,
}

impl OpenOrder {
    fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            id: cells.next(),
            number: cells.next(),
            status: cells.next(),
            label: cells.next(),
            custom_label: cells.next(),
            keytag: cells.next(),
            advisor_id: cells.next(),
            advisor_name: cells.next(),
            technician_id: cells.next(),
            technician_name: cells.next(),
            customer_id: cells.next(),
            customer_name: cells.next(),
            vehicle: cells.next(),
            created_at: cells.next(),
            updated_at: cells.next(),
            dropped_off_at: cells.next(),
            promised_at: cells.next(),
            completed_at: cells.next(),
            estimate_shared_at: cells.next(),
            net_sales: cells.next(),
            profit: cells.next(),
            pending: cells.next(),
            declined: cells.next(),
            potential: cells.next(),
            hours: cells.next(),
            authorized_jobs: cells.next(),
            pending_jobs: cells.next(),
            declined_jobs: cells.next(),
            missing_costs: cells.next(),
        }
    }
}

impl Reading for Board {
    type Answer = Option<OfShop<Vec<OpenOrder>>>;

    fn sql(&self) -> &'static str {
        &BOARD
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.now]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, OpenOrder::read)
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 1] {
    [("board", &BOARD)]
}
