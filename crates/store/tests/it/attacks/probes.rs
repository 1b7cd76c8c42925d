//! The known ways past row-level security (trust.md 2.3), each by its number, and what each role must not do.

use super::world::{BI_LOGIN, Caller, Kind, NO_SHOP, OTHER_SHOP, OWN_SHOP, Outcome, World, user};
use store::{Database, DatabaseSettings, verify};
use tokio_postgres::Client;

/// Breaks the schema inside a transaction and gives the checks that see it.
async fn seen_by_checks(world: &World, breaking: &str) -> Vec<String> {
    world
        .client
        .batch_execute(breaking)
        .await
        .unwrap_or_else(|e| panic!("{breaking}: {e:?}"));
    let database = Database::connect(&DatabaseSettings::new(world.test.url()))
        .await
        .expect("a connection");
    let faults = verify::schema_faults(&database).await.expect("the checks");
    faults.into_iter().map(|(check, _)| check).collect()
}

#[tokio::test]
async fn r1_r2_r4_r8_r9_r12_r13_r18_r22_the_checks_see_every_hole() {
    let world = World::create("attack_checks").await;
    for (breaking, check) in [
        ("select 1", ""),
        // 1, 3: a view with its owner's rights; 2: replacing a view drops the option.
        (
            "create view warehouse.v_hole as select shop_id from warehouse.shops",
            "views_unsafe",
        ),
        (
            "create or replace view warehouse.customers_analytics with (security_barrier = true) as select * from warehouse.customers_analytics",
            "",
        ),
        (
            "alter view warehouse.customers_analytics reset (security_invoker)",
            "views_unsafe",
        ),
        // 4: the owner without FORCE.
        (
            "alter table warehouse.customers no force row level security",
            "tables_outside_wall",
        ),
        // 8: a second permissive policy.
        (
            "create policy more on warehouse.jobs for select to authenticated using (shop_id > 0)",
            "policies_unsafe",
        ),
        // 9, 10: a definer everybody may call, with an open search path.
        (
            "create function warehouse.hole() returns bigint security definer language sql as 'select count(*) from warehouse.shops'",
            "functions_unsafe",
        ),
        // 12: a materialized view.
        (
            "create materialized view warehouse.frozen as select shop_id from warehouse.jobs",
            "tables_outside_wall",
        ),
        // 13: a partition that can be read directly.
        (
            "grant select on raw.payloads_default to authenticated",
            "grants_too_wide",
        ),
        // 18: TRUNCATE.
        (
            "grant truncate on warehouse.jobs to pitwall_sync",
            "grants_too_wide",
        ),
        // A write that is not on the list.
        (
            "grant update (keytag) on warehouse.repair_orders to authenticated",
            "grants_too_wide",
        ),
        // 14 to 17: a key without the shop.
        (
            "create unique index on warehouse.customers (email)",
            "keys_without_shop",
        ),
        // 21: the API's login becomes somebody else.
        ("grant pitwall_sync to pitwall_api", "roles_unsafe"),
        ("revoke pitwall_sync from pitwall_api", ""),
        // 22: a table that nobody walled.
        (
            "create table warehouse.forgotten (shop_id bigint primary key)",
            "tables_outside_wall",
        ),
    ] {
        let faults = seen_by_checks(&world, breaking).await;
        let found = check.is_empty() || faults.iter().any(|f| f.ends_with(&format!("{check}.sql")));
        assert!(found, "no check sees: {breaking}; they see {faults:?}");
    }
    // What nobody opened is closed, wall or not.
    world.enter(&Caller::of_shop(OWN_SHOP, "owner")).await;
    let looked = world.attempt("select * from warehouse.forgotten").await;
    assert!(looked.is_denied(), "{looked:?}");
    world.leave().await;
}

#[tokio::test]
async fn r5_the_owner_of_the_tables_sees_no_row_and_a_dump_fails_aloud() {
    let world = World::create("attack_owner").await;
    world
        .client
        .batch_execute("begin; set local role pitwall_owner")
        .await
        .expect("the owner");
    let count = world
        .attempt("select count(*) from warehouse.repair_orders")
        .await;
    assert_eq!(count.number(), Some(0));
    let dump = world
        .attempt("set local row_security = off; select count(*) from warehouse.repair_orders")
        .await;
    assert!(matches!(dump, Outcome::Refused(_)), "{dump:?}");
}

