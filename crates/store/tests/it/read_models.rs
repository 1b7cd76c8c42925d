//! The read models on worked examples: figures to the cent, sums that agree, one statement each, and plans that use the
//! shop's index.

use domain::period::Period;
use domain::range::{Comparison, Range};
use domain::{EmployeeId, OrderId};
use jiff::civil::{Date, date};
use serde_json::Value;
use store::read::audit::Audit;
use store::read::board::Board;
use store::read::figures::{Days, Summary};
use store::read::order::{Order, OrderPayload};
use store::read::orders::{AllOrders, OrderRow, PostedFilter, PostedOrders, Rank, RankedOrders};
use store::read::people::{AdvisorDays, Advisors, Technicians};
use store::read::service::{OpsSummary, Streams};
use store::read::shops::VisibleShops;
use store::read::sold::{SoldAndPosted, SoldDays};
use store::read::warranty::Warranty;
use store::read::{Reading, Spans, Sums, run, statements};
use store::{Identity, Session};
use testkit::loaded::{Loaded, ROLES, STRANGER};
use testkit::worlds;

const NOW: &str = "2026-07-20T16:00:00Z";

fn user(role: &str) -> &'static str {
    ROLES
        .iter()
        .find(|(name, _)| *name == role)
        .map_or(STRANGER, |(_, user)| user)
}

async fn session(loaded: &Loaded, user: &str) -> Session {
    let claims = format!("{{\"sub\":\"{user}\",\"role\":\"authenticated\"}}");
    Session::begin(&loaded.database, &Identity::User(claims))
        .await
        .expect("a session")
}

async fn ask<R: Reading>(loaded: &Loaded, role: &str, reading: &R) -> R::Answer {
    let session = session(loaded, user(role)).await;
    run(&session, reading).await.expect("an answer")
}

fn spans(from: Date, to: Date) -> Spans {
    let range = Range::custom(from, to).expect("a range");
    Spans::new(NOW.parse().expect("an instant"), range, None)
}

fn july() -> Spans {
    spans(date(2026, 7, 1), date(2026, 7, 31))
}

fn posted(loaded: &Loaded, spans: Spans) -> PostedOrders {
    PostedOrders {
        filter: PostedFilter {
            shop: loaded.shop,
            spans,
            advisor: None,
            class: None,
        },
        after_day: Date::MAX,
        after_id: i64::MAX,
        limit: None,
    }
}

fn sum(orders: &[OrderRow]) -> (i64, i64, i64, i64, i64) {
    orders.iter().fold((0, 0, 0, 0, 0), |all, order| {
        (
            all.0 + order.net_sales,
            all.1 + order.cost,
            all.2 + order.profit,
            all.3 + order.potential,
            all.4 + order.hours,
        )
    })
}

fn told(sums: &Sums) -> (i64, i64, i64, i64, i64) {
    (
        sums.net_sales,
        sums.cost,
        sums.profit,
        sums.potential,
        sums.hours,
    )
}

#[tokio::test]
async fn g6_period_day_and_orders_agree() {
    let loaded = Loaded::new("read_g6", NOW, &worlds::g6()).await;
    let summary = Summary {
        shop: loaded.shop,
        spans: july(),
        business_days_only: false,
        goals_of: None,
    };
    let answer = ask(&loaded, "viewer", &summary).await.expect("the shop");
    assert_eq!(answer.shop.timezone, "America/New_York");
    assert_eq!(answer.shop.today, date(2026, 7, 20));
    assert_eq!(answer.shop.as_of, Some(NOW.parse().expect("an instant")));
    let sums = answer.content.periods.asked.sums;
    assert_eq!(told(&sums), (150_000, 71_250, 78_750, 192_000, 60_000));
    assert_eq!((sums.ro_count, sums.days_with_data), (3, 1));
    assert_eq!((sums.authorized_jobs, sums.potential_jobs), (5, 8));
    assert_eq!((sums.fees, sums.discounts, sums.tax), (5_250, 6_000, 4_995));
    let days = Days {
        shop: loaded.shop,
        spans: july(),
        business_days_only: false,
    };
    let days = ask(&loaded, "viewer", &days)
        .await
        .expect("the shop")
        .content;
    let mut total = Sums::default();
    days.iter().for_each(|day| total.add(&day.sums));
    assert_eq!(total, sums, "the days add up to the period");
    let orders = ask(&loaded, "viewer", &posted(&loaded, july()))
        .await
        .expect("the shop");
    assert_eq!(
        sum(&orders.content),
        told(&sums),
        "the orders add up to the period"
    );
}

