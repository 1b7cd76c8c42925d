//! The commands on a database and a simulated vendor: answers and exit codes.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::program::{Stage, finish, signal};
use simulators::tekmetric::{Fault, Mutation, Rate, Setting};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sync_loads_then_finds_nothing_new_and_everything_holds() {
    let stage = Stage::new("cli_sync", 20).await;
    let migrated = stage.run(&["migrate", "--json"]).await;
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
    assert_eq!(migrated.json()["shops_written"], 3);

    let first = stage.run(&["sync", "run", "--json"]).await;
    assert_eq!(first.code, Some(0), "{first:?}");
    let document = first.json();
    assert_eq!(document["outcome"], "done");
    assert_eq!(document["streams"].as_array().map(Vec::len), Some(12));
    assert!(
        first.stderr.lines().all(|line| line.starts_with('{')),
        "{}",
        first.stderr
    );

    let second = stage.run(&["sync", "run", "--json"]).await.json();
    for stream in second["streams"].as_array().expect("a list") {
        assert_eq!(
            (&stream["created"], &stream["updated"]),
            (&0.into(), &0.into()),
            "{stream}"
        );
    }

    let verified = stage.run(&["verify"]).await;
    assert_eq!(verified.code, Some(0), "{verified:?}");
    let summary = stage.run(&["ops", "summary", "--json"]).await.json();
    let orders = summary["shops"][0]["rows"]["repair_orders"].as_i64();
    assert!(orders > Some(50), "{summary}");
    let text = stage.run(&["ops", "summary"]).await.stdout;
    for words in [
        "Northside (shop 6212",
        "Committed Sales",
        "AUTHORIZED",
        "POTENTIAL",
        "DERIVED",
        "Last 30 days",
    ] {
        assert!(text.contains(words), "no {words} in:\n{text}");
    }
    let status = stage.run(&["sync", "status"]).await;
    assert!(status.stdout.contains("repair_orders"), "{status:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_says_what_the_run_then_does_and_writes_nothing() {
    let stage = Stage::new("cli_dry_run", 10).await;
    let sums = |document: &serde_json::Value| {
        let streams = document["streams"].as_array().expect("a list");
        ["created", "updated", "rejected"].map(|what| {
            let counts = streams.iter().filter_map(|s| s[what].as_i64());
            counts.sum::<i64>()
        })
    };
    let plan = ["sync", "run", "--dry-run", "--json"];
    let planned = stage.run(&plan).await;
    assert_eq!(planned.code, Some(0), "{planned:?}");
    let client = stage.db.client().await.expect("a connection");
    let rows = "select (select count(*) from warehouse.repair_orders) + (select count(*) from warehouse.sync_cursors) \
        + (select count(*) from raw.payloads) + (select count(*) from warehouse.sync_log)";
    let written: i64 = client.query_one(rows, &[]).await.expect("a count").get(0);
    assert_eq!(written, 0);
    let done = stage.run(&["sync", "run", "--json"]).await;
    assert_eq!(sums(&planned.json()), sums(&done.json()));
    assert_eq!(sums(&stage.run(&plan).await.json()), [0, 0, 0]);
    let edited =
        "select max(id) from warehouse.repair_orders where shop_id = 6213 and status = 'POSTED'";
    let order: i64 = client
        .query_one(edited, &[])
        .await
        .expect("an order")
        .get(0);
    stage.vendor.clock().advance(60);
    let edit = Mutation::AddDiscount { total_cents: 100 };
    stage.vendor.world().mutate(order, edit).expect("an edit");
    let planned = stage.run(&plan).await.json();
    assert!(sums(&planned)[1] >= 1, "{planned}");
    let text = stage.run(&["sync", "run", "--dry-run"]).await.stdout;
    assert!(text.contains("wrote nothing"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_vendors_own_profit_is_compared_when_a_session_is_named() {
    let stage = Stage::new("cli_compare", 10).await;
    stage.configure("comparison = { env = \"WEB_SESSION\" }");
    let with = |arguments: &[&str], session: &str| {
        let mut command = stage.pitwall(arguments);
        command.env("WEB_SESSION", session);
        finish(command)
    };
    let shown = with(&["config", "show"], "s3ssion").await;
    assert!(
        shown.stdout.contains("comparison = ***") && !shown.stdout.contains("s3ssion"),
        "{shown:?}"
    );
    let client = stage.db.client().await.expect("a connection");
    let compared = "select count(*) from warehouse.repair_orders where vendor_profit is not null";
    // A session of last week: the sync is done all the same, and says what to renew.
    let ended = with(&["sync", "run"], "s3ssion").await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.stderr.contains("token was refused") && !ended.stderr.contains("s3ssion"),
        "{}",
        ended.stderr
    );
    let count: i64 = client
        .query_one(compared, &[])
        .await
        .expect("a count")
        .get(0);
    assert_eq!(count, 0);
    let ran = with(&["sync", "run", "--quiet"], stage.vendor.session_token()).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let count: i64 = client
        .query_one(compared, &[])
        .await
        .expect("a count")
        .get(0);
    assert!(count > 50, "{count}");
    assert_eq!(with(&["verify"], "").await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn building_again_changes_nothing() {
    let stage = Stage::new("cli_build", 10).await;
    assert_eq!(stage.run(&["sync", "run", "--quiet"]).await.code, Some(0));
    for arguments in [
        &["snapshots", "build", "--all", "--json"][..],
        &["metrics", "rebuild", "--all", "--json"],
        &[
            "metrics",
            "rebuild",
            "--shop",
            "6212",
            "--start-date",
            "2026-11-12",
            "--end-date",
            "2026-11-13",
            "--json",
        ],
    ] {
        let ran = stage.run(arguments).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        for shop in ran.json()["shops"].as_array().expect("a list") {
            let drained = &shop["drained"];
            for count in [
                "snapshots_created",
                "snapshots_revised",
                "snapshots_superseded",
                "day_rows_changed",
            ] {
                assert_eq!(drained[count], 0, "{arguments:?}: {shop}");
            }
            assert!(
                drained["days"].as_i64() > Some(0) || drained["orders"].as_i64() > Some(0),
                "{shop}"
            );
        }
    }
    let replayed = stage.run(&["replay", "--json"]).await;
    assert_eq!(replayed.code, Some(0), "{replayed:?}");
    assert_eq!(stage.run(&["verify"]).await.code, Some(0));
    let planned = stage
        .run(&["snapshots", "build", "--all", "--dry-run"])
        .await;
    assert!(
        planned.stdout.contains("would build the whole history"),
        "{planned:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_taken_by_hand_is_kept_once_and_adds_no_money() {
    let stage = Stage::new("cli_take", 10).await;
    assert_eq!(stage.run(&["sync", "run", "--quiet"]).await.code, Some(0));
    let client = stage.db.client().await.expect("a connection");
    let open = "select id from warehouse.repair_orders where shop_id = 6212 and status = 'WORKINPROGRESS' limit 1";
    let order: i64 = client.query_one(open, &[]).await.expect("an order").get(0);
    let day = "select sum(authorized_revenue)::bigint from warehouse.daily_shop_metrics";
    let before: i64 = client.query_one(day, &[]).await.expect("a sum").get(0);
    let order = order.to_string();
    let take = [
        "snapshots",
        "take",
        "--shop",
        "6212",
        "--order",
        &order,
        "--json",
    ];
    let planned = stage.run(&[&take[..], &["--dry-run"]].concat()).await;
    assert_eq!(planned.code, Some(0), "{planned:?}");
    assert_eq!(planned.json()["written_revision"], 1);
    let first = stage.run(&take).await;
    assert_eq!(first.json()["written_revision"], 1, "{first:?}");
    let again = stage.run(&take).await.json();
    assert_eq!(again["written_revision"], serde_json::Value::Null);
    assert_eq!(
        again["authorized_revenue"],
        first.json()["authorized_revenue"]
    );
    let after: i64 = client.query_one(day, &[]).await.expect("a sum").get(0);
    assert_eq!(after, before);
    let unknown = ["snapshots", "take", "--shop", "6212", "--order", "1"];
    assert_eq!(stage.run(&unknown).await.code, Some(2));
    assert_eq!(stage.run(&["verify"]).await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_invariant_ends_with_4_and_names_its_keys() {
    let stage = Stage::new("cli_verify", 10).await;
    assert_eq!(stage.run(&["sync", "run", "--quiet"]).await.code, Some(0));
    let client = stage.db.client().await.expect("a connection");
    for (spoil, checks) in [
        (
            "update warehouse.daily_shop_metrics set parts_revenue = parts_revenue + 1 \
             where (shop_id, metric_date) in (select shop_id, metric_date from warehouse.daily_shop_metrics \
               where shop_id = 6212 and ro_count > 0 limit 1)",
            &["i05_day_from_snapshots", "i06_day_from_lines"][..],
        ),
        (
            "update warehouse.job_labor set total = total + 1 where (shop_id, repair_order_id, job_id, line_key) in \
             (select shop_id, repair_order_id, job_id, line_key from warehouse.job_labor \
               where shop_id = 6213 and authorized limit 1)",
            &["i05_job_from_lines"],
        ),
        (
            "update warehouse.sync_cursors set last_tm_updated = last_tm_updated + interval '1 year' \
             where shop_id = 6214 and entity_type = 'repair_orders'",
            &["i03_cursor_behind_data"],
        ),
        (
            "update warehouse.ro_snapshots set revenue_variance = revenue_variance + 1, \
               potential_revenue = potential_revenue + 1 \
             where (shop_id, repair_order_id) in (select shop_id, repair_order_id from warehouse.ro_snapshots \
               where shop_id = 6214 and snapshot_trigger = 'posted' and superseded_at is null limit 1)",
            &["i09_two_realities", "i10_variance_named"],
        ),
    ] {
        let changed = client
            .execute(spoil, &[])
            .await
            .expect("the statement is right");
        assert!(changed > 0, "{spoil}");
        let ran = stage.run(&["verify"]).await;
        assert_eq!(ran.code, Some(4), "{ran:?}");
        for check in checks {
            let line = ran
                .stdout
                .lines()
                .find(|line| line.contains(check))
                .unwrap_or_default();
            assert!(line.starts_with("FAILED"), "{check} holds:\n{}", ran.stdout);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_credentials_end_with_5_and_name_the_connection() {
    let stage = Stage::new("cli_credentials", 3).await;
    let mut command = stage.pitwall(&["sync", "run"]);
    command.env("VENDOR_SECRET", "wrong");
    let ran = finish(command).await;
    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert!(
        ran.stderr.contains("connection simulated"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .contains("to do: check client_id and client_secret"),
        "{}",
        ran.stderr
    );
    assert!(
        !ran.stderr.contains("wrong"),
        "the secret is in: {}",
        ran.stderr
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_another_run_holds_ends_with_6() {
    let stage = Stage::new("cli_locked", 3).await;
    assert_eq!(stage.run(&["sync", "run", "--quiet"]).await.code, Some(0));
    let client = stage.db.client().await.expect("a connection");
    let hold = "update ops.leases set holder = 'process 1 on elsewhere', expires_at = now() + interval '1 hour'";
    client
        .execute(hold, &[])
        .await
        .expect("the statement is right");
    let ran = stage.run(&["sync", "run"]).await;
    assert_eq!(ran.code, Some(6), "{ran:?}");
    assert!(
        ran.stderr.contains("held by process 1 on elsewhere"),
        "{}",
        ran.stderr
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_run_ends_with_130_and_the_next_one_resumes() {
    let stage = Stage::with_vendor("cli_interrupted", 20, |vendor| {
        vendor.latency = Duration::from_millis(150);
    })
    .await;
    assert_eq!(stage.run(&["migrate"]).await.code, Some(0));
    let mut command = stage.pitwall(&["sync", "run", "--json"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let stderr = child.stderr.take().expect("it is piped");
    let ran = tokio::task::spawn_blocking(move || {
        // The first committed page: now it is in the middle of its work.
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(stderr));
        assert!(
            lines.any(|line| line.is_ok_and(|l| l.contains("\"event\":\"page\""))),
            "no page was read"
        );
        signal(&child, "-INT");
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        (child.wait_with_output().expect("it ends"), rest)
    })
    .await
    .expect("it was waited for");
    assert_eq!(ran.0.status.code(), Some(130), "{:?}", ran.1);
    assert!(
        ran.1.iter().any(|line| line.contains("stopping")),
        "{:?}",
        ran.1
    );
    let resumed = stage.run(&["sync", "run"]).await;
    assert_eq!(resumed.code, Some(0), "{resumed:?}");
    assert_eq!(stage.run(&["verify"]).await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_signal_ends_at_once() {
    for signals in [["-INT", "-INT"], ["-TERM", "-TERM"], ["-INT", "-TERM"]] {
        let stage = Stage::new("cli_twice", 3).await;
        assert_eq!(stage.run(&["migrate"]).await.code, Some(0));
        // The vendor never answers: finishing the page under way would take for ever.
        stage
            .vendor
            .faults()
            .set("hang", Rate::Always)
            .expect("a fault");
        let mut command = stage.pitwall(&["sync", "run", "--json"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stderr = child.stderr.take().expect("it is piped");
        let (code, took) = tokio::task::spawn_blocking(move || {
            let mut lines = std::io::BufRead::lines(std::io::BufReader::new(stderr));
            let mut heard = |words: &str| {
                let found = lines.any(|line| line.is_ok_and(|l| l.contains(words)));
                assert!(found, "it never said {words}");
            };
            heard("stream_started");
            signal(&child, signals[0]);
            heard("stopping");
            assert!(
                child.try_wait().expect("our child").is_none(),
                "the first signal waits for what is under way"
            );
            let asked = Instant::now();
            signal(&child, signals[1]);
            let status = child.wait().expect("it ends");
            (status.code(), asked.elapsed())
        })
        .await
        .expect("it was waited for");
        assert_eq!(code, Some(130), "{signals:?}");
        assert!(took < Duration::from_secs(5), "{signals:?} took {took:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_records_end_with_3_until_the_vendor_repairs_them() {
    let stage = Stage::new("cli_partial", 10).await;
    let bad = Setting {
        rate: Rate::NextN(6),
        variant: Some("fraction".into()),
        path: Some("repair-orders".into()),
    };
    stage.vendor.faults().set_with(Fault::BadRecord, bad);
    let partial = stage.run(&["sync", "run", "--json"]).await;
    assert_eq!(partial.code, Some(3), "{partial:?}");
    let document = partial.json();
    assert_eq!(
        (&document["outcome"], &document["exit_code"]),
        (&"partial".into(), &3.into())
    );
    let rejected: i64 = document["streams"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|stream| stream["rejected"].as_i64())
        .sum();
    assert!(rejected > 0, "{document}");
    // A full run reads the repaired record and closes its reject.
    let full = stage.run(&["sync", "run", "--full", "--quiet"]).await;
    assert_eq!(full.code, Some(0), "{full:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_http_to_this_machine_has_to_be_allowed() {
    let stage = Stage::new("cli_loopback", 3).await;
    let mut command = stage.pitwall(&["sync", "run"]);
    command.env_remove("PITWALL_ALLOW_LOOPBACK_VENDORS");
    let refused = finish(command).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.stderr.contains("allow_insecure_loopback = true"),
        "{}",
        refused.stderr
    );
    stage.configure("allow_insecure_loopback = true");
    let mut command = stage.pitwall(&["sync", "run", "--quiet"]);
    command.env_remove("PITWALL_ALLOW_LOOPBACK_VENDORS");
    assert_eq!(finish(command).await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_found_is_wrong_usage() {
    let stage = Stage::new("cli_usage", 3).await;
    for (arguments, words) in [
        (
            &["sync", "run", "--shop", "1"][..],
            "there are 6212, 6213, 6214",
        ),
        (
            &["sync", "run", "--connection", "other"],
            "there are simulated",
        ),
        (&["verify", "--shop", "1"], "no shop has shop_id 1"),
    ] {
        let ran = stage.run(arguments).await;
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    let planned = stage.run(&["sync", "run", "--dry-run", "--json"]).await;
    assert_eq!(
        planned.json()["streams"].as_array().map(Vec::len),
        Some(12),
        "{planned:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_not_migrated_says_so() {
    let stage = Stage::new("cli_unmigrated", 3).await;
    let client = stage.db.client().await.expect("a connection");
    let forget = "delete from pitwall.schema_migrations where name = (select max(name) from pitwall.schema_migrations)";
    client
        .execute(forget, &[])
        .await
        .expect("the statement is right");
    let ran = stage.run(&["sync", "run"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.stderr.contains("to do: run pitwall migrate"),
        "{}",
        ran.stderr
    );
    let planned = stage.run(&["migrate", "--dry-run"]).await;
    assert!(planned.stdout.contains("would apply 0"), "{planned:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_finds_nothing_on_a_sound_installation_and_says_what_to_do_on_another() {
    let stage = Stage::new("cli_doctor", 3).await;
    let sound = stage.run(&["doctor"]).await;
    assert_eq!(sound.code, Some(0), "{sound:?}");
    stage.vendor.revoke(true);
    let refused = stage.run(&["doctor"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.stdout.contains("bad    connection simulated"),
        "{}",
        refused.stdout
    );
    assert_eq!(stage.run(&["doctor", "--offline"]).await.code, Some(0));
}
