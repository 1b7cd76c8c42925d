//! A shop with a worked example loaded into it, and a user in every role: for tests of what stands above the warehouse.
//!
//! Payloads become records here without the connector, which is not this crate's to use; pricing, loading and summing
//! are the product's own.

use crate::db::TestDb;
use crate::oracle::OracleInput;
use domain::cost::{CostContext, CostedOrder, KeptRates, cost_order};
use domain::rate::RateBook;
use domain::record::{
    Charge, CostRate, Job, Labor, OrderStatus, Part, RepairOrder, Sublet, SubletItem, VendorSums,
};
use domain::{
    Cents, Clock, CustomerId, EmployeeId, Hours, JobId, OrderId, Quantity, ShopId, ShopZone,
    VehicleId,
};
use jiff::Timestamp;
use serde_json::Value;
use store::load::orders::{self, OrderPage};
use store::load::{OrderRow, Payload};
use store::shops::ConfiguredShop;
use store::{Database, DatabaseSettings, Identity, Session, models, queue};

/// Who signs in: a user per role of the shop, and one of another shop.
pub const ROLES: [(&str, &str); 6] = [
    ("owner", "00000000-0000-4000-8000-000000000001"),
    ("manager", "00000000-0000-4000-8000-000000000002"),
    ("advisor", "00000000-0000-4000-8000-000000000003"),
    ("technician", "00000000-0000-4000-8000-000000000004"),
    ("analyst", "00000000-0000-4000-8000-000000000005"),
    ("viewer", "00000000-0000-4000-8000-000000000006"),
];

/// Owner of another shop, who sees nothing of this one.
pub const STRANGER: &str = "00000000-0000-4000-8000-0000000000ff";

/// The stranger's shop: configured and empty.
pub const FOREIGN_SHOP: i64 = 902;

/// The employee that the technician is.
pub const TECHNICIAN: i64 = 6101;

/// A database with a shop's orders in it.
pub struct Loaded {
    /// Holds the database.
    pub test: TestDb,
    /// As the superuser.
    pub database: Database,
    /// Stands still at the time the example was loaded.
    pub clock: Clock,
    /// The shop.
    pub shop: ShopId,
}

impl Loaded {
    /// A migrated database with the input's shop, people and orders; everything is drained.
    ///
    /// # Panics
    /// When the database refuses, or a payload is not of the documented shape.
    pub async fn new(name: &str, now: &str, input: &OracleInput) -> Self {
        let test = TestDb::create(name).await.expect("a test database");
        let database = Database::connect(&DatabaseSettings::new(test.url()))
            .await
            .expect("a connection");
        let loaded = Self {
            test,
            database,
            clock: Clock::fixed(now.parse().expect("an instant")),
            shop: ShopId(input.shop.shop_id),
        };
        loaded.configure(&input.shop.timezone).await;
        fill(&loaded.test, loaded.shop, now, input).await;
        loaded
    }

    async fn configure(&self, zone: &str) {
        let shop = |id: i64, zone: &str| ConfiguredShop {
            shop_id: ShopId(id),
            organization: "acme".into(),
            connection: "test".into(),
            vendor: "tekmetric".into(),
            vendor_account: id.to_string(),
            name: format!("Shop {id}"),
            timezone: zone.into(),
            currency: "USD".into(),
            location: None,
            default_tech_cost_rate: None,
        };
        let shops = [
            shop(self.shop.0, zone),
            shop(FOREIGN_SHOP, "America/Chicago"),
        ];
        store::shops::configure(&self.database, &shops, &[], self.clock.now())
            .await
            .expect("two shops");
        let shop = self.shop.0;
        let mut members: Vec<String> = ROLES
            .iter()
            .map(|(role, user)| {
                let employee = if *role == "technician" {
                    TECHNICIAN.to_string()
                } else {
                    "null".to_owned()
                };
                format!("({shop}, '{user}', '{role}', {employee})")
            })
            .collect();
        members.push(format!("({FOREIGN_SHOP}, '{STRANGER}', 'owner', null)"));
        run(
            &self.test,
            &format!(
                "insert into warehouse.user_shop_access (shop_id, user_id, role, employee_id) values {}",
                members.join(", ")
            ),
        )
        .await;
    }
}