#[tokio::test]
async fn a_period_beside_the_one_before() {
    let loaded = Loaded::new("read_compare", NOW, &worlds::g6()).await;
    let day = worlds_day(&loaded).await;
    let next = day.tomorrow().expect("a day");
    let range = Range::custom(next, next).expect("a range");
    let summary = Summary {
        shop: loaded.shop,
        spans: Spans::new(
            NOW.parse().expect("an instant"),
            range,
            Some(Comparison::PreviousPeriod),
        ),
        business_days_only: false,
        goals_of: None,
    };
    let answer = ask(&loaded, "owner", &summary).await.expect("the shop");
    assert_eq!(answer.content.periods.asked.sums, Sums::default());
    let compared = answer.content.periods.compared.expect("a comparison");
    assert_eq!((compared.from, compared.sums.net_sales), (day, 150_000));
}

/// The one day of G6.
async fn worlds_day(loaded: &Loaded) -> Date {
    let days = Days {
        shop: loaded.shop,
        spans: july(),
        business_days_only: false,
    };
    ask(loaded, "owner", &days).await.expect("the shop").content[0].day
}

#[tokio::test]
async fn g9_sold_orders_are_counted_once() {
    let loaded = Loaded::new("read_g9", NOW, &worlds::g9()).await;
    let reading = SoldAndPosted {
        shop: loaded.shop,
        spans: spans(date(2026, 6, 29), date(2026, 7, 2)),
    };
    let views = ask(&loaded, "advisor", &reading).await.expect("the shop");
    let (sold, posted) = (views.content.asked.sold, views.content.asked.posted.sums);
    assert_eq!(
        (sold.revenue, sold.cost, sold.profit),
        (140_000, 62_000, 78_000)
    );
    assert_eq!((sold.job_count, sold.ro_count), (4, 3));
    assert_eq!(posted.net_sales, 79_800);
    assert_eq!(sold.revenue - posted.net_sales, 60_200);
    let days = SoldDays {
        shop: loaded.shop,
        spans: spans(date(2026, 6, 29), date(2026, 7, 2)),
    };
    let days = ask(&loaded, "advisor", &days)
        .await
        .expect("the shop")
        .content;
    let revenues: Vec<i64> = days.iter().map(|day| day.sums.revenue).collect();
    assert_eq!(revenues, [40_000, 40_000, 60_000]);
}

#[tokio::test]
async fn g10_technicians_and_who_may_see_their_cost() {
    let loaded = Loaded::new("read_g10", NOW, &worlds::g10()).await;
    let reading = Technicians {
        shop: loaded.shop,
        spans: july(),
    };
    let all = ask(&loaded, "owner", &reading)
        .await
        .expect("the shop")
        .content;
    let rows: Vec<(i64, i64, i64, Option<i64>, i64, i64)> = all
        .iter()
        .map(|row| {
            let sums = &row.sums;
            let id = row.person.id.map_or(0, |id| id.0);
            (
                id,
                sums.hours,
                sums.labor,
                sums.labor_cost,
                sums.jobs,
                sums.ros,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (0, 4_000, 6_600, Some(1_259), 1, 1),
            (6101, 40_000, 65_600, Some(13_400), 3, 2),
            (6102, 13_000, 19_850, Some(3_868), 2, 2),
            (6199, 10_000, 16_500, Some(3_148), 1, 1),
        ]
    );
    let advisors_view = ask(&loaded, "advisor", &reading)
        .await
        .expect("the shop")
        .content;
    assert_eq!(advisors_view.len(), 4);
    assert!(
        advisors_view
            .iter()
            .all(|row| row.sums.labor_cost.is_none())
    );
    let own = ask(&loaded, "technician", &reading)
        .await
        .expect("the shop")
        .content;
    assert_eq!(own.len(), 1, "a technician sees himself only");
    assert_eq!(own[0].sums.labor_cost, Some(13_400));
}

#[tokio::test]
async fn g13_advisors_add_up_to_the_shop() {
    let loaded = Loaded::new("read_g13", NOW, &worlds::g13()).await;
    let reading = Advisors {
        shop: loaded.shop,
        spans: july(),
    };
    let rows = ask(&loaded, "owner", &reading)
        .await
        .expect("the shop")
        .content;
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let sums = &row.sums;
            (
                row.person.name.as_deref(),
                sums.net_sales,
                sums.cost,
                sums.ro_count,
                sums.job_count,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some("Advisor 5102"), 161_527, 63_215, 2, 5),
            (Some("Advisor 5103"), 82_500, 40_350, 2, 3),
        ]
    );
    let days = AdvisorDays {
        shop: loaded.shop,
        spans: july(),
        advisor: EmployeeId(5102),
    };
    let days = ask(&loaded, "viewer", &days)
        .await
        .expect("the shop")
        .content;
    let summed: i64 = days.days.iter().map(|(_, sums)| sums.net_sales).sum();
    assert_eq!(summed, 161_527);
    let unknown = AdvisorDays {
        shop: loaded.shop,
        spans: july(),
        advisor: EmployeeId(1),
    };
    assert!(ask(&loaded, "viewer", &unknown).await.is_none());
    let warranty = Warranty {
        shop: loaded.shop,
        spans: july(),
    };
    let classes = ask(&loaded, "owner", &warranty)
        .await
        .expect("the shop")
        .content
        .classes;
    let counted: Vec<(&str, i64)> = classes
        .iter()
        .map(|c| (c.class.as_str(), c.ro_count))
        .collect();
    assert_eq!(counted, [("no_charge", 1), ("normal", 3)]);
}

