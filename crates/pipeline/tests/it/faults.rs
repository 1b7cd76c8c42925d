//! Faults: what the vendor does wrong, what dies under us, who else runs.

use crate::vendor::Pair;
use pipeline::report::Outcome;
use simulators::tekmetric::{Fault, Mutation, Rate, Setting};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use vendors::Mode;

const NOTHING: Vec<String> = Vec::new();

#[tokio::test]
async fn a_month_with_every_passing_fault_loses_nothing() {
    let pair = Pair::new("storm", 21, 30).await;
    for fault in [
        Fault::RateLimit,
        Fault::ServerError,
        Fault::Reset,
        Fault::TruncatedJson,
        Fault::Html200,
        Fault::Empty200,
    ] {
        pair.vendor
            .faults()
            .set_with(fault, Setting::from(Rate::Chance(250)));
    }
    for fault in [
        Fault::DuplicateRows,
        Fault::FloatNumbers,
        Fault::ExtraKeys,
        Fault::ZonelessDates,
        Fault::OldVersionAfterNew,
    ] {
        pair.vendor
            .faults()
            .set_with(fault, Setting::from(Rate::Chance(1_500)));
    }
    pair.vendor
        .faults()
        .set_with(Fault::TokenExpiry, Setting::from(Rate::EveryNth(37)));
    pair.vendor
        .faults()
        .set_with(Fault::PageDrift, Setting::from(Rate::Chance(1_000)));
    pair.sync().await;
    for _ in 0..10 {
        pair.advance(3 * 86_400);
        pair.sync().await;
    }
    pair.vendor.faults().clear();
    let report = pair.sync().await;
    let open = pair
        .world
        .text("select string_agg(concat_ws(' ', stream, record_number, reason_code, reason_text), '; ') \
               from ops.rejects where closed_at is null")
        .await;
    assert_eq!(open, None, "open rejects");
    assert_eq!(report.outcome(), Outcome::Done, "{report:#?}");
    assert_eq!(pair.differences().await, NOTHING);
}

#[tokio::test]
async fn i4_a_run_that_dies_anywhere_resumes_to_the_same_state() {
    let whole = Pair::new("kill_whole", 22, 25).await;
    whole.sync().await;
    let undisturbed = whole.derived().await;
    let killed = Pair::reading("kill_often", whole.vendor).await;
    let mut deaths = 0;
    loop {
        let (events, mut heard) = mpsc::channel(1);
        let plan = killed.plan(Mode::Incremental);
        let run = pipeline::sync::run(
            &killed.world.database,
            &plan,
            &killed.world.clock,
            &killed.world.stop,
            events,
        );
        // Dies after a growing number of events, and a little later: between and inside the steps of a page.
        let survive = 1 + 4 * deaths;
        let death = async {
            for _ in 0..survive {
                heard.recv().await;
            }
            tokio::time::sleep(std::time::Duration::from_micros(700 * (deaths % 11))).await;
        };
        let finished = tokio::select! { report = run => Some(report), () = death => None };
        if let Some(report) = finished {
            assert_eq!(report.outcome(), Outcome::Done, "{report:#?}");
            break;
        }
        deaths += 1;
        assert!(deaths < 100, "no progress");
        // The lease of a dead run ends by itself within seconds; the test does not wait for it.
        killed
            .world
            .sql("update ops.leases set expires_at = '-infinity'")
            .await;
    }
    assert!(deaths > 10, "only {deaths} deaths");
    assert_eq!(killed.differences().await, NOTHING);
    assert!(
        killed.derived().await == undisturbed,
        "the state differs after {deaths} deaths"
    );
}

#[tokio::test]
async fn i11_a_record_that_does_not_fit_is_kept_and_the_rest_goes_on() {
    let pair = Pair::new("rejects", 23, 20).await;
    pair.vendor.faults().set_with(
        Fault::BadRecord,
        Setting {
            rate: Rate::NextN(6),
            variant: Some("fraction".into()),
            path: Some("repair-orders".into()),
        },
    );
    // One shop: which records a fault hits must not depend on whose request comes first.
    let one = pair.plan_of(6212, Mode::Incremental);
    let report = pair.run(&one, &pair.world.stop).await;
    assert_eq!(report.outcome(), Outcome::Partial, "{report:#?}");
    let reject = pair
        .world
        .text("select string_agg(distinct concat_ws(' ', stream, reason_code, connection), '; ') from ops.rejects")
        .await;
    assert_eq!(
        reject.as_deref(),
        Some("repair_orders fractional_integer test")
    );
    let rejected = pair
        .world
        // One that a later answer of the same run repaired is closed already.
        .number("select min(entity_id) from ops.rejects where closed_at is null")
        .await;
    let loaded = format!("select count(*) from warehouse.repair_orders where id = {rejected}");
    assert_eq!(pair.world.number(&loaded).await, 0);
    let full = pair.run(&pair.plan(Mode::Full), &pair.world.stop).await;
    assert_eq!(full.outcome(), Outcome::Done, "{full:#?}");
    assert_eq!(pair.world.number(&loaded).await, 1);
    assert_eq!(
        pair.world
            .number("select count(*) from ops.rejects where closed_at is null")
            .await,
        0
    );
    assert_eq!(pair.differences().await, NOTHING);
}

#[tokio::test]
async fn wrong_credentials_say_so_and_stop() {
    let pair = Pair::new("credentials", 24, 5).await;
    pair.vendor.revoke(true);
    let report = pair.sync().await;
    assert_eq!(report.outcome(), Outcome::Credentials, "{report:#?}");
    let problem = report
        .streams
        .iter()
        .find_map(|s| s.problem.as_ref())
        .expect("a problem");
    assert!(
        problem.message.contains("test") || problem.hint.contains("test"),
        "names the connection: {problem:?}"
    );
}

