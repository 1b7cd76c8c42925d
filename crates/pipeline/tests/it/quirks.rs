//! Quirks of the vendor (docs/tekmetric.md) that show only in the warehouse; those of a single record are tested
//! where it is decoded, those of lists where they are walked.

use crate::harness::{World, agree};
use crate::vendor::Pair;
use pipeline::report::Outcome;
use simulators::tekmetric::{Fault, Mutation, Rate, Setting};
use testkit::oracle::{OracleInput, OracleShop};
use testkit::payload::{job, order, sublet};
use testkit::worlds::{SHOP_ID, TIMEZONE, TODAY};
use vendors::Mode;

const NOW: &str = "2026-07-31T16:00:00Z";
const NOTHING: Vec<String> = Vec::new();

/// Orders of a shop that has entered no rate and lists no employee.
fn bare(orders: Vec<serde_json::Value>) -> OracleInput {
    OracleInput {
        shop: OracleShop::new(SHOP_ID, TIMEZONE),
        employees: Vec::new(),
        rates: Vec::new(),
        orders,
        today: TODAY,
    }
}

#[tokio::test]
async fn b9_b11_an_unlisted_technician_without_a_rate_keeps_his_line_and_his_id() {
    let world = World::new("b9", NOW).await;
    let work = job(11).authorized_at("2026-07-09T15:00:00Z");
    let order =
        order(1)
            .posted_at("2026-07-10T15:00:00Z")
            .job(work.labor("0.7", 15_900, Some(6_999)));
    assert_eq!(agree(&world, &bare(vec![order.build()])).await, NOTHING);
    let line = "select concat_ws(' ', technician_id, cost_rate, labor_cost, rate_source) from warehouse.job_labor";
    assert_eq!(
        world.text(line).await.as_deref(),
        Some("6999 2500 1750 default")
    );
    let stub = "select concat_ws(' ', id, status) from warehouse.employees";
    assert_eq!(world.text(stub).await.as_deref(), Some("6999 UNKNOWN"));
    let share =
        "select concat_ws(' ', technician_id, labor_cost) from warehouse.tech_daily_metrics";
    assert_eq!(world.text(share).await.as_deref(), Some("6999 1750"));
}

#[tokio::test]
async fn b64_a_total_with_tax_is_compared_with_a_total_with_tax() {
    let world = World::new("b64", NOW).await;
    let work = job(11).authorized_at("2026-07-09T15:00:00Z");
    let order = order(1)
        .posted_at("2026-07-10T15:00:00Z")
        .taxes(1_234)
        .job(work.part("1", 4_000, 9_000).fee("Shop supplies", 300))
        .discount("Coupon", 500);
    assert_eq!(agree(&world, &bare(vec![order.build()])).await, NOTHING);
    let figures = "select concat_ws(' ', authorized_revenue, tax_total, invoice_total, vendor_net_sales, \
        revenue_variance, variance_codes) from warehouse.ro_snapshots";
    assert_eq!(
        world.text(figures).await.as_deref(),
        Some("8800 1234 10034 8800 0 {}")
    );
}

#[tokio::test]
async fn b16_b18_b45_odd_posted_orders_count_as_they_are() {
    let world = World::new("b45", NOW).await;
    let at = "2026-07-10T15:00:00Z";
    let empty = order(1).posted_at(at);
    let only_sublet = order(2).posted_at(at).sublet(sublet(5, 900).item(400, 900));
    // Declined with a date: neither sold nor pending (B-18).
    let refused = order(3).posted_at(at).job(
        job(31)
            .declined_at("2026-07-09T15:00:00Z")
            .part("1", 1, 700),
    );
    let orders = [empty, only_sublet, refused].map(|o| o.build()).to_vec();
    assert_eq!(agree(&world, &bare(orders)).await, NOTHING);
    let day = "select concat_ws(' ', ro_count, authorized_revenue, authorized_cost, pending_revenue, declined_revenue) \
        from warehouse.daily_shop_metrics";
    assert_eq!(world.text(day).await.as_deref(), Some("3 900 400 0 700"));
    let percents = "select string_agg(coalesce(round(authorized_gp_percent, 2)::text, 'none'), ' ' order by repair_order_id) \
        from warehouse.ro_snapshots";
    assert_eq!(
        world.text(percents).await.as_deref(),
        Some("none 55.56 none")
    );
    let sold = "select count(*) from warehouse.sold_daily_metrics where job_count > 0";
    assert_eq!(world.number(sold).await, 0);
}