/// Fills a configured shop of a database with the people and orders of an input, and drains everything.
///
/// # Panics
/// When the database refuses, or a payload is not of the documented shape.
pub async fn fill(test: &TestDb, shop: ShopId, now: &str, input: &OracleInput) {
    let database = Database::connect(&DatabaseSettings::new(test.url()))
        .await
        .expect("a connection");
    let filler = Filler {
        test,
        database,
        now: now.parse().expect("an instant"),
        shop,
    };
    filler.people(input).await;
    filler.orders(input).await;
}

async fn run(test: &TestDb, statements: &str) {
    let client = test.client().await.expect("a client");
    client
        .batch_execute(statements)
        .await
        .unwrap_or_else(|error| panic!("{statements}: {error:?}"));
}

/// What filling a shop needs.
struct Filler<'a> {
    test: &'a TestDb,
    database: Database,
    now: Timestamp,
    shop: ShopId,
}

impl Filler<'_> {
    /// Employees and rates of the input; advisors of the examples have names too.
    async fn people(&self, input: &OracleInput) {
        let (shop, now) = (self.shop.0, self.now);
        let mut rows: Vec<String> = input
            .employees
            .iter()
            .map(|employee| {
                let id = employee.payload["id"].as_i64().expect("an id");
                let status = if employee.is_active {
                    "ACTIVE"
                } else {
                    "INACTIVE"
                };
                format!("({shop}, {id}, 'Tech', '{id}', 3, '{status}')")
            })
            .collect();
        rows.extend(
            [5102, 5103].map(|id| format!("({shop}, {id}, 'Advisor', '{id}', 2, 'ACTIVE')")),
        );
        run(
            self.test,
            &format!(
                "insert into warehouse.employee_records (shop_id, id, first_name, last_name, role, status) values {}; \
                 insert into warehouse.sync_cursors (shop_id, entity_type, last_synced_at) \
                   values ({shop}, 'repair_orders', '{now}'); \
                 insert into warehouse.customers (shop_id, id, first_name, last_name) \
                   values ({shop}, 88001234, 'Erika', 'Sample'); \
                 insert into warehouse.vehicles (shop_id, id, customer_id, year, make, model) \
                   values ({shop}, 77004567, 88001234, 2019, 'Sample', 'Wagon')",
                rows.join(", ")
            ),
        )
        .await;
        for rate in &input.rates {
            let to = rate
                .effective_to
                .map_or_else(|| "null".to_owned(), |day| format!("'{day}'"));
            let insert = format!(
                "insert into warehouse.employee_cost_rates \
                   (shop_id, employee_id, effective_from, effective_to, hourly_cost) \
                 values ({shop}, {}, '{}', {to}, {})",
                rate.employee_id, rate.effective_from, rate.hourly_cost
            );
            run(self.test, &insert).await;
        }
    }

    /// Prices, writes and sums the orders.
    async fn orders(&self, input: &OracleInput) {
        let zone = ShopZone::new(&input.shop.timezone).expect("a zone");
        let rates = rate_book(input);
        let context = CostContext {
            zone: &zone,
            rates: &rates,
            today: zone.day_of(self.now),
        };
        let records: Vec<RepairOrder> = input.orders.iter().map(record).collect();
        let priced: Vec<CostedOrder> = records
            .iter()
            .map(|order| cost_order(order, &context, &KeptRates::new()))
            .collect();
        let bodies: Vec<String> = input.orders.iter().map(Value::to_string).collect();
        let rows: Vec<OrderRow<'_>> = records
            .iter()
            .zip(&priced)
            .zip(&bodies)
            .map(|((order, costed), body)| OrderRow {
                payload: Payload {
                    entity_id: order.id.0,
                    hash: costed.input_hash[..16].try_into().expect("16 bytes"),
                    body,
                },
                order,
                costed,
                issues: &[],
            })
            .collect();
        self.write(&rows).await;
    }

    async fn write(&self, rows: &[OrderRow<'_>]) {
        let now = self.now;
        let session = Session::begin(&self.database, &Identity::Sync(self.shop))
            .await
            .expect("a session");
        let page = OrderPage {
            shop: self.shop,
            vendor: "tekmetric",
            fresh: rows,
            changed: &[],
            store_payloads: true,
            now,
        };
        orders::write(&session, &page).await.expect("a load");
        let ids = queue::claim_orders(&session, self.shop, 10_000)
            .await
            .expect("dirty orders");
        models::snapshot_orders(&session, self.shop, &ids, now)
            .await
            .expect("snapshots");
        queue::release_orders(&session, self.shop, &ids)
            .await
            .expect("released");
        let days = queue::take_days(&session, self.shop, 10_000)
            .await
            .expect("dirty days");
        models::sum_days(&session, self.shop, &days, now)
            .await
            .expect("days");
        session.commit().await.expect("a commit");
    }
}

