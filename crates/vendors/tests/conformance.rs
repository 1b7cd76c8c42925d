//! What every connector must do, driven against its simulator. The simulator's own ledger is the judge.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stop where the world is not as built"
)]

mod support;

use domain::Clock;
use jiff::SignedDuration;
use simulators::tekmetric::{Fault, FixtureShop, Mutation, Rate, Running, Setting, WorldBuilder};
use std::collections::BTreeSet;
use std::time::Duration;
use support::{ASKED, Kept, SHOP, connect, quick, read, serve, settings, world};
use vendors::{Connector, Kind, Mode, Stream, VendorError};

type Ids = BTreeSet<i64>;

/// Every id the vendor holds for a stream: live ones, deleted ones.
fn truth(vendor: &Running, stream: Stream) -> (Ids, Ids) {
    let ledger = vendor.ledger();
    let shop = ledger.shop(SHOP).unwrap().clone();
    match stream {
        Stream::Employees => (shop.employees, Ids::new()),
        Stream::Customers => (shop.customers_live, shop.customers_deleted),
        Stream::Vehicles => (shop.vehicles_live, shop.vehicles_deleted),
        Stream::RepairOrders => (shop.orders_live, shop.orders_deleted),
        Stream::Cached(table) => panic!("{table} is another vendor's"),
    }
}

#[track_caller]
fn assert_same(kept: &Kept, vendor: &Running, stream: Stream, what: &str) {
    let (live, deleted) = truth(vendor, stream);
    if stream == Stream::Employees {
        // Those who left are in no list; their records stay with us.
        assert!(live.is_subset(&kept.live()), "{what}: {stream}");
        return;
    }
    assert_eq!(kept.live(), live, "{what}: live {stream}, {:?}", kept.drift);
    assert_eq!(
        kept.deleted(),
        deleted,
        "{what}: deleted {stream}, {:?}",
        kept.drift
    );
}

fn set(vendor: &Running, fault: Fault, rate: Rate, variant: Option<&str>) {
    let setting = Setting {
        rate,
        variant: variant.map(str::to_owned),
        path: None,
    };
    vendor.faults().set_with(fault, setting);
}

#[tokio::test]
async fn i1_every_stream_ends_with_the_vendors_rows_and_asks_only_what_the_vendor_knows() {
    let vendor = serve(world(1, 200)).await;
    let connector = connect(&vendor);
    for stream in Stream::ORDER {
        let kept = read(&connector, stream).await;
        assert_same(&kept, &vendor, stream, "first run");
        assert_eq!(kept.drift, Vec::<String>::new(), "{stream}");
        let count = connector.count(ASKED, stream).await.unwrap();
        assert!(count.is_some_and(|n| n > 0), "{stream}");
    }
    let log = vendor.requests();
    assert!(log.unknown_params.is_empty(), "{:?}", log.unknown_params);
    assert!(log.in_flight_peak <= 4);
}

#[tokio::test]
async fn bodies_are_what_the_vendor_sent_but_for_the_links() {
    let vendor = serve(world(2, 30)).await;
    let kept = read(&connect(&vendor), Stream::RepairOrders).await;
    let mut linked = 0;
    for (id, record) in &kept.rows {
        let mut theirs = vendor.world().read(|w| w.order_json(*id)).unwrap();
        for key in ["estimateUrl", "inspectionUrl", "invoiceUrl"] {
            if theirs[key].is_string() {
                theirs[key] = "[redacted]".into();
                linked += 1;
            }
        }
        let ours: serde_json::Value = serde_json::from_str(&record.body).unwrap();
        assert_eq!(ours, theirs, "order {id}");
    }
    assert!(linked > 0, "the simulator sends share links");
}

