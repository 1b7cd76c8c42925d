//! The worked examples as whole inputs: payloads, employees, rates. The oracle's tests and the SQL
//! engine's tests start from the same ones.

use crate::goldens;
use crate::oracle::{OracleEmployee, OracleInput, OracleRate, OracleShop};
use crate::payload::{employee, job, order, sublet};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

/// The shop of all worked examples.
pub const SHOP_ID: i64 = 901;

/// The zone of all worked examples.
pub const TIMEZONE: &str = "America/New_York";

/// First day of every rate of the worked examples.
pub const RATES_FROM: Date = date(2020, 1, 1);

/// Today in all worked examples: after everything that happens in them.
pub const TODAY: Date = date(2026, 7, 31);

/// The rates of G2, today 2026-07-31, and the given orders.
pub fn with_g2_rates(orders: Vec<Value>) -> OracleInput {
    let technicians = [
        (6101, 3350, true),
        (6102, 2975, true),
        (6103, 3120, true),
        (6104, 4000, false),
    ];
    OracleInput {
        shop: OracleShop::new(SHOP_ID, TIMEZONE),
        employees: technicians
            .iter()
            .map(|(id, _, is_active)| OracleEmployee {
                payload: employee(*id, 3),
                is_active: *is_active,
            })
            .collect(),
        rates: technicians
            .iter()
            .map(|(id, cents, _)| open_rate(*id, *cents))
            .collect(),
        orders,
        today: TODAY,
    }
}

/// A rate in force since [`RATES_FROM`], in cents per hour.
pub fn open_rate(employee_id: i64, hourly_cost: i64) -> OracleRate {
    OracleRate {
        employee_id,
        effective_from: RATES_FROM,
        effective_to: None,
        hourly_cost,
    }
}

/// G3: the full repair order.
pub fn g3() -> OracleInput {
    with_g2_rates(vec![goldens::g3_repair_order()])
}

/// G6: three posted orders of 2026-07-10; technicians 7001 to 7003 are unknown, with own rates.
pub fn g6() -> OracleInput {
    let posted = "2026-07-10T18:00:00Z";
    let sold = "2026-07-09T15:00:00Z";
    let first = order(1)
        .posted_at(posted)
        .taxes(3645)
        .fee("Shop Supplies", 4500)
        .discount("Loyalty", 4500)
        .job(job(11).authorized_at(sold).labor("4.0", 16500, Some(7001)))
        .job(job(12).authorized_at(sold).part("2", 14400, 27000))
        .job(job(13).authorized_at(sold))
        .job(job(14).declined_at(sold).part("1", 9000, 20000))
        .job(job(15).part("1", 4000, 10000));
    let second = order(2)
        .posted_at(posted)
        .taxes(1350)
        .job(
            job(21)
                .authorized_at(sold)
                .labor("0.5", 16500, Some(7002))
                .part("1", 18500, 20000)
                .fee("EPA", 750)
                .discount("Friend", 1500),
        )
        .job(job(22).declined_at(sold).part("1", 5000, 12000))
        .sublet(sublet(29, 2500).authorized_at(sold).item(4000, 2500));
    let third = order(3)
        .posted_at(posted)
        .job(job(31).authorized_at(sold).labor("1.5", 0, Some(7003)));
    let mut input = with_g2_rates(vec![first.build(), second.build(), third.build()]);
    input.rates.extend([
        open_rate(7001, 3300),
        open_rate(7002, 3000),
        open_rate(7003, 3500),
    ]);
    input
}

/// G9: sold on three days, posted on two.
pub fn g9() -> OracleInput {
    let first = order(1)
        .posted_at("2026-07-02T21:05:00Z")
        .fee("Shop Supplies", 1200)
        .discount("Loyalty", 2000)
        .job(
            job(11)
                .authorized_at("2026-06-29T15:00:00Z")
                .part("1", 16000, 40000),
        )
        .job(
            job(12)
                .authorized_at("2026-07-01T02:30:00Z")
                .part("1", 9000, 15000),
        );
    let second = order(2).status(2).job(
        job(21)
            .authorized_at("2026-07-01T14:00:00Z")
            .part("1", 27000, 60000),
    );
    let third = order(3)
        .posted_at("2026-07-01T03:59:00Z")
        .fee("Shop Supplies", 600)
        .job(
            job(31)
                .authorized_at("2026-06-30T18:20:00Z")
                .part("1", 10000, 25000),
        );
    with_g2_rates(vec![first.build(), second.build(), third.build()])
}

/// G10: labour of one day by several technicians, one of them unknown, one line unassigned.
pub fn g10() -> OracleInput {
    let posted = "2026-07-10T18:00:00Z";
    let sold = "2026-07-09T15:00:00Z";
    let first = order(20517)
        .posted_at(posted)
        .job(
            job(101)
                .authorized_at(sold)
                .labor("2.3", 16500, Some(6101))
                .labor("0.4", 16500, None),
        )
        .job(job(104).authorized_at(sold).labor("0.5", 16500, Some(6102)));
    let second = order(20518)
        .posted_at(posted)
        .job(job(105).authorized_at(sold).labor("1.5", 16500, Some(6101)))
        .job(
            job(106)
                .authorized_at(sold)
                .labor("0.8", 14500, Some(6102))
                .labor("0.2", 14500, Some(6101)),
        );
    let third = order(20519)
        .posted_at(posted)
        .job(job(107).authorized_at(sold).labor("1.0", 16500, Some(6199)));
    with_g2_rates(vec![first.build(), second.build(), third.build()])
}

/// G11 (b): G3 two days later, the unassigned line given to 6103 and the order's discount removed.
pub fn g11_edited() -> OracleInput {
    let mut payload = goldens::g3_repair_order();
    payload["jobs"][0]["labor"][1]["technicianId"] = json!(6103);
    payload["discounts"] = json!([]);
    payload["discountTotal"] = json!(1500);
    payload["totalSales"] = json!(112_151);
    payload["updatedDate"] = json!("2026-07-13T13:00:00Z");
    with_g2_rates(vec![payload])
}

/// G11 (c): the edited order unposted and posted again on 2026-07-13.
pub fn g11_reposted() -> OracleInput {
    let mut input = g11_edited();
    input.orders[0]["postedDate"] = json!("2026-07-13T15:00:00Z");
    input.orders[0]["updatedDate"] = json!("2026-07-13T15:00:00Z");
    input
}

/// G13: two advisors with two orders each, all posted on 2026-07-10; 5102 holds G3.
pub fn g13() -> OracleInput {
    let posted = "2026-07-10T18:00:00Z";
    let sold = "2026-07-09T15:00:00Z";
    let second = order(2)
        .advisor(5102)
        .posted_at(posted)
        .job(job(21).authorized_at(sold).labor("2.1", 10000, Some(7001)))
        .job(job(22).authorized_at(sold).part("1", 17700, 34000))
        .job(job(23).authorized_at(sold));
    let third = order(3)
        .advisor(5103)
        .posted_at(posted)
        .job(job(31).authorized_at(sold).labor("1.9", 10000, Some(7001)))
        .job(job(32).authorized_at(sold).part("1", 29400, 63500));
    let fourth = order(4)
        .advisor(5103)
        .posted_at(posted)
        .job(job(41).authorized_at(sold).labor("1.5", 0, Some(7003)));
    let orders = vec![
        goldens::g3_repair_order(),
        second.build(),
        third.build(),
        fourth.build(),
    ];
    let mut input = with_g2_rates(orders);
    input
        .rates
        .extend([open_rate(7001, 3000), open_rate(7003, 3500)]);
    input
}
