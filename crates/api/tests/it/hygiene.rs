//! Pool hygiene: no identity outlives its request, however the request ends.

use crate::desk::{Desk, Wish};
use rand::RngExt as _;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_postgres::Client;

const USERS: usize = 20;
const REQUESTS: usize = 10_000;

fn id(number: usize) -> String {
    format!("44444444-4444-4444-8444-{number:012}")
}

/// Each user gets a shop of his own.
async fn own_shops(client: &Client) {
    for number in 0..USERS {
        let shop = i64::try_from(1000 + number).expect("a small number");
        client
            .batch_execute(&format!(
                "insert into warehouse.shops (shop_id, organization_id, vendor, vendor_account, name, timezone) \
                 values ({shop}, 'acme', 'tekmetric', '{shop}', 'S{shop}', 'UTC');
                 insert into warehouse.user_shop_access (user_id, shop_id, role) values ('{}', {shop}, 'owner')",
                id(number)
            ))
            .await
            .expect("a shop of his own");
    }
}

/// What is left on the connections is nobody.
async fn nobody_is_left(client: &Client) {
    let rows = client
        .query(
            "select state, usename::text from pg_stat_activity where datname = current_database() and usename = 'pitwall_api'",
            &[],
        )
        .await
        .expect("the connections");
    assert!(rows.len() <= 2, "{} connections", rows.len());
    for row in &rows {
        assert_eq!(row.get::<_, Option<&str>>(0), Some("idle"));
    }
}

/// 10,000 requests of 20 users, each with a shop of his own, on 2 connections; a third of them is broken off at a random
/// moment. Whoever gets an answer gets his own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_interleaved_requests_keep_their_callers_apart() {
    let desk = Arc::new(
        Desk::with(
            "hygiene",
            Wish {
                pool_size: 2,
                ..Wish::default()
            },
        )
        .await,
    );
    let client = desk.db.client().await.expect("a client");
    own_shops(&client).await;
    let tokens: Arc<Vec<String>> =
        Arc::new((0..USERS).map(|n| desk.signer.token(&id(n))).collect());
    let (answered, broken) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let lanes = Arc::new(Semaphore::new(32));
    let mut tasks = Vec::new();
    for number in 0..REQUESTS {
        let lane = Arc::clone(&lanes)
            .acquire_owned()
            .await
            .expect("never closed");
        let (desk, tokens) = (Arc::clone(&desk), Arc::clone(&tokens));
        let (answered, broken) = (Arc::clone(&answered), Arc::clone(&broken));
        tasks.push(tokio::spawn(async move {
            let who = number % USERS;
            let patience = if number % 3 == 0 {
                Duration::from_micros(rand::rng().random_range(0..6000))
            } else {
                Duration::from_secs(60)
            };
            let asking = async {
                let sent = desk
                    .client
                    .get(desk.url("/api/v1/me"))
                    .bearer_auth(&tokens[who])
                    .send()
                    .await;
                let answer = sent.expect("an answer");
                assert_eq!(answer.status(), 200);
                answer.json::<Value>().await.expect("JSON")
            };
            match timeout(patience, asking).await {
                Ok(answer) => {
                    let rows = answer["data"].as_array().expect("rows");
                    assert_eq!(rows.len(), 1, "{answer}");
                    assert_eq!(rows[0]["shop_id"], 1000 + who, "somebody else's answer");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                Err(_) => {
                    broken.fetch_add(1, Ordering::Relaxed);
                }
            }
            drop(lane);
        }));
    }
    for task in tasks {
        task.await.expect("no task fails");
    }
    let (answered, broken) = (
        answered.load(Ordering::Relaxed),
        broken.load(Ordering::Relaxed),
    );
    assert_eq!(answered + broken, REQUESTS);
    assert!(broken > 200, "only {broken} were broken off");
    nobody_is_left(&client).await;
}
