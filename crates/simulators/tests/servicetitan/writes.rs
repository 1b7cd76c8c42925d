//! Writing: what changes, what is refused, answers that get lost, records that double.

use serde_json::{Value, json};
use simulators::servicetitan::{Rate, Running};

use crate::client::Client;
use crate::serving;

async fn write(client: &Client<'_>, verb: &str, path: &str, body: &Value) -> (u16, Value) {
    let answer = client.send(verb, path, &body.to_string()).await;
    (
        answer.status,
        serde_json::from_slice(&answer.body).unwrap_or_default(),
    )
}

fn new_job(running: &Running, key: &str) -> Value {
    let now = running.clock().now();
    let (start, end) = (now.plus(86_400), now.plus(93_600));
    json!({
        "customerId": 70_001, "locationId": 271_001, "businessUnitId": 11, "jobTypeId": 21, "priority": "High",
        "campaignId": 51, "summary": "Leaks",
        "appointments": [{"start": start, "end": end, "technicianIds": [501]}],
        "externalData": {"applicationGuid": "guid-1", "externalData": [{"key": "pitwall", "value": key}]},
    })
}

const BY_KEY: &str =
    "jpm/jobs?externalDataApplicationGuid=guid-1&externalDataKey=pitwall&externalDataValues=";

#[tokio::test]
async fn a_job_is_booked_moved_assigned_and_cancelled() {
    let running = serving(10).await;
    let client = Client::connect(&running).await;
    let (status, job) = write(&client, "POST", "jpm/jobs", &new_job(&running, "k1")).await;
    assert_eq!((status, &job["jobStatus"]), (200, &json!("Scheduled")));
    assert_eq!(
        job["externalData"],
        json!([{"key": "pitwall", "value": "k1"}])
    );
    let id = job["id"].as_i64().expect("an id");
    let hidden = client.get(&format!("jpm/jobs/{id}")).await.json();
    assert_eq!(
        hidden["externalData"],
        json!([]),
        "another application sees nothing"
    );
    let visit = job["firstAppointmentId"].as_i64().expect("an id");
    let now = running.clock().now();
    let to = json!({"start": now.plus(172_800), "end": now.plus(180_000), "arrivalWindowStart": null, "arrivalWindowEnd": null});
    let (status, moved) = write(
        &client,
        "PATCH",
        &format!("jpm/appointments/{visit}/reschedule"),
        &to,
    )
    .await;
    assert_eq!(
        (status, &moved["start"]),
        (200, &json!(now.plus(172_800).to_string()))
    );
    let who = json!({"jobAppointmentId": visit, "technicianIds": [502]});
    let sent = write(
        &client,
        "POST",
        "dispatch/appointment-assignments/assign-technicians",
        &who,
    )
    .await
    .0;
    assert_eq!(sent, 200);
    let there = client
        .get(&format!(
            "dispatch/appointment-assignments?appointmentIds={visit}"
        ))
        .await
        .rows();
    assert!(there.iter().any(|row| row["technicianId"] == 502));
}

