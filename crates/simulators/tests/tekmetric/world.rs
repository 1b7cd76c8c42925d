//! The generated world: its money, its books, its rates, its repeatability.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::tz::TimeZone;
use serde_json::Value;
use simulators::tekmetric::{Ledger, World, WorldConfig};
use simulators::{Cents, Decimal, Stamp};

use crate::{small, start};

const DAY: i64 = 86_400;
const SHOPS: [i64; 3] = [6_212, 6_213, 6_214];

fn every_order(world: &World) -> Vec<Value> {
    let ids = SHOPS.into_iter().flat_map(|shop| world.order_ids(shop));
    ids.map(|id| world.order_json(id).expect("an order"))
        .collect()
}

fn int(value: &Value) -> i64 {
    value.as_i64().expect("an integer")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn decimal(value: &Value) -> Decimal {
    match value {
        Value::Null => Decimal::ONE,
        other => Decimal::parse(&other.to_string()).expect("a decimal"),
    }
}

fn total(rows: &[Value]) -> i64 {
    rows.iter().map(|row| int(&row["total"])).sum()
}

fn parts_of(job: &Value) -> i64 {
    list(&job["parts"])
        .iter()
        .map(|line| {
            decimal(&line["quantity"])
                .times(Cents(int(&line["retail"])))
                .0
        })
        .sum()
}

fn labor_of(job: &Value) -> i64 {
    list(&job["labor"])
        .iter()
        .map(|line| decimal(&line["hours"]).times(Cents(int(&line["rate"]))).0)
        .sum()
}

fn hours_of(job: &Value) -> Decimal {
    list(&job["labor"])
        .iter()
        .map(|line| decimal(&line["hours"]))
        .sum()
}

fn is_declined(job: &Value) -> bool {
    job["authorized"] != true && !job["authorizedDate"].is_null()
}

#[test]
fn money_identities_hold_for_every_order() {
    for order in every_order(&small(120)) {
        let id = &order["id"];
        for job in list(&order["jobs"]) {
            assert_eq!(int(&job["partsTotal"]), parts_of(job), "A.10.3 in {id}");
            assert_eq!(int(&job["laborTotal"]), labor_of(job), "A.10.4 in {id}");
            assert_eq!(decimal(&job["laborHours"]), hours_of(job), "A.8.6 in {id}");
            assert_eq!(int(&job["feeTotal"]), total(list(&job["fees"])));
            assert_eq!(int(&job["discountTotal"]), total(list(&job["discounts"])));
            let subtotal = parts_of(job) + labor_of(job) + total(list(&job["fees"]))
                - total(list(&job["discounts"]));
            assert_eq!(int(&job["subtotal"]), subtotal, "A.10.2 in {id}");
        }
        let sums = [
            "laborSales",
            "partsSales",
            "subletSales",
            "feeTotal",
            "taxes",
        ];
        let gross: i64 = sums.iter().map(|key| int(&order[*key])).sum();
        assert_eq!(
            int(&order["totalSales"]),
            gross - int(&order["discountTotal"]),
            "A.10.1 in {id}"
        );
        let status = int(&order["repairOrderStatus"]["id"]);
        if status == 7 {
            continue;
        }
        let closed = status == 5 || status == 6;
        let counted = list(&order["jobs"]).iter().filter(|job| match closed {
            true => job["authorized"] == true,
            false => !is_declined(job),
        });
        let (mut parts, mut labor, mut fees) = (0, 0, total(list(&order["fees"])));
        for job in counted {
            parts += parts_of(job);
            labor += labor_of(job);
            fees += total(list(&job["fees"]));
        }
        assert_eq!(
            (int(&order["partsSales"]), int(&order["laborSales"])),
            (parts, labor),
            "A.10.6 in {id}"
        );
        assert_eq!(int(&order["feeTotal"]), fees, "A.10.5 in {id}");
    }
}

/// Brute force from what the API prints, against the books kept from the entities.
fn check_ledger(world: &World) {
    let ledger = Ledger::of(world);
    let mut posted: BTreeMap<(i64, String), (u64, i64, Decimal)> = BTreeMap::new();
    let mut sold: BTreeMap<(i64, String), (u64, i64)> = BTreeMap::new();
    for order in every_order(world) {
        if int(&order["repairOrderStatus"]["id"]) == 7 {
            continue;
        }
        let shop_id = int(&order["shopId"]);
        let zone = TimeZone::get(&ledger.shop(shop_id).expect("a shop").timezone).expect("a zone");
        let day = |value: &Value| {
            let at = Stamp::parse_zoned(value.as_str().expect("a time")).expect("an instant");
            (shop_id, at.date_in(&zone).to_string())
        };
        let authorized: Vec<&Value> = list(&order["jobs"])
            .iter()
            .filter(|job| job["authorized"] == true)
            .collect();
        for job in &authorized {
            let entry = sold.entry(day(&job["authorizedDate"])).or_default();
            entry.0 += 1;
            entry.1 += parts_of(job) + labor_of(job);
        }
        for sublet in list(&order["sublets"])
            .iter()
            .filter(|sublet| sublet["authorized"] == true)
        {
            sold.entry(day(&sublet["authorizedDate"])).or_default().1 += int(&sublet["price"]);
        }
        if matches!(int(&order["repairOrderStatus"]["id"]), 5 | 6) {
            let entry = posted.entry(day(&order["postedDate"])).or_default();
            entry.0 += 1;
            entry.1 += int(&order["totalSales"]) - int(&order["taxes"]);
            entry.2 += authorized.iter().map(|job| hours_of(job)).sum();
        }
    }
    let mut booked_posted = BTreeMap::new();
    let mut booked_sold = BTreeMap::new();
    for shop in &ledger.shops {
        for (day, figures) in &shop.posted_days {
            let row = (
                figures.ro_count,
                figures.net_sales_cents.0,
                figures.labor_hours,
            );
            booked_posted.insert((shop.shop_id, day.clone()), row);
        }
        for (day, figures) in &shop.sold_days {
            booked_sold.insert(
                (shop.shop_id, day.clone()),
                (figures.job_count, figures.revenue_cents.0),
            );
        }
    }
    assert_eq!(booked_posted, posted);
    assert_eq!(booked_sold, sold);
}

#[test]
fn the_books_equal_a_brute_force_sum_also_after_a_month_of_life() {
    let mut world = small(90);
    check_ledger(&world);
    world.advance(start().plus(30 * DAY));
    check_ledger(&world);
}

#[test]
fn the_same_seed_gives_the_same_world_whatever_the_steps() {
    let (mut leaps, mut steps) = (small(40), small(40));
    assert_eq!(every_order(&leaps), every_order(&steps));
    leaps.advance(start().plus(12 * DAY));
    for hour in 1..=12 * 24 {
        steps.advance(start().plus(hour * 3_600));
    }
    assert_eq!(every_order(&leaps), every_order(&steps));
    assert_eq!(Ledger::of(&leaps), Ledger::of(&steps));
    let other = World::generate(WorldConfig::small(8, start(), 40)).expect("the zones exist");
    assert_ne!(every_order(&leaps), every_order(&other));
}

#[test]
fn a_compact_world_is_the_same_world() {
    let config = WorldConfig {
        compact: true,
        ..WorldConfig::small(7, start(), 30)
    };
    let mut compact = World::generate(config).expect("the zones exist");
    let mut full = small(30);
    assert_eq!(every_order(&compact), every_order(&full));
    for world in [&mut compact, &mut full] {
        world.advance(start().plus(5 * DAY));
    }
    assert_eq!(every_order(&compact), every_order(&full));
    assert_eq!(Ledger::of(&compact), Ledger::of(&full));
}

/// Asserts a share in percent, within a tolerance in percent points.
fn near(what: &str, count: usize, of: usize, percent: f64, tolerance: f64) {
    let share = 100.0 * count as f64 / of as f64;
    println!("{what}: {share:.2}, measured {percent}");
    assert!(
        (share - percent).abs() <= tolerance,
        "{what}: {share:.2} instead of {percent}"
    );
}

#[test]
fn the_rates_are_those_that_were_measured() {
    let world = World::generate(WorldConfig::plain(3, start())).expect("the zones exist");
    let orders = every_order(&world);
    let jobs: Vec<&Value> = orders
        .iter()
        .flat_map(|order| list(&order["jobs"]))
        .collect();
    let status = |id: i64| {
        orders
            .iter()
            .filter(|order| order["repairOrderStatus"]["id"] == id)
            .count()
    };
    let count = |test: &dyn Fn(&Value) -> bool| jobs.iter().filter(|job| test(job)).count();
    let lines = |key: &str| jobs.iter().map(|job| list(&job[key]).len()).sum::<usize>();
    near("jobs per order", jobs.len(), orders.len(), 290.0, 8.0);
    near(
        "authorized",
        count(&|job| job["authorized"] == true),
        jobs.len(),
        85.3,
        1.5,
    );
    near("declined", count(&is_declined), jobs.len(), 8.5, 1.2);
    near("parts per job", lines("parts"), jobs.len(), 102.0, 5.0);
    near("labour per job", lines("labor"), jobs.len(), 104.0, 5.0);
    near("posted", status(5), orders.len(), 79.2, 2.5);
    near("deleted", status(7), orders.len(), 11.1, 1.5);
    near("saved", status(4), orders.len(), 4.6, 1.0);
    let posted: Vec<&Value> = orders
        .iter()
        .filter(|order| !order["postedDate"].is_null())
        .collect();
    let at =
        |value: &Value| Stamp::parse_zoned(value.as_str().expect("a time")).expect("an instant");
    let edited = posted
        .iter()
        .filter(|o| at(&o["updatedDate"]).0 - at(&o["postedDate"]).0 > DAY)
        .count();
    near("edited late", edited, posted.len(), 37.0, 3.0);
    let night = posted
        .iter()
        .filter(|order| at(&order["postedDate"]).0.rem_euclid(DAY) < 5 * 3_600)
        .count();
    near("posted in the UTC night", night, posted.len(), 6.2, 1.5);
    let free = posted
        .iter()
        .filter(|order| order["totalSales"] == 0)
        .count();
    near("posted without a figure", free, posted.len(), 4.3, 1.5);
    assert!(orders.iter().any(|order| {
        order["discountTotal"]
            .as_i64()
            .is_some_and(|cents| cents < 0)
    }));
    assert!(orders.iter().any(|order| order["updatedDate"].is_null()));
}

#[test]
fn two_years_of_three_shops_fit_their_bounds() {
    let began = Instant::now();
    let world = World::generate(WorldConfig::demo(42, start())).expect("the zones exist");
    println!("{} orders in {:?}", world.order_count(), began.elapsed());
    assert!(
        (12_000..=16_000).contains(&world.order_count()),
        "{}",
        world.order_count()
    );
    assert_eq!(world.planted_leaks().len(), 5);
    assert!(world.cost_rates().len() >= 20);
}

#[test]
fn a_benchmark_world_has_exactly_the_orders_asked_for() {
    for orders in [1, 500, 5_000] {
        let world =
            World::generate(WorldConfig::benchmark(1, start(), orders)).expect("the zones exist");
        assert_eq!(world.order_count(), orders);
    }
}

#[test]
fn days_across_the_change_of_the_clocks_hold_their_orders() {
    for instant in ["2026-03-12T17:00:00Z", "2026-11-05T17:00:00Z"] {
        let end = Stamp::parse_zoned(instant).expect("an instant");
        let world = World::generate(WorldConfig::small(5, end, 14)).expect("the zones exist");
        check_ledger(&world);
    }
}

#[test]
fn the_planted_leaks_can_be_found() {
    let world = World::generate(WorldConfig::demo(42, start())).expect("the zones exist");
    let since = start().plus(-80 * DAY).to_string();
    let orders: Vec<Value> = every_order(&world)
        .into_iter()
        .filter(|order| order["createdDate"].as_str() > Some(&since))
        .collect();
    let of = |shop: i64| orders.iter().filter(move |order| order["shopId"] == shop);
    let jobs = |shop: i64| of(shop).flat_map(|order| list(&order["jobs"]));
    let parts = |shop: i64| jobs(shop).flat_map(|job| list(&job["parts"]));
    let goodwill = |advisor: i64| {
        let written = of(6_212).filter(move |order| order["serviceWriterId"] == advisor);
        written
            .filter(|order| {
                list(&order["discounts"])
                    .iter()
                    .any(|line| line["name"] == "Goodwill")
            })
            .count()
    };
    assert!(goodwill(51_000) > 50 && goodwill(51_001) == 0);
    // A late correction of a cost may undo the leak on single lines.
    let mostly = |lines: Vec<&Value>, test: &dyn Fn(&Value) -> bool| {
        assert!(
            lines.iter().filter(|line| test(line)).count() * 100 >= lines.len() * 93,
            "{}",
            lines.len()
        );
    };
    mostly(
        parts(6_213)
            .filter(|line| line["brand"] == "ValuLine")
            .collect(),
        &|line| line["cost"] == 0,
    );
    let tires = parts(6_214)
        .filter(|line| line["partType"]["id"] == 2)
        .collect();
    mostly(tires, &|line| {
        line["retail"].as_i64() < line["cost"].as_i64()
    });
    let unassigned = |shop: i64| {
        let sold = jobs(shop).filter(|job| job["authorized"] == true);
        let lines: Vec<&Value> = sold.flat_map(|job| list(&job["labor"])).collect();
        100 * lines
            .iter()
            .filter(|line| line["technicianId"].is_null())
            .count()
            / lines.len()
    };
    assert!(unassigned(6_213) >= 12 && unassigned(6_212) <= 2);
    let declined =
        |shop: i64| 100 * jobs(shop).filter(|job| is_declined(job)).count() / jobs(shop).count();
    assert!(
        declined(6_214) >= declined(6_212) + 5,
        "{} {}",
        declined(6_214),
        declined(6_212)
    );
}
