//! A10: every instant lies on exactly one day of the shop, through both changes of the clocks, the turn of the year
//! and a leap day, in Rust, in SQL and in the sums.

use crate::harness::{World, agree};
use domain::{ShopDay, ShopZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::{ProptestConfig, any, prop_assert_eq};
use proptest::test_runner::TestRunner;
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use testkit::oracle::{OracleInput, OracleShop};
use testkit::payload::{job, order};

/// Clocks change at 2:00, at 1:00 UTC, by half an hour, and at midnight in three different ways.
const ZONES: [&str; 6] = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "America/Havana",
];
/// A leap year that lies in the past of the test's clock.
const YEAR: i16 = 2024;
const NOW: &str = "2025-01-20T16:00:00Z";

fn zone(name: &str) -> ShopZone {
    ShopZone::new(name).expect("a zone")
}

/// The days of the year that are not 24 hours long, and the days around its end and the leap day.
fn odd_days(zone: &ShopZone) -> Vec<ShopDay> {
    let first = ShopDay::constant(YEAR, 1, 1);
    let days = (0..366).filter_map(|n: i32| first.checked_add(n.days()).ok());
    let mut odd: Vec<ShopDay> = days
        .filter(|day| {
            let (from, to) = zone.interval(*day).expect("a day");
            to.duration_since(from) != SignedDuration::from_hours(24)
        })
        .collect();
    assert_eq!(odd.len(), 2, "{zone}: {odd:?}");
    odd.extend([
        ShopDay::constant(YEAR, 2, 29),
        ShopDay::constant(YEAR, 12, 31),
    ]);
    odd
}

#[test]
fn a10_b43_days_tile_time_in_every_zone() {
    for name in ZONES {
        let zone = zone(name);
        for day in odd_days(&zone) {
            let (from, to) = zone.interval(day).expect("a day");
            let next = day.tomorrow().expect("a day");
            assert_eq!(zone.interval(next).expect("a day").0, to, "{name} {day}");
            let moment = SignedDuration::from_nanos(1);
            assert_eq!(zone.day_of(from), day, "{name}");
            assert_eq!(zone.day_of(to - moment), day, "{name}");
            assert_eq!(zone.day_of(to), next, "{name}");
            assert_eq!(zone.day_of(from - moment), day.yesterday().expect("a day"));
        }
    }
}

#[tokio::test]
async fn a10_b42_b43_rust_and_sql_agree_on_the_day_of_any_instant() {
    let world = World::new("days", NOW).await;
    let client = world.test.client().await.expect("a client");
    let query = "select warehouse.shop_day(t, $2)::text from unnest($1::timestamptz[]) with ordinality u (t, n) order by n";
    let statement = client.prepare(query).await.expect("a statement");
    let cases = RefCell::new(Vec::new());
    // Seconds into the day, a little before its start and after its end; any zone, any odd day.
    let strategy = (
        0..ZONES.len(),
        0..4_usize,
        -7_200_i64..97_200,
        any::<bool>(),
    );
    let mut runner = TestRunner::new(ProptestConfig::with_cases(2_000));
    runner
        .run(&strategy, |(zone_at, day_at, seconds, on_the_hour)| {
            let zone = zone(ZONES[zone_at]);
            let day = odd_days(&zone)[day_at];
            let (from, to) = zone.interval(day).expect("a day");
            let seconds = if on_the_hour {
                seconds / 1_800 * 1_800
            } else {
                seconds
            };
            let instant = from + SignedDuration::from_secs(seconds);
            prop_assert_eq!(zone.day_of(instant) == day, (from..to).contains(&instant));
            cases.borrow_mut().push((zone_at, instant));
            Ok(())
        })
        .expect("the property holds");
    for (at, name) in ZONES.iter().enumerate() {
        let zone = zone(name);
        let instants: Vec<Timestamp> = cases
            .borrow()
            .iter()
            .filter(|(zone_at, _)| *zone_at == at)
            .map(|(_, instant)| *instant)
            .collect();
        let rows = client
            .query(&statement, &[&instants, name])
            .await
            .expect("days");
        for (instant, row) in instants.iter().zip(&rows) {
            assert_eq!(
                row.get::<_, String>(0),
                zone.day_of(*instant).to_string(),
                "{name} {instant}"
            );
        }
    }
}

#[tokio::test]
async fn a10_b42_each_order_counts_on_one_day_through_every_change_of_the_clocks() {
    let world = World::new("order_days", NOW).await;
    for (at, name) in ZONES.iter().enumerate() {
        let zone = zone(name);
        let shop = 9_000 + at as i64;
        let mut expected: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        let mut orders = Vec::new();
        for day in odd_days(&zone) {
            let (from, to) = zone.interval(day).expect("a day");
            let mut instant = from - SignedDuration::from_hours(2);
            while instant < to + SignedDuration::from_hours(2) {
                let id = 1 + orders.len() as i64;
                let cents = 1_000 + id;
                let job = job(id).authorized_at(&instant.to_string());
                let order = order(id)
                    .set("shopId", json!(shop))
                    .posted_at(&instant.to_string())
                    .job(job.part("1", 400, cents));
                orders.push(order.build());
                let day = expected.entry(zone.day_of(instant).to_string());
                let (count, sum) = day.or_default();
                *count += 1;
                *sum += cents;
                instant += SignedDuration::from_mins(31);
            }
        }
        let count = orders.len() as i64;
        let input = OracleInput {
            shop: OracleShop::new(shop, name),
            employees: Vec::new(),
            rates: Vec::new(),
            orders,
            today: zone.day_of(world.clock.now()),
        };
        assert_eq!(agree(&world, &input).await, Vec::<String>::new(), "{name}");
        for (table, counted, summed) in [
            ("daily_shop_metrics", "ro_count", "authorized_revenue"),
            ("sold_daily_metrics", "job_count", "revenue"),
        ] {
            let query = format!(
                "select metric_date::text, {counted}::bigint, {summed} from warehouse.{table} where shop_id = {shop}"
            );
            let client = world.test.client().await.expect("a client");
            let rows = client.query(&query, &[]).await.expect("days");
            let ours: BTreeMap<String, (i64, i64)> = rows
                .iter()
                .map(|row| (row.get(0), (row.get(1), row.get(2))))
                .collect();
            assert_eq!(ours, expected, "{name} {table}");
            assert_eq!(ours.values().map(|(n, _)| n).sum::<i64>(), count, "{name}");
        }
    }
}
