//! Rules of the contract that no worked example covers.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use testkit::oracle::{
    AuthorizationState, OracleFigures, OracleInput, OracleRate, SnapshotTrigger, WarrantyClass,
    compute, variance,
};
use testkit::payload::{OrderPayload, job, order, sublet};
use testkit::worlds::{self, open_rate};

const SOLD: &str = "2026-07-09T15:00:00Z";
const POSTED: &str = "2026-07-10T18:00:00Z";

fn input(orders: &[OrderPayload]) -> OracleInput {
    worlds::with_g2_rates(orders.iter().map(OrderPayload::build).collect())
}

fn figures(orders: &[OrderPayload]) -> OracleFigures {
    compute(&input(orders)).expect("the input is valid")
}

fn rate(employee_id: i64, from: Date, to: Option<Date>, hourly_cost: i64) -> OracleRate {
    OracleRate {
        employee_id,
        effective_from: from,
        effective_to: to,
        hourly_cost,
    }
}

#[test]
fn contract_9_rates_are_inclusive_and_a_later_start_ends_the_earlier() {
    let line = job(1).authorized_at(SOLD).labor("1", 10000, Some(6101));
    let mut input = input(&[order(1).posted_at(POSTED).job(line)]);
    let mut cost_with = |rates: Vec<OracleRate>| {
        input.rates = rates;
        compute(&input).expect("the input is valid").orders[&1].jobs[0].labor[0].cost_rate
    };
    let day = date(2026, 7, 10);
    assert_eq!(cost_with(vec![rate(6101, day, Some(day), 4100)]), 4100);
    let later = rate(6101, date(2026, 7, 1), Some(date(2026, 7, 5)), 4200);
    assert_eq!(cost_with(vec![open_rate(6101, 4000), later]), 2500);
    assert_eq!(
        cost_with(vec![open_rate(6101, 4000), rate(6101, day, None, 4300)]),
        4300
    );
}

#[test]
fn contract_10_average_is_of_active_technicians_on_the_reference_date() {
    let line = job(1).authorized_at(SOLD).labor("1", 10000, None);
    let mut input = input(&[order(1).posted_at(POSTED).job(line)]);
    input.rates = vec![
        open_rate(6101, 3000),
        open_rate(6104, 9000),
        open_rate(6999, 8000),
    ];
    input.rates.push(rate(6102, date(2026, 7, 11), None, 7000));
    let figures = compute(&input).expect("the input is valid");
    assert_eq!(figures.orders[&1].jobs[0].labor[0].cost_rate, 3000);
}

#[test]
fn reference_date_is_posted_then_sold_then_today() {
    let labor = |id| job(id).labor("1", 10000, Some(6101));
    let sold = order(1)
        .status(2)
        .job(labor(1).authorized_at(SOLD))
        .job(labor(2));
    let booked = order(2)
        .posted_at(POSTED)
        .job(labor(3).authorized_at(SOLD))
        .job(labor(4));
    let orders = figures(&[sold, booked]).orders;
    let dates = |id: i64| -> Vec<Date> {
        orders[&id]
            .jobs
            .iter()
            .map(|job| job.labor[0].reference_date)
            .collect()
    };
    assert_eq!(dates(1), [date(2026, 7, 9), worlds::TODAY]);
    assert_eq!(dates(2), [date(2026, 7, 10), date(2026, 7, 10)]);
}

#[test]
fn contract_11_order_lines_open_with_a_job_or_the_books() {
    let with_lines = |order: OrderPayload| order.fee("Shop Supplies", 700).discount("Loyalty", 200);
    let undecided = with_lines(order(1).status(2).job(job(1).part("1", 0, 1000)));
    let only_sublet = with_lines(
        order(2)
            .status(2)
            .sublet(sublet(1, 5000).authorized_at(SOLD)),
    );
    let booked = with_lines(order(3).posted_at(POSTED));
    let orders = figures(&[undecided, only_sublet, booked]).orders;
    let sums = |id: i64| (orders[&id].sums.net_sales, orders[&id].sums.potential_total);
    assert_eq!(sums(1), (0, 1500));
    assert_eq!(sums(2), (5000, 5500));
    assert_eq!(sums(3), (500, 500));
}

