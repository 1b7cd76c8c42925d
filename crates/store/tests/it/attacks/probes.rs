//! The known ways past row-level security (trust.md 2.3), each by its number.

use super::world::{BI_LOGIN, Caller, Kind, OWN_SHOP, Outcome, World};
use store::migrate;
use tokio_postgres::Client;

/// Breaks the schema, gives the checks that see it, and mends it: roles belong to the cluster, where other tests run.
async fn seen_by_checks(world: &World, breaking: &str) -> Vec<&'static str> {
    let client = &world.client;
    client
        .batch_execute(&format!("begin; {breaking}"))
        .await
        .unwrap_or_else(|e| panic!("{breaking}: {e:?}"));
    let mut seen = Vec::new();
    for (path, text) in migrate::CHECKS
        .iter()
        .filter(|(path, _)| path.starts_with("checks/schema/"))
    {
        let rows = client.query(text.trim_end(), &[]).await.expect("a check");
        if !rows.is_empty() {
            seen.push(*path);
        }
    }
    client.batch_execute("rollback").await.expect("mended");
    seen
}

/// Ways to break the wall, by their number in trust.md 2.3, and the check that sees each.
const HOLES: &[(&str, &str)] = &[
    ("select 1", ""),
    // 1: a view with its owner's rights.
    (
        "create view warehouse.v_hole as select shop_id from warehouse.shops",
        "views_unsafe",
    ),
    (
        "alter view warehouse.customers_analytics reset (security_invoker)",
        "views_unsafe",
    ),
    // 2: replacing a view drops the option.
    (
        "create view warehouse.v_two with (security_invoker = true) as select 1::bigint as shop_id; \
             alter view warehouse.v_two owner to pitwall_owner; \
             create or replace view warehouse.v_two as select 2::bigint as shop_id",
        "views_unsafe",
    ),
    // 3: a view that belongs to whom no policy binds.
    (
        "alter view warehouse.employees owner to pitwall_ops",
        "views_unsafe",
    ),
    // 4: the owner without FORCE.
    (
        "alter table warehouse.customers no force row level security",
        "tables_outside_wall",
    ),
    // 7: a row may be planted anywhere.
    (
        "alter policy reader_insert on warehouse.goals with check (true)",
        "policies_unsafe",
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
    // 22: a table that nobody walled.
    (
        "create table warehouse.forgotten (shop_id bigint primary key)",
        "tables_outside_wall",
    ),
];

#[tokio::test]
async fn r1_r2_r3_r4_r7_r8_r9_r12_r13_r18_r22_the_checks_see_every_hole() {
    let world = World::create("attack_checks").await;
    for (breaking, check) in HOLES {
        let faults = seen_by_checks(&world, breaking).await;
        let found = match *check {
            "" => faults.is_empty(),
            check => faults.contains(&format!("checks/schema/{check}.sql").as_str()),
        };
        assert!(found, "no check sees: {breaking}; they see {faults:?}");
    }
    // What nobody opened is closed, wall or not.
    let forgotten = "create table warehouse.forgotten (shop_id bigint primary key)";
    world
        .client
        .batch_execute(forgotten)
        .await
        .expect("a table that nobody walled");
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

pub(super) async fn refused(client: &Client, statement: &str) -> bool {
    client.batch_execute(statement).await.is_err()
}

pub(super) async fn login(world: &World, name: &str) -> Client {
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
                || plan.contains("One-Time Filter: false");
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
async fn r24_nothing_is_told_on_channels_that_everybody_may_listen_to() {
    let world = World::create("attack_channels").await;
    let telling = "select count(*) from pg_proc p \
         where p.pronamespace::regnamespace::text in ('warehouse', 'raw', 'ops', 'pitwall') \
           and p.prosrc ~* '\\m(pg_notify|notify)\\M'";
    assert_eq!(world.attempt_alone(telling).await, Some(0));
}