#[tokio::test]
async fn b19_sums_that_lag_behind_are_read_again_and_then_named() {
    let pair = Pair::new("b19", 42, 20).await;
    pair.sync().await;
    // The weekly sweep reads posted orders too; it is done with here.
    pair.sync().await;
    let posted = "select min(id) from warehouse.repair_orders where shop_id = 6212 and status = 'POSTED' and net_sales > 0";
    let order = pair.world.number(posted).await;
    let plan = pair.plan_of(6212, Mode::Incremental);
    let issues = format!(
        "select concat_ws(' ', count(*) filter (where resolved_at is null), count(*)) \
         from warehouse.data_quality_issues where code = 'vendor_sum_mismatch' and entity_id = {order}"
    );
    let variance = format!(
        "select revenue_variance from warehouse.ro_snapshots where repair_order_id = {order} \
         and snapshot_trigger = 'posted' and superseded_at is null"
    );
    for (behind, open_and_all, differs_by) in [
        // Behind in the list only: the order itself, a moment later, is right.
        (Rate::NextN(1), "0 1", 0),
        // Behind for longer than we wait: the difference is named and stays in sight.
        (Rate::Always, "1 1", -10_000),
        (Rate::Off, "0 1", 0),
    ] {
        pair.advance(60);
        let edit = Mutation::AddDiscount { total_cents: 300 };
        pair.vendor.world().mutate(order, edit).expect("an edit");
        let setting = Setting {
            rate: behind,
            variant: None,
            path: Some("repair-orders".into()),
        };
        pair.vendor.faults().set_with(Fault::StaleSums, setting);
        let report = pair.run(&plan, &pair.world.stop).await;
        assert_eq!(report.outcome(), Outcome::Done, "{behind:?}: {report:#?}");
        assert_eq!(
            pair.world.text(&issues).await.as_deref(),
            Some(open_and_all),
            "{behind:?}"
        );
        assert_eq!(pair.world.number(&variance).await, differs_by, "{behind:?}");
    }
    assert_eq!(pair.differences().await, NOTHING);
}

#[tokio::test]
async fn b33_b59_who_left_is_kept_with_his_name_and_his_work() {
    let pair = Pair::new("b59", 41, 30).await;
    pair.sync().await;
    let names = "select string_agg(concat_ws(' ', shop_id, id, first_name, last_name), ', ' order by shop_id, id) \
        from warehouse.employees where shop_id = 6213 and status <> 'UNKNOWN'";
    let before = pair.world.text(names).await;
    let active =
        "select count(*) from warehouse.employees where shop_id = 6213 and status = 'ACTIVE'";
    let were_active = pair.world.number(active).await;
    // One technician leaves within two weeks; three lists without him and he counts as gone.
    for _ in 0..5 {
        pair.advance(4 * 86_400);
        pair.sync().await;
    }
    assert_eq!(pair.world.number(active).await, were_active - 1);
    assert_eq!(pair.world.text(names).await, before, "nobody is deleted");
    let work = "select count(*) from warehouse.job_labor l join warehouse.employees e on e.shop_id = l.shop_id \
        and e.id = l.technician_id where e.status = 'INACTIVE'";
    assert!(pair.world.number(work).await > 0);
    assert_eq!(pair.differences().await, NOTHING);
}