#[tokio::test]
async fn r10_names_of_temporary_objects_hijack_nothing() {
    let world = World::create("attack_names").await;
    for caller in [
        Caller::of_shop(OWN_SHOP, "owner"),
        Caller::outsiders().swap_remove(0),
    ] {
        world.enter(&caller).await;
        for statement in [
            "create temporary table shops (shop_id bigint)",
            "create function pg_temp.current_shops() returns bigint[] language sql as 'select array[1,2]'",
            "create schema warehouse_of_mine",
            "create function public.current_shops() returns bigint[] language sql as 'select array[2]'",
        ] {
            let outcome = world.attempt(statement).await;
            assert!(
                outcome.is_denied(),
                "{}: {statement}: {outcome:?}",
                caller.name
            );
        }
        world.leave().await;
    }
    // The loader may make temporary objects; policies and doors name theirs with their schema.
    let sync = "begin; set local session authorization pitwall_sync; set local pitwall.shop_id = '1';
        create temporary table webhook_inbox as select 2::bigint as shop_id, 'new' as state, now() - interval '1 day' as next_try_at;
        create temporary table tasks as select 2::bigint as shop_id;
        create function pg_temp.nullif(text, text) returns text language sql as 'select ''2''';
        create function pg_temp.current_setting(text, boolean) returns text language sql as 'select ''2''';
        create function pg_temp.now() returns timestamptz language sql as 'select ''infinity''::timestamptz';
        set local search_path = pg_temp, warehouse, pg_catalog";
    world
        .client
        .batch_execute(sync)
        .await
        .expect("temporary objects");
    let seen = world
        .attempt("select count(*) from warehouse.repair_orders where shop_id = 2")
        .await;
    assert_eq!(seen.number(), Some(0));
    // The door looks into the real inbox: two shops have deliveries there, one has in the hijacker's.
    let due = world
        .attempt("select cardinality(warehouse.shops_with_webhooks())")
        .await;
    assert_eq!(due.number(), Some(2));
}

#[tokio::test]
async fn r11_a_leaky_function_is_shown_no_row_of_another_shop() {
    let world = World::create("attack_leak").await;
    world
        .client
        .batch_execute(
            "create function public.leak(text) returns boolean language plpgsql cost 0.0000001 as $$
             begin
                 perform set_config('leak.seen', coalesce(current_setting('leak.seen', true), '') || left($1, 4), true);
                 return true;
             end $$;
             grant usage on schema public to authenticated, pitwall_bi;
             grant execute on function public.leak(text) to authenticated, pitwall_bi",
        )
        .await
        .expect("a leaky function");
    let callers = Caller::insiders();
    for caller in callers
        .iter()
        .filter(|c| c.role != "pitwall_admin" && c.role != "pitwall_sync")
    {
        world.enter(caller).await;
        for relation in world.relations.iter().filter(|r| r.key == "shop_id") {
            let leak = format!(
                "set local leak.seen = ''; select 1 from {} t where public.leak(t.shop_id::text || ' of') or t.shop_id = 2; \
                 select current_setting('leak.seen')",
                relation.name
            );
            if let Outcome::Done(_, Some(seen)) = world.attempt(&leak).await {
                assert!(
                    !seen.contains('2'),
                    "{} leaked {}: {seen}",
                    caller.name,
                    relation.name
                );
            }
        }
        world.leave().await;
    }
}

#[tokio::test]
async fn r14_r15_a_foreign_parent_is_an_unknown_parent() {
    let world = World::create("attack_parents").await;
    world
        .client
        .batch_execute("insert into warehouse.repair_orders (shop_id, id, ro_number, status) values (2, 777, 1, 'POSTED')")
        .await
        .expect("an order of the other shop");
    let sync = Caller::insiders()
        .into_iter()
        .find(|c| c.name == "pitwall_sync");
    world.enter(&sync.expect("the loader")).await;
    let job = |order: i64| {
        format!(
            "insert into warehouse.jobs (shop_id, id, repair_order_id, name, authorization_state) values (1, 9, {order}, 'x', 'AUTHORIZED')"
        )
    };
    let (theirs, nobodys) = (
        world.attempt(&job(777)).await,
        world.attempt(&job(778)).await,
    );
    assert_eq!(theirs, nobodys);
    assert!(matches!(theirs, Outcome::Refused(_)));
    world.leave().await;
    // Deleting one's own order takes nothing of the other shop along.
    world
        .client
        .batch_execute("delete from warehouse.repair_orders where shop_id = 1")
        .await
        .expect("a cascade");
    let left = world
        .attempt_alone("select count(*) from warehouse.job_labor where shop_id = 2")
        .await;
    assert_eq!(left, Some(2));
}