#[tokio::test]
async fn pages_of_orders_meet_without_gap_or_overlap() {
    let loaded = Loaded::new("read_pages", NOW, &worlds::g13()).await;
    let whole = ask(&loaded, "owner", &posted(&loaded, july()))
        .await
        .expect("the shop")
        .content;
    assert_eq!(whole.len(), 4);
    let mut paged: Vec<OrderRow> = Vec::new();
    loop {
        let last = paged.last();
        let page = PostedOrders {
            after_day: last.and_then(|order| order.posted_on).unwrap_or(Date::MAX),
            after_id: last.map_or(i64::MAX, |order| order.id.0),
            limit: Some(1),
            ..posted(&loaded, july())
        };
        let page = ask(&loaded, "owner", &page)
            .await
            .expect("the shop")
            .content;
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, whole);
    let mut amounts = Vec::new();
    let (mut after_amount, mut after_id) = (i64::MAX, i64::MAX);
    loop {
        let page = RankedOrders {
            filter: posted(&loaded, july()).filter,
            rank: Rank::GrossProfit,
            after_amount,
            after_id,
            limit: Some(3),
        };
        let page = ask(&loaded, "owner", &page)
            .await
            .expect("the shop")
            .content;
        let Some(last) = page.last() else { break };
        (after_amount, after_id) = (last.profit, last.id.0);
        amounts.extend(page.iter().map(|order| order.profit));
    }
    assert_eq!(amounts, [67_312, 47_400, 31_000, -5_250]);
}

#[tokio::test]
async fn g3_an_order_down_to_its_lines() {
    let loaded = Loaded::new("read_order", NOW, &worlds::g3()).await;
    let reading = Order {
        shop: loaded.shop,
        now: NOW.parse().expect("an instant"),
        order: OrderId(310_045_001),
    };
    let order = ask(&loaded, "owner", &reading)
        .await
        .expect("the order")
        .content;
    assert_eq!(order.customer_name.as_deref(), Some("Erika Sample"));
    assert_eq!(order.vehicle.as_deref(), Some("2019 Sample Wagon"));
    let sums = order.sums;
    assert_eq!(
        (sums.net_sales, sums.cost, sums.profit),
        (106_527, 39_215, 67_312)
    );
    assert_eq!(
        (sums.pending, sums.declined, sums.potential),
        (12_995, 6_595, 126_117)
    );
    let jobs: Vec<Value> = serde_json::from_str(&order.jobs).expect("JSON");
    assert_eq!(jobs.len(), 4);
    let total = |list: &str, field: &str, job: &Value| -> i64 {
        let lines = job[list].as_array().expect("a list");
        lines
            .iter()
            .map(|line| line[field].as_i64().unwrap_or(0))
            .sum()
    };
    for job in &jobs {
        let revenue = total("parts", "total_cents", job)
            + total("labor", "total_cents", job)
            + total("fees", "total_cents", job)
            - total("discounts", "total_cents", job);
        assert_eq!(Some(revenue), job["net_sales_cents"].as_i64(), "{job}");
        let cost = total("parts", "cost_cents", job) + total("labor", "cost_cents", job);
        assert_eq!(Some(cost), job["cost_cents"].as_i64(), "{job}");
    }
    assert_eq!(jobs[0]["gp_percent"].to_string(), "67.33");
    assert_eq!(jobs[0]["labor"][0]["hours"], "2.3");
    let snapshots: Vec<Value> = serde_json::from_str(&order.snapshots).expect("JSON");
    assert_eq!(snapshots[0]["trigger"], "posted");
    assert_eq!(snapshots[0]["variance"]["revenue_variance_cents"], 0);
    let payloads: Vec<Value> = serde_json::from_str(&order.payloads).expect("JSON");
    assert_eq!(payloads.len(), 1);
    let payload = OrderPayload {
        shop: loaded.shop,
        order: OrderId(310_045_001),
        fingerprint: payloads[0]["fingerprint"].as_str().map(str::to_owned),
    };
    assert!(ask(&loaded, "manager", &payload).await.is_some());
    assert!(ask(&loaded, "advisor", &payload).await.is_none());
}

