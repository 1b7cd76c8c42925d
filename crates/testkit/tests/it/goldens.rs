//! The worked examples of the reference against the oracle.

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};
use serde_json::json;
use testkit::goldens::{self, Goldens};
use testkit::oracle::{
    AuthorizationState, OracleFigures, OracleInput, OrderFigures, SnapshotFigures, SnapshotTrigger,
    compute, dates,
    number::{self, Decimal},
    reckon,
    variance::{self, OurProfit, VendorProfit},
};
use testkit::payload::{job, order};
use testkit::worlds;

fn golden() -> Goldens {
    goldens::load()
}

fn figures(input: &OracleInput) -> OracleFigures {
    let figures = compute(input).expect("the worked example is valid");
    assert!(figures.rejects.is_empty(), "{:?}", figures.rejects);
    figures
}

fn the_order(input: &OracleInput) -> OrderFigures {
    figures(input)
        .orders
        .into_values()
        .next()
        .expect("the example has an order")
}

fn posted(figures: &OracleFigures, order_id: i64) -> &SnapshotFigures {
    let mut found = figures.snapshots.iter().filter(|(key, _)| {
        key.repair_order_id == order_id && key.trigger == SnapshotTrigger::Posted
    });
    found.next().expect("the order is posted").1
}

/// A stored percentage as the API shows it.
fn shown(percent: Option<i64>) -> Option<i64> {
    percent.map(number::percent_to_2)
}

const JULY_10: Date = date(2026, 7, 10);

#[test]
fn d1_local_dates() {
    for (instant, zone, expected) in golden().local_dates {
        let instant = dates::parse_instant(&instant).expect("a golden instant");
        let zone = TimeZone::get(&zone).expect("a golden zone");
        assert_eq!(
            dates::local_date(instant, &zone).to_string(),
            expected,
            "{instant}"
        );
    }
}

#[test]
fn d1_day_intervals() {
    for (day, zone, start, end) in golden().day_intervals {
        let zone = TimeZone::get(&zone).expect("a golden zone");
        let day: Date = day.parse().expect("a golden day");
        let instant = |text: &str| text.parse::<Timestamp>().expect("a golden instant");
        assert_eq!(
            dates::day_interval(day, &zone),
            Some((instant(&start), instant(&end))),
            "{day}"
        );
    }
}

#[test]
fn g1_parts() {
    for (quantity, cost, retail, retail_ext, cost_ext, margin) in golden().parts {
        let job = job(1)
            .authorized_at("2026-07-09T15:00:00Z")
            .part(&quantity, cost, retail);
        let order = the_order(&worlds::with_g2_rates(vec![order(1).job(job).build()]));
        let line = &order.jobs[0].parts[0];
        assert_eq!(
            (line.total, line.cost_total),
            (retail_ext, cost_ext),
            "{quantity}"
        );
        let percent = number::percent_2(line.total - line.cost_total, line.total);
        assert_eq!(percent, margin.map(|margin| margin.0), "{quantity}");
    }
}

#[test]
fn g2_labor_with_rates() {
    let labor = golden().labor;
    for (hours, rate, technician, retail_ext, cost_rate, source, cost_ext) in labor.lines {
        let job = job(1)
            .authorized_at("2026-07-09T15:00:00Z")
            .labor(&hours, rate, technician);
        let order = the_order(&worlds::with_g2_rates(vec![order(1).job(job).build()]));
        let line = &order.jobs[0].labor[0];
        assert_eq!(
            (line.total, line.cost_rate, line.labor_cost),
            (retail_ext, cost_rate, cost_ext),
            "{hours}"
        );
        assert_eq!(line.rate_source.as_str(), source, "{hours}");
    }
}

#[test]
fn g2_rates_are_the_goldens() {
    let labor = golden().labor;
    let input = worlds::with_g2_rates(Vec::new());
    let rates = input
        .rates
        .iter()
        .map(|rate| (rate.employee_id, rate.hourly_cost))
        .collect();
    assert_eq!(labor.rates, rates);
    let book = testkit::oracle::RateBook::new(&input).expect("the employees are valid");
    assert_eq!(book.shop_average(JULY_10), Some(labor.shop_avg));
}

#[test]
fn g2_labor_without_rates() {
    for (hours, rate, technician, default, retail_ext, cost_rate, source, cost_ext) in
        golden().labor.no_rates
    {
        let job = job(1)
            .authorized_at("2026-07-09T15:00:00Z")
            .labor(&hours, rate, technician);
        let mut input = worlds::with_g2_rates(vec![order(1).job(job).build()]);
        input.rates.clear();
        input.shop.default_tech_cost_rate = default;
        let line = &the_order(&input).jobs[0].labor[0];
        assert_eq!(
            (line.total, line.cost_rate, line.labor_cost),
            (retail_ext, cost_rate, cost_ext)
        );
        assert_eq!(line.rate_source.as_str(), source);
    }
}