async fn refused(client: &Client, statement: &str) -> bool {
    client.batch_execute(statement).await.is_err()
}

async fn login(world: &World, name: &str) -> Client {
    let url = world.test.url_as(name);
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
        .await
        .unwrap_or_else(|e| panic!("{name} logs in: {e:?}"));
    tokio::spawn(connection);
    client
}

#[tokio::test]
async fn r20_r21_no_login_becomes_more_than_it_is() {
    let world = World::create("attack_become").await;
    let others = [
        "postgres",
        "pitwall_owner",
        "pitwall_migrate",
        "pitwall_guard",
        "pitwall_ops",
        "pitwall_admin",
        "pitwall_sync",
        "pg_read_all_data",
        "pg_write_all_data",
        "pg_execute_server_program",
    ];
    for (name, may) in [
        ("pitwall_api", ["anon", "authenticated"].as_slice()),
        ("pitwall_sync", &["pitwall_sync"]),
        (BI_LOGIN, &["pitwall_bi"]),
    ] {
        let client = login(&world, name).await;
        for role in may {
            assert!(
                !refused(&client, &format!("set role {role}")).await,
                "{name} becomes {role}"
            );
            for other in others.iter().filter(|o| *o != &name) {
                assert!(
                    refused(&client, &format!("set role {other}")).await,
                    "{role} became {other}"
                );
                let session = format!("set session authorization {other}");
                assert!(
                    refused(&client, &session).await,
                    "{name} logged in as {other}"
                );
            }
        }
        for statement in [
            "reset role; alter role pitwall_api bypassrls",
            "reset role; set session_replication_role = local; set row_security = off; select count(*) from warehouse.shops",
            "reset role; copy warehouse.shops to '/tmp/stolen'",
            "reset role; copy (select 1) to program 'id'",
            "reset role; load 'auto_explain'",
            "reset role; alter system set log_statement = 'none'",
            "reset role; create extension dblink",
        ] {
            assert!(refused(&client, statement).await, "{name}: {statement}");
        }
    }
    let client = login(&world, BI_LOGIN).await;
    let shops = "set request.jwt.claims = '{\"sub\":\"20000000-0000-4000-8000-000000000000\"}';
        set pitwall.shop_id = '2'; set pitwall.organization_id = 'other'";
    client.batch_execute(shops).await.expect("settings");
    let row = client
        .query_one(
            "select array_agg(distinct shop_id) from warehouse.repair_orders",
            &[],
        )
        .await
        .expect("orders");
    assert_eq!(row.get::<_, Vec<i64>>(0), [OWN_SHOP]);
}

