//! Lists of repair orders, in pages that stay stable while orders arrive, or whole.

use super::header::{Cells, HEADER_WIDTH, OfShop, Spans, below};
use super::{Reading, expand};
use domain::{CustomerId, EmployeeId, OrderId, ShopDay, ShopId};
use jiff::Timestamp;
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static POSTED: LazyLock<String> = LazyLock::new(|| expand(include_str!("orders_posted.sql")));
static RANKED: LazyLock<String> = LazyLock::new(|| expand(include_str!("orders_ranked.sql")));
static ALL: LazyLock<String> = LazyLock::new(|| expand(include_str!("orders_all.sql")));

/// An order of a list. Amounts in cents, hours in ten-thousandths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// The vendor's id.
    pub id: OrderId,
    /// Printed number.
    pub number: i64,
    /// Status.
    pub status: String,
    /// Day its money counts on.
    pub posted_on: Option<ShopDay>,
    /// The vendor's time of creation.
    pub created_at: Option<Timestamp>,
    /// The vendor's time of last change.
    pub updated_at: Option<Timestamp>,
    /// Who sold the work.
    pub advisor_id: Option<EmployeeId>,
    /// His name.
    pub advisor_name: Option<String>,
    /// Customer.
    pub customer_id: Option<CustomerId>,
    /// His name; none for callers who may not see personal data.
    pub customer_name: Option<String>,
    /// Year, make, model.
    pub vehicle: Option<String>,
    /// AUTHORIZED net sales.
    pub net_sales: i64,
    /// AUTHORIZED cost.
    pub cost: i64,
    /// AUTHORIZED profit.
    pub profit: i64,
    /// AUTHORIZED parts, labour and sublets.
    pub gross_sales: i64,
    /// AUTHORIZED fees.
    pub fees: i64,
    /// AUTHORIZED discounts.
    pub discounts: i64,
    /// POTENTIAL sales.
    pub potential: i64,
    /// POTENTIAL work not decided yet.
    pub pending: i64,
    /// POTENTIAL work refused.
    pub declined: i64,
    /// AUTHORIZED billed hours, ten-thousandths.
    pub hours: i64,
    /// AUTHORIZED jobs.
    pub authorized_jobs: i64,
    /// POTENTIAL jobs, whatever their state.
    pub potential_jobs: i64,
    /// POTENTIAL jobs not decided yet.
    pub pending_jobs: i64,
    /// POTENTIAL jobs refused.
    pub declined_jobs: i64,
    /// `no_charge`, `low_margin`, `label`, `normal`; posted orders only.
    pub class: Option<String>,
    /// AUTHORIZED part lines without a cost.
    pub missing_costs: i64,
    /// AUTHORIZED labour lines at their technician's own rate.
    pub lines_assigned: i64,
    /// … at the shop's average.
    pub lines_shop_avg: i64,
    /// … at the shop's default.
    pub lines_default: i64,
    /// Our net sales less the vendor's; expected 0.
    pub revenue_variance: Option<i64>,
}

impl OrderRow {
    fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            id: OrderId(cells.next()),
            number: cells.next(),
            status: cells.next(),
            posted_on: cells.next(),
            created_at: cells.next(),
            updated_at: cells.next(),
            advisor_id: cells.next::<Option<i64>>().map(EmployeeId),
            advisor_name: cells.next(),
            customer_id: cells.next::<Option<i64>>().map(CustomerId),
            customer_name: cells.next(),
            vehicle: cells.next(),
            net_sales: cells.next(),
            cost: cells.next(),
            profit: cells.next(),
            gross_sales: cells.next(),
            fees: cells.next(),
            discounts: cells.next(),
            potential: cells.next(),
            pending: cells.next(),
            declined: cells.next(),
            hours: cells.next(),
            authorized_jobs: cells.next(),
            potential_jobs: cells.next(),
            pending_jobs: cells.next(),
            declined_jobs: cells.next(),
            class: cells.next(),
            missing_costs: cells.next(),
            lines_assigned: cells.next(),
            lines_shop_avg: cells.next(),
            lines_default: cells.next(),
            revenue_variance: cells.next(),
        }
    }

    /// Reads one row of any of the lists; for streams, which have a row and no list.
    #[must_use]
    pub fn from_row(row: &Row) -> Option<Self> {
        (!super::header::is_null(row, HEADER_WIDTH))
            .then(|| Self::read(&mut Cells::from(row, HEADER_WIDTH)))
    }
}

