//! One repair order down to its lines, and what the vendor sent.

use super::header::{Cells, HEADER_WIDTH, OfShop, header_of};
use super::{Reading, expand};
use domain::{OrderId, ShopDay, ShopId};
use jiff::Timestamp;
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static ORDER: LazyLock<String> = LazyLock::new(|| expand(include_str!("order.sql")));
const PAYLOAD: &str = include_str!("payload.sql");

/// One order.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Shop.
    pub shop: ShopId,
    /// Whose "today" the header names.
    pub now: Timestamp,
    /// Which.
    pub order: OrderId,
}

/// An order with everything on it. Amounts in cents, hours in ten-thousandths; the lists are JSON texts in the shape
/// that `order.sql` builds.
#[derive(Clone, Debug)]
pub struct OrderDetail {
    /// The vendor's id.
    pub id: OrderId,
    /// Printed number.
    pub number: i64,
    /// Status.
    pub status: String,
    /// Deleted at the vendor; counts nowhere.
    pub deleted: bool,
    /// The vendor's label.
    pub label: Option<String>,
    /// The shop's own label.
    pub custom_label: Option<String>,
    /// Who sold the work.
    pub advisor_id: Option<i64>,
    /// His name.
    pub advisor_name: Option<String>,
    /// Customer.
    pub customer_id: Option<i64>,
    /// His name; none for callers who may not see personal data.
    pub customer_name: Option<String>,
    /// Year, make, model; likewise.
    pub vehicle: Option<String>,
    /// When it happened.
    pub times: OrderTimes,
    /// What it comes to.
    pub sums: OrderSums,
    /// Jobs with their lines.
    pub jobs: String,
    /// Sublets on the order itself.
    pub sublets: String,
    /// Fees on the order itself.
    pub fees: String,
    /// Discounts on the order itself.
    pub discounts: String,
    /// Snapshots with their revisions and bridges, newest day first.
    pub snapshots: String,
    /// Open issues.
    pub issues: String,
    /// References to what the vendor sent; empty for callers who may not see it.
    pub payloads: String,
    /// System of record.
    pub vendor: String,
}

/// Times and days of an order.
#[derive(Clone, Copy, Debug)]
pub struct OrderTimes {
    /// Created at the vendor.
    pub created_at: Option<Timestamp>,
    /// Last changed at the vendor.
    pub updated_at: Option<Timestamp>,
    /// Promised to the customer.
    pub promised_at: Option<Timestamp>,
    /// Work done.
    pub completed_at: Option<Timestamp>,
    /// Closed to the books.
    pub posted_at: Option<Timestamp>,
    /// Day its money counts on.
    pub posted_on: Option<ShopDay>,
    /// Day the work was done.
    pub completed_on: Option<ShopDay>,
}

/// What an order comes to: cents, hours in ten-thousandths.
#[derive(Clone, Copy, Debug)]
pub struct OrderSums {
    /// AUTHORIZED parts, labour and sublets.
    pub gross_sales: i64,
    /// AUTHORIZED net sales.
    pub net_sales: i64,
    /// AUTHORIZED net sales plus tax.
    pub invoice_total: i64,
    /// AUTHORIZED jobs and sublets, shown next to the estimate.
    pub authorized_total: i64,
    /// AUTHORIZED cost.
    pub cost: i64,
    /// AUTHORIZED profit.
    pub profit: i64,
    /// AUTHORIZED parts.
    pub parts: i64,
    /// Their cost.
    pub parts_cost: i64,
    /// AUTHORIZED labour.
    pub labor: i64,
    /// Its cost.
    pub labor_cost: i64,
    /// AUTHORIZED sublets.
    pub sublets: i64,
    /// Their cost.
    pub sublet_cost: i64,
    /// AUTHORIZED fees.
    pub fees: i64,
    /// AUTHORIZED discounts.
    pub discounts: i64,
    /// AUTHORIZED tax.
    pub tax: i64,
    /// POTENTIAL sales.
    pub potential: i64,
    /// POTENTIAL work not decided yet.
    pub pending: i64,
    /// POTENTIAL work refused.
    pub declined: i64,
    /// Paid.
    pub paid: i64,
    /// Still due.
    pub balance_due: i64,
    /// AUTHORIZED billed hours, ten-thousandths.
    pub hours: i64,
}

impl OrderTimes {
    fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            created_at: cells.next(),
            updated_at: cells.next(),
            promised_at: cells.next(),
            completed_at: cells.next(),
            posted_at: cells.next(),
            posted_on: cells.next(),
            completed_on: cells.next(),
        }
    }
}

impl OrderSums {
    fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            gross_sales: cells.next(),
            net_sales: cells.next(),
            invoice_total: cells.next(),
            authorized_total: cells.next(),
            cost: cells.next(),
            profit: cells.next(),
            parts: cells.next(),
            parts_cost: cells.next(),
            labor: cells.next(),
            labor_cost: cells.next(),
            sublets: cells.next(),
            sublet_cost: cells.next(),
            fees: cells.next(),
            discounts: cells.next(),
            tax: cells.next(),
            potential: cells.next(),
            pending: cells.next(),
            declined: cells.next(),
            paid: cells.next(),
            balance_due: cells.next(),
            hours: cells.next(),
        }
    }
}

impl Reading for Order {
    type Answer = Option<OfShop<OrderDetail>>;

    fn sql(&self) -> &'static str {
        &ORDER
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.now, &self.order.0]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        let shop = header_of(rows)?;
        let mut cells = Cells::from(rows.first()?, HEADER_WIDTH);
        let content = OrderDetail {
            id: OrderId(cells.next()),
            number: cells.next(),
            status: cells.next(),
            deleted: cells.next(),
            label: cells.next(),
            custom_label: cells.next(),
            advisor_id: cells.next(),
            advisor_name: cells.next(),
            customer_id: cells.next(),
            customer_name: cells.next(),
            vehicle: cells.next(),
            times: OrderTimes::read(&mut cells),
            sums: OrderSums::read(&mut cells),
            jobs: cells.next(),
            sublets: cells.next(),
            fees: cells.next(),
            discounts: cells.next(),
            snapshots: cells.next(),
            issues: cells.next(),
            payloads: cells.next(),
            vendor: cells.next(),
        };
        Some(OfShop { shop, content })
    }
}

/// What the vendor sent of an order: the newest record, or the one with a fingerprint.
#[derive(Clone, Debug)]
pub struct OrderPayload {
    /// Shop.
    pub shop: ShopId,
    /// Order.
    pub order: OrderId,
    /// Fingerprint in hex; none for the newest.
    pub fingerprint: Option<String>,
}

/// A record as received; share links are redacted. Personal data.
#[derive(Clone, Debug)]
pub struct Payload {
    /// When it was received.
    pub fetched_at: Timestamp,
    /// Path it came from.
    pub endpoint: Option<String>,
    /// Fingerprint in hex.
    pub fingerprint: String,
    /// The record, JSON.
    pub body: String,
}

impl Reading for OrderPayload {
    type Answer = Option<Payload>;

    fn sql(&self) -> &'static str {
        PAYLOAD
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.order.0, &self.fingerprint]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        let mut cells = Cells::of(rows.first()?);
        Some(Payload {
            fetched_at: cells.next(),
            endpoint: cells.next(),
            fingerprint: cells.next(),
            body: cells.next(),
        })
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 2] {
    [("order", &ORDER), ("payload", PAYLOAD)]
}
