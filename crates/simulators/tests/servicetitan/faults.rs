//! Each fault, seen from outside.

use serde_json::Value;
use simulators::servicetitan::{Fault, Rate, Running, Setting};

use crate::client::{Client, ids};
use crate::serving;

fn on(running: &Running, fault: Fault) {
    running.faults().clear();
    running.faults().set_with(fault, Rate::Always.into());
}

fn variant(running: &Running, fault: Fault, variant: &str) {
    running.faults().clear();
    let setting = Setting {
        rate: Rate::Always,
        variant: Some(variant.to_owned()),
        path: None,
    };
    running.faults().set_with(fault, setting);
}

const INVOICES: &str = "accounting/export/invoices";

#[tokio::test]
async fn the_wire_breaks_in_every_way() {
    let running = serving(15).await;
    let mut client = Client::connect(&running).await;
    on(&running, Fault::RateLimit);
    let limited = client.get("jpm/jobs").await;
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("1"))
    );
    variant(&running, Fault::RateLimit, "absent");
    assert_eq!(client.get("jpm/jobs").await.header("retry-after"), None);
    on(&running, Fault::ServerError);
    let statuses = [
        client.get("jpm/jobs").await.status,
        client.get("jpm/jobs").await.status,
    ];
    assert_eq!(statuses, [502, 503]);
    on(&running, Fault::Html200);
    let html = client.get("jpm/jobs").await;
    assert!(html.status == 200 && html.header("content-type") == Some("text/html"));
    on(&running, Fault::Empty200);
    let empty = client.get("jpm/jobs").await;
    assert!(empty.status == 200 && empty.body.is_empty());
    for fault in [Fault::TruncatedJson, Fault::Reset] {
        on(&running, fault);
        let half = client.get("jpm/jobs").await;
        assert!(
            half.status == 200 && serde_json::from_slice::<Value>(&half.body).is_err(),
            "{fault:?}"
        );
    }
    on(&running, Fault::MissingScope);
    assert_eq!(client.get("jpm/jobs").await.status, 403);
    on(&running, Fault::SingleRead404);
    assert_eq!(
        (
            client.get("jpm/jobs/900001").await.status,
            client.get("jpm/jobs").await.status
        ),
        (404, 200)
    );
    on(&running, Fault::InvalidClient);
    assert_eq!(client.fetch_token().await, 400);
    running
        .faults()
        .set("401", Rate::NextN(1))
        .expect("a fault");
    running
        .faults()
        .set("invalid_client", Rate::Off)
        .expect("a fault");
    assert_eq!(client.get("jpm/jobs").await.status, 401);
    assert_eq!(
        client.get("jpm/jobs").await.status,
        401,
        "the token is void"
    );
    assert_eq!(client.fetch_token().await, 200);
    assert_eq!(client.get("jpm/jobs").await.status, 200);
    variant(&running, Fault::Slow, "30");
    let before = std::time::Instant::now();
    assert_eq!(client.get("jpm/jobs").await.status, 200);
    assert!(before.elapsed().as_millis() >= 30);
    on(&running, Fault::Hang);
    let hanging =
        tokio::time::timeout(std::time::Duration::from_millis(50), client.get("jpm/jobs"));
    assert!(hanging.await.is_err());
}

#[tokio::test]
async fn feeds_lie_about_their_place() {
    let running = serving(15).await;
    let client = Client::connect(&running).await;
    let first = client.feed_page(INVOICES, None).await.json();
    let token = first["continueFrom"].as_str().expect("a token").to_owned();
    on(&running, Fault::ContinuationGone);
    assert_eq!(client.feed_page(INVOICES, Some(&token)).await.status, 400);
    assert_eq!(
        client.feed_page(INVOICES, None).await.status,
        200,
        "from the beginning it goes"
    );
    on(&running, Fault::StuckToken);
    let stuck = client.feed_page(INVOICES, Some(&token)).await.json();
    assert!(stuck["hasMore"] == true && stuck["continueFrom"] == token.as_str());
    on(&running, Fault::EarlyEnd);
    let early = client.get("jpm/jobs?pageSize=3").await.json();
    assert!(
        early["hasMore"] == false && early["data"].as_array().is_some_and(|rows| rows.len() == 3)
    );
    on(&running, Fault::WrongTotal);
    let total = client.get("jpm/jobs?includeTotal=true").await.json()["totalCount"].clone();
    running.faults().clear();
    assert_ne!(
        client.get("jpm/jobs?includeTotal=true").await.json()["totalCount"],
        total
    );
    on(&running, Fault::PageDrift);
    let (_, place) = client.feed("crm/export/customers", None).await;
    running.faults().clear();
    assert!(
        !client
            .feed("crm/export/customers", Some(&place))
            .await
            .0
            .is_empty(),
        "something moved meanwhile"
    );
}