fn rate_book(input: &OracleInput) -> RateBook {
    let rates: Vec<CostRate> = input
        .rates
        .iter()
        .map(|rate| CostRate {
            employee_id: EmployeeId(rate.employee_id),
            effective_from: rate.effective_from,
            effective_to: rate.effective_to,
            hourly_cost: Cents(rate.hourly_cost),
        })
        .collect();
    let averaged = input
        .employees
        .iter()
        .filter(|employee| employee.is_active)
        .filter_map(|employee| employee.payload["id"].as_i64())
        .map(EmployeeId)
        .collect();
    RateBook::new(
        &rates,
        &averaged,
        input.shop.default_tech_cost_rate.map(Cents),
    )
}

fn text(record: &Value, field: &str) -> Option<String> {
    record[field].as_str().map(str::to_owned)
}

fn name(record: &Value) -> String {
    text(record, "name").unwrap_or_else(|| "UNKNOWN".to_owned())
}

fn instant(record: &Value, field: &str) -> Option<Timestamp> {
    record[field]
        .as_str()
        .map(|text| text.parse().expect("an instant"))
}

fn cents(record: &Value, field: &str) -> Option<Cents> {
    record[field].as_i64().map(Cents)
}

fn employee(record: &Value, field: &str) -> Option<EmployeeId> {
    record[field].as_i64().map(EmployeeId)
}

fn list<T>(record: &Value, field: &str, one: impl Fn(&Value) -> T) -> Vec<T> {
    record[field]
        .as_array()
        .map(|lines| lines.iter().map(one).collect())
        .unwrap_or_default()
}

fn line_key(line: &Value) -> String {
    format!("id:{}", line["id"])
}

fn charge(line: &Value) -> Charge {
    Charge {
        line_key: line_key(line),
        id: line["id"].as_i64(),
        name: name(line),
        total: cents(line, "total").unwrap_or_default(),
    }
}

fn part(line: &Value) -> Part {
    Part {
        line_key: line_key(line),
        id: line["id"].as_i64(),
        name: name(line),
        part_number: text(line, "partNumber"),
        description: None,
        manufacturer: text(line, "brand"),
        quantity: Quantity::parse(&line["quantity"].to_string()).expect("a quantity"),
        retail: cents(line, "retail").unwrap_or_default(),
        cost: cents(line, "cost"),
        part_type: None,
        part_type_id: None,
        tire: None,
    }
}

fn labor(line: &Value) -> Labor {
    Labor {
        line_key: line_key(line),
        id: line["id"].as_i64(),
        name: name(line),
        hours: Hours::parse(&line["hours"].to_string()).expect("hours"),
        rate: cents(line, "rate").unwrap_or_default(),
        technician_id: employee(line, "technicianId"),
        complete: line["complete"].as_bool(),
        stated: None,
    }
}

