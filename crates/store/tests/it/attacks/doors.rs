//! The doors that a login calls before anybody has an identity, and the worker's.

use super::probes::{login, refused};
use super::world::{World, user};

#[tokio::test]
async fn the_doors_of_signing_in_open_to_the_api_and_to_what_is_valid() {
    let world = World::create("attack_doors").await;
    let hash = |text: &str| format!("sha256('{text}')");
    let who = user(1, "owner");
    let api = login(&world, "pitwall_api").await;
    let opened = format!(
        "select warehouse.open_session({}, {}, '{who}', now() + interval '1 hour', 'https://issuer', 'a browser')",
        hash("cookie"),
        hash("token")
    );
    api.batch_execute(&opened).await.expect("a session");
    let found = async |text: &str| {
        let query = format!(
            "select user_id::text from warehouse.session_of({})",
            hash(text)
        );
        let row = api.query_opt(&query, &[]).await.expect("an answer");
        row.map(|row| row.get::<_, String>(0))
    };
    assert_eq!(found("cookie").await, Some(who.clone()));
    assert_eq!(found("another").await, None);
    world
        .client
        .batch_execute(&format!("insert into ops.sign_outs (user_id, signed_out_at) values ('{who}', now() + interval '1 second')
            on conflict (user_id) do update set signed_out_at = excluded.signed_out_at"))
        .await
        .expect("a sign-out");
    assert_eq!(found("cookie").await, None);
    let webhook = async |key: &str, body: &str| {
        let query = format!(
            "select shop_id, is_new from warehouse.receive_webhook('tekmetric', '{key}', {}, '{{}}', '{body}')",
            hash(body)
        );
        let row = api.query_opt(&query, &[]).await.expect("an answer");
        row.map(|row| (row.get::<_, i64>(0), row.get::<_, bool>(1)))
    };
    assert_eq!(webhook("key-of-shop-one-0001", "a").await, Some((1, true)));
    assert_eq!(webhook("key-of-shop-one-0001", "a").await, Some((1, false)));
    assert_eq!(webhook("key-of-shop-nobody-9", "a").await, None);
    assert_eq!(webhook("", "a").await, None);
    // The same functions are closed to whom the API serves.
    api.batch_execute("set role authenticated")
        .await
        .expect("a user");
    for door in [
        "session_of(sha256('x'))",
        "service_key_of(sha256('x'))",
        "close_session(sha256('x'))",
    ] {
        assert!(
            refused(&api, &format!("select warehouse.{door}")).await,
            "{door}"
        );
    }
    assert!(
        refused(
            &api,
            "select warehouse.claim_task('{sync_run}', 'me', '1 minute')"
        )
        .await
    );
}

#[tokio::test]
async fn a_task_is_claimed_once_and_cancelled_tasks_are_not_begun() {
    let world = World::create("attack_tasks").await;
    world
        .client
        .batch_execute(
            "delete from ops.tasks;
             insert into ops.tasks (shop_id, kind, requested_at) values (1, 'backfill', now() - interval '2 minutes');
             insert into ops.tasks (shop_id, kind, requested_at) values (2, 'backfill', now() - interval '1 minute');
             insert into ops.tasks (shop_id, kind, cancel_requested_at) values (2, 'backfill', now())",
        )
        .await
        .expect("tasks");
    let sync = login(&world, "pitwall_sync").await;
    let mut shops = Vec::new();
    while let Some(row) = sync
        .query_opt(
            "select shop_id from warehouse.claim_task('{backfill}', 'worker', '1 minute')",
            &[],
        )
        .await
        .expect("a claim")
    {
        shops.push(row.get::<_, i64>(0));
    }
    assert_eq!(shops, [1, 2]);
    let left =
        "select count(*) from ops.tasks where status = 'cancelled' and finished_at is not null";
    assert_eq!(world.attempt_alone(left).await, Some(1));
}