#[tokio::test]
async fn every_record_of_a_world_decodes_without_reject_or_unknown_key() {
    let vendor = serve(world(3, 120)).await;
    let connector = connect(&vendor);
    for stream in Stream::ORDER {
        for record in read(&connector, stream).await.rows.values() {
            let unknown = match stream {
                Stream::Employees => connector
                    .decode_employee(&ASKED, record)
                    .map(|d| d.unknown_keys),
                Stream::Customers => connector
                    .decode_customer(&ASKED, record)
                    .map(|d| d.unknown_keys),
                Stream::Vehicles => connector
                    .decode_vehicle(&ASKED, record)
                    .map(|d| d.unknown_keys),
                Stream::RepairOrders => connector
                    .decode_order(&ASKED, record)
                    .map(|d| d.unknown_keys),
                Stream::Cached(table) => panic!("{table} is another vendor's"),
            };
            assert_eq!(
                unknown.unwrap(),
                Vec::<String>::new(),
                "{stream}: {}",
                record.body
            );
        }
    }
}

#[tokio::test]
async fn i4_a_run_resumed_after_every_page_asks_for_no_page_twice() {
    let vendor = serve(world(4, 200)).await;
    let connector = connect(&vendor);
    for stream in Stream::ORDER {
        let killed = read(&connector, stream).await;
        let (mut steps, mut rows) = (0, 0);
        let mut cursor = connector.begin(stream, None, Mode::Incremental).unwrap();
        loop {
            let step = connector.next(ASKED, &cursor).await.unwrap();
            steps += 1;
            rows += step.page.records.len();
            cursor = step.next;
            if step.done {
                break;
            }
        }
        assert_eq!((killed.steps, killed.received), (steps, rows), "{stream}");
    }
}

#[tokio::test]
async fn i2_an_unchanged_vendor_is_read_cheaply_and_unchanged() {
    let vendor = serve(world(5, 200)).await;
    let connector = connect(&vendor);
    for stream in Stream::ORDER {
        let mut kept = read(&connector, stream).await;
        let (before, steps, mark) = (kept.rows.clone(), kept.steps, kept.mark(stream));
        kept.run(&connector, stream, Mode::Incremental)
            .await
            .unwrap();
        assert_eq!(kept.rows, before, "{stream}");
        assert_eq!(kept.mark(stream), mark, "{stream}");
        assert!(kept.steps <= steps.max(4), "{stream}: {} steps", kept.steps);
    }
}

#[tokio::test]
async fn b20_b24_late_edits_new_rows_and_deletions_come_with_the_next_run() {
    let vendor = serve(world(6, 120)).await;
    let mut connector = connect(&vendor);
    let mut kept: Vec<(Stream, Kept)> = Vec::new();
    for stream in Stream::ORDER {
        kept.push((stream, read(&connector, stream).await));
    }
    for day in 0..12 {
        vendor.clock().advance(3 * 86_400);
        connector = connect(&vendor);
        let order = truth(&vendor, Stream::RepairOrders)
            .0
            .into_iter()
            .nth(day * 7)
            .unwrap();
        let edit = if day % 3 == 0 {
            Mutation::Delete
        } else {
            Mutation::EditCustomer
        };
        vendor.world().mutate(order, edit).unwrap();
        for (stream, kept) in &mut kept {
            kept.run(&connector, *stream, Mode::Incremental)
                .await
                .unwrap();
            assert_same(kept, &vendor, *stream, &format!("day {day}"));
        }
    }
    let (_, orders) = &kept[3];
    for (id, record) in &orders.rows {
        let theirs = vendor.world().read(|w| w.order_json(*id)).unwrap();
        let ours: serde_json::Value = serde_json::from_str(&record.body).unwrap();
        assert_eq!(ours["updatedDate"], theirs["updatedDate"], "order {id}");
        assert_eq!(ours["totalSales"], theirs["totalSales"], "order {id}");
    }
}

#[tokio::test]
async fn a1_a2_a4_a11_b62_faults_of_the_wire_lose_nothing() {
    let vendor = serve(world(7, 30)).await;
    for (fault, variant) in [
        (Fault::RateLimit, None),
        (Fault::RateLimit, Some("0")),
        (Fault::RateLimit, Some("negative")),
        (Fault::RateLimit, Some("garbage")),
        (Fault::ServerError, None),
        (Fault::Reset, None),
        (Fault::TruncatedJson, None),
        (Fault::Html200, None),
        (Fault::Empty200, None),
        (Fault::TokenExpiry, None),
    ] {
        vendor.faults().clear();
        set(&vendor, fault, Rate::EveryNth(3), variant);
        let connector = connect(&vendor);
        for stream in Stream::ORDER {
            let kept = read(&connector, stream).await;
            assert_same(&kept, &vendor, stream, &format!("{fault:?} {variant:?}"));
        }
        assert!(vendor.faults().hits(fault) > 0, "{fault:?} never struck");
    }
}

