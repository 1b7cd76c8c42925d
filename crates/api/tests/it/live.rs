//! The live feed: it says that something changed, and ends when the shop is no longer the watcher's.

use crate::desk::{Desk, STRANGER, problem, user};
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_feed_tells_of_changes_and_ends_with_the_membership() {
    let desk = Desk::open("live").await;
    let path = "/api/v1/shops/1/live";
    let foreign = desk.get_as(STRANGER, path).send().await.expect("an answer");
    assert_eq!(foreign.status(), 404);
    problem(foreign).await;
    assert_eq!(
        desk.client
            .get(desk.url(path))
            .send()
            .await
            .expect("an answer")
            .status(),
        401
    );
    let mut feed = desk.get("viewer", path).await;
    assert_eq!(feed.status(), 200);
    assert_eq!(feed.headers()["content-type"], "text/event-stream");
    assert_eq!(feed.headers()["cache-control"], "no-store");
    let first = feed.chunk().await.expect("a chunk").expect("an event");
    let first = String::from_utf8(first.to_vec()).expect("a text");
    assert!(first.contains("event: hello"), "{first}");
    let client = desk.db.client().await.expect("a client");
    client
        .batch_execute(
            "insert into warehouse.alerts (shop_id, rule, severity, message) values (1, 'test', 'info', 'a message')",
        )
        .await
        .expect("an alert");
    let next = timeout(Duration::from_secs(20), feed.chunk())
        .await
        .expect("an event in time");
    let next =
        String::from_utf8(next.expect("a chunk").expect("an event").to_vec()).expect("a text");
    assert!(
        next.contains("event: alerts") && !next.contains("a message"),
        "{next}"
    );
    client
        .execute(
            "delete from warehouse.user_shop_access where user_id::text = $1",
            &[&user("viewer")],
        )
        .await
        .expect("no longer a member");
    let end = timeout(Duration::from_secs(20), feed.chunk())
        .await
        .expect("an end in time");
    assert!(end.expect("no error").is_none());
}

/// Told, a feed looks at once; not told, within a few seconds; and one connection of the process hears for all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_that_is_told_does_not_wait() {
    let desk = Desk::open("live_told").await;
    let door = desk.door.clone();
    let ear = tokio::spawn(async move { door.listen().await });
    while !desk.door.is_listening() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut feeds = Vec::new();
    for _ in 0..3 {
        let mut feed = desk.get("viewer", "/api/v1/shops/1/live").await;
        feed.chunk().await.expect("a chunk").expect("hello");
        feeds.push(feed);
    }
    let database = store::Database::connect(&store::DatabaseSettings::new(desk.db.url()))
        .await
        .expect("a connection");
    let client = desk.db.client().await.expect("a client");
    client
        .batch_execute(
            "insert into warehouse.alerts (shop_id, rule, severity, message) values (1, 'test', 'info', 'a message')",
        )
        .await
        .expect("an alert");
    store::door::tell_of_changes(&database)
        .await
        .expect("it may be told");
    for mut feed in feeds {
        // Well below the time after which it looks by itself.
        let next = timeout(Duration::from_secs(6), feed.chunk());
        let next = next.await.expect("an event at once").expect("a chunk");
        let text = String::from_utf8(next.expect("an event").to_vec()).expect("a text");
        assert!(text.contains("event: alerts"), "{text}");
    }
    let listening: i64 = client
        .query_one(
            "select count(*) from pg_stat_activity where datname = current_database() and query ilike '%listen%'
               and pid <> pg_backend_pid()",
            &[],
        )
        .await
        .expect("a count")
        .get(0);
    assert_eq!(listening, 1);
    ear.abort();
}