#[test]
fn contract_12_sublets() {
    let silent = sublet(1, 3000)
        .item(1000, 0)
        .set("authorizedDate", json!(SOLD));
    let by_items = sublet(2, 0)
        .item(700, 900)
        .item(300, 600)
        .set("price", Value::Null)
        .authorized_at(SOLD);
    let without_items = sublet(3, 2000).set("cost", json!(1500)).declined_at(SOLD);
    let lines = |order: OrderPayload| {
        order
            .sublet(silent.clone())
            .sublet(by_items.clone())
            .sublet(without_items.clone())
    };
    let orders = figures(&[lines(order(1).status(2)), lines(order(2).posted_at(POSTED))]).orders;
    let states = |id: i64| {
        orders[&id]
            .sublets
            .iter()
            .map(|line| line.state)
            .collect::<Vec<_>>()
    };
    let (authorized, declined) = (AuthorizationState::Authorized, AuthorizationState::Declined);
    assert_eq!(
        states(1),
        [AuthorizationState::Pending, authorized, declined]
    );
    assert_eq!(states(2), [authorized, authorized, declined]);
    let closed = &orders[&2].sublets;
    assert_eq!(
        closed
            .iter()
            .map(|line| (line.revenue, line.cost))
            .collect::<Vec<_>>(),
        [(3000, 1000), (1500, 1000), (2000, 1500),]
    );
    assert_eq!(closed[0].sold_date, None);
    assert_eq!(closed[1].sold_date, Some(date(2026, 7, 9)));
}

#[test]
fn contract_17_and_19_completed_adds_no_money() {
    let work = job(1).authorized_at(SOLD).part("1", 400, 1000);
    let done = order(1)
        .status(3)
        .completed_at("2026-07-08T18:00:00Z")
        .job(work.clone());
    let both = order(2)
        .posted_at(POSTED)
        .completed_at("2026-07-08T18:00:00Z")
        .job(work);
    let later = order(3).status(4).completed_at("2026-07-08T18:00:00Z");
    let all = figures(&[done, both, later]);
    let day = &all.daily_shop[&date(2026, 7, 8)];
    assert_eq!(
        (day.ro_count, day.ro_completed_count, day.authorized_revenue),
        (0, 2, 0)
    );
    assert_eq!((day.source_snapshot_count, day.avg_ro_value()), (0, None));
    assert_eq!(all.snapshots.len(), 3);
    assert!(
        all.snapshots
            .keys()
            .any(|key| key.trigger == SnapshotTrigger::Completed && key.repair_order_id == 2)
    );
    assert!(!all.daily_shop.contains_key(&date(2026, 7, 9)), "sold only");
    assert_eq!(all.sold_daily[&date(2026, 7, 9)].job_count, 2);
}

#[test]
fn contract_24_authorized_without_date_is_sold_on_its_created_day() {
    let work = job(1).set("authorized", json!(true)).part("1", 400, 1000);
    let all = figures(&[order(1).status(2).job(work)]);
    let job = &all.orders[&1].jobs[0];
    assert_eq!(
        (job.sold_date, job.sold_date_estimated),
        (Some(date(2026, 7, 1)), true)
    );
}

#[test]
fn deleted_orders_count_nowhere() {
    let work = job(1)
        .authorized_at(SOLD)
        .part("1", 400, 1000)
        .labor("1", 100, None);
    let gone = order(1)
        .posted_at(POSTED)
        .job(work.clone())
        .deleted_at("2026-07-11T12:00:00Z");
    let by_date = order(2)
        .posted_at(POSTED)
        .job(work)
        .set("deletedDate", json!("2026-07-11T12:00:00Z"));
    let all = figures(&[gone, by_date]);
    assert_eq!(all.orders.len(), 2);
    assert!(all.snapshots.is_empty() && all.daily_shop.is_empty() && all.sold_daily.is_empty());
    assert!(all.tech_daily.is_empty() && all.advisor_daily.is_empty());
}

