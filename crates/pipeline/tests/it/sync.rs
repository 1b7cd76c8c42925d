//! Whole runs: the warehouse equals the vendor's books, twice changes nothing, incremental equals rebuild.

use crate::vendor::Pair;
use pipeline::report::{Outcome, StreamStatus};
use testkit::oracle::{self, OracleEmployee, OracleInput, OracleRate, OracleShop};

const NOTHING: Vec<String> = Vec::new();

#[tokio::test]
async fn i1_a_back_fill_equals_the_vendors_books() {
    let pair = Pair::new("backfill", 11, 120).await;
    let report = pair.sync().await;
    assert_eq!(report.outcome(), Outcome::Done, "{report:#?}");
    assert!(
        report
            .streams
            .iter()
            .all(|s| s.status == StreamStatus::Completed)
    );
    assert_eq!(pair.differences().await, NOTHING);
    assert_eq!(
        pair.world
            .number("select count(*) from ops.dirty_orders")
            .await,
        0
    );
    assert_eq!(
        pair.world
            .number("select count(*) from ops.dirty_days")
            .await,
        0
    );
    assert_eq!(
        pair.world
            .number("select count(*) from warehouse.ro_snapshots where revenue_variance <> 0")
            .await,
        0,
        "ours against the vendor's own figure"
    );
    assert!(
        pair.vendor.requests().unknown_params.is_empty(),
        "{:?}",
        pair.vendor.requests()
    );
}

#[tokio::test]
async fn i2_the_same_again_writes_no_row() {
    let pair = Pair::new("again", 12, 40).await;
    pair.sync().await;
    let before = pair.versions().await;
    let second = pair.sync().await;
    assert_eq!(second.outcome(), Outcome::Done, "{second:#?}");
    assert_eq!(pair.versions().await, before);
    assert!(
        second
            .streams
            .iter()
            .all(|s| s.created == 0 && s.updated == 0)
    );
}

#[tokio::test]
async fn i6_a_month_of_increments_equals_a_fresh_back_fill() {
    let pair = Pair::new("increments", 13, 60).await;
    pair.sync().await;
    for _ in 0..10 {
        pair.advance(3 * 86_400 + 3_600);
        let report = pair.sync().await;
        assert_eq!(report.outcome(), Outcome::Done, "{report:#?}");
    }
    assert_eq!(pair.differences().await, NOTHING);
    assert_eq!(
        pair.world.number(DRIFT).await,
        0,
        "the nights between built the last weeks again and found nothing"
    );
    let incremental = pair.derived().await;
    let fresh = Pair::reading("increments_fresh", pair.vendor).await;
    fresh.sync().await;
    let rebuilt = fresh.derived().await;
    let differing: Vec<(&String, &String)> = incremental
        .iter()
        .zip(&rebuilt)
        .filter(|(a, b)| a != b)
        .take(3)
        .collect();
    assert_eq!(incremental.len(), rebuilt.len());
    assert!(differing.is_empty(), "{differing:#?}");
}

/// Issues of a nightly rebuild, open or not.
const DRIFT: &str =
    "select count(*) from warehouse.data_quality_issues where code = 'metric_drift'";

#[tokio::test]
async fn a_nightly_rebuild_finds_a_day_that_drifted_and_mends_it() {
    let pair = Pair::new("drift", 17, 40).await;
    pair.sync().await;
    // The first run after a back-fill only notes the night.
    pair.advance(3_600);
    pair.sync().await;
    // A day that no late edit of this world's next day touches: that would build it again for a reason.
    pair.world
        .sql(
            "update warehouse.daily_shop_metrics set authorized_profit = authorized_profit + 1 \
             where shop_id = 6213 and metric_date = (select metric_date from warehouse.daily_shop_metrics \
               where shop_id = 6213 order by metric_date desc offset 24 limit 1)",
        )
        .await;
    pair.advance(86_400);
    pair.sync().await;
    let open = "select entity_id from warehouse.data_quality_issues \
                where code = 'metric_drift' and severity = 'critical' and resolved_at is null";
    assert_eq!(pair.world.number(open).await, 6213);
    assert_eq!(pair.differences().await, NOTHING);
    pair.advance(86_400);
    pair.sync().await;
    let resolved = format!("{DRIFT} and resolved_at is not null");
    assert_eq!(pair.world.number(&resolved).await, 1);
    assert_eq!(pair.differences().await, NOTHING);
}