#[tokio::test]
async fn a5_a6_a13_faults_of_the_page_lose_nothing() {
    let vendor = serve(world(8, 30)).await;
    for fault in [
        Fault::DuplicateRows,
        Fault::EarlyLast,
        Fault::WrongTotalElements,
        Fault::OldVersionAfterNew,
        Fault::ZonelessDates,
        Fault::FloatNumbers,
        Fault::MissingKeys,
        Fault::ExtraKeys,
        Fault::NulInText,
        Fault::MalformedTime,
    ] {
        vendor.faults().clear();
        set(&vendor, fault, Rate::Always, None);
        let connector = connect(&vendor);
        for stream in Stream::ORDER {
            let kept = read(&connector, stream).await;
            assert_same(&kept, &vendor, stream, &format!("{fault:?}"));
        }
        assert!(vendor.faults().hits(fault) > 0, "{fault:?} never struck");
    }
}

#[tokio::test]
async fn a5_a_list_that_never_adds_up_is_flagged_and_the_mark_stays() {
    let vendor = serve(world(9, 40)).await;
    set(&vendor, Fault::WrongTotalElements, Rate::Always, None);
    let mut kept = read(&connect(&vendor), Stream::RepairOrders).await;
    assert!(!kept.drift.is_empty());
    assert_eq!(kept.mark(Stream::RepairOrders), None);
    vendor.faults().clear();
    let connector = connect(&vendor);
    kept.run(&connector, Stream::RepairOrders, Mode::Incremental)
        .await
        .unwrap();
    assert!(kept.mark(Stream::RepairOrders).is_some());
}

/// Two hundred worlds that move while they are read, in two halves for two processors.
#[tokio::test]
async fn a7_shifting_pages_lose_nothing_after_one_incremental_run() {
    pages_shift(0..100).await;
}

#[tokio::test]
async fn a7_shifting_pages_lose_nothing_with_another_hundred_seeds() {
    pages_shift(100..200).await;
}

async fn pages_shift(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let vendor = serve(world(100 + seed, 28)).await;
        set(&vendor, Fault::PageDrift, Rate::Always, None);
        let connector = connect(&vendor);
        for stream in [Stream::Customers, Stream::Vehicles, Stream::RepairOrders] {
            let mut kept = read(&connector, stream).await;
            set(&vendor, Fault::PageDrift, Rate::Off, None);
            kept.run(&connector, stream, Mode::Incremental)
                .await
                .unwrap();
            assert_same(&kept, &vendor, stream, &format!("seed {seed}"));
            set(&vendor, Fault::PageDrift, Rate::Always, None);
        }
    }
}

/// Orders that all carry one creation time, more than two pages of them.
fn one_second_orders(count: i64) -> FixtureShop {
    let order = |n: i64| {
        serde_json::json!({"id": 1000 + n, "repairOrderNumber": n, "shopId": SHOP,
            "repairOrderStatus": {"id": 5, "code": "POSTED", "name": "Posted"}, "jobs": [],
            "createdDate": "2026-03-03T12:00:00Z", "updatedDate": null, "deletedDate": null})
    };
    FixtureShop {
        timezone: "America/New_York".to_owned(),
        shop: serde_json::json!({"id": SHOP, "name": "Ties"}),
        employees: Vec::new(),
        customers: Vec::new(),
        vehicles: Vec::new(),
        repair_orders: (0..count).map(order).collect(),
    }
}

#[tokio::test]
async fn a8_a_thousand_rows_of_one_second_all_come() {
    let now = simulators::Stamp::parse_zoned("2026-03-20T12:00:00Z").unwrap();
    for count in [0, 1, 100, 101, 1050] {
        let fixture = WorldBuilder::from_json(now, vec![one_second_orders(count)]).unwrap();
        let vendor = serve(fixture).await;
        let connector = connect(&vendor);
        let mut kept = read(&connector, Stream::RepairOrders).await;
        assert_eq!(kept.all().len() as i64, count);
        assert_eq!(kept.drift, Vec::<String>::new(), "{count}");
        kept.run(&connector, Stream::RepairOrders, Mode::Incremental)
            .await
            .unwrap();
        assert_eq!(kept.all().len() as i64, count);
    }
}

