//! The generated company: repeatable, independent of the clock's steps, and as crooked as it is meant to be.

use simulators::servicetitan::{
    LabourBasis, Ledger, Simulator, SimulatorConfig, World, WorldConfig,
};

use crate::client::Client;
use crate::{serving, small, start};

#[tokio::test]
async fn the_same_recipe_gives_the_same_world_whatever_the_steps() {
    let whole = small(25);
    let mut stepped = World::founded(WorldConfig::small(7, start(), 25)).expect("the zone exists");
    while stepped.now() < start() {
        let next = stepped.now().plus(8_907).min(start());
        stepped.advance(next);
    }
    assert_eq!(Ledger::of(&whole), Ledger::of(&stepped));
    let other = World::generate(WorldConfig::small(8, start(), 25)).expect("the zone exists");
    assert_ne!(Ledger::of(&whole).days, Ledger::of(&other).days);
    let whole = Simulator::start(SimulatorConfig::new(whole))
        .await
        .expect("a free port");
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
        "payroll/export/gross-pay-items",
        "crm/export/customers",
    ] {
        assert_eq!(
            a.feed(feed, None).await.0,
            b.feed(feed, None).await.0,
            "{feed}"
        );
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
    let history = client.feed("jpm/export/job-history", None).await.0;
    assert!(
        history
            .iter()
            .any(|row| row["history"][0]["eventType"] == "Appointment Rescheduled")
    );
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
    let truths = world.planted_truths();
    assert_eq!(truths.len(), 6);
    let of = |code: &str| {
        truths
            .iter()
            .find(|truth| truth.code == code)
            .expect("it is planted")
    };
    let ledger = Ledger::of(&world);
    let since = of("recalls").since.timestamp().to_string();
    let recalls = |wanted: bool| {
        let jobs = ledger
            .fixes
            .values()
            .filter(|job| job.mature && job.completed_on.as_str() > &since[..10]);
        let theirs = jobs.filter(|job| {
            job.technician_id
                .is_some_and(|id| of("recalls").technician_ids.contains(&id))
                == wanted
        });
        let (all, back) = theirs.fold((0, 0), |(all, back), job| {
            (all + 1, back + u64::from(job.recalls > 0))
        });
        back * 100 / all.max(1)
    };
    assert!(
        recalls(true) > 3 * recalls(false),
        "{} and {}",
        recalls(true),
        recalls(false)
    );
    let uncosted = &of("uncosted_technicians").technician_ids;
    assert_eq!(uncosted, &[511, 512]);
    let blank = ledger
        .jobs
        .values()
        .filter(|job| job.labour_basis == LabourBasis::None && !job.shares.is_empty());
    let theirs = blank
        .filter(|job| job.shares.keys().any(|id| uncosted.contains(id)))
        .count();
    assert!(theirs > 500, "{theirs}");
    assert!(ledger.never_invoiced.len() > 50 && ledger.unapplied.len() > 300);
    let units: std::collections::BTreeSet<i64> = ledger
        .unit_days
        .values()
        .flat_map(|day| day.keys().copied())
        .collect();
    assert_eq!(units.into_iter().collect::<Vec<_>>(), [11, 12]);
    let people: std::collections::BTreeSet<i64> = ledger
        .technician_days
        .values()
        .flat_map(|day| day.keys().copied())
        .collect();
    assert_eq!(people.len(), 12);
}

#[test]
fn a_small_company_names_technicians_that_it_has() {
    for truth in small(1).planted_truths() {
        assert!(
            truth
                .technician_ids
                .iter()
                .all(|id| (501..=504).contains(id)),
            "{}",
            truth.code
        );
    }
}

#[tokio::test]
async fn hands_command_it_from_this_machine() {
    let running = serving(12).await;
    let mut client = Client::connect(&running).await;
    let post = async |path: &str, body: &str| client.control("POST", path, body).await;
    assert_eq!(
        post("/_sim/faults", r#"{"fault": "429", "rate": "always"}"#)
            .await
            .status,
        204
    );
    assert_eq!(client.get("jpm/jobs").await.status, 429);
    assert_eq!(
        client.control("DELETE", "/_sim/faults", "").await.status,
        204
    );
    assert_eq!(
        post("/_sim/faults", r#"{"fault": "gremlins", "rate": "always"}"#)
            .await
            .status,
        422
    );
    let books = client.control("GET", "/_sim/ledger", "").await.json();
    assert_eq!(books["1001"]["tenant_id"], 1_001);
    let rename = r#"{"tenant_id": 1001, "change": {"do": "rename_customer", "customer_id": 70001, "name": "Renamed"}}"#;
    assert_eq!(post("/_sim/mutate", rename).await.status, 204);
    assert_eq!(
        client.get("crm/customers/70001").await.json()["name"],
        "Renamed"
    );
    assert_eq!(
        post("/_sim/clock", r#"{"advance_seconds": 3600}"#)
            .await
            .status,
        200
    );
    assert_eq!(running.clock().now(), start().plus(3_600));
    assert_eq!(client.fetch_token().await, 200);
    let log = client.control("GET", "/_sim/requests", "").await.json();
    assert_eq!(log["requests"]["GET /jpm/v2/jobs"], 1);
    assert_eq!(
        client.control("GET", "/_sim/truths", "").await.json()["1001"][0]["code"],
        "recalls"
    );
}