#[tokio::test]
async fn a16_the_second_of_two_runs_says_who_holds_the_lease() {
    let pair = Pair::new("two_runs", 25, 5).await;
    pair.world
        .sql(
            "insert into ops.leases (shop_id, stream, holder, epoch, expires_at) \
             select shop_id, s, 'host 7 process 42', 3, clock_timestamp() + interval '1 minute' \
             from warehouse.shops cross join unnest(array['employees','customers','vehicles','repair_orders']) s",
        )
        .await;
    let report = pair.sync().await;
    assert_eq!(report.outcome(), Outcome::Locked, "{report:#?}");
    let problem = report.streams[0].problem.as_ref().expect("a problem");
    assert!(problem.message.contains("host 7 process 42"), "{problem:?}");
    assert_eq!(
        pair.world
            .number("select count(*) from warehouse.repair_orders")
            .await,
        0
    );
}

#[tokio::test]
async fn a_stop_request_ends_after_the_page_and_resumes() {
    let pair = Pair::new("stop", 26, 30).await;
    let stop = CancellationToken::new();
    let plan = pair.plan(Mode::Incremental);
    let (events, mut heard) = mpsc::channel(1);
    let run = pipeline::sync::run(
        &pair.world.database,
        &plan,
        &pair.world.clock,
        &stop,
        events,
    );
    let interrupt = async {
        for _ in 0..6 {
            heard.recv().await;
        }
        stop.cancel();
        while heard.recv().await.is_some() {}
    };
    let (report, ()) = tokio::join!(run, interrupt);
    assert_eq!(report.outcome(), Outcome::Interrupted, "{report:#?}");
    let report = pair.sync().await;
    assert_eq!(report.outcome(), Outcome::Done, "{report:#?}");
    assert_eq!(pair.differences().await, NOTHING);
}

#[tokio::test]
async fn g11_b21_edits_unposts_and_reposts_move_money_between_days_and_never_double_it() {
    let pair = Pair::new("repost", 27, 30).await;
    pair.sync().await;
    let order = pair
        .world
        .number("select repair_order_id from warehouse.ro_snapshots where shop_id = 6212 and snapshot_trigger = 'posted' \
                 and authorized_revenue > 0 order by snapshot_date desc limit 1")
        .await;
    let state = format!(
        "select string_agg(concat_ws(' ', snapshot_trigger, revision, superseded_reason), '; ' \
         order by snapshot_date, revision) from warehouse.ro_snapshots \
         where repair_order_id = {order} and snapshot_trigger = 'posted'"
    );
    assert_eq!(pair.world.text(&state).await.as_deref(), Some("posted 1"));
    pair.advance(60);
    let keytag = Mutation::Keytag { text: "K7".into() };
    pair.vendor.world().mutate(order, keytag).expect("a keytag");
    pair.sync().await;
    assert_eq!(
        pair.world.text(&state).await.as_deref(),
        Some("posted 1"),
        "a keytag is no input"
    );
    pair.advance(60);
    pair.vendor
        .world()
        .mutate(order, Mutation::AddDiscount { total_cents: 500 })
        .expect("a discount");
    pair.sync().await;
    assert_eq!(pair.world.text(&state).await.as_deref(), Some("posted 2"));
    pair.advance(60);
    pair.vendor
        .world()
        .mutate(order, Mutation::Unpost)
        .expect("an unpost");
    pair.sync().await;
    assert_eq!(
        pair.world.text(&state).await.as_deref(),
        Some("posted 2 unposted")
    );
    assert_eq!(pair.differences().await, NOTHING);
    pair.advance(86_400);
    pair.vendor
        .world()
        .mutate(order, Mutation::Repost { at: None })
        .expect("a repost");
    pair.sync().await;
    assert_eq!(pair.differences().await, NOTHING);
    pair.advance(60);
    pair.vendor
        .world()
        .mutate(order, Mutation::Delete)
        .expect("a deletion");
    pair.sync().await;
    assert_eq!(pair.differences().await, NOTHING);
    let live = format!(
        "select count(*) from warehouse.ro_snapshots where repair_order_id = {order} and superseded_at is null"
    );
    assert_eq!(pair.world.number(&live).await, 0);
}

#[tokio::test]
async fn i1_the_sweep_finds_and_repairs_what_no_cursor_would() {
    let pair = Pair::new("sweep", 28, 40).await;
    pair.sync().await;
    pair.sync().await;
    let lost = pair
        .world
        .number("select max(id) from warehouse.repair_orders where shop_id = 6212 and status = 'POSTED' and net_sales > 0")
        .await;
    // As if a page had been lost for good: no incremental pass reads so old an order again.
    pair.world
        .sql(&format!(
            "update warehouse.reconciliation_runs set started_at = started_at - interval '8 days';
             insert into ops.dirty_days (shop_id, metric_date)
               select shop_id, snapshot_date from warehouse.ro_snapshots where repair_order_id = {lost}
               on conflict do nothing;
             delete from warehouse.repair_orders where id = {lost}"
        ))
        .await;
    pair.vendor.clock().advance(3 * 86_400);
    pair.world.clock.set(pair.vendor.clock().now().timestamp());
    pair.sync().await;
    assert_eq!(pair.differences().await, NOTHING);
    let statuses = "select string_agg(distinct status, ' ') from warehouse.reconciliation_runs";
    assert!(
        pair.world
            .text(statuses)
            .await
            .is_some_and(|s| !s.contains("mismatch"))
    );
    assert_eq!(
        pair.world
            .number(&format!(
                "select count(*) from warehouse.repair_orders where id = {lost}"
            ))
            .await,
        1
    );
}