#[tokio::test]
async fn r23_nobody_signs_the_journal_for_another() {
    let world = World::create("attack_journal").await;
    world.enter(&Caller::of_shop(OWN_SHOP, "manager")).await;
    let entry = |organization: &str, shop: i64, actor: &str| {
        format!(
            "insert into ops.audit_log (organization_id, shop_id, actor_kind, actor, action) \
             values ('{organization}', {shop}, 'user', '{actor}', 'membership.granted')"
        )
    };
    let (me, boss) = (user(1, "manager"), user(1, "owner"));
    assert_eq!(
        world.attempt(&entry("acme", 1, &me)).await,
        Outcome::Done(1, None)
    );
    for wrong in [
        entry("acme", 1, &boss),
        entry("other", 1, &me),
        entry("other", 2, &me),
        entry("acme", 1, "postgres"),
        entry("acme", 1, &me).replace("'user'", "'operator'"),
        "update ops.audit_log set reason = 'x'".to_owned(),
        "delete from ops.audit_log".to_owned(),
        "insert into ops.audit_log (organization_id, shop_id, actor_kind, actor, action, happened_at) \
         values ('acme', 1, 'user', 'x', 'membership.granted', now())".to_owned(),
    ] {
        let outcome = world.attempt(&wrong).await;
        assert!(outcome.is_denied(), "{wrong}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_change_of_membership_is_journalled_in_the_name_of_who_made_it() {
    let world = World::create("attack_journalled").await;
    let (viewer, boss) = (user(1, "viewer"), user(1, "owner"));
    let changes = "select count(*) from ops.audit_log where details is not null";
    for (who, call, expected) in [
        (
            "manager",
            format!("warehouse.set_membership(1, '{viewer}', 'advisor', null)"),
            Some("t"),
        ),
        (
            "manager",
            format!("warehouse.set_membership(1, '{viewer}', 'viewer', null)"),
            Some("f"),
        ),
        (
            "manager",
            format!("warehouse.end_membership(1, '{viewer}')"),
            Some("t"),
        ),
        (
            "manager",
            format!("warehouse.end_membership(1, '{boss}')"),
            Some("f"),
        ),
        (
            "manager",
            format!(
                "warehouse.end_membership({OTHER_SHOP}, '{}')",
                user(2, "viewer")
            ),
            Some("f"),
        ),
        (
            "manager",
            format!("warehouse.set_membership(1, '{boss}', 'viewer', null)"),
            None,
        ),
        (
            "manager",
            format!("warehouse.set_membership({OTHER_SHOP}, '{viewer}', 'viewer', null)"),
            None,
        ),
        (
            "manager",
            format!("warehouse.set_membership({NO_SHOP}, '{viewer}', 'viewer', null)"),
            None,
        ),
        (
            "viewer",
            format!("warehouse.set_membership(1, '{viewer}', 'owner', null)"),
            None,
        ),
        (
            "viewer",
            format!("warehouse.end_membership(1, '{boss}')"),
            Some("f"),
        ),
    ] {
        world.enter(&Caller::of_shop(OWN_SHOP, who)).await;
        let outcome = world.attempt(&format!("select {call}")).await;
        match (&outcome, expected) {
            (Outcome::Done(_, Some(answer)), Some(wanted)) => {
                assert_eq!(answer, wanted, "{who}: {call}")
            }
            (refused, None) => assert!(refused.is_denied(), "{who}: {call}: {refused:?}"),
            (other, _) => panic!("{who}: {call}: {other:?}"),
        }
        if expected == Some("t") {
            world
                .client
                .batch_execute(&format!("select {call}"))
                .await
                .expect("a change");
            let entered = world.attempt(changes).await;
            assert_eq!(entered.number(), Some(1), "{call}");
        }
        world.leave().await;
    }
}

#[tokio::test]
async fn memberships_are_written_by_owners_and_managers_and_never_for_oneself() {
    let world = World::create("attack_members").await;
    let grant = |shop: i64, user: &str, role: &str| {
        format!(
            "insert into warehouse.user_shop_access (shop_id, user_id, role) values ({shop}, '{user}', '{role}')"
        )
    };
    let change = |user: &str, role: &str| {
        format!("update warehouse.user_shop_access set role = '{role}' where user_id = '{user}'")
    };
    let new = "70000000-0000-4000-8000-000000000007";
    for (who, statement, allowed) in [
        ("owner", grant(1, new, "owner"), true),
        ("owner", grant(1, new, "viewer"), true),
        ("owner", grant(OTHER_SHOP, new, "viewer"), false),
        ("owner", change(&user(1, "owner"), "viewer"), false),
        ("owner", change(&user(1, "manager"), "owner"), true),
        ("owner", change(&user(2, "manager"), "viewer"), false),
        ("manager", grant(1, new, "manager"), true),
        ("manager", grant(1, new, "owner"), false),
        ("manager", change(&user(1, "manager"), "owner"), false),
        ("manager", change(&user(1, "viewer"), "owner"), false),
        ("manager", change(&user(1, "owner"), "viewer"), false),
        (
            "manager",
            format!(
                "delete from warehouse.user_shop_access where user_id = '{}'",
                user(1, "owner")
            ),
            false,
        ),
        (
            "manager",
            format!(
                "delete from warehouse.user_shop_access where user_id = '{}'",
                user(1, "viewer")
            ),
            true,
        ),
        (
            "manager",
            format!(
                "update warehouse.user_shop_access set user_id = '{new}' where user_id = '{}'",
                user(1, "viewer")
            ),
            false,
        ),
        ("advisor", grant(1, new, "viewer"), false),
        ("viewer", change(&user(1, "viewer"), "owner"), false),
        (
            "technician",
            "update warehouse.user_shop_access set employee_id = 200".to_owned(),
            false,
        ),
        (
            "analyst",
            "delete from warehouse.user_shop_access".to_owned(),
            false,
        ),
    ] {
        world.enter(&Caller::of_shop(OWN_SHOP, who)).await;
        let outcome = world.attempt(&statement).await;
        let worked = matches!(outcome, Outcome::Done(1.., _));
        assert_eq!(worked, allowed, "{who}: {statement}: {outcome:?}");
        world.leave().await;
    }
}

#[tokio::test]
async fn pay_and_personal_data_are_for_owners_and_managers() {
    let world = World::create("attack_pay").await;
    world
        .client
        .batch_execute(
            "update warehouse.employee_private set hourly_rate = 4321, email = 'a@example.test'",
        )
        .await
        .expect("pay");
    for (who, sees) in [
        ("owner", true),
        ("manager", true),
        ("advisor", false),
        ("technician", false),
        ("viewer", false),
    ] {
        world.enter(&Caller::of_shop(OWN_SHOP, who)).await;
        let employees = world
            .attempt("select count(*) from warehouse.employees")
            .await;
        assert_eq!(employees.number(), Some(2), "{who} sees his colleagues");
        let pay = world
            .attempt("select count(*) from warehouse.employees where coalesce(hourly_rate::text, email) is not null")
            .await;
        assert_eq!(
            pay.number(),
            Some(if sees { 2 } else { 0 }),
            "{who} and pay"
        );
        // A technician has his own line, with what it costs; through the door nobody has a cost.
        let lines = world
            .attempt("select count(*) from warehouse.job_labor")
            .await
            .number();
        let expected = match who {
            "technician" => 1,
            _ if sees => 2,
            _ => 0,
        };
        assert_eq!(lines, Some(expected), "{who} and labour lines");
        for (door, of) in [
            (
                "warehouse.labor_lines(1, 100)",
                [("technician", 1), ("advisor", 1)],
            ),
            (
                "warehouse.labor_lines(1, 200)",
                [("technician", 0), ("advisor", 1)],
            ),
        ] {
            if let Some((_, count)) = of.iter().find(|(name, _)| *name == who) {
                let found = world.attempt(&format!("select count(*) from {door}")).await;
                assert_eq!(found.number(), Some(*count), "{who} through {door}");
            }
        }
        for shop in [OTHER_SHOP, NO_SHOP] {
            for door in [
                format!("warehouse.labor_lines({shop}, 100)"),
                format!("warehouse.technician_days({shop}, '2026-01-01', '2026-12-31')"),
            ] {
                let found = world.attempt(&format!("select count(*) from {door}")).await;
                assert_eq!(found.number(), Some(0), "{who} through {door}");
            }
        }
        world.leave().await;
    }
}

#[tokio::test]
async fn the_wall_is_an_index_condition_for_everybody() {
    let world = World::create("attack_plans").await;
    // Many shops and few rows make the planner want the index, as it does where it matters.
    world
        .client
        .batch_execute("set enable_seqscan = off; set enable_bitmapscan = off")
        .await
        .expect("settings");
    for caller in Caller::insiders()
        .iter()
        .filter(|c| matches!(c.role, "authenticated" | "pitwall_bi"))
    {
        world.enter(caller).await;
        for relation in world
            .relations
            .iter()
            .filter(|r| r.key == "shop_id" && r.kind == Kind::Table)
        {
            let Ok(plan) = world
                .plan(&format!("select * from {}", relation.name))
                .await
            else {
                continue;
            };
            // A table of people, not of shops: found by whoever asks.
            let walled = plan
                .lines()
                .any(|line| line.contains("Index Cond:") && line.contains("(shop_id = ANY ($"))
                // The BI login has no policy there: no row, without a look.
                || relation.name == "warehouse.employee_private";
            assert!(
                walled,
                "{} reads {} without the index:\n{plan}",
                caller.name, relation.name
            );
            assert!(
                !plan.contains("Filter: (SubPlan") && !plan.contains("hashed SubPlan"),
                "{plan}"
            );
        }
        world.leave().await;
    }
}

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
