//! The generated company: repeatable, independent of the clock's steps, and as crooked as it is meant to be.

use simulators::servicetitan::{Simulator, SimulatorConfig, World, WorldConfig};

use crate::client::Client;
use crate::{serving, small, start};

#[tokio::test]
async fn the_same_recipe_gives_the_same_world_whatever_the_steps() {
    let whole = Simulator::start(SimulatorConfig::new(small(25)))
        .await
        .expect("a free port");
    let before = WorldConfig {
        start: start().plus(-10 * 86_400),
        history_days: 15,
        ..WorldConfig::small(7, start(), 0)
    };
    let mut stepped = World::generate(before).expect("the zone exists");
    for step in 1..=97 {
        stepped.advance(start().plus(-10 * 86_400 + step * 8_907));
    }
    stepped.advance(start());
    let stepped = Simulator::start(SimulatorConfig::new(stepped))
        .await
        .expect("a free port");
    let (a, b) = (
        Client::connect(&whole).await,
        Client::connect(&stepped).await,
    );
    for feed in [
        "jpm/export/jobs",
        "accounting/export/invoices",
        "payroll/export/jobs/timesheets",
        "crm/export/customers",
    ] {
        // The recipes differ in when planted things began only.
        let (left, right) = (a.feed(feed, None).await.0, b.feed(feed, None).await.0);
        assert_eq!(left.len(), right.len(), "{feed}");
    }
}

#[tokio::test]
async fn the_quirks_are_there() {
    let running = serving(120).await;
    let client = Client::connect(&running).await;
    let jobs = client.feed("jpm/export/jobs", None).await.0;
    let crooked =
        |row: &&serde_json::Value| row["jobStatus"] == "Canceled" && row["completedOn"].is_string();
    assert!(jobs.iter().any(|row| crooked(&row)), "Q16");
    assert!(jobs.iter().any(|row| row["recallForId"].is_i64()));
    assert!(jobs.iter().any(|row| row["warrantyId"].is_i64()));
    let items = client.feed("accounting/export/invoice-items", None).await.0;
    assert!(
        items.iter().all(|row| row["id"].as_i64() > Some(1 << 53)),
        "Q25"
    );
    let digits = |row: &serde_json::Value| {
        row["total"]
            .as_str()
            .and_then(|text| text.split_once('.'))
            .map_or(0, |(_, rest)| rest.len())
    };
    assert!(items.iter().any(|row| digits(row) > 2), "Q13");
    assert!(items.iter().any(|row| row["totalCost"].is_null()), "Q44");
    assert!(items.iter().any(|row| row["active"] == false));
    let pay = client.feed("payroll/export/gross-pay-items", None).await.0;
    assert!(pay.iter().any(|row| row["id"].is_null()), "Q26");
    assert!(
        pay.iter().any(|row| row["amountAdjustment"].is_number()),
        "Q43"
    );
    let sheets = client.feed("payroll/export/jobs/timesheets", None).await.0;
    let seven = |row: &serde_json::Value| {
        row["arrivedOn"]
            .as_str()
            .is_some_and(|text| text.len() == 28)
    };
    assert!(sheets.iter().any(seven), "Q12");
    let estimates = client.feed("sales/export/estimates", None).await.0;
    assert!(estimates.iter().any(|row| row["jobId"].is_null()));
    let memberships = client.feed("memberships/export/memberships", None).await.0;
    assert!(
        memberships
            .iter()
            .all(|row| row["followUpOn"] == "0001-01-01T00:00:00Z"),
        "Q11"
    );
}

#[test]
fn two_years_of_the_demo_company_hold_what_was_planted() {
    let world = World::generate(WorldConfig::demo(42, start())).expect("the zone exists");
    assert!(world.job_count() > 15_000, "{}", world.job_count());
    assert_eq!(world.planted_truths().len(), 6);
}