#[tokio::test]
async fn personal_data_and_pay_stay_with_owners_and_managers() {
    let loaded = Loaded::new("read_roles", NOW, &worlds::g3()).await;
    let reading = Order {
        shop: loaded.shop,
        now: NOW.parse().expect("an instant"),
        order: OrderId(310_045_001),
    };
    for (role, _) in ROLES {
        let order = ask(&loaded, role, &reading)
            .await
            .expect("the order")
            .content;
        let managed = ["owner", "manager"].contains(&role);
        assert_eq!(order.customer_name.is_some(), managed, "{role}");
        assert_eq!(order.payloads != "[]", managed, "{role}");
        let jobs: Vec<Value> = serde_json::from_str(&order.jobs).expect("JSON");
        let lines: Vec<&Value> = jobs
            .iter()
            .flat_map(|job| job["labor"].as_array())
            .flatten()
            .collect();
        let expected = if role == "technician" { 1 } else { 5 };
        assert_eq!(lines.len(), expected, "{role}");
        let costs = lines
            .iter()
            .filter(|line| !line["cost_cents"].is_null())
            .count();
        let seen = match role {
            "owner" | "manager" => 5,
            "technician" => 1,
            _ => 0,
        };
        assert_eq!(costs, seen, "{role}");
        let list = ask(&loaded, role, &posted(&loaded, july()))
            .await
            .expect("the shop")
            .content;
        assert_eq!(list[0].customer_name.is_some(), managed, "{role}");
    }
    assert!(ask(&loaded, "stranger", &reading).await.is_none());
    assert!(
        ask(&loaded, "stranger", &posted(&loaded, july()))
            .await
            .is_none()
    );
    let shops = VisibleShops {
        now: NOW.parse().expect("an instant"),
    };
    let seen = ask(&loaded, "stranger", &shops).await;
    assert_eq!(
        seen.iter().map(|s| s.shop.shop_id.0).collect::<Vec<_>>(),
        [902]
    );
    let seen = ask(&loaded, "owner", &shops).await;
    assert_eq!(seen.len(), 1, "one row a shop, however many members it has");
    assert_eq!(seen[0].role, "owner");
}

#[tokio::test]
async fn the_audit_of_a_day_adds_up() {
    let loaded = Loaded::new("read_audit", NOW, &worlds::g6()).await;
    let day = worlds_day(&loaded).await;
    let reading = Audit {
        shop: loaded.shop,
        now: NOW.parse().expect("an instant"),
        day,
    };
    let audited = ask(&loaded, "viewer", &reading)
        .await
        .expect("the shop")
        .content;
    assert_eq!(audited.day, audited.orders);
    assert_eq!(audited.day.net_sales, 150_000);
    let orders: Vec<Value> = serde_json::from_str(&audited.lines).expect("JSON");
    let summed: i64 = orders
        .iter()
        .filter_map(|o| o["net_sales_cents"].as_i64())
        .sum();
    assert_eq!((orders.len(), summed), (3, 150_000));
    let empty = Audit {
        day: date(2026, 1, 1),
        ..reading
    };
    let empty = ask(&loaded, "viewer", &empty)
        .await
        .expect("the shop")
        .content;
    assert_eq!((empty.day, empty.lines.as_str()), (Sums::default(), "[]"));
}