#[tokio::test]
async fn a12_an_undeleted_order_comes_back_alive() {
    let vendor = serve(world(10, 40)).await;
    let connector = connect(&vendor);
    let mut kept = read(&connector, Stream::RepairOrders).await;
    let order = *kept.live().first().unwrap();
    vendor.world().mutate(order, Mutation::Delete).unwrap();
    kept.run(&connector, Stream::RepairOrders, Mode::Incremental)
        .await
        .unwrap();
    assert!(kept.rows[&order].deleted);
    vendor.clock().advance(60);
    vendor.world().mutate(order, Mutation::Undelete).unwrap();
    let alive = connector
        .fetch_one(ASKED, Stream::RepairOrders, order)
        .await
        .unwrap();
    assert!(!alive.unwrap().deleted);
    let mut again = Kept {
        cursor: kept.cursor.clone(),
        ..Kept::default()
    };
    again
        .run(&connector, Stream::RepairOrders, Mode::Incremental)
        .await
        .unwrap();
    assert!(!again.rows[&order].deleted);
}

#[tokio::test]
async fn b27_a_refused_history_is_halved_remembered_and_filled_by_creation_date() {
    let vendor = serve(world(11, 400)).await;
    let mut kept = read(&connect(&vendor), Stream::RepairOrders).await;
    vendor.clock().advance(200 * 86_400);
    set(&vendor, Fault::HistoryWindow400, Rate::Always, Some("90"));
    let connector = connect(&vendor);
    kept.run(&connector, Stream::RepairOrders, Mode::Incremental)
        .await
        .unwrap();
    assert_same(&kept, &vendor, Stream::RepairOrders, "after the outage");
    assert!(
        kept.drift.iter().any(|d| d.contains("history")),
        "{:?}",
        kept.drift
    );
    vendor.reset_requests();
    vendor.clock().advance(3 * 86_400);
    let connector = connect(&vendor);
    kept.run(&connector, Stream::RepairOrders, Mode::Incremental)
        .await
        .unwrap();
    let refused = vendor.requests().statuses.get(&400).copied();
    assert_eq!(refused, None, "the look-back is remembered");
}

#[tokio::test]
async fn b27_a_vendor_that_refuses_every_look_back_is_read_by_creation_date() {
    let vendor = serve(world(21, 100)).await;
    let connector = connect(&vendor);
    for stream in [Stream::Customers, Stream::RepairOrders] {
        let mut kept = read(&connector, stream).await;
        // Our clock stays behind the vendor's, so that no look-back of ours is short enough.
        vendor.clock().advance(40 * 86_400);
        set(&vendor, Fault::HistoryWindow400, Rate::Always, Some("1"));
        kept.run(&connector, stream, Mode::Incremental)
            .await
            .unwrap();
        assert_same(&kept, &vendor, stream, "behind the vendor's clock");
        vendor.faults().clear();
    }
}

#[tokio::test]
async fn full_and_since_runs_do_what_they_say() {
    let vendor = serve(world(12, 120)).await;
    let connector = connect(&vendor);
    let stream = Stream::RepairOrders;
    let mut kept = read(&connector, stream).await;
    let (all, mark) = (kept.received, kept.mark(stream).unwrap());
    kept.run(&connector, stream, Mode::Full).await.unwrap();
    assert_eq!(kept.received, all);
    let since = mark - SignedDuration::from_hours(30 * 24);
    kept.run(&connector, stream, Mode::Since(since))
        .await
        .unwrap();
    assert!(kept.received > 20 && kept.received < all);
    assert_eq!(kept.mark(stream), Some(mark));

    let fresh = connector.begin(stream, None, Mode::Incremental).unwrap();
    assert!(fresh.in_backfill());
    let later = connector
        .begin(stream, kept.cursor.as_ref(), Mode::Incremental)
        .unwrap();
    assert!(!later.in_backfill());
    let other = connector.begin(Stream::Vehicles, kept.cursor.as_ref(), Mode::Incremental);
    assert!(matches!(other, Err(VendorError::Cursor { .. })));
}