fn job(job: &Value) -> Job {
    Job {
        id: JobId(job["id"].as_i64().expect("an id")),
        name: name(job),
        description: None,
        category_name: text(job, "jobCategoryName"),
        canned_job_id: None,
        authorized: job["authorized"].as_bool(),
        authorized_at: instant(job, "authorizedDate"),
        selected: job["selected"].as_bool(),
        archived: job["archived"].as_bool(),
        technician_id: employee(job, "technicianId"),
        logged_hours: None,
        created_at: instant(job, "createdDate"),
        updated_at: instant(job, "updatedDate"),
        completed_at: instant(job, "completedDate"),
        sort_order: job["sort"].as_i64().and_then(|n| i32::try_from(n).ok()),
        vendor_subtotal: cents(job, "subtotal"),
        parts: list(job, "parts", part),
        labor: list(job, "labor", labor),
        fees: list(job, "fees", charge),
        discounts: list(job, "discounts", charge),
        extra: None,
    }
}

fn sublet(line: &Value) -> Sublet {
    Sublet {
        line_key: line_key(line),
        id: line["id"].as_i64(),
        name: name(line),
        description: None,
        supplier_id: None,
        supplier_name: text(&line["vendor"], "name"),
        authorized: line["authorized"].as_bool(),
        authorized_at: instant(line, "authorizedDate"),
        selected: line["selected"].as_bool(),
        price: cents(line, "price"),
        cost: cents(line, "cost"),
        items: list(line, "items", |item| SubletItem {
            price: cents(item, "price"),
            cost: cents(item, "cost"),
        }),
        items_json: None,
    }
}

fn status(id: i64) -> OrderStatus {
    match id {
        1 => OrderStatus::Estimate,
        2 => OrderStatus::WorkInProgress,
        3 => OrderStatus::Complete,
        4 => OrderStatus::SavedForLater,
        5 => OrderStatus::Posted,
        6 => OrderStatus::AccountsReceivable,
        7 => OrderStatus::Deleted,
        _ => OrderStatus::Unknown,
    }
}

fn record(order: &Value) -> RepairOrder {
    let status_id = order["repairOrderStatus"]["id"].as_i64().unwrap_or(0);
    RepairOrder {
        id: OrderId(order["id"].as_i64().expect("an id")),
        number: order["repairOrderNumber"].as_i64().expect("a number"),
        status: status(status_id),
        status_id: i32::try_from(status_id).ok(),
        customer_id: order["customerId"].as_i64().map(CustomerId),
        vehicle_id: order["vehicleId"].as_i64().map(VehicleId),
        advisor_id: employee(order, "serviceWriterId"),
        technician_id: employee(order, "technicianId"),
        created_at: instant(order, "createdDate"),
        updated_at: instant(order, "updatedDate"),
        posted_at: instant(order, "postedDate"),
        completed_at: instant(order, "completedDate"),
        deleted_at: instant(order, "deletedDate"),
        promised_at: None,
        vendor: VendorSums {
            labor_sales: cents(order, "laborSales"),
            parts_sales: cents(order, "partsSales"),
            sublet_sales: cents(order, "subletSales"),
            fee_total: cents(order, "feeTotal"),
            discount_total: cents(order, "discountTotal"),
            taxes: cents(order, "taxes"),
            total_sales: cents(order, "totalSales"),
        },
        amount_paid: cents(order, "amountPaid").unwrap_or_default(),
        label: None,
        label_id: None,
        custom_label: None,
        keytag: None,
        color: None,
        customer_concern: None,
        tech_notes: None,
        lead_source: None,
        appointment_id: None,
        miles_in: None,
        miles_out: None,
        estimate_shared_at: None,
        inspection_shared_at: None,
        invoice_shared_at: None,
        jobs: list(order, "jobs", job),
        sublets: list(order, "sublets", sublet),
        fees: list(order, "fees", charge),
        discounts: list(order, "discounts", charge),
        extra: None,
    }
}