#[test]
fn misfits_are_rejected_alone() {
    let broken = order(1)
        .job(job(1).part("1", 400, 1000))
        .set("taxes", json!(12.5));
    let noise = order(2).set("taxes", json!("8907.0"));
    let all = figures(&[broken, noise]);
    assert_eq!(all.rejects.len(), 1);
    assert_eq!(all.rejects[0].order_id, Some(1));
    assert_eq!(all.orders[&2].sums.tax_total, 8907);
}

#[test]
fn b3_and_b12_quantity_and_cost() {
    let lines = json!([{"id": 1, "quantity": null, "cost": null, "retail": 900}, {"quantity": 0, "cost": 300, "retail": 900}]);
    let all = figures(&[order(1).job(job(1).set("parts", lines))]);
    let parts = &all.orders[&1].jobs[0].parts;
    assert_eq!(
        (parts[0].total, parts[0].cost_total, parts[0].missing_cost),
        (900, 0, true)
    );
    assert_eq!(
        (parts[1].total, parts[1].cost_total, parts[1].missing_cost),
        (0, 0, false)
    );
}

#[test]
fn revenue_causes_add_up() {
    let work = job(1).authorized_at(SOLD).part("0.5", 400, 1001);
    let refused = job(2).declined_at(SOLD).part("1", 1, 777);
    let base = order(1).posted_at(POSTED).job(work).job(refused);
    let cases = [
        (base.clone(), vec![]),
        (
            base.clone()
                .set("totalSales", json!(501 + 777))
                .set("partsSales", json!(501 + 777)),
            vec![("declined_included", -777)],
        ),
        (
            base.clone()
                .set("totalSales", json!(500))
                .set("partsSales", json!(500)),
            vec![("rounding", 1)],
        ),
        (
            base.clone().set("totalSales", json!(601)),
            vec![("vendor_sum_mismatch", -100)],
        ),
        (
            base.set("totalSales", json!(401))
                .set("partsSales", json!(401)),
            vec![("vendor_sum_mismatch", 100)],
        ),
    ];
    for (payload, expected) in cases {
        let all = figures(&[payload]);
        let order = &all.orders[&1];
        let causes = variance::revenue_causes(order);
        assert_eq!(causes, expected);
        let total: i64 = causes.iter().map(|(_, cents)| cents).sum();
        assert_eq!(Some(total), variance::revenue_variance(order));
    }
}

#[test]
fn d13_warranty_classes() {
    let work = |retail| {
        job(1)
            .authorized_at(SOLD)
            .part("1", 950, retail)
            .set("jobCategoryName", json!("Goodwill"))
    };
    let free = order(1).posted_at(POSTED).job(work(0));
    let thin = order(2).posted_at(POSTED).job(work(1000));
    let named = order(3).posted_at(POSTED).job(work(2000));
    let mut input = input(&[free, thin, named]);
    input.shop.warranty_labels = vec!["goodwill".to_owned()];
    let all = compute(&input).expect("the input is valid");
    let classes = [1, 2, 3].map(|id| all.orders[&id].warranty_class);
    assert_eq!(
        classes,
        [
            WarrantyClass::NoCharge,
            WarrantyClass::LowMargin,
            WarrantyClass::Label
        ]
    );
}

#[test]
fn times_of_every_documented_shape() {
    use testkit::oracle::dates::parse_instant;
    let expected = parse_instant("2026-07-10T04:00:00Z");
    assert!(expected.is_some());
    for text in [
        "2026-07-10T04:00:00",
        "2026-07-10T00:00:00-04:00",
        "2026-07-10T04:00:00.000000000Z",
    ] {
        assert_eq!(parse_instant(text), expected, "{text}");
    }
    for text in ["2018-02-15:00:00", "2026-07-10", "", "soon"] {
        assert_eq!(parse_instant(text), None, "{text}");
    }
}