/// By which amount orders are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// Net sales.
    NetSales,
    /// Profit.
    GrossProfit,
}

impl Rank {
    /// The word of the statement and of `sort`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NetSales => "net_sales",
            Self::GrossProfit => "gross_profit",
        }
    }

    /// The amount of an order.
    #[must_use]
    pub const fn of(self, order: &OrderRow) -> i64 {
        match self {
            Self::NetSales => order.net_sales,
            Self::GrossProfit => order.profit,
        }
    }
}

/// What lists of posted orders have in common.
#[derive(Clone, Debug)]
pub struct PostedFilter {
    /// Shop.
    pub shop: ShopId,
    /// Which days.
    pub spans: Spans,
    /// One advisor's.
    pub advisor: Option<i64>,
    /// One class.
    pub class: Option<String>,
}

/// Posted orders of a range, newest day first.
#[derive(Clone, Debug)]
pub struct PostedOrders {
    /// Which.
    pub filter: PostedFilter,
    /// Day of the last order seen; the calendar's last day before the first.
    pub after_day: ShopDay,
    /// Id of the last order seen; [`i64::MAX`] before the first.
    pub after_id: i64,
    /// Rows at most; none for all.
    pub limit: Option<i64>,
}

impl PostedFilter {
    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let mut parameters = self.spans.parameters(&self.shop.0);
        parameters.push(&self.advisor);
        parameters.push(&self.class);
        parameters
    }
}

impl Reading for PostedOrders {
    type Answer = Option<OfShop<Vec<OrderRow>>>;

    fn sql(&self) -> &'static str {
        &POSTED
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let mut parameters = self.filter.parameters();
        parameters.push(&self.after_day);
        parameters.push(&self.after_id);
        parameters.push(&self.limit);
        parameters
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, OrderRow::read)
    }
}

/// Posted orders of a range by an amount, largest first.
#[derive(Clone, Debug)]
pub struct RankedOrders {
    /// Which.
    pub filter: PostedFilter,
    /// By what.
    pub rank: Rank,
    /// Amount of the last order seen; [`i64::MAX`] before the first.
    pub after_amount: i64,
    /// Id of the last order seen; [`i64::MAX`] before the first.
    pub after_id: i64,
    /// Rows at most; none for all.
    pub limit: Option<i64>,
}

impl Reading for RankedOrders {
    type Answer = Option<OfShop<Vec<OrderRow>>>;

    fn sql(&self) -> &'static str {
        &RANKED
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let mut parameters = self.filter.parameters();
        parameters.push(&self.after_amount);
        parameters.push(&self.after_id);
        parameters.push(&self.limit);
        parameters.push(self.rank.word());
        parameters
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, OrderRow::read)
    }
}

impl Rank {
    fn word(self) -> &'static (dyn ToSql + Sync) {
        match self {
            Self::NetSales => &"net_sales",
            Self::GrossProfit => &"gross_profit",
        }
    }
}

/// Orders in any state, newest first; figures as they stand now.
#[derive(Clone, Debug)]
pub struct AllOrders {
    /// Shop.
    pub shop: ShopId,
    /// Whose "today" the header names.
    pub now: Timestamp,
    /// These statuses only.
    pub statuses: Option<Vec<String>>,
    /// One advisor's.
    pub advisor: Option<i64>,
    /// One customer's.
    pub customer: Option<i64>,
    /// One printed number.
    pub number: Option<i64>,
    /// Id of the last order seen; [`i64::MAX`] before the first.
    pub after_id: i64,
    /// Rows at most; none for all.
    pub limit: Option<i64>,
}

impl Reading for AllOrders {
    type Answer = Option<OfShop<Vec<OrderRow>>>;

    fn sql(&self) -> &'static str {
        &ALL
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![
            &self.shop.0,
            &self.now,
            &self.statuses,
            &self.advisor,
            &self.customer,
            &self.number,
            &self.after_id,
            &self.limit,
        ]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, OrderRow::read)
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 3] {
    [
        ("orders_posted", &POSTED),
        ("orders_ranked", &RANKED),
        ("orders_all", &ALL),
    ]
}
