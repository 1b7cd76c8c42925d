//! What goes wrong on our own side: a leader that sleeps, a database that goes away, refuses or waits.

use crate::vendor::Pair;
use pipeline::SyncReport;
use pipeline::report::{Event, Outcome};
use std::time::Duration;
use tokio::sync::mpsc;
use vendors::{Mode, Stream};

const NOTHING: Vec<String> = Vec::new();
const SHOP: i64 = 6212;

/// The first problem of a run, in words.
fn problem(report: &SyncReport) -> String {
    let streams = report.streams.iter().filter_map(|s| s.problem.as_ref());
    let first = streams.chain(&report.problems).next();
    let first = first.unwrap_or_else(|| panic!("no problem: {report:#?}"));
    format!("{}; to do: {}", first.message, first.hint)
}

/// Closes every connection of the warehouse, as a restart or a failover does. Gives how many there were.
async fn cut(pair: &Pair) -> i64 {
    pair.world
        .number(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity \
             where datname = current_database() and application_name = 'pitwall'",
        )
        .await
}

/// Runs a plan and does something after the n-th committed page of the repair orders.
async fn disturbed<F: Future<Output = ()>>(
    pair: &Pair,
    after: usize,
    disturbance: impl FnOnce() -> F,
) -> SyncReport {
    let mut plan = pair.plan_of(SHOP, Mode::Incremental);
    plan.streams = Some(vec![Stream::RepairOrders]);
    let (events, mut heard) = mpsc::channel(1);
    let run = pipeline::sync::run(
        &pair.world.database,
        &plan,
        &pair.world.clock,
        &pair.world.stop,
        events,
    );
    let disturb = async {
        let mut pages = 0;
        while pages < after {
            let event = heard.recv().await.expect("the run has more pages");
            pages += usize::from(matches!(event, Event::Page { .. }));
        }
        // Nobody listens now: the run stands still after its next page.
        disturbance().await;
        while heard.recv().await.is_some() {}
    };
    tokio::join!(run, disturb).0
}

#[tokio::test]
async fn a16_a9_a_leader_that_slept_past_its_lease_writes_nothing_more() {
    let pair = Pair::new("fence", 31, 60).await;
    let mut before = String::new();
    let report = disturbed(&pair, 1, || async {
        // Another run took over while this one slept; the update waits for a page under way.
        pair.world
            .sql(
                "update ops.leases set holder = 'process 9 on elsewhere', epoch = epoch + 1, \
                 expires_at = clock_timestamp() + interval '1 minute' where stream = 'repair_orders'",
            )
            .await;
        before = state(&pair).await;
        // The sleeper wakes up with its clock an hour behind.
        let behind = pair.world.clock.now() - jiff::SignedDuration::from_hours(1);
        pair.world.clock.set(behind);
    })
    .await;
    assert_eq!(report.outcome(), Outcome::Locked, "{report:#?}");
    let said = problem(&report);
    assert!(
        said.contains("process 9 on elsewhere at fence 2, ours was 1"),
        "{said}"
    );
    assert_eq!(state(&pair).await, before, "a late page landed");
    let lease = "select concat_ws(' ', holder, epoch, expires_at > clock_timestamp()) from ops.leases \
                 where stream = 'repair_orders'";
    assert_eq!(
        pair.world.text(lease).await.as_deref(),
        Some("process 9 on elsewhere 2 t"),
        "the sleeper gave back a lease that was not its own"
    );
    pair.world
        .sql("update ops.leases set expires_at = '-infinity'")
        .await;
    assert_eq!(pair.sync().await.outcome(), Outcome::Done);
    assert_eq!(pair.differences().await, NOTHING);
}

/// What pages write: orders and lines, payloads, the cursor. Sums of what was committed may follow at any time.
async fn state(pair: &Pair) -> String {
    let query = "select concat_ws(' ', \
        (select count(*) from warehouse.repair_orders), (select max(xmin::text::bigint) from warehouse.jobs), \
        (select count(*) from warehouse.job_parts), (select count(*) from raw.payloads), \
        (select string_agg(concat_ws(' ', entity_type, t.xmin), ', ' order by entity_type) \
         from warehouse.sync_cursors t where entity_type = 'repair_orders'))";
    pair.world.text(query).await.unwrap_or_default()
}

#[tokio::test]
async fn a15_connections_cut_between_pages_are_opened_again() {
    let pair = Pair::new("cut_between", 32, 60).await;
    let report = disturbed(&pair, 1, || async {
        assert!(cut(&pair).await > 0);
    })
    .await;
    assert_eq!(report.outcome(), Outcome::Done, "{report:#?}");
    assert_eq!(pair.sync().await.outcome(), Outcome::Done);
    assert_eq!(pair.differences().await, NOTHING);
}