#[test]
fn g3_jobs() {
    let order = the_order(&worlds::g3());
    let rows: Vec<_> = order
        .jobs
        .iter()
        .map(|job| {
            let lines = [
                job.parts_total,
                job.parts_cost,
                job.labor_total,
                job.labor_cost,
                job.labor_hours,
            ];
            let sums = [
                job.fees_total,
                job.discount_total,
                job.job_revenue,
                job.job_cost,
                job.job_profit,
            ];
            (
                job.authorization_state,
                lines,
                sums,
                shown(job.gross_profit_percent()),
            )
        })
        .collect();
    let expected = vec![
        (
            AuthorizationState::Authorized,
            [33920, 16185, 44550, 8964, 27000],
            [0, 1500, 76970, 25149, 51821],
            Some(6733),
        ),
        (
            AuthorizationState::Declined,
            [3295, 1210, 3300, 630, 2000],
            [0, 0, 6595, 1840, 4755],
            Some(7210),
        ),
        (
            AuthorizationState::Pending,
            [0, 0, 12995, 3148, 10000],
            [0, 0, 12995, 3148, 9847],
            Some(7578),
        ),
        (
            AuthorizationState::Authorized,
            [6817, 3078, 8250, 1488, 5000],
            [350, 0, 15417, 4566, 10851],
            Some(7038),
        ),
    ];
    assert_eq!(rows, expected);
    let sold: Vec<_> = order.jobs.iter().map(|job| job.sold_date).collect();
    assert_eq!(
        sold,
        [Some(date(2026, 7, 9)), None, None, Some(date(2026, 7, 9))]
    );
}

#[test]
fn g3_order() {
    let expected = golden().repair_order;
    let order = the_order(&worlds::g3());
    let sums = &order.sums;
    assert_eq!(sums.gross_sales, expected.gross_sales);
    assert_eq!(sums.net_sales, expected.net_sales);
    assert_eq!(sums.invoice_total, expected.invoice_total);
    assert_eq!(sums.authorized_total, expected.authorized_total);
    assert_eq!(
        (sums.authorized_cost, sums.authorized_profit),
        (expected.cost, expected.profit)
    );
    assert_eq!(
        shown(sums.authorized_gp_percent()),
        Some(expected.gp_percent.0)
    );
    assert_eq!([sums.parts_revenue, sums.parts_cost], expected.parts);
    assert_eq!([sums.labor_revenue, sums.labor_cost], expected.labor);
    assert_eq!(
        Some(sums.labor_hours),
        Decimal::parse(&expected.hours).and_then(Decimal::ten_thousandths)
    );
    assert_eq!(
        (sums.fees_total, sums.discount_total),
        (expected.fees, expected.discount)
    );
    assert_eq!(
        (sums.pending_total, sums.declined_total),
        (expected.pending, expected.declined)
    );
    assert_eq!(sums.potential_total, expected.potential);
    assert_eq!(
        shown(sums.authorization_rate()),
        Some(expected.authorization_rate.0)
    );
}

#[test]
fn g3_rates_dates_and_variance() {
    let order = the_order(&worlds::g3());
    let sums = &order.sums;
    let per_hour = [
        sums.effective_labor_rate(),
        sums.gp_per_labor_hour(),
        sums.gp_per_hour(),
    ];
    assert_eq!(per_hour, [Some(16500), Some(13234), Some(21035)]);
    assert_eq!(
        shown(number::percent(40737 - 19263, sums.parts_revenue)),
        Some(5271)
    );
    assert_eq!(
        shown(number::percent(52800 - 10452, sums.labor_revenue)),
        Some(8020)
    );
    assert_eq!(
        json!(sums.rate_sources),
        json!({"assigned": 2, "shop_avg": 1})
    );
    assert_eq!(order.posted_date, Some(JULY_10));
    assert_eq!(variance::revenue_variance(&order), Some(0));
    assert!(variance::revenue_causes(&order).is_empty());
    // Gross sales as the base is the classic mistake; the reference names what it would give.
    assert_eq!(
        number::percent_2(sums.gross_sales - sums.authorized_cost, sums.gross_sales),
        Some(6353)
    );
}

#[test]
fn g3_tax_split() {
    let expected = golden().repair_order.tax_split;
    let bases = [40737, 52800, 2990, 14000];
    assert_eq!(
        number::split_by_largest_remainder(3124, &bases),
        Some(expected)
    );
    assert_eq!(number::split_by_largest_remainder(3124, &[0, 0]), None);
}

#[test]
fn g4_fees_without_total() {
    for (base, percentage, cap, amount, expected) in golden().fees {
        let share = percentage.as_deref().and_then(Decimal::parse);
        assert_eq!(
            reckon::fee_amount(base, share, cap, amount),
            expected,
            "{base} {percentage:?}"
        );
    }
}

