//! Each fault does what its name says.

use simulators::tekmetric::{Fault, Rate, Running, Setting, Simulator, SimulatorConfig};

use crate::client::{Client, ids};
use crate::small;

const LIST: &str = "/api/v1/repair-orders?shop=6212&size=20";

async fn running() -> Running {
    Simulator::start(SimulatorConfig::new(small(30)))
        .await
        .expect("a free port")
}

fn with(variant: &str) -> Setting {
    Setting {
        rate: Rate::Always,
        variant: Some(variant.to_owned()),
        path: None,
    }
}

#[tokio::test]
async fn refusals() {
    let running = running().await;
    let client = Client::connect(&running).await;
    let faults = running.faults();
    for (variant, expected) in [
        ("absent", None),
        ("seconds:2", Some("2")),
        ("0", Some("0")),
        ("negative", Some("-5")),
    ] {
        faults.set_with(Fault::RateLimit, with(variant));
        let answer = client.get(LIST).await;
        assert_eq!((answer.status, answer.body.len()), (429, 0));
        assert_eq!(answer.header("retry-after"), expected, "{variant}");
    }
    faults.set_with(Fault::RateLimit, with("date:60"));
    let answer = client.get(LIST).await;
    assert!(
        answer
            .header("retry-after")
            .is_some_and(|date| date.ends_with("gmt")),
        "{}",
        answer.head
    );
    faults.clear();
    faults.set_with(Fault::ServerError, with("503"));
    assert_eq!(client.get(LIST).await.status, 503);
    faults.clear();
    faults.set("html_200", Rate::NextN(1)).expect("a fault");
    assert_eq!(
        client.get(LIST).await.header("content-type"),
        Some("text/html")
    );
    faults.set("empty_200", Rate::NextN(1)).expect("a fault");
    assert!(client.get(LIST).await.body.is_empty());
    faults
        .set("history_window_400", Rate::Always)
        .expect("a fault");
    let old = "/api/v1/repair-orders?updatedDateStart=2020-01-01T00:00:00Z";
    let refused = client.get(old).await;
    assert!(
        refused.status == 400
            && refused.json()["message"]
                .as_str()
                .is_some_and(|text| text.contains("history"))
    );
    assert_eq!(
        client
            .get("/api/v1/repair-orders?updatedDateStart=2026-11-01T00:00:00Z")
            .await
            .status,
        200
    );
    faults.clear();
    faults
        .set("single_read_404", Rate::Always)
        .expect("a fault");
    let id = running.world().read(|world| world.order_ids(6_212)[0]);
    assert_eq!(
        client
            .get(&format!("/api/v1/repair-orders/{id}"))
            .await
            .status,
        404
    );
    assert_eq!(client.get(LIST).await.status, 200);
}

#[tokio::test]
async fn broken_bodies() {
    let running = running().await;
    let client = Client::connect(&running).await;
    let whole = client.get(LIST).await.body;
    running
        .faults()
        .set("truncated_json", Rate::NextN(1))
        .expect("a fault");
    assert!(serde_json::from_slice::<serde_json::Value>(&client.get(LIST).await.body).is_err());
    running
        .faults()
        .set("reset", Rate::NextN(1))
        .expect("a fault");
    assert!(client.get(LIST).await.body.len() < whole.len());
    assert_eq!(client.get(LIST).await.body, whole);
}

#[tokio::test]
async fn tokens_expire_in_mid_run() {
    let running = running().await;
    let mut client = Client::connect(&running).await;
    running
        .faults()
        .set("token_expiry", Rate::NextN(1))
        .expect("a fault");
    assert_eq!(client.get(LIST).await.status, 401);
    assert_eq!(
        client.get(LIST).await.status,
        401,
        "the old token stays void"
    );
    client.fetch_token().await;
    assert_eq!(client.get(LIST).await.status, 200);
    running
        .faults()
        .set("invalid_client", Rate::NextN(1))
        .expect("a fault");
    assert_eq!(client.fetch_token().await, 401);
}

