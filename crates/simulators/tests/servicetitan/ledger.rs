//! The books against the rows that are served: what a reader adds up must be what the books say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use simulators::Cents;
use simulators::servicetitan::{LabourBasis, Ledger, Mutation};

use crate::client::Client;
use crate::serving;

/// Money text in ten-thousandths, exactly.
fn e4(value: &Value) -> i64 {
    let text = value.as_str().expect("money is a text");
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    sign * (whole.parse::<i64>().expect("digits") * 10_000
        + format!("{rest:0<4}").parse::<i64>().expect("digits"))
}

/// To the cent, half away from zero.
fn cents(value: &Value) -> i64 {
    let amount = e4(value);
    (amount.abs() + 50) / 100 * amount.signum()
}

fn conserved(ledger: &Ledger) {
    let units = ledger.unit_days.values().flat_map(BTreeMap::values);
    let by_unit: Cents = units.map(|day| day.job_cents).sum();
    let by_job: Cents = ledger.jobs.values().map(|job| job.revenue_cents).sum();
    let by_day: Cents = ledger.days.values().map(|day| day.revenue_cents).sum();
    assert_eq!((by_unit, by_day), (by_job, by_job));
    for (id, job) in &ledger.jobs {
        if !job.shares.is_empty() {
            assert_eq!(
                job.shares.values().copied().sum::<Cents>(),
                job.revenue_cents,
                "job {id}"
            );
        }
        let labour: Cents = job.labour_by_technician.values().copied().sum();
        assert_eq!(labour, job.labour_cents, "job {id}");
        assert_eq!(
            job.gross_profit_cents,
            job.revenue_cents - job.parts_cents - job.labour_cents
        );
    }
    for day in ledger.technician_days.values().flat_map(BTreeMap::values) {
        assert!(
            0 <= day.work_in_available_s
                && day.work_in_available_s <= day.available_s.min(day.work_s)
        );
        assert!(day.available_s <= 25 * 3_600);
    }
}

#[tokio::test]
async fn lines_make_invoices_and_invoices_make_days() {
    let running = serving(60).await;
    let client = Client::connect(&running).await;
    let items = client.feed("accounting/export/invoice-items", None).await.0;
    let invoices = client.feed("accounting/export/invoices", None).await.0;
    let active = |row: &&Value| row["active"] == true;
    let mut lines: BTreeMap<i64, i64> = BTreeMap::new();
    for row in items.iter().filter(active) {
        *lines
            .entry(row["invoiceId"].as_i64().expect("an id"))
            .or_default() += cents(&row["total"]);
    }
    for row in invoices.iter().filter(active) {
        let id = row["id"].as_i64().expect("an id");
        assert_eq!(
            cents(&row["subTotal"]),
            lines.get(&id).copied().unwrap_or(0),
            "invoice {id}"
        );
        assert_eq!(
            cents(&row["total"]),
            cents(&row["subTotal"]) + cents(&row["salesTax"])
        );
    }
    let live: BTreeSet<i64> = invoices
        .iter()
        .filter(active)
        .filter_map(|row| row["id"].as_i64())
        .collect();
    let income: i64 = items
        .iter()
        .filter(active)
        .filter(|row| row["generalLedgerAccount"]["type"] == "Income")
        .filter(|row| {
            row["invoiceId"]
                .as_i64()
                .is_some_and(|id| live.contains(&id))
        })
        .map(|row| cents(&row["total"]))
        .sum();
    let ledger = running.ledger(None).expect("a tenant");
    let days: Cents = ledger
        .unit_days
        .values()
        .flat_map(BTreeMap::values)
        .map(simulators::servicetitan::RevenueDay::revenue_cents)
        .sum();
    assert_eq!((days + ledger.unrecognised.1).0, income);
    conserved(&ledger);
}

#[tokio::test]
async fn payments_and_their_parts_agree() {
    let running = serving(60).await;
    let client = Client::connect(&running).await;
    let payments = client.walk("accounting/payments?activeState=All").await;
    let mut several = 0;
    for row in &payments {
        let parts = row["appliedTo"].as_array().expect("parts");
        let applied: i64 = parts.iter().map(|part| cents(&part["appliedAmount"])).sum();
        assert_eq!(
            cents(&row["total"]) - cents(&row["unappliedAmount"]),
            applied
        );
        several += usize::from(parts.len() > 1);
    }
    assert!(several > 0, "some payments pay two invoices");
    let ledger = running.ledger(None).expect("a tenant");
    let rest = payments
        .iter()
        .filter(|row| row["active"] == true && cents(&row["unappliedAmount"]) != 0);
    assert_eq!(rest.count(), ledger.unapplied.len());
    assert!(!ledger.receivables.is_empty());
}

