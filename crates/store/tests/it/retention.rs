//! What is of no more use is removed, a bounded batch at a time; what may still be asked for stays.

use domain::ShopId;
use jiff::Timestamp;
use store::{Database, DatabaseSettings, Identity, Session, retention};
use testkit::db::TestDb;

const NOW: &str = "2026-07-15T15:00:00Z";

const ROWS: &str = "
insert into warehouse.organizations (id, name) values ('acme', 'Acme');
insert into warehouse.shops (shop_id, organization_id, vendor, vendor_account, name, timezone) values
  (1, 'acme', 'tekmetric', '1', 'One', 'America/New_York'), (2, 'acme', 'tekmetric', '2', 'Two', 'America/New_York');
insert into ops.tasks (shop_id, kind, status, requested_at, finished_at)
select shop_id, 'sync_run', status, at::timestamptz, case when status = 'queued' then null else at::timestamptz end
from (values (1), (2)) s (shop_id)
cross join (values ('done', '2026-06-01'), ('failed', '2026-06-01'), ('queued', '2026-06-01'), ('done', '2026-07-14'))
  t (status, at);
insert into ops.webhook_inbox (shop_id, source, fingerprint, body, state, received_at)
select s.shop_id, 'tekmetric', sha256((s.shop_id || w.state || w.at)::bytea), '{}', w.state, w.at::timestamptz
from (values (1), (2)) s (shop_id)
cross join (values ('done', '2026-07-01'), ('new', '2026-07-01'), ('dead', '2026-07-01'), ('done', '2026-07-14'))
  w (state, at);
insert into ops.idempotency_keys (shop_id, user_id, idempotency_key, route, request_hash, expires_at)
select s.shop_id, gen_random_uuid(), k.key, 'POST /', '\\x00', k.at::timestamptz
from (values (1), (2)) s (shop_id)
cross join (values ('old', '2026-07-14'), ('live', '2026-07-16')) k (key, at);
insert into ops.sessions (user_id, session_hash, csrf_hash, expires_at, revoked_at)
select gen_random_uuid(), sha256(n::text::bytea), sha256('c'), now() + e, now() + r
from (values (1, interval '-2 days', null), (2, interval '5 days', interval '-2 days'), (3, interval '-1 hour', null),
  (4, interval '5 days', null)) s (n, e, r);
";

#[tokio::test]
async fn a_shop_keeps_what_may_be_asked_for() {
    let test = TestDb::create("retention").await.expect("a test database");
    let client = test.client().await.expect("a client");
    client.batch_execute(ROWS).await.expect("rows");
    let database = Database::connect(&DatabaseSettings::new(test.url()))
        .await
        .expect("a connection");
    let now: Timestamp = NOW.parse().expect("an instant");
    let trim = async || {
        let session = Session::begin(&database, &Identity::Sync(ShopId(1)))
            .await
            .expect("a session");
        let removed = retention::trim_shop(&session, ShopId(1), now)
            .await
            .expect("the rows may be removed");
        session.commit().await.expect("a commit");
        removed
    };
    assert_eq!(trim().await, 5, "two tasks, two deliveries, a key");
    assert_eq!(trim().await, 0);
    for (table, left) in [
        ("ops.tasks", (2, 4)),
        ("ops.webhook_inbox", (2, 4)),
        ("ops.idempotency_keys", (1, 2)),
    ] {
        let count = format!(
            "select count(*) filter (where shop_id = 1), count(*) filter (where shop_id = 2) from {table}"
        );
        let row = client.query_one(&count, &[]).await.expect("a count");
        assert_eq!(
            (row.get::<_, i64>(0), row.get::<_, i64>(1)),
            left,
            "{table}"
        );
    }
    assert_eq!(
        retention::trim_sessions(&database).await.expect("the door"),
        2,
        "one ran out, one was ended, both more than a day ago"
    );
    assert_eq!(
        retention::trim_sessions(&database).await.expect("the door"),
        0
    );
}