#[test]
fn g4_negative_discount_is_a_surcharge() {
    let job = job(1)
        .part("1", 0, 10000)
        .labor("0.5", 10000, None)
        .discount("Surcharge", -2099);
    let order = the_order(&worlds::with_g2_rates(vec![order(1).job(job).build()]));
    assert_eq!(order.jobs[0].job_revenue, 17099);
}

#[test]
fn rounding_and_percent_lists() {
    for (fraction, expected) in golden().rounding {
        let (numerator, denominator) = fraction.split_once('/').expect("a golden fraction");
        let whole = |text: &str| text.parse().expect("a golden number");
        assert_eq!(
            number::round_ratio(whole(numerator), whole(denominator)),
            expected,
            "{fraction}"
        );
    }
    for (numerator, base, expected) in golden().percents {
        assert_eq!(
            number::percent_2(numerator, base),
            expected.map(|percent| percent.0),
            "{numerator}/{base}"
        );
    }
}

#[test]
fn g6_day() {
    let expected = golden().day;
    let all = figures(&worlds::g6());
    let day = &all.daily_shop[&JULY_10];
    assert_eq!(
        (day.ro_count, day.authorized_revenue),
        (3, expected.revenue)
    );
    assert_eq!(
        (day.authorized_cost, day.authorized_profit),
        (expected.cost, expected.profit)
    );
    assert_eq!(
        shown(day.authorized_gp_percent()),
        Some(expected.gp_percent.0)
    );
    assert_eq!(day.avg_ro_value(), Some(expected.avg_ro_value));
    assert_eq!(day.avg_ro_profit(), Some(expected.avg_ro_profit));
    assert_eq!(day.avg_labor_rate(), Some(expected.avg_labor_rate));
    assert_eq!(day.gp_per_labor_hour(), Some(expected.gp_per_labor_hour));
    assert_eq!(day.gp_per_hour(), Some(expected.gp_per_hour));
    assert_eq!(
        shown(day.authorization_rate()),
        Some(expected.authorization_rate.0)
    );
    assert_eq!(
        [day.labor_revenue, day.labor_cost, day.labor_profit],
        [74250, 19950, 54300]
    );
    assert_eq!(
        [day.parts_revenue, day.parts_cost, day.parts_profit],
        [74000, 47300, 26700]
    );
    assert_eq!(
        (shown(day.labor_gp_percent()), shown(day.parts_gp_percent())),
        (Some(7313), Some(3608))
    );
    assert_eq!([day.sublet_revenue, day.sublet_cost], [2500, 4000]);
    assert_eq!(
        [day.fees_total, day.discount_total, day.tax_total],
        [5250, 6000, 4995]
    );
    assert_eq!([day.labor_hours, day.potential_revenue], [60000, 192_000]);
    assert_eq!([day.authorized_job_count, day.potential_job_count], [5, 8]);
}

#[test]
fn g6_snapshots() {
    let all = figures(&worlds::g6());
    let percents = [1, 2, 3].map(|id| shown(posted(&all, id).sums.authorized_gp_percent()));
    assert_eq!(percents, [Some(6500), Some(2000), None]);
    let losses = [1, 2, 3].map(|id| posted(&all, id).loss_code);
    assert_eq!(
        losses,
        [None, None, Some("negative_profit_possible_warranty")]
    );
    assert_eq!(posted(&all, 1).sums.potential_total, 150_000);
    assert_eq!(posted(&all, 2).sums.potential_total, 42_000);
}

#[test]
fn g8_profit_bridge() {
    let vendor = VendorProfit {
        retail: 84000,
        cost: 33600,
    };
    let extra_cost = vec![("labor_rate_shop_avg", 1500)];
    let ours = OurProfit {
        net_sales: 82500,
        cost: 35100,
        fees: 4500,
        discounts: 6000,
        extra_cost,
    };
    assert_eq!(number::percent_2(82500 - 35100, 82500), Some(5745));
    assert_eq!(variance::variance_percent(&ours, vendor), Some(-255));
    let bridge = variance::profit_bridge(&ours, vendor);
    let expected = [
        ("fees_included", 4500),
        ("discount_treatment", -6000),
        ("labor_rate_shop_avg", -1500),
    ];
    assert_eq!(bridge, expected);
}

