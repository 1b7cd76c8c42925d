//! The loader and the models on hand-made orders: what is written, what is replaced, what is left alone.

use domain::cost::{CostContext, CostedOrder, KeptRates, cost_order};
use domain::rate::RateBook;
use domain::record::{Charge, Job, Labor, OrderStatus, Part, RepairOrder, VendorSums};
use domain::{Cents, EmployeeId, Hours, JobId, OrderId, Quantity, ShopId, ShopZone};
use jiff::Timestamp;
use std::collections::BTreeSet;
use store::load::orders::{self, OrderPage};
use store::load::{OrderRow, Payload};
use store::shops::ConfiguredShop;
use store::{Database, DatabaseSettings, Identity, Session, models, queue};
use testkit::db::TestDb;

pub(crate) const SHOP: ShopId = ShopId(6212);

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub(crate) fn job(id: i64, parts: &[(&str, i64, i64)], labor: &[(&str, i64)]) -> Job {
    Job {
        id: JobId(id),
        name: format!("Job {id}"),
        description: None,
        category_name: None,
        canned_job_id: None,
        authorized: Some(true),
        authorized_at: Some(at("2026-07-09T15:00:00Z")),
        selected: Some(true),
        archived: None,
        technician_id: None,
        logged_hours: None,
        created_at: None,
        updated_at: None,
        completed_at: None,
        sort_order: None,
        vendor_subtotal: None,
        parts: parts
            .iter()
            .enumerate()
            .map(|(n, (quantity, cost, retail))| Part {
                line_key: format!("id:{id}{n}"),
                id: Some(id * 10 + n as i64),
                name: "Part".into(),
                part_number: None,
                description: None,
                manufacturer: None,
                quantity: Quantity::parse(quantity).expect("a quantity"),
                retail: Cents(*retail),
                cost: Some(Cents(*cost)),
                part_type: None,
                part_type_id: None,
                tire: None,
            })
            .collect(),
        labor: labor
            .iter()
            .enumerate()
            .map(|(n, (hours, rate))| Labor {
                line_key: format!("id:{id}{n}"),
                id: Some(id * 10 + n as i64),
                name: "Labor".into(),
                hours: Hours::parse(hours).expect("hours"),
                rate: Cents(*rate),
                technician_id: Some(EmployeeId(7)),
                complete: Some(true),
                stated: None,
            })
            .collect(),
        fees: vec![],
        discounts: vec![],
        extra: None,
    }
}

pub(crate) fn order(id: i64, jobs: Vec<Job>) -> RepairOrder {
    RepairOrder {
        id: OrderId(id),
        number: id,
        status: OrderStatus::Posted,
        status_id: Some(5),
        customer_id: None,
        vehicle_id: None,
        advisor_id: Some(EmployeeId(5)),
        technician_id: None,
        created_at: Some(at("2026-07-09T13:00:00Z")),
        updated_at: Some(at("2026-07-11T02:00:00Z")),
        posted_at: Some(at("2026-07-11T02:17:45Z")),
        completed_at: None,
        deleted_at: None,
        promised_at: None,
        vendor: VendorSums::default(),
        amount_paid: Cents(0),
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
        jobs,
        sublets: vec![],
        fees: vec![Charge {
            line_key: "id:1".into(),
            id: Some(1),
            name: "Shop Supplies".into(),
            total: Cents(500),
        }],
        discounts: vec![],
        extra: None,
    }
}

pub(crate) fn priced(order: &RepairOrder) -> CostedOrder {
    let zone = ShopZone::new("America/New_York").expect("a zone");
    let rates = RateBook::new(&[], &BTreeSet::new(), Some(Cents(3000)));
    let context = CostContext {
        zone: &zone,
        rates: &rates,
        today: zone.day_of(at("2026-07-12T12:00:00Z")),
    };
    cost_order(order, &context, &KeptRates::new())
}

pub(crate) async fn shop(name: &str) -> (TestDb, Database) {
    let test = TestDb::create(name).await.expect("a test database");
    let database = Database::connect(&DatabaseSettings::new(test.url()))
        .await
        .expect("a connection");
    let configured = ConfiguredShop {
        shop_id: SHOP,
        organization: "acme".into(),
        connection: "north".into(),
        vendor: "tekmetric".into(),
        vendor_account: "6212".into(),
        name: "Northside".into(),
        timezone: "America/New_York".into(),
        currency: "USD".into(),
        location: None,
        default_tech_cost_rate: Some(Cents(3000)),
    };
    store::shops::configure(&database, &[configured], &[], at("2026-07-12T12:00:00Z"))
        .await
        .expect("a shop");
    (test, database)
}

/// Loads orders, all of them new or all of them changed, and drains.
async fn load(database: &Database, orders: &[RepairOrder], changed: bool) {
    let costed: Vec<CostedOrder> = orders.iter().map(priced).collect();
    let rows: Vec<OrderRow<'_>> = orders
        .iter()
        .zip(&costed)
        .map(|(order, costed)| OrderRow {
            payload: Payload {
                entity_id: order.id.0,
                hash: costed.input_hash[..16].try_into().expect("16 bytes"),
                body: "{}",
            },
            order,
            costed,
            issues: &[],
        })
        .collect();
    let now = at("2026-07-12T12:00:00Z");
    let session = Session::begin(database, &Identity::Sync(SHOP))
        .await
        .expect("a session");
    let (fresh, edited) = if changed {
        (&rows[..0], &rows[..])
    } else {
        (&rows[..], &rows[..0])
    };
    let page = OrderPage {
        shop: SHOP,
        vendor: "tekmetric",
        fresh,
        changed: edited,
        store_payloads: true,
        now,
    };
    orders::write(&session, &page).await.expect("a load");
    let ids = queue::claim_orders(&session, SHOP, 100)
        .await
        .expect("dirty orders");
    models::snapshot_orders(&session, SHOP, &ids, now)
        .await
        .expect("snapshots");
    queue::release_orders(&session, SHOP, &ids)
        .await
        .expect("released");
    let days = queue::take_days(&session, SHOP, 100)
        .await
        .expect("dirty days");
    models::sum_days(&session, SHOP, &days, now)
        .await
        .expect("days");
    session.commit().await.expect("a commit");
}