#[tokio::test]
async fn progress_counts_up_to_what_is_expected() {
    let vendor = serve(world(13, 120)).await;
    let connector = connect(&vendor);
    let mut cursor = connector
        .begin(Stream::RepairOrders, None, Mode::Incremental)
        .unwrap();
    let (mut labels, mut seen) = (Vec::new(), 0);
    loop {
        let step = connector.next(ASKED, &cursor).await.unwrap();
        assert!(step.progress.seen >= seen);
        seen = step.progress.seen;
        if step.progress.window_done && step.progress.label.starts_with("20") {
            labels.push(step.progress.label.clone());
        }
        cursor = step.next;
        if step.done {
            let orders = truth(&vendor, Stream::RepairOrders);
            let expected = (orders.0.len() + orders.1.len()) as u64;
            assert_eq!(step.progress.expected, Some(expected));
            break;
        }
    }
    assert_eq!(
        labels,
        ["2026-11", "2026-10", "2026-09", "2026-08", "2026-07"]
    );
}

#[tokio::test]
async fn wrong_and_revoked_credentials_need_a_person() {
    let vendor = serve(world(14, 5)).await;
    let mut wrong = settings(&vendor);
    wrong.client_secret = vendors::Secret::new("guess");
    let connector = Connector::new(wrong, Clock::System).unwrap();
    let error = connector.shops(&[]).await.unwrap_err();
    assert_eq!(error.kind(), Kind::NeedsPerson);
    assert!(error.to_string().contains("test") && !error.to_string().contains("guess"));

    let connector = connect(&vendor);
    let shops = connector.shops(&[]).await.unwrap();
    assert_eq!(
        (shops.len(), shops[0].id, shops[0].name.as_deref()),
        (1, SHOP, Some("Northside"))
    );
    vendor.revoke(true);
    let error = connector.shops(&[]).await.unwrap_err();
    assert_eq!(error.kind(), Kind::NeedsPerson, "{error}");
    vendor.revoke(false);

    let foreign = vendors::VendorShopRef {
        vendor_id: 1,
        ..ASKED
    };
    let cursor = connector
        .begin(Stream::Customers, None, Mode::Incremental)
        .unwrap();
    let error = connector.next(foreign, &cursor).await.unwrap_err();
    assert!(matches!(error, VendorError::Forbidden { .. }), "{error}");
}

#[tokio::test]
async fn a11_twenty_workers_with_a_stale_token_fetch_one() {
    let vendor = serve(world(15, 5)).await;
    let connector = std::sync::Arc::new(connect(&vendor));
    connector.shops(&[]).await.unwrap();
    vendor.reset_requests();
    set(&vendor, Fault::TokenExpiry, Rate::NextN(1), None);
    let calls = (0..20).map(|_| connector.shops(&[]));
    for shops in futures_util::future::join_all(calls).await {
        assert_eq!(shops.unwrap().len(), 1);
    }
    assert_eq!(vendor.requests().requests["POST /api/v1/oauth/token"], 1);
}

#[tokio::test]
async fn a1_a_wait_beyond_a_quarter_of_an_hour_gives_up_and_says_until_when() {
    let vendor = serve(world(16, 5)).await;
    for variant in ["seconds:3600", "date:3600"] {
        vendor.faults().clear();
        set(&vendor, Fault::RateLimit, Rate::Always, Some(variant));
        let connector = connect(&vendor);
        let error = connector.shops(&[]).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Transient);
        let VendorError::RateLimited { until, .. } = error else {
            panic!("{variant}: {error}")
        };
        let wait = until
            .duration_since(vendor.clock().now().timestamp())
            .as_secs();
        assert!((3590..=3610).contains(&wait), "{variant}: {wait} s");
    }
}