#[tokio::test]
async fn rows_come_twice_late_and_out_of_order() {
    let running = serving(15).await;
    let client = Client::connect(&running).await;
    let plain = ids(&client.get("jpm/jobs").await.rows());
    on(&running, Fault::DuplicateRows);
    let doubled = ids(&client.get("jpm/jobs").await.rows());
    assert_eq!(
        (doubled.len(), doubled.last()),
        (plain.len() + 1, plain.first())
    );
    on(&running, Fault::ShuffledRows);
    let mut shuffled = ids(&client.get("jpm/jobs").await.rows());
    assert_ne!(shuffled, plain);
    shuffled.sort_unstable();
    assert_eq!(shuffled, plain);
    on(&running, Fault::OldVersionAfterNew);
    let rows = client.get("jpm/jobs").await.rows();
    let (new, old) = (&rows[0], rows.last().expect("a row"));
    assert_eq!(new["id"], old["id"]);
    assert!(new["modifiedOn"].as_str() > old["modifiedOn"].as_str());
}

#[tokio::test]
async fn fields_are_not_what_they_should_be() {
    let running = serving(25).await;
    let client = Client::connect(&running).await;
    let rows = async |path: &str| client.get(path).await.rows();
    let customers = "crm/customers?pageSize=200";
    on(&running, Fault::ExtraKeys);
    assert!(
        rows(customers)
            .await
            .iter()
            .all(|row| row["newVendorKey"].is_object())
    );
    on(&running, Fault::MissingKeys);
    assert!(
        rows("settings/technicians")
            .await
            .iter()
            .all(|row| row.get("firstName").is_none())
    );
    on(&running, Fault::NullTexts);
    assert!(
        rows(customers)
            .await
            .iter()
            .all(|row| row["address"]["city"].is_null())
    );
    on(&running, Fault::NulInText);
    assert!(
        rows(customers)
            .await
            .iter()
            .any(|row| row["name"].as_str().is_some_and(|name| name.contains('\0')))
    );
    on(&running, Fault::SevenDigitTimes);
    let nines = |row: &Value| {
        row["createdOn"]
            .as_str()
            .is_some_and(|text| text.ends_with(".9999999Z"))
    };
    assert!(rows(customers).await.iter().all(nines));
    on(&running, Fault::EmptyDates);
    let jobs = rows("jpm/jobs?jobStatus=Scheduled").await;
    assert!(
        !jobs.is_empty()
            && jobs
                .iter()
                .all(|row| row["completedOn"] == "0001-01-01T00:00:00Z")
    );
}

#[tokio::test]
async fn records_come_that_nobody_can_read() {
    let running = serving(25).await;
    let client = Client::connect(&running).await;
    let rows = async |path: &str| client.get(path).await.rows();
    on(&running, Fault::MalformedTime);
    let broken = rows("jpm/jobs").await;
    assert_eq!(
        broken
            .iter()
            .filter(|row| row.to_string().contains("\"2026-03-02T14:05:00\""))
            .count(),
        1
    );
    on(&running, Fault::UnknownStatus);
    let jobs = rows("jpm/jobs").await;
    assert_eq!(
        jobs.iter()
            .filter(|row| row["jobStatus"] == "BrandNewValue")
            .count(),
        1
    );
    on(&running, Fault::FloatMoney);
    assert!(
        rows(INVOICES)
            .await
            .iter()
            .all(|row| row["total"].is_number())
    );
    for (name, text) in [("comma", "12,50"), ("exponent", "1e3"), ("nan", "NaN")] {
        variant(&running, Fault::BadRecord, name);
        let bad = rows("accounting/export/invoice-items").await;
        assert_eq!(
            bad.iter()
                .filter(|row| row.to_string().contains(&format!("\"{text}\"")))
                .count(),
            1
        );
    }
    variant(&running, Fault::BadRecord, "no_id");
    assert_eq!(
        rows("jpm/jobs")
            .await
            .iter()
            .filter(|row| row.get("id").is_none())
            .count(),
        1
    );
}