#[tokio::test]
async fn the_oracle_agrees_with_every_figure_of_a_world() {
    let pair = Pair::new("oracle_world", 14, 45).await;
    pair.sync().await;
    let client = pair.world.test.client().await.expect("a client");
    for shop in &pair.shops {
        let orders = pair.vendor.world().read(|world| {
            let ids = world.order_ids(shop.shop_id.0);
            ids.into_iter()
                .filter_map(|id| world.order_json(id))
                .collect::<Vec<_>>()
        });
        let rows = client
            .query(
                "select body::text from raw.payloads where shop_id = $1 and entity = 'employee'",
                &[&shop.shop_id.0],
            )
            .await
            .expect("employees");
        let employees = rows
            .iter()
            .map(|row| OracleEmployee {
                payload: serde_json::from_str(row.get(0)).expect("JSON"),
                is_active: true,
            })
            .collect();
        let rates = pair
            .vendor
            .world()
            .read(simulators::tekmetric::World::cost_rates);
        let rates = rates
            .iter()
            .filter(|r| r.shop_id == shop.shop_id.0)
            .map(|r| OracleRate {
                employee_id: r.employee_id,
                effective_from: r.effective_from.to_string().parse().expect("a day"),
                effective_to: r
                    .effective_to
                    .as_ref()
                    .map(|d| d.to_string().parse().expect("a day")),
                hourly_cost: r.hourly_cost_cents,
            })
            .collect();
        let input = OracleInput {
            shop: OracleShop::new(shop.shop_id.0, shop.zone.name()),
            employees,
            rates,
            orders,
            today: shop.zone.day_of(pair.world.clock.now()),
        };
        let figures = oracle::compute(&input).expect("the oracle");
        let differences = testkit::compare::differences(&client, shop.shop_id.0, &figures)
            .await
            .expect("a comparison");
        assert_eq!(differences, NOTHING, "shop {}", shop.name);
    }
}

#[tokio::test]
async fn contract_9_a_rate_entered_later_restates_with_its_reason() {
    let pair = Pair::new("late_rate", 15, 30).await;
    pair.sync().await;
    let technician = pair
        .world
        .number("select technician_id from warehouse.tech_daily_metrics where shop_id = 6212 and technician_id is not null \
                 group by 1 order by sum(hours_billed) desc limit 1")
        .await;
    pair.world
        .sql(&format!(
            "delete from warehouse.employee_cost_rates where shop_id = 6212 and employee_id = {technician};
             insert into warehouse.employee_cost_rates (shop_id, employee_id, effective_from, hourly_cost)
             values (6212, {technician}, '2020-01-01', 4321)"
        ))
        .await;
    pair.sync().await;
    let wrong = format!(
        "select count(*) from warehouse.job_labor where shop_id = 6212 and technician_id = {technician} \
         and (cost_rate <> 4321 or rate_source <> 'assigned')"
    );
    assert_eq!(pair.world.number(&wrong).await, 0);
    assert!(
        pair.world
            .number(
                "select count(*) from warehouse.ro_snapshot_revisions where reason = 'rate_change'"
            )
            .await
            > 0
    );
    assert_eq!(
        pair.world
            .number(
                "select count(*) from warehouse.ro_snapshot_revisions where reason <> 'rate_change'"
            )
            .await,
        0
    );
    let before = pair.versions().await;
    pair.sync().await;
    assert_eq!(pair.versions().await, before);
    // The daily figures follow, and conservation holds: technicians add up to the shop's labour cost.
    let gap = "select count(*) from warehouse.daily_shop_metrics d where labor_cost <> (select coalesce(sum(labor_cost), 0) \
               from warehouse.tech_daily_metrics t where t.shop_id = d.shop_id and t.metric_date = d.metric_date)";
    assert_eq!(pair.world.number(gap).await, 0);
}