#[tokio::test]
async fn what_was_planted_is_in_the_books() {
    let running = serving(180).await;
    let ledger = running.ledger(None).expect("a tenant");
    conserved(&ledger);
    assert!(!ledger.never_invoiced.is_empty());
    let bases: BTreeSet<String> = ledger
        .jobs
        .values()
        .map(|job| format!("{:?}", job.labour_basis))
        .collect();
    assert_eq!(
        bases.iter().map(String::as_str).collect::<Vec<_>>(),
        ["Clock", "None", "Payroll"]
    );
    let blank = ledger
        .jobs
        .values()
        .filter(|job| job.labour_basis == LabourBasis::None);
    assert!(
        blank.into_iter().all(|job| !job.complete),
        "unknown labour is never complete"
    );
    let shared = ledger
        .jobs
        .values()
        .filter(|job| job.shares.len() > 1)
        .count();
    assert!(
        shared * 8 > ledger.jobs.len(),
        "{shared} of {}",
        ledger.jobs.len()
    );
    let late: u64 = ledger.on_time_days.values().map(|day| day.late).sum();
    let on_time: u64 = ledger.on_time_days.values().map(|day| day.on_time).sum();
    assert!(late > 0 && on_time > late);
    assert!(
        ledger
            .fixes
            .values()
            .any(|job| job.mature && job.recalls > 0)
    );
    assert_eq!(
        ledger.estimates.keys().copied().collect::<Vec<_>>(),
        ["Dismissed", "Open", "Sold"]
    );
    assert!(ledger.calls["Booked"] > 0 && ledger.calls["Unbooked"] > 0);
    let (opportunities, converted) = ledger.conversion;
    assert!(converted > 0 && converted < opportunities);
    assert!(
        ledger
            .memberships
            .values()
            .any(|row| row.mrr_e4 == Some(19_950_000))
    );
}

#[tokio::test]
async fn mutations_move_the_books_and_the_feeds() {
    let running = serving(45).await;
    let client = Client::connect(&running).await;
    let world = running.world(None).expect("a tenant");
    let before = world.ledger();
    let (job, books) = before
        .jobs
        .iter()
        .find(|(_, job)| job.revenue_cents > Cents(0))
        .expect("a paying job");
    let places = [
        client.feed("accounting/export/invoice-items", None).await.1,
        client.feed("accounting/export/invoices", None).await.1,
    ];
    let items = client
        .get(&format!("accounting/invoices?jobId={job}"))
        .await
        .rows()[0]["items"]
        .clone();
    let line = items
        .as_array()
        .expect("lines")
        .iter()
        .find(|line| line["generalLedgerAccount"]["type"] == "Income")
        .expect("a line")
        .clone();
    let item_id = line["id"].as_i64().expect("an id");
    let total_cents = cents(&line["total"]) + 1_234;
    world
        .mutate(Mutation::EditItem {
            item_id,
            total_cents,
            silent: true,
        })
        .expect("there is such a line");
    let after = world.ledger();
    assert_eq!(
        after.jobs[job].revenue_cents,
        books.revenue_cents + Cents(1_234)
    );
    assert_eq!(
        client
            .feed("accounting/export/invoice-items", Some(&places[0]))
            .await
            .0
            .len(),
        1
    );
    assert!(
        client
            .feed("accounting/export/invoices", Some(&places[1]))
            .await
            .0
            .is_empty(),
        "Q10"
    );
}

#[tokio::test]
async fn late_pay_voids_and_deletions_reach_the_books() {
    let running = serving(45).await;
    let client = Client::connect(&running).await;
    let world = running.world(None).expect("a tenant");
    let before = world.ledger();
    let (job, _) = before
        .jobs
        .iter()
        .find(|(_, job)| job.revenue_cents > Cents(0))
        .expect("a paying job");
    let technician_id = 501;
    world
        .mutate(Mutation::AddPay {
            job_id: *job,
            technician_id,
            amount_cents: 10_000,
        })
        .expect("there is such a job");
    let paid = world.ledger();
    assert_eq!(paid.jobs[job].labour_basis, LabourBasis::Payroll);
    let invoice_id = client
        .get(&format!("accounting/invoices?jobId={job}"))
        .await
        .rows()[0]["id"]
        .as_i64()
        .expect("an id");
    world
        .mutate(Mutation::VoidInvoice { invoice_id })
        .expect("it is not void yet");
    assert!(world.mutate(Mutation::VoidInvoice { invoice_id }).is_err());
    conserved(&world.ledger());
    world
        .mutate(Mutation::DeleteJob { job_id: *job })
        .expect("there is such a job");
    let gone = client.feed("jpm/export/jobs", None).await.0;
    assert!(
        gone.iter()
            .any(|row| row["id"] == *job && row["active"] == false)
    );
    assert_eq!(
        client
            .get(&format!("jpm/jobs?ids={job}"))
            .await
            .rows()
            .len(),
        0
    );
}
