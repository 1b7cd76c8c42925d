//! What the roles of a shop must not do, where the matrix is too coarse: memberships, pay, the journal.

use super::world::{Caller, NO_SHOP, OTHER_SHOP, OWN_SHOP, Outcome, World, user};

#[tokio::test]
async fn r23_nobody_signs_the_journal_for_another() {
    let world = World::create("attack_journal").await;
    world.enter(&Caller::of_shop(OWN_SHOP, "manager")).await;
    let entry = |organization: &str, shop: i64, actor: &str| {
        format!(
            "insert into ops.audit_log (organization_id, about_shop_id, actor_kind, actor, action) \
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
        "insert into ops.audit_log (organization_id, about_shop_id, actor_kind, actor, action, happened_at) \
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
    let give = |shop: i64, user: &str, role: &str| {
        format!("warehouse.set_membership({shop}, '{user}', '{role}', null)")
    };
    let end = |shop: i64, user: &str| format!("warehouse.end_membership({shop}, '{user}')");
    for (who, call, expected) in [
        ("manager", give(1, &viewer, "advisor"), Some("t")),
        ("manager", give(1, &viewer, "viewer"), Some("f")),
        ("manager", end(1, &viewer), Some("t")),
        ("manager", end(1, &boss), Some("f")),
        ("manager", end(OTHER_SHOP, &user(2, "viewer")), Some("f")),
        ("manager", give(1, &boss, "viewer"), None),
        ("manager", give(OTHER_SHOP, &viewer, "viewer"), None),
        ("manager", give(NO_SHOP, &viewer, "viewer"), None),
        ("viewer", give(1, &viewer, "owner"), None),
        ("viewer", end(1, &boss), Some("f")),
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