#[test]
fn g9_sold_and_posted() {
    let all = figures(&worlds::g9());
    let sold: Vec<_> = all
        .sold_daily
        .iter()
        .map(|(day, row)| {
            let money = [row.revenue, row.cost, row.profit];
            (
                *day,
                money,
                shown(row.gp_percent()),
                [row.job_count, row.ro_count],
            )
        })
        .collect();
    let expected = [
        (date(2026, 6, 29), [40000, 16000, 24000], Some(6000), [1, 1]),
        (date(2026, 6, 30), [40000, 19000, 21000], Some(5250), [2, 2]),
        (date(2026, 7, 1), [60000, 27000, 33000], Some(5500), [1, 1]),
    ];
    assert_eq!(sold, expected);
    let days: Vec<_> = all
        .daily_shop
        .iter()
        .map(|(day, row)| {
            (
                *day,
                row.authorized_revenue,
                row.authorized_profit,
                shown(row.authorized_gp_percent()),
            )
        })
        .collect();
    let expected = [
        (date(2026, 6, 30), 25600, 15600, Some(6094)),
        (date(2026, 7, 2), 54200, 29200, Some(5387)),
    ];
    assert_eq!(days, expected);
    let sold_total: i64 = all.sold_daily.values().map(|row| row.revenue).sum();
    let posted_total: i64 = all
        .daily_shop
        .values()
        .map(|row| row.authorized_revenue)
        .sum();
    assert_eq!(sold_total - posted_total, 60200);
}

#[test]
fn g10_technicians() {
    let all = figures(&worlds::g10());
    let day = date(2026, 7, 10);
    for (key, (hours, revenue, cost, profit, percent, rate, cost_rate, gp, jobs, orders)) in
        golden().technicians
    {
        let row = &all.tech_daily[&(day, key.parse().ok())];
        let hours = Decimal::parse(&hours).and_then(Decimal::ten_thousandths);
        assert_eq!(Some(row.hours_billed), hours, "{key}");
        assert_eq!(
            [row.labor_revenue, row.labor_cost, row.labor_profit],
            [revenue, cost, profit],
            "{key}"
        );
        assert_eq!(shown(row.labor_gp_percent()), Some(percent.0), "{key}");
        let per_hour = [row.hourly_rate(), row.hourly_cost(), row.gp_per_hour()];
        assert_eq!(per_hour, [Some(rate), Some(cost_rate), Some(gp)], "{key}");
        assert_eq!([row.jobs_worked, row.ros_worked], [jobs, orders], "{key}");
    }
    let sources = |technician| json!(all.tech_daily[&(day, technician)].rate_sources);
    assert_eq!(sources(Some(6101)), json!({"assigned": 3}));
    assert_eq!(sources(None), json!({"shop_avg": 1}));
    let shop_day = &all.daily_shop[&day];
    assert_eq!(
        [
            shop_day.labor_hours,
            shop_day.labor_revenue,
            shop_day.labor_cost
        ],
        [67000, 108_550, 21675]
    );
}

#[test]
fn g11_edit_and_repost() {
    let id = 310_045_001;
    let (before, edited) = (figures(&worlds::g3()), figures(&worlds::g11_edited()));
    let sums = &posted(&edited, id).sums;
    assert_eq!(
        [sums.net_sales, sums.authorized_cost, sums.authorized_profit],
        [109_027, 39204, 69823]
    );
    assert_eq!(shown(sums.authorized_gp_percent()), Some(6404));
    assert_eq!(posted(&edited, id).revenue_variance, Some(0));
    let (old, new) = (&before.daily_shop[&JULY_10], &edited.daily_shop[&JULY_10]);
    assert_eq!(new.authorized_revenue - old.authorized_revenue, 2500);
    assert_eq!(new.authorized_profit - old.authorized_profit, 2511);
    let reposted = figures(&worlds::g11_reposted());
    assert_eq!(
        reposted.daily_shop[&date(2026, 7, 13)].authorized_revenue,
        109_027
    );
    assert_eq!(reposted.daily_shop[&JULY_10].authorized_revenue, 0);
    assert_eq!(reposted.daily_shop[&JULY_10].ro_completed_count, 1);
}

#[test]
fn g13_advisors() {
    let all = figures(&worlds::g13());
    let rows = [5102, 5103].map(|advisor| all.advisor_daily[&(JULY_10, Some(advisor))].clone());
    let money = rows
        .clone()
        .map(|row| [row.net_sales, row.cost, row.profit]);
    assert_eq!(money, [[161_527, 63215, 98312], [82500, 40350, 42150]]);
    assert_eq!(
        rows.clone().map(|row| shown(row.gp_percent())),
        [Some(6086), Some(5109)]
    );
    let averages = rows
        .clone()
        .map(|row| [row.aro(), row.avg_job_value(), row.gp_per_hour()]);
    assert_eq!(averages[0], [Some(80764), Some(32305), Some(18549)]);
    assert_eq!(averages[1], [Some(41250), Some(27500), Some(12397)]);
    assert_eq!(
        rows.map(|row| [row.ro_count, row.job_count, row.labor_hours]),
        [[2, 5, 53000], [2, 3, 34000]]
    );
}