#[tokio::test]
async fn a_job_is_cancelled_and_taken_up_again() {
    let running = serving(10).await;
    let client = Client::connect(&running).await;
    let (_, job) = write(&client, "POST", "jpm/jobs", &new_job(&running, "k0")).await;
    let id = &job["id"];
    let cancel = json!({"reasonId": 91, "memo": "not needed"});
    assert_eq!(
        write(&client, "PUT", &format!("jpm/jobs/{id}/cancel"), &cancel)
            .await
            .0,
        200
    );
    let (status, problem) = write(&client, "PUT", &format!("jpm/jobs/{id}/cancel"), &cancel).await;
    assert!(status == 409 && problem["title"].is_string());
    let reasons = client
        .get(&format!("jpm/jobs/cancel-reasons?ids={id}"))
        .await
        .rows();
    assert_eq!(reasons[0]["text"], "not needed");
    assert_eq!(
        write(
            &client,
            "PUT",
            &format!("jpm/jobs/{id}/remove-cancellation"),
            &json!({})
        )
        .await
        .0,
        200
    );
    assert_eq!(
        write(&client, "POST", "jpm/jobs", &json!({"customerId": 70_001}))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn a_lost_answer_leaves_a_record_that_its_key_finds() {
    let running = serving(5).await;
    let client = Client::connect(&running).await;
    running
        .faults()
        .set("lost_answer", Rate::NextN(1))
        .expect("a fault");
    let answer = client
        .send("POST", "jpm/jobs", &new_job(&running, "k2").to_string())
        .await;
    assert!(
        serde_json::from_slice::<Value>(&answer.body).is_err(),
        "the answer is cut"
    );
    assert_eq!(
        client.get(&format!("{BY_KEY}k2")).await.rows().len(),
        1,
        "the job is there"
    );
    running
        .faults()
        .set("doubled_write", Rate::NextN(1))
        .expect("a fault");
    assert_eq!(
        write(&client, "POST", "jpm/jobs", &new_job(&running, "k3"))
            .await
            .0,
        200
    );
    assert_eq!(client.get(&format!("{BY_KEY}k3")).await.rows().len(), 2);
    running
        .faults()
        .set("conflict", Rate::NextN(1))
        .expect("a fault");
    assert_eq!(
        write(
            &client,
            "PATCH",
            "jpm/jobs/900001",
            &json!({"summary": "x"})
        )
        .await
        .0,
        409
    );
    // No idempotency key: the same thing twice makes two.
    for _ in 0..2 {
        assert_eq!(
            write(&client, "POST", "jpm/jobs", &new_job(&running, "k4"))
                .await
                .0,
            200
        );
    }
    assert_eq!(client.get(&format!("{BY_KEY}k4")).await.rows().len(), 2);
}

#[tokio::test]
async fn customers_are_written_and_lists_are_replaced() {
    let running = serving(30).await;
    let client = Client::connect(&running).await;
    let place = json!({"name": "Home", "address": {"street": "1 Example Way"}});
    let body = json!({"name": "New Household", "locations": [place], "tagTypeIds": [41, 42]});
    let (status, customer) = write(&client, "POST", "crm/customers", &body).await;
    assert_eq!((status, &customer["tagTypeIds"]), (200, &json!([41, 42])));
    let path = format!("crm/customers/{}", customer["id"]);
    let (_, patched) = write(&client, "PATCH", &path, &json!({"tagTypeIds": [43]})).await;
    assert_eq!(
        (&patched["tagTypeIds"], &patched["name"]),
        (&json!([43]), &json!("New Household"))
    );
    assert_eq!(
        write(&client, "POST", &format!("{path}/tags/41"), &json!({}))
            .await
            .0,
        200
    );
    assert_eq!(
        client.get(&path).await.json()["tagTypeIds"],
        json!([43, 41])
    );
    let contact = json!({"type": "Email", "value": "new@example.com"});
    assert_eq!(
        write(&client, "POST", &format!("{path}/contacts"), &contact)
            .await
            .0,
        200
    );
    let contacts = client.get(&format!("{path}/contacts")).await.rows();
    assert!(contacts[0]["value"] == "new@example.com" && contacts[0].get("customerId").is_none());
    assert_eq!(
        write(&client, "POST", "crm/customers", &json!({"name": "Nobody"}))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn money_is_written() {
    let running = serving(30).await;
    let client = Client::connect(&running).await;
    let open = running.ledger(None).expect("a tenant").receivables;
    let (invoice, row) = open
        .iter()
        .find(|(_, row)| row.open_cents.0 > 0)
        .expect("somebody owes");
    let amount = format!("{}.{:02}", row.open_cents.0 / 100, row.open_cents.0 % 100);
    let payment = json!({"splits": [{"invoiceId": invoice, "amount": amount}], "memo": "by hand"});
    assert_eq!(
        write(&client, "POST", "accounting/payments", &payment)
            .await
            .0,
        200
    );
    assert!(
        !running
            .ledger(None)
            .expect("a tenant")
            .receivables
            .contains_key(invoice)
    );
    let note = json!({"adjustmentToId": invoice, "items": [{"skuId": 402, "total": "-10.00"}]});
    let (status, note) = write(&client, "POST", "accounting/invoices", &note).await;
    assert_eq!((status, &note["subTotal"]), (200, &json!("-10.00")));
    let estimates = client.walk("sales/estimates?status=Open").await;
    let path = format!("sales/estimates/{}", estimates[0]["id"]);
    let (_, sold) = write(
        &client,
        "PUT",
        &format!("{path}/sell"),
        &json!({"soldBy": 501}),
    )
    .await;
    assert_eq!(sold["status"]["name"], "Sold");
    assert_eq!(
        write(&client, "PUT", &format!("{path}/sell"), &json!({}))
            .await
            .0,
        409
    );
}

#[tokio::test]
async fn capacity_and_reports_are_computed() {
    let running = serving(20).await;
    let client = Client::connect(&running).await;
    let asked = json!({"startsOnOrAfter": "2026-11-23T06:00:00Z", "endsOnOrBefore": "2026-11-25T06:00:00Z", "skillBasedAvailability": false});
    let (status, answer) = write(&client, "POST", "dispatch/capacity", &asked).await;
    assert_eq!(status, 200);
    let rows = answer["availabilities"].as_array().expect("rows");
    assert_eq!(rows.len(), 8, "four windows on two days");
    let day = "2026-11-23".parse().expect("a day");
    let world = running.world(None).expect("a tenant");
    let rooms = world.read(|world| world.open_capacity(day));
    let total: i64 = rooms.values().map(|room| room.capacity_s).sum();
    let said: f64 = rows[..4]
        .iter()
        .filter_map(|row| row["totalAvailability"].as_f64())
        .sum();
    assert!((said * 3_600.0 - total as f64).abs() < 1.0 && total > 0);
    assert!(
        rooms
            .values()
            .all(|room| room.capacity_s == room.booked_s + room.open_s
                && room.longest_gap_s <= room.open_s)
    );
    let far = json!({"startsOnOrAfter": "2026-11-01", "endsOnOrBefore": "2026-11-25"});
    assert_eq!(
        write(&client, "POST", "dispatch/capacity", &far).await.0,
        400
    );
    let path = "reporting/report-category/operations/reports/1/data";
    let run = json!({"parameters": [{"name": "From", "value": "2026-11-01"}, {"name": "To", "value": "2026-11-30"}]});
    let (status, report) = write(&client, "POST", path, &run).await;
    assert!(
        status == 200
            && report["fields"][2]["name"] == "CompletedRevenue"
            && report["data"][0].is_array()
    );
    assert_eq!(
        write(&client, "POST", path, &run).await.0,
        429,
        "once a minute"
    );
    running.clock().advance(60);
    assert_eq!(write(&client, "POST", path, &run).await.0, 200);
}