#[tokio::test]
async fn spoiled_rows() {
    let running = running().await;
    let client = Client::connect(&running).await;
    let faults = running.faults();
    for (name, mark) in [
        ("float_numbers", ".0,"),
        ("extra_keys", "newVendorKey"),
        ("nul_in_text", "\\u0000"),
        ("malformed_time", "2018-02-15:00:00"),
        ("unknown_status", "ONHOLD"),
        ("bad_record", "8907.37"),
        ("old_version_after_new", "STALE"),
        ("null_names", "\"name\":null"),
    ] {
        faults.set(name, Rate::NextN(1)).expect("a fault");
        let body = String::from_utf8(client.get(LIST).await.body).expect("text");
        assert!(body.contains(mark), "{name}");
    }
    faults.set("missing_keys", Rate::NextN(1)).expect("a fault");
    assert!(
        client.get(LIST).await.json()["content"][0]
            .get("keytag")
            .is_none()
    );
    faults
        .set("zoneless_dates", Rate::NextN(1))
        .expect("a fault");
    let zoneless = client.get(LIST).await.json();
    assert!(
        zoneless["content"][0]["createdDate"]
            .as_str()
            .is_some_and(|at| !at.ends_with('Z'))
    );
}

#[tokio::test]
async fn spoiled_pages() {
    let running = running().await;
    let client = Client::connect(&running).await;
    let faults = running.faults();
    let sound = client.get(LIST).await.json();
    faults.set_with(
        Fault::BadRecord,
        Setting {
            rate: Rate::NextN(1),
            ..with("no_id")
        },
    );
    let rows = client.get(LIST).await.json();
    assert_eq!(
        rows["content"]
            .as_array()
            .expect("rows")
            .iter()
            .filter(|row| row.get("id").is_none())
            .count(),
        1
    );
    faults
        .set("duplicate_rows", Rate::NextN(1))
        .expect("a fault");
    let doubled = ids(client.get(LIST).await.json()["content"]
        .as_array()
        .expect("rows"));
    assert_eq!(doubled.first(), doubled.last());
    faults.set("duplicate_rows", Rate::Always).expect("a fault");
    let first = ids(client.get(LIST).await.json()["content"]
        .as_array()
        .expect("rows"));
    let second = ids(
        client.get(&format!("{LIST}&page=1")).await.json()["content"]
            .as_array()
            .expect("rows"),
    );
    assert_eq!(
        second[0],
        first[first.len() - 2],
        "the last sound row of the page before"
    );
    faults.clear();
    faults.set("early_last", Rate::NextN(1)).expect("a fault");
    assert_eq!(client.get(LIST).await.json()["last"], true);
    faults
        .set("wrong_total_elements", Rate::NextN(1))
        .expect("a fault");
    assert_ne!(
        client.get(LIST).await.json()["totalElements"],
        sound["totalElements"]
    );
    assert_eq!(client.get(LIST).await.json(), sound);
}

#[tokio::test]
async fn the_world_drifts_between_pages() {
    let running = running().await;
    let client = Client::connect(&running).await;
    let before = running.ledger();
    running
        .faults()
        .set("page_drift", Rate::Always)
        .expect("a fault");
    for page in 0..6 {
        assert_eq!(client.get(&format!("{LIST}&page={page}")).await.status, 200);
    }
    assert_ne!(running.ledger(), before);
}

#[tokio::test(start_paused = false)]
async fn answers_can_be_late_or_never_come() {
    let running = running().await;
    let client = Client::connect(&running).await;
    running.faults().set_with(
        Fault::Slow,
        Setting {
            rate: Rate::NextN(1),
            ..with("120")
        },
    );
    let began = std::time::Instant::now();
    assert_eq!(client.get(LIST).await.status, 200);
    assert!(began.elapsed().as_millis() >= 120);
    running.faults().set("hang", Rate::Always).expect("a fault");
    let patience = std::time::Duration::from_millis(150);
    assert!(
        tokio::time::timeout(patience, client.get(LIST))
            .await
            .is_err()
    );
    running.stop().await;
}

#[tokio::test]
async fn page_faults_leave_bare_arrays_alone() {
    let running = running().await;
    let client = Client::connect(&running).await;
    for name in Fault::names()
        .filter(|name| name.contains("last") || name.contains("total") || name.contains("rows"))
    {
        running.faults().set(name, Rate::Always).expect("a fault");
    }
    assert_eq!(client.get("/api/v1/shops").await.status, 200);
}