#[tokio::test]
async fn a1_an_asked_wait_is_kept() {
    let vendor = serve(world(17, 5)).await;
    set(&vendor, Fault::RateLimit, Rate::NextN(1), Some("seconds:1"));
    let started = std::time::Instant::now();
    connect(&vendor).shops(&[]).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a3_a4_silence_and_floods_end_in_a_clear_error() {
    let vendor = serve(world(18, 30)).await;
    let with = |change: fn(&mut vendors::Tuning)| {
        let mut settings = settings(&vendor);
        settings.tuning.max_attempts = 1;
        change(&mut settings.tuning);
        Connector::new(settings, Clock::System).unwrap()
    };
    let small = with(|t| t.max_body_bytes = 10_000);
    let cursor = small
        .begin(Stream::RepairOrders, None, Mode::Incremental)
        .unwrap();
    let cursor = small.next(ASKED, &cursor).await.unwrap().next;
    let error = small.next(ASKED, &cursor).await.unwrap_err();
    assert!(
        matches!(error, VendorError::Unreadable { attempts: 1, .. }),
        "{error}"
    );

    set(&vendor, Fault::Hang, Rate::Always, None);
    let hasty = with(|t| t.request_timeout = Duration::from_millis(50));
    let error = hasty.shops(&[]).await.unwrap_err();
    assert!(
        matches!(error, VendorError::Unreachable { attempts: 2, .. }),
        "{error}"
    );
    assert_eq!(error.kind(), Kind::Transient);

    vendor.faults().clear();
    set(&vendor, Fault::Html200, Rate::Always, None);
    let error = with(|_| ()).shops(&[]).await.unwrap_err();
    assert!(
        matches!(
            error,
            VendorError::Unreadable {
                what: "a body that is not JSON",
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_redirect_is_refused_and_not_followed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answered = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = socket.read(&mut request).await.unwrap();
        let answer = format!(
            "HTTP/1.1 302 Found\r\nlocation: http://{address}/elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        socket.write_all(answer.as_bytes()).await.unwrap();
        tokio::time::timeout(Duration::from_millis(50), listener.accept())
            .await
            .is_err()
    });
    let vendor = serve(world(20, 1)).await;
    let mut elsewhere = settings(&vendor);
    elsewhere.base_url = format!("http://{address}");
    let error = Connector::new(elsewhere, Clock::System)
        .unwrap()
        .shops(&[])
        .await
        .unwrap_err();
    assert!(
        matches!(error, VendorError::Refused { status: 302, .. }),
        "{error}"
    );
    assert_eq!(error.kind(), Kind::Permanent);
    assert!(answered.await.unwrap(), "nobody came a second time");
}

#[tokio::test]
async fn a_single_record_is_found_or_not() {
    let vendor = serve(world(19, 20)).await;
    let connector = connect(&vendor);
    for stream in Stream::ORDER {
        let id = *truth(&vendor, stream).0.first().unwrap();
        let found = connector.fetch_one(ASKED, stream, id).await.unwrap();
        assert_eq!(found.unwrap().id, Some(id), "{stream}");
        assert_eq!(
            connector.fetch_one(ASKED, stream, 1).await.unwrap(),
            None,
            "{stream}"
        );
    }
}

#[test]
fn contract_3_plain_http_only_to_this_machine_and_only_when_allowed() {
    let at = |base_url: &str, allow| {
        let settings = vendors::ConnectionSettings {
            name: "test".to_owned(),
            vendor: vendors::Vendor::Tekmetric,
            base_url: base_url.to_owned(),
            client_id: String::new(),
            client_secret: vendors::Secret::new(""),
            allow_insecure_loopback: allow,
            comparison: None,
            auth_url: None,
            app_key: None,
            tuning: quick(),
        };
        Connector::new(settings, Clock::System).map(|_| ())
    };
    assert!(at("http://127.0.0.1:1", true).is_ok());
    assert!(at("http://localhost:1/", true).is_ok());
    assert!(at("http://[::1]:1", true).is_ok());
    assert!(matches!(
        at("http://127.0.0.1:1", false),
        Err(VendorError::InsecureUrl { .. })
    ));
    for outside in [
        "http://shop.example.com",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
    ] {
        assert!(
            matches!(at(outside, true), Err(VendorError::InsecureUrl { .. })),
            "{outside}"
        );
    }
    for wrong in [
        "",
        "shop.example.com",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
    ] {
        assert!(
            matches!(at(wrong, true), Err(VendorError::InvalidUrl { .. })),
            "{wrong}"
        );
    }
}