#[tokio::test]
async fn the_board_holds_open_orders_only() {
    let loaded = Loaded::new("read_board", NOW, &worlds::g9()).await;
    let board = Board {
        shop: loaded.shop,
        now: NOW.parse().expect("an instant"),
    };
    let open = ask(&loaded, "advisor", &board)
        .await
        .expect("the shop")
        .content;
    let told: Vec<(i64, &str, i64)> = open
        .iter()
        .map(|o| (o.id, o.status.as_str(), o.net_sales))
        .collect();
    assert_eq!(told, [(2, "WORKINPROGRESS", 60_000)]);
    let all = AllOrders {
        shop: loaded.shop,
        now: NOW.parse().expect("an instant"),
        statuses: None,
        advisor: None,
        customer: None,
        number: None,
        after_id: i64::MAX,
        limit: Some(2),
    };
    let page = ask(&loaded, "advisor", &all)
        .await
        .expect("the shop")
        .content;
    assert_eq!(page.iter().map(|o| o.id.0).collect::<Vec<_>>(), [3, 2]);
    let rest = AllOrders { after_id: 2, ..all };
    let page = ask(&loaded, "advisor", &rest)
        .await
        .expect("the shop")
        .content;
    assert_eq!(page.iter().map(|o| o.id.0).collect::<Vec<_>>(), [1]);
    let streams = Streams {
        shop: loaded.shop,
        now: NOW.parse().expect("an instant"),
    };
    let streams = ask(&loaded, "viewer", &streams)
        .await
        .expect("the shop")
        .content;
    assert_eq!(streams[0].stream, "repair_orders");
    let ops = OpsSummary {
        now: NOW.parse().expect("an instant"),
    };
    let ops = ask(&loaded, "viewer", &ops).await;
    assert_eq!(ops.len(), 1);
    assert_eq!(ops[0].content.newest_day, Some(date(2026, 7, 2)));
}

#[tokio::test]
async fn today_is_the_shops_own() {
    let loaded = Loaded::new("read_today", NOW, &worlds::g6()).await;
    // 02:00 UTC of the 20th is the evening of the 19th in New York.
    let late = "2026-07-20T02:00:00Z".parse().expect("an instant");
    let reading = Summary {
        shop: loaded.shop,
        spans: Spans::new(late, Range::Named(Period::Today), None),
        business_days_only: false,
        goals_of: None,
    };
    let answer = ask(&loaded, "owner", &reading).await.expect("the shop");
    assert_eq!(answer.content.periods.asked.from, date(2026, 7, 19));
}

/// Every statement, as a signed-in user, with tables large enough to make a plan of: no sub-plan stands in a filter, and
/// what is read of a shop's tables is found by its number.
#[tokio::test]
async fn every_statement_is_planned_by_shop() {
    let loaded = Loaded::new("read_plans", NOW, &worlds::g6()).await;
    let session = session(&loaded, user("owner")).await;
    session
        .batch_execute(
            "set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan",
        )
        .await
        .expect("settings");
    for (name, sql) in statements() {
        let statement = session
            .prepare(sql)
            .await
            .unwrap_or_else(|error| panic!("{name}: {:?}", error.as_db_error()));
        let types: Vec<String> = statement.params().iter().map(ToString::to_string).collect();
        let plan = plan_of(&session, name, sql, types.len()).await;
        for line in plan.lines().filter(|line| line.contains("Filter:")) {
            assert!(!line.contains("SubPlan"), "{name}: {line}\n{plan}");
        }
        assert!(!plan.contains("Seq Scan on"), "{name}:\n{plan}");
        for line in plan.lines().filter(|line| line.contains("Index Cond:")) {
            let by_key = line.contains("shop_id") || line.contains("user_id");
            assert!(by_key, "{name}: {line}\n{plan}");
        }
    }
}

async fn plan_of(session: &Session, name: &str, sql: &str, parameters: usize) -> String {
    let given = vec!["null"; parameters].join(", ");
    let call = if parameters == 0 {
        "explain execute planned".to_owned()
    } else {
        format!("explain execute planned ({given})")
    };
    session
        .batch_execute(&format!("prepare planned as {sql}"))
        .await
        .unwrap_or_else(|error| panic!("{name}: {:?}", error.as_db_error()));
    let rows = session
        .simple_query(&call)
        .await
        .unwrap_or_else(|error| panic!("{name}: {:?}", error.as_db_error()));
    session
        .batch_execute("deallocate planned")
        .await
        .expect("a statement less");
    rows.iter()
        .filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
        .collect::<Vec<_>>()
        .join("\n")
}