#[tokio::test]
async fn a15_connections_cut_at_any_moment_leave_nothing_half_written() {
    let pair = Pair::new("cut_anywhere", 33, 30).await;
    let mut cuts = 0;
    let mut runs = 0;
    while cuts < 25 {
        runs += 1;
        let plan = pair.plan(if runs == 1 {
            Mode::Incremental
        } else {
            Mode::Full
        });
        let run = pair.run(&plan, &pair.world.stop);
        let again_and_again = async {
            loop {
                tokio::time::sleep(Duration::from_millis(61 + 13 * (cuts % 5))).await;
                cuts += u64::from(cut(&pair).await > 0);
            }
        };
        tokio::select! { _report = run => {}, () = again_and_again => {} }
        pair.advance(3_600);
        assert!(runs < 50, "only {cuts} cuts");
    }
    // Whatever a run was cut at, no order stands there without its lines, no cursor ahead of its data.
    for shop in &pair.shops {
        // The pool may still hold connections that were cut a moment ago.
        let check = || store::verify::run(&pair.world.database, shop.shop_id);
        let found = pipeline::retry::steadily(check).await;
        let found = found.expect("the checks run");
        for finding in found.iter().filter(|f| !f.holds()) {
            // Orders wait for their sums where the drain was cut off; that is no half-written page.
            assert!(
                matches!(finding.check.invariant, "I4" | "I6" | "I5" | "I7"),
                "{finding:?}"
            );
            assert_ne!(finding.check.name, "i05_orphans", "{finding:?}");
            assert_ne!(finding.check.name, "i05_job_from_lines", "{finding:?}");
        }
    }
    pair.world
        .sql("update ops.leases set expires_at = '-infinity'")
        .await;
    // The first ends the history that was cut short, as of its own beginning; the second reads what came since.
    assert_eq!(pair.sync().await.outcome(), Outcome::Done);
    assert_eq!(pair.sync().await.outcome(), Outcome::Done);
    assert_eq!(pair.differences().await, NOTHING);
}

#[tokio::test]
async fn a15_a_table_that_stays_locked_is_waited_for_and_then_named() {
    let pair = Pair::new("lock_timeout", 34, 40).await;
    let set = "do $$ begin execute format('alter database %I set lock_timeout = ''20ms''', current_database()); end $$";
    pair.world.sql(set).await;
    cut(&pair).await;
    let holder = pair.world.test.client().await.expect("a client");
    let lock = "begin; lock table warehouse.repair_orders in access exclusive mode";
    holder.batch_execute(lock).await.expect("the lock");
    let mut plan = pair.plan_of(SHOP, Mode::Incremental);
    plan.streams = Some(vec![Stream::RepairOrders]);
    let refused = pair.run(&plan, &pair.world.stop).await;
    assert_eq!(refused.outcome(), Outcome::Failed, "{refused:#?}");
    let said = problem(&refused);
    assert!(said.contains("lock time-out"), "{said}");
    assert!(said.contains("run the same command again"), "{said}");
    holder.batch_execute("rollback").await.expect("no lock");
    assert_eq!(
        pair.world
            .number("select count(*) from warehouse.repair_orders")
            .await,
        0
    );
    // A lock that goes away in time is only waited for.
    holder.batch_execute(lock).await.expect("the lock");
    let release = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        holder.batch_execute("rollback").await.expect("no lock");
    };
    let (report, ()) = tokio::join!(pair.run(&plan, &pair.world.stop), release);
    assert_eq!(report.outcome(), Outcome::Done, "{report:#?}");
}

#[tokio::test]
async fn a15_a_read_only_database_is_a_clear_stop() {
    let pair = Pair::new("read_only", 35, 20).await;
    let set = |value: &str| {
        format!(
            "do $$ begin execute format('alter database %I set default_transaction_read_only = {value}', \
             current_database()); end $$"
        )
    };
    pair.world.sql(&set("on")).await;
    cut(&pair).await;
    let plan = pair.plan_of(SHOP, Mode::Incremental);
    let report = pair.run(&plan, &pair.world.stop).await;
    assert_eq!(report.outcome(), Outcome::Failed, "{report:#?}");
    assert_eq!(
        report.streams.len(),
        1,
        "the other streams would fail alike: {report:#?}"
    );
    let said = problem(&report);
    assert!(said.contains("the database is read-only"), "{said}");
    assert!(said.contains("standby"), "{said}");
    pair.world
        .sql(&format!("set transaction read write; {}", set("off")))
        .await;
    cut(&pair).await;
    assert_eq!(pair.sync().await.outcome(), Outcome::Done);
    assert_eq!(pair.differences().await, NOTHING);
}

#[tokio::test]
async fn a16_of_several_runs_at_once_each_stream_has_one() {
    let pair = Pair::new("four_runs", 36, 20).await;
    let plans: Vec<_> = (0..4)
        .map(|n| {
            let mut plan = pair.plan_of(SHOP, Mode::Incremental);
            plan.holder = format!("scheduler {n}");
            plan
        })
        .collect();
    let runs = plans.iter().map(|plan| pair.run(plan, &pair.world.stop));
    let reports = futures_util::future::join_all(runs).await;
    for stream in ["employees", "customers", "vehicles", "repair_orders"] {
        let of_stream = reports.iter().flat_map(|r| &r.streams);
        let created = of_stream.filter(|s| s.stream == stream && s.created > 0);
        assert_eq!(created.count(), 1, "{stream}: {reports:#?}");
    }
    for report in &reports {
        let outcome = report.outcome();
        assert!(
            matches!(outcome, Outcome::Done | Outcome::Locked),
            "{report:#?}"
        );
    }
    let before = pair.versions().await;
    let plan = pair.plan_of(SHOP, Mode::Incremental);
    let report = pair.run(&plan, &pair.world.stop).await;
    assert_eq!(report.outcome(), Outcome::Done, "{report:#?}");
    assert_eq!(pair.versions().await, before, "something was left to do");
}