pub(crate) async fn text(test: &TestDb, query: &str) -> String {
    let client = test.client().await.expect("a client");
    let row = client
        .query_opt(query, &[])
        .await
        .unwrap_or_else(|e| panic!("{query}: {e:?}"));
    row.and_then(|r| r.get::<_, Option<String>>(0))
        .unwrap_or_default()
}

const DAY: &str = "select string_agg(concat_ws(' ', metric_date, ro_count, authorized_revenue, authorized_cost, \
    sold_revenue), '; ' order by metric_date) from warehouse.daily_shop_metrics";

#[tokio::test]
async fn an_order_goes_down_to_its_day() {
    let (test, database) = shop("load_day").await;
    load(
        &database,
        &[order(
            1,
            vec![job(11, &[("4.5", 613, 1089)], &[("0.5", 16500)])],
        )],
        false,
    )
    .await;
    // Parts 4901 / 2759, labour 8250 / 1500, order fee 500; posted 10 July in New York.
    assert_eq!(text(&test, DAY).await, "2026-07-10 1 13651 4259 0");
    assert_eq!(
        text(
            &test,
            "select concat_ws(' ', metric_date, revenue, cost) from warehouse.sold_daily_metrics"
        )
        .await,
        "2026-07-09 13151 4259"
    );
    assert_eq!(
        text(
            &test,
            "select concat_ws(' ', hours_billed, labor_revenue) from warehouse.tech_daily_metrics"
        )
        .await,
        "0.5000 8250"
    );
}

#[tokio::test]
async fn lines_and_jobs_the_vendor_dropped_do_not_stay() {
    let (test, database) = shop("load_replace").await;
    let first = order(
        1,
        vec![
            job(11, &[("1", 100, 1000), ("1", 200, 2000)], &[]),
            job(12, &[("1", 1, 10)], &[("1", 100)]),
        ],
    );
    load(&database, &[first], false).await;
    load(
        &database,
        &[order(1, vec![job(11, &[("1", 100, 1000)], &[])])],
        true,
    )
    .await;
    assert_eq!(
        text(
            &test,
            "select string_agg(line_key, ' ') from warehouse.job_parts"
        )
        .await,
        "id:110"
    );
    assert_eq!(
        text(&test, "select count(*)::text from warehouse.job_labor").await,
        "0"
    );
    assert_eq!(
        text(
            &test,
            "select string_agg(concat(id, ' ', is_deleted), ', ' order by id) from warehouse.jobs"
        )
        .await,
        "11 f, 12 t"
    );
    assert_eq!(
        text(
            &test,
            "select concat_ws(' ', authorized_revenue, revision) from warehouse.ro_snapshots"
        )
        .await,
        "1500 2"
    );
    assert_eq!(
        text(
            &test,
            "select string_agg(reason, ' ') from warehouse.ro_snapshot_revisions"
        )
        .await,
        "vendor_edit"
    );
}

#[tokio::test]
async fn a_job_moves_between_orders_with_its_money() {
    let (test, database) = shop("load_move").await;
    load(
        &database,
        &[
            order(1, vec![job(11, &[("1", 100, 1000)], &[])]),
            order(2, vec![]),
        ],
        false,
    )
    .await;
    load(
        &database,
        &[order(2, vec![job(11, &[("1", 100, 1000)], &[])])],
        true,
    )
    .await;
    assert_eq!(
        text(&test, "select string_agg(concat_ws(' ', repair_order_id, authorized_revenue), '; ' order by repair_order_id) from warehouse.ro_snapshots where superseded_at is null").await,
        "1 500; 2 1500"
    );
    assert_eq!(text(&test, DAY).await, "2026-07-10 2 2000 100 0");
}

#[tokio::test]
async fn the_same_orders_again_write_no_row() {
    let (test, database) = shop("load_again").await;
    let orders = [order(1, vec![job(11, &[("2", 100, 1000)], &[("1", 9000)])])];
    load(&database, &orders, false).await;
    let versions = "select string_agg(x::text, ',') from (select xmin::text x from warehouse.ro_snapshots union all \
        select xmin::text from warehouse.daily_shop_metrics union all select xmin::text from warehouse.repair_orders) v";
    let before = text(&test, versions).await;
    let session = Session::begin(&database, &Identity::Sync(SHOP))
        .await
        .expect("a session");
    let now = at("2026-07-13T12:00:00Z");
    models::snapshot_orders(&session, SHOP, &[1], now)
        .await
        .expect("snapshots");
    models::sum_days(&session, SHOP, &["2026-07-10".parse().expect("a day")], now)
        .await
        .expect("days");
    session.commit().await.expect("a commit");
    assert_eq!(text(&test, versions).await, before);
}
