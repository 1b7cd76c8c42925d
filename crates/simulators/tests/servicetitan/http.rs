//! Lists, feeds, tokens and limits over real HTTP.

use std::collections::BTreeSet;

use simulators::servicetitan::{Simulator, SimulatorConfig};

use crate::client::{Client, ids};
use crate::{serving, small};

#[tokio::test]
async fn a_list_is_walked_page_by_page() {
    let running = serving(30).await;
    let client = Client::connect(&running).await;
    let first = client
        .get("jpm/jobs?pageSize=7&includeTotal=true")
        .await
        .json();
    assert_eq!(
        (&first["page"], &first["pageSize"], &first["hasMore"]),
        (&1.into(), &7.into(), &true.into())
    );
    let rows = client.walk("jpm/jobs?sort=%2BModifiedOn").await;
    assert_eq!(first["totalCount"], rows.len());
    assert_eq!(
        ids(&rows).into_iter().collect::<BTreeSet<_>>().len(),
        rows.len()
    );
    let times: Vec<&str> = rows
        .iter()
        .map(|row| row["modifiedOn"].as_str().expect("a time"))
        .collect();
    assert!(times.windows(2).all(|pair| pair[0][..19] <= pair[1][..19]));
    assert_eq!(
        client.get("jpm/jobs?pageSize=50").await.json()["totalCount"],
        serde_json::Value::Null
    );
    for wrong in [
        "pageSize=5001",
        "page=0",
        "modifiedOnOrAfter=soon",
        "ids=a",
        "sort=Colour",
    ] {
        let answer = client.get(&format!("jpm/jobs?{wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.json()["errors"].is_object() && answer.json()["traceId"].is_string());
    }
}

#[tokio::test]
async fn unknown_parameters_are_ignored_and_noted() {
    let running = serving(20).await;
    let client = Client::connect(&running).await;
    let all = client.walk("jpm/jobs").await.len();
    assert_eq!(client.walk("jpm/jobs?status=Completed").await.len(), all);
    let done = client.walk("jpm/jobs?jobStatus=Completed").await;
    assert!(done.len() < all && done.iter().all(|row| row["jobStatus"] == "Completed"));
    let noted = &running.requests().unknown_params["GET /jpm/v2/jobs"];
    assert_eq!(noted.iter().collect::<Vec<_>>(), ["status"]);
    client.walk("accounting/invoices?active=Any").await;
    client.feed("crm/export/customers?active=Any", None).await;
    let unknown = running.requests().unknown_params;
    assert!(
        unknown["GET /accounting/v2/invoices"].contains("active"),
        "Q2: another spelling"
    );
    assert!(unknown["GET /crm/v2/export/customers"].contains("active"));
    assert_eq!(client.get("dispatch/technicians").await.status, 404);
    assert_eq!(client.get("dispatch/appointments").await.status, 404);
    let job = done[0]["id"].as_i64().expect("an id");
    assert_eq!(
        client.get(&format!("jpm/jobs/{job}")).await.json()["id"],
        job
    );
    assert_eq!(client.get("accounting/invoices/9300001").await.status, 404);
}

#[tokio::test]
async fn a_feed_goes_on_where_it_stopped_and_tells_deletions() {
    let running = serving(40).await;
    let mut client = Client::connect(&running).await;
    let (rows, place) = client.feed("jpm/export/jobs", None).await;
    let listed = ids(&client.walk("jpm/jobs").await)
        .into_iter()
        .collect::<BTreeSet<_>>();
    let live: BTreeSet<i64> = rows
        .iter()
        .filter(|row| row["active"] == true)
        .filter_map(|row| row["id"].as_i64())
        .collect();
    let gone = rows.iter().filter(|row| row["active"] == false).count();
    assert_eq!(live, listed);
    assert!(
        gone > 0 && live.len() + gone == rows.len(),
        "each row comes once"
    );
    assert!(place.len() > 255, "tokens may be long");
    let (nothing, same) = client.feed("jpm/export/jobs", Some(&place)).await;
    assert!(nothing.is_empty() && same == place);
    running.clock().advance(3 * 86_400);
    client.fetch_token().await;
    let (changed, _) = client.feed("jpm/export/jobs", Some(&place)).await;
    assert!(!changed.is_empty() && changed.len() < rows.len());
    let (since, _) = client
        .feed("jpm/export/jobs", Some("2026-11-20T17:00:01Z"))
        .await;
    assert_eq!(ids(&since), ids(&changed));
    assert_eq!(
        client
            .feed_page("jpm/export/jobs", Some("nonsense!"))
            .await
            .status,
        400
    );
    let foreign = client.feed_page("crm/export/customers", Some(&place)).await;
    assert_eq!(foreign.status, 400, "a token is one feed's own");
}

#[tokio::test]
async fn feeds_that_lag_show_recent_changes_twice_to_those_who_ask() {
    let config = SimulatorConfig {
        feed_lag_seconds: 86_400,
        ..SimulatorConfig::new(small(20))
    };
    let running = Simulator::start(config).await.expect("a free port");
    let client = Client::connect(&running).await;
    let (plain, _) = client
        .feed("jpm/export/appointments?active=Any", None)
        .await;
    let path = "jpm/export/appointments?active=Any&includeRecentChanges=true";
    let (recent, place) = client.feed(path, None).await;
    assert!(recent.len() > plain.len());
    let (again, _) = client.feed(path, Some(&place)).await;
    assert_eq!(again.len(), recent.len() - plain.len());
}

const LISTS: [&str; 41] = [
    "settings/business-units",
    "settings/tag-types",
    "settings/employees",
    "settings/technicians",
    "jpm/job-types",
    "jpm/job-cancel-reasons",
    "jpm/projects",
    "jpm/jobs",
    "jpm/appointments",
    "marketing/campaigns",
    "marketing/categories",
    "marketing/costs",
    "dispatch/zones",
    "dispatch/teams",
    "dispatch/arrival-windows",
    "dispatch/appointment-assignments",
    "dispatch/technician-shifts",
    "dispatch/non-job-appointments",
    "payroll/timesheet-codes",
    "payroll/jobs/timesheets",
    "payroll/jobs/splits",
    "payroll/gross-pay-items",
    "payroll/non-job-timesheets",
    "memberships/membership-types",
    "memberships/memberships",
    "crm/customers",
    "crm/locations",
    "crm/customers/contacts?modifiedOnOrAfter=2020-01-01",
    "crm/locations/contacts?modifiedOnOrAfter=2020-01-01",
    "crm/leads",
    "crm/bookings",
    "telecom/calls",
    "sales/estimates",
    "sales/estimates/items",
    "accounting/invoices",
    "accounting/payments",
    "equipmentsystems/installed-equipment",
    "pricebook/categories",
    "pricebook/services",
    "pricebook/materials",
    "pricebook/equipment",
];

const FEEDS: [&str; 24] = [
    "settings/export/technicians",
    "jpm/export/appointments",
    "jpm/export/job-history",
    "jpm/export/job-canceled-logs",
    "dispatch/export/appointment-assignments",
    "payroll/export/jobs/timesheets",
    "payroll/export/jobs/splits",
    "payroll/export/gross-pay-items",
    "payroll/export/timesheet-codes",
    "memberships/export/memberships",
    "memberships/export/membership-types",
    "crm/export/customers",
    "crm/export/customers/contacts",
    "crm/export/locations/contacts",
    "crm/export/leads",
    "telecom/export/calls",
    "sales/estimates/export",
    "sales/export/estimates",
    "accounting/export/invoices",
    "accounting/export/invoice-items",
    "accounting/export/payments",
    "customer-interactions/export/technician-ratings",
    "equipmentsystems/export/installed-equipment",
    "pricebook/export/materials",
];

#[tokio::test]
async fn every_list_and_feed_of_the_catalogue_answers() {
    let running = serving(45).await;
    let client = Client::connect(&running).await;
    for path in LISTS {
        assert!(!client.walk(path).await.is_empty(), "{path}");
    }
    for path in FEEDS {
        assert!(!client.feed(path, None).await.0.is_empty(), "{path}");
    }
    assert_eq!(
        client.get("crm/customers/contacts").await.status,
        400,
        "an owner is required"
    );
    assert_eq!(
        client.get("jpm/export/job-types").await.status,
        404,
        "there is no such feed"
    );
    assert!(running.requests().unknown_params.is_empty());
}

#[tokio::test]
async fn switches_show_what_defaults_hide() {
    let running = serving(90).await;
    let client = Client::connect(&running).await;
    let count = async |path: &str| client.walk(path).await.len();
    let active = count("crm/customers").await;
    let any = count("crm/customers?active=Any").await;
    let gone = count("crm/customers?active=False").await;
    assert!(gone > 0 && active + gone == any);
    let merged = client.walk("crm/customers?active=False").await;
    assert!(merged.iter().all(|row| row["mergedToId"].is_i64()));
    let all = count("accounting/invoices?activeState=All").await;
    let void = count("accounting/invoices?activeState=InactiveOnly").await;
    assert!(void > 0 && all == void + count("accounting/invoices").await);
    assert_eq!(client.get("crm/customers?active=Perhaps").await.status, 400);
}

#[tokio::test]
async fn tokens_live_900_seconds_and_need_the_application() {
    let running = serving(3).await;
    let mut client = Client::connect(&running).await;
    let grant = client.token_request(running.client_secret()).await.json();
    assert_eq!(
        (&grant["expires_in"], &grant["token_type"]),
        (&900.into(), &"Bearer".into())
    );
    assert_eq!(client.token_request("wrong").await.status, 400);
    running.clock().advance(899);
    assert_eq!(client.get("jpm/jobs").await.status, 200);
    running.clock().advance(1);
    let late = client.get("jpm/jobs").await;
    assert!(late.status == 401 && late.body.is_empty());
    assert_eq!(client.fetch_token().await, 200);
    assert_eq!(client.get("jpm/jobs").await.status, 200);
    client.tenant += 1;
    assert_eq!(client.get("jpm/jobs").await.status, 403);
    client.tenant -= 1;
    client.app_key = "wrong".to_owned();
    assert_eq!(client.get("jpm/jobs").await.status, 403);
    running.revoke(true);
    assert_eq!(client.fetch_token().await, 400);
}

#[tokio::test]
async fn the_limit_holds_per_second() {
    let config = SimulatorConfig {
        requests_per_second: Some(5),
        ..SimulatorConfig::new(small(3))
    };
    let running = Simulator::start(config).await.expect("a free port");
    let client = Client::connect(&running).await;
    let mut refused = 0;
    for _ in 0..8 {
        let answer = client.get("settings/technicians").await;
        if answer.status == 429 {
            assert_eq!(answer.header("retry-after"), Some("1"));
            refused += 1;
        }
    }
    assert!(refused > 0);
    assert_eq!(running.requests().limited, refused);
}
