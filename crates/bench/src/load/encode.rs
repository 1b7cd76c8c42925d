//! The product's own encoders, filled for tables instead of stages: what the limit copies is what the product loads.

use domain::cost::CostedOrder;
use domain::record::RepairOrder;
use domain::{Authorization, ShopId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::canonical::{
    charges, customers, employees, jobs, labor, parts, repair_orders, sublets, vehicles,
};
use store::copy::CopyRows;
use store::load::{OrderRow, Payload};
use vendors::RawRecord;

/// `raw.payloads`.
const PAYLOADS: &str = "raw.payloads";
const PAYLOAD_COLUMNS: &[&str] = &[
    "shop_id",
    "vendor",
    "entity",
    "entity_id",
    "fetched_at",
    "stored_on",
    "payload_hash",
    "body",
];

/// The tables, in the order of [`Batch::rows`].
pub const TABLES: [(&str, &[&str]); 11] = [
    (repair_orders::TABLE, repair_orders::COLUMNS),
    (jobs::TABLE, jobs::COLUMNS),
    (parts::TABLE, parts::COLUMNS),
    (labor::TABLE, labor::COLUMNS),
    (charges::FEES_TABLE, charges::FEES_COLUMNS),
    (charges::DISCOUNTS_TABLE, charges::DISCOUNTS_COLUMNS),
    (sublets::TABLE, sublets::COLUMNS),
    (employees::TABLE, employees::COLUMNS),
    (customers::TABLE, customers::COLUMNS),
    (vehicles::TABLE, vehicles::COLUMNS),
    (PAYLOADS, PAYLOAD_COLUMNS),
];

/// The rows of one transaction, by table.
pub struct Batch {
    shop: ShopId,
    now: Timestamp,
    /// Rows, in the order of [`TABLES`].
    pub rows: [CopyRows; 11],
}

impl Batch {
    /// Empty.
    pub fn new(shop: ShopId, now: Timestamp) -> Self {
        Self {
            shop,
            now,
            rows: TABLES.map(|(_, columns)| CopyRows::new(columns.len())),
        }
    }

    /// An order with everything below it and its payload.
    pub fn put_order(&mut self, raw: &RawRecord, order: &RepairOrder, costed: &CostedOrder) {
        let (shop, now) = (self.shop, self.now);
        let row = OrderRow {
            payload: Payload {
                entity_id: order.id.0,
                hash: raw.hash,
                body: &raw.body,
            },
            order,
            costed,
            issues: &[],
        };
        let [
            header,
            job_rows,
            part_rows,
            labor_rows,
            fees,
            discounts,
            sublet_rows,
            ..,
        ] = &mut self.rows;
        repair_orders::put(header, shop, &row, now);
        for (job, priced) in order.jobs.iter().zip(&costed.jobs) {
            jobs::put(job_rows, (shop, order.id), job, priced, now);
            let authorized = priced.authorization == Authorization::Authorized;
            let parent = (shop, order.id, job.id, authorized);
            for (line, totals) in job.parts.iter().zip(&priced.parts) {
                parts::put(part_rows, parent, line, totals, now);
            }
            for (line, totals) in job.labor.iter().zip(&priced.labor) {
                labor::put(labor_rows, parent, line, totals, now);
            }
            for fee in &job.fees {
                charges::put_fee(fees, (shop, order.id, Some(job.id)), fee, now);
            }
            for discount in &job.discounts {
                charges::put_discount(discounts, (shop, order.id, Some(job.id)), discount, now);
            }
        }
        for (sublet, priced) in order.sublets.iter().zip(&costed.sublets) {
            sublets::put(sublet_rows, (shop, order.id), sublet, priced, now);
        }
        for fee in &order.fees {
            charges::put_fee(fees, (shop, order.id, None), fee, now);
        }
        for discount in &order.discounts {
            charges::put_discount(discounts, (shop, order.id, None), discount, now);
        }
        self.put_payload("repair_order", raw, order.id.0);
    }

    /// An employee.
    pub fn put_employee(&mut self, raw: &RawRecord, employee: &domain::record::Employee) {
        employees::put(&mut self.rows[7], self.shop, employee, &raw.hash, self.now);
        self.put_payload("employee", raw, employee.id);
    }

    /// A customer.
    pub fn put_customer(&mut self, raw: &RawRecord, customer: &domain::record::Customer) {
        customers::put(&mut self.rows[8], self.shop, customer, &raw.hash, self.now);
        self.put_payload("customer", raw, customer.id);
    }

    /// A vehicle.
    pub fn put_vehicle(&mut self, raw: &RawRecord, vehicle: &domain::record::Vehicle) {
        vehicles::put(&mut self.rows[9], self.shop, vehicle, &raw.hash, self.now);
        self.put_payload("vehicle", raw, vehicle.id);
    }

    fn put_payload(&mut self, entity: &str, raw: &RawRecord, id: i64) {
        let stored_on = self.now.to_zoned(TimeZone::UTC).date();
        self.rows[10]
            .row()
            .put(self.shop.0)
            .put("tekmetric")
            .put(entity)
            .put(id)
            .put(self.now)
            .put(stored_on)
            .put(&raw.hash[..])
            .put(&raw.body);
    }
}
