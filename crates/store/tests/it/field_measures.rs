//! The measures of a field-service company against their worked examples F1–F10, F13 and F15, in sessions of three zones.

use store::shops::{ConfiguredShop, configure};
use store::{Database, DatabaseSettings};
use testkit::db::TestDb;
use tokio_postgres::{Client, SimpleQueryMessage};

const TENANTS: [i64; 11] = [
    1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 2002,
];

struct Company {
    test: TestDb,
    client: Client,
}

impl Company {
    async fn new(name: &str) -> Self {
        let test = TestDb::create(name).await.expect("a test database");
        let database = Database::connect(&DatabaseSettings::new(test.url()))
            .await
            .expect("a connection");
        let shops: Vec<ConfiguredShop> = TENANTS.into_iter().map(shop).collect();
        let now = "2026-04-15T12:00:00Z".parse().expect("an instant");
        configure(&database, &shops, &[], now).await.expect("shops");
        let client = test.client().await.expect("a client");
        client
            .batch_execute(include_str!("golden/field_company.sql"))
            .await
            .expect("the worked examples");
        Self { test, client }
    }

    /// Rows as text, cells joined by bars.
    async fn rows(&self, query: &str) -> Vec<String> {
        rows(&self.client, query).await
    }

    /// The same query in sessions of three zones gives the same rows: no figure follows the session.
    async fn agree(&self, query: &str, expected: &[&str]) {
        for zone in ["UTC", "Asia/Tokyo", "America/Chicago"] {
            self.client
                .batch_execute(&format!("set time zone '{zone}'"))
                .await
                .expect("a zone");
            assert_eq!(self.rows(query).await, expected, "{zone}: {query}");
        }
    }
}

fn shop(tenant: i64) -> ConfiguredShop {
    let zone = if tenant == 2002 {
        "America/Phoenix"
    } else {
        "America/Chicago"
    };
    ConfiguredShop {
        shop_id: domain::ShopId(tenant),
        organization: "field".into(),
        connection: "field".into(),
        vendor: "servicetitan".into(),
        vendor_account: tenant.to_string(),
        name: format!("Tenant {tenant}"),
        timezone: zone.into(),
        currency: "USD".into(),
        location: None,
        default_tech_cost_rate: None,
    }
}

async fn rows(client: &Client, query: &str) -> Vec<String> {
    let messages = client
        .simple_query(query)
        .await
        .unwrap_or_else(|e| panic!("{query}: {e:?}"));
    let row = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => {
            let cells: Vec<&str> = (0..row.len())
                .map(|at| row.get(at).unwrap_or("-"))
                .collect();
            Some(cells.join("|"))
        }
        _ => None,
    };
    messages.iter().filter_map(row).collect()
}

#[tokio::test]
async fn f1_technicians_days_and_the_kept_ones_equal_them() {
    let company = Company::new("field_f1").await;
    let minutes = |from: &str| {
        format!(
            "select technician_id, local_date, available_s / 60, work_s / 60, work_in_available_s / 60, drive_s / 60, \
               booked_s / 60, work_outside_s / 60, utilisation_pct, load_pct, booked_pct \
             from {from} where tenant_id = 1001 order by 1, 2"
        )
    };
    let expected = [
        "501|2026-03-02|450|440|395|60|360|45|87.78|97.78|80.00",
        "501|2026-03-08|420|210|210|0|0|0|50.00|50.00|0.00",
        "502|2026-03-02|240|60|60|15|0|0|25.00|25.00|0.00",
        "502|2026-03-03|240|90|90|0|0|0|37.50|37.50|0.00",
        "503|2026-03-02|0|60|0|0|0|60|-|-|-",
    ];
    company
        .agree(&minutes("analytics.v_technician_day"), &expected)
        .await;
    let database = Database::connect(&DatabaseSettings::new(company.test.url()))
        .await
        .expect("a connection");
    let shop = domain::ShopId(1001);
    let session = store::Session::begin(&database, &store::Identity::Sync(shop))
        .await
        .expect("a session");
    store::cache::days::mark_all(&session, shop)
        .await
        .expect("marks");
    let now = "2026-04-15T12:00:00Z".parse().expect("an instant");
    let done = store::cache::days::work_out(&session, shop, 100, now)
        .await
        .expect("the days");
    assert_eq!(done, (5, 5));
    session.commit().await.expect("a commit");
    company
        .agree(&minutes("lazi.technician_days"), &expected)
        .await;
}

#[tokio::test]
async fn f2_revenue_by_business_unit_and_day() {
    let company = Company::new("field_f2").await;
    company
        .agree(
            "select tenant_id, business_unit_id, recognised_on, job_cents, adjustment_cents, membership_cents, other_cents, \
               revenue_cents from analytics.v_revenue_by_business_unit_day where tenant_id in (1002, 2002) order by 1, 3, 2",
            &[
                "1002|11|2026-03-02|26400|0|0|0|26400",
                "1002|12|2026-03-02|26650|0|0|0|26650",
                "1002|11|2026-03-05|0|-5000|0|0|-5000",
                "1002|12|2026-03-05|0|0|1995|0|1995",
                "2002|11|2026-03-02|10000|0|0|0|10000",
            ],
        )
        .await;
    company
        .agree(
            "select count(*), sum(revenue_cents) from analytics.v_revenue_line \
             where tenant_id = 1002 and recognised_on is null",
            &["2|58000"],
        )
        .await;
}

#[tokio::test]
async fn f3_job_flow_and_cohorts() {
    let company = Company::new("field_f3").await;
    company
        .agree(
            "select day, booked, completed, cancelled, closed_ok_pct from analytics.v_job_flow_day \
             where tenant_id = 1003 order by 1",
            &["2026-03-02|5|1|0|100.00", "2026-03-03|2|1|2|33.33"],
        )
        .await;
    company
        .agree(
            "select booked_on, booked, completed, cancelled, still_open, cancel_pct from analytics.v_job_cohort_day \
             where tenant_id = 1003 order by 1",
            &["2026-03-02|5|2|1|2|20.00", "2026-03-03|2|0|1|1|50.00"],
        )
        .await;
    company
        .agree(
            "select job_id, cancelled_on, cancel_date_estimated from analytics.v_job_fact \
             where tenant_id = 1003 and cancelled_on is not null order by 1",
            &["3|2026-03-03|f", "6|2026-03-03|t"],
        )
        .await;
}

#[tokio::test]
async fn f4_arrivals_against_their_windows() {
    let company = Company::new("field_f4").await;
    // PostgreSQL rounds the example's seventh digit; the loader truncates it (F14).
    company
        .client
        .batch_execute(
            "update raw.st_job_timesheets set arrived_on = '2026-03-02T15:59:59.999999Z' \
             where tenant_id = 1004 and st_id = '9b'",
        )
        .await
        .expect("a truncated time");
    company
        .agree(
            "select appointment_id, outcome, coalesce(minutes_late, 0) from analytics.v_arrival where tenant_id = 1004 \
             order by appointment_id::int",
            &[
                "1|on_time|0",
                "2|on_time|0",
                "3|late|1",
                "4|early|0",
                "5|no_record|0",
                "8|pending|0",
                "9|on_time|0",
                "11|no_record|0",
            ],
        )
        .await;
    company
        .agree(
            "select local_date, early, on_time, late, no_record, pending, on_time_pct, not_late_pct, coverage_pct \
             from analytics.v_on_time_day where tenant_id = 1004",
            &["2026-03-02|1|3|1|2|1|60.00|80.00|71.43"],
        )
        .await;
}

#[tokio::test]
async fn f5_first_time_fix_of_mature_jobs() {
    let company = Company::new("field_f5").await;
    let from =
        "from analytics.first_time_fix(1005, '2026-03-01', '2026-03-31', '2026-04-15T12:00Z')";
    company
        .agree(
            &format!("select * {from} order by job_id::int"),
            &[
                "1|11|2026-03-02|-|1|0|t|t",
                "2|11|2026-03-02|501|1|2|t|f",
                "5|11|2026-03-02|-|1|0|t|t",
                "7|11|2026-03-02|-|1|0|t|t",
                "9|12|2026-03-03|-|2|0|t|f",
                "10|12|2026-03-31|-|1|1|f|f",
                "12|12|2026-03-31|-|1|0|f|-",
                "13|12|2026-03-02|-|1|1|t|f",
            ],
        )
        .await;
    company
        .agree(
            &format!(
                "select analytics.pct(count(*) filter (where mature and first_time_fix), count(*) filter (where mature)), \
                   analytics.pct(count(*) filter (where mature and recalls > 0), count(*) filter (where mature)), \
                   count(*) filter (where not mature) {from}"
            ),
            &["50.00|33.33|2"],
        )
        .await;
}

#[tokio::test]
async fn f6_memberships_churn_and_straight_line() {
    let company = Company::new("field_f6").await;
    for (day, expected) in [
        ("2026-03-01", "7|11101.6666|11102|1"),
        ("2026-04-01", "5|7106.6666|7107|1"),
    ] {
        company
            .agree(
                &format!(
                    "select count(*), sum(mrr), round(sum(mrr)), count(*) filter (where not priced or mrr is null) \
                     from analytics.membership_mrr(1006, '{day}')"
                ),
                &[expected],
            )
            .await;
    }
    company
        .agree(
            "select * from analytics.membership_churn(1006, '2026-03-01', '2026-04-01')",
            &["7|3|1|5|42.86"],
        )
        .await;
    company
        .agree(
            "select string_agg(cents::text, ' ' order by k), sum(cents) from analytics.straight_line(10000, 12) \
             union all select string_agg(cents::text, ' ' order by k), sum(cents) from analytics.straight_line(-100, 3)",
            &[
                "833 834 833 833 834 833 833 834 833 833 834 833|10000",
                "-33 -34 -33|-100",
            ],
        )
        .await;
}

#[tokio::test]
async fn f7_open_capacity_by_its_longest_gap() {
    let company = Company::new("field_f7").await;
    company
        .agree(
            "select window_start, technician_id, round(capacity_min), round(booked_min), round(open_min), \
               round(longest_gap_min) from analytics.open_capacity(1007, '2026-03-03') order by 1, 2",
            &[
                "08:00:00|501|240|120|120|60",
                "08:00:00|502|120|30|90|90",
                "12:00:00|501|240|60|180|180",
                "12:00:00|502|90|30|60|60",
            ],
        )
        .await;
    company
        .agree(
            "select window_start, round(sum(open_min)), analytics.pct(sum(booked_min), sum(capacity_min)), \
               count(*) filter (where longest_gap_min >= 120) from analytics.open_capacity(1007, '2026-03-03') \
             group by 1 order by 1",
            &["08:00:00|210|41.67|0", "12:00:00|240|27.27|1"],
        )
        .await;
}

#[tokio::test]
async fn f8_splits_keep_every_cent_and_conversion_needs_the_threshold() {
    let company = Company::new("field_f8").await;
    company
        .agree(
            "select job_id, technician_id, revenue_cents from analytics.v_technician_job_revenue where tenant_id = 1008 \
             order by 1, 2",
            &[
                "1|501|3333",
                "1|502|3334",
                "1|503|3333",
                "2|501|15000",
                "3|501|6230",
                "3|502|2670",
                "5|502|14999",
            ],
        )
        .await;
    company
        .agree(
            "select count(*) filter (where opportunity), string_agg(job_id, ' ') filter (where converted), \
               analytics.pct(count(*) filter (where converted), count(*) filter (where opportunity)) \
             from analytics.v_job_conversion where tenant_id = 1008",
            &["3|2|33.33"],
        )
        .await;
}

#[tokio::test]
async fn f9_receivables_by_age() {
    let company = Company::new("field_f9").await;
    company
        .agree(
            "select invoice_id, customer_id, open_cents, days_overdue, bucket \
             from analytics.receivables(1009, '2026-03-31') order by 1",
            &[
                "1|c1|20000|0|current",
                "2|c1|7400|30|1-30",
                "3|c2|10000|61|61-90",
                "4|c2|5000|120|90+",
                "5|c3|-4000|21|1-30",
                "6|c3|7500|16|1-30",
            ],
        )
        .await;
}

#[tokio::test]
async fn f10_gross_profit_of_a_job_and_what_is_not_known_of_it() {
    let company = Company::new("field_f10").await;
    company
        .agree(
            "select job_id, revenue_cents, parts_cents, labour_cents, labour_basis, gross_profit_cents, margin_pct, complete \
             from analytics.v_job_gross_profit where tenant_id = 1010 order by 1",
            &[
                "1|41050|6210|7763|clock|27077|65.96|t",
                "2|41050|6210|8500|payroll|26340|64.17|t",
                "3|20000|0|0|none|20000|100.00|f",
            ],
        )
        .await;
}

#[tokio::test]
async fn f13_a_reader_sees_his_own_tenants_rows_and_no_other() {
    let company = Company::new("field_f13").await;
    company
        .client
        .batch_execute(
            "insert into warehouse.users (user_id, email) values \
               ('11111111-1111-4111-8111-111111111111', 'one@example.com'), \
               ('22222222-2222-4222-8222-222222222222', 'two@example.com'); \
             insert into warehouse.user_shop_access (user_id, shop_id, role) values \
               ('11111111-1111-4111-8111-111111111111', 1002, 'owner'), \
               ('22222222-2222-4222-8222-222222222222', 2002, 'owner')",
        )
        .await
        .expect("two owners");
    for (user, lines, receivables) in [
        (None, "0|0|-", "0"),
        (
            Some("11111111-1111-4111-8111-111111111111"),
            "8|1|108045",
            "0",
        ),
        (
            Some("22222222-2222-4222-8222-222222222222"),
            "1|1|10000",
            "0",
        ),
    ] {
        let claims = user.map_or_else(String::new, |sub| {
            format!("select set_config('request.jwt.claims', '{{\"sub\": \"{sub}\"}}', true);")
        });
        company
            .client
            .batch_execute(&format!("begin; set local role authenticated; {claims}"))
            .await
            .expect("a reader");
        let seen = company
            .rows(
                "select count(*), count(distinct tenant_id), sum(revenue_cents) from analytics.v_revenue_line",
            )
            .await;
        assert_eq!(seen, [lines], "{user:?}");
        let other = company
            .rows("select count(*) from analytics.receivables(1009, '2026-03-31')")
            .await;
        assert_eq!(other, [receivables], "{user:?}");
        company
            .client
            .batch_execute("rollback")
            .await
            .expect("the end");
    }
}

#[tokio::test]
async fn f15_sums_hold_and_a_zone_moves_days_and_not_totals() {
    let company = Company::new("field_f15").await;
    for (what, query) in [
        (
            "the day table and its lines",
            "select tenant_id from (select tenant_id, sum(revenue_cents) as s from analytics.v_revenue_by_business_unit_day \
               group by 1) d full join (select tenant_id, sum(revenue_cents) as s from analytics.v_revenue_line \
               where recognised_on is not null group by 1) l using (tenant_id) where d.s is distinct from l.s",
        ),
        (
            "shares and their job",
            "select s.job_id from (select tenant_id, job_id, sum(revenue_cents) as s \
               from analytics.v_technician_job_revenue group by 1, 2) s \
             join (select tenant_id, job_id, sum(revenue_cents) as r from analytics.v_revenue_line where kind = 'job' \
               and recognised_on is not null group by 1, 2) r using (tenant_id, job_id) where s.s <> r.r",
        ),
        (
            "straight lines",
            "select p, n from generate_series(-1000, 1000, 37) p cross join generate_series(1, 60) n \
             where p <> (select sum(cents) from analytics.straight_line(p, n))",
        ),
        (
            "technicians' days",
            "select d.technician_id from analytics.v_technician_day d join lazi.tenant_settings t using (shop_id) \
             where work_in_available_s not between 0 and available_s or work_in_available_s + work_outside_s <> work_s \
               or available_s > extract(epoch from upper(analytics.local_day(local_date, t.time_zone)) \
                    - lower(analytics.local_day(local_date, t.time_zone)))",
        ),
        (
            "capacity",
            "select technician_id from analytics.open_capacity(1007, '2026-03-03') \
             where capacity_min <> booked_min + open_min or longest_gap_min > open_min",
        ),
        (
            "arrivals",
            "select d.tenant_id from analytics.v_on_time_day d where early + on_time + late + no_record + pending <> \
               (select count(*) from analytics.v_arrival a where a.tenant_id = d.tenant_id and a.local_date = d.local_date)",
        ),
    ] {
        assert_eq!(company.rows(query).await, Vec::<String>::new(), "{what}");
    }
    let totals = "select (select sum(work_s) from analytics.v_technician_day), \
        (select sum(available_s) from analytics.v_technician_day), \
        (select sum(revenue_cents) from analytics.v_revenue_by_business_unit_day), \
        (select sum(booked + completed + cancelled) from analytics.v_job_flow_day)";
    let before = company.rows(totals).await;
    company
        .client
        .batch_execute("update warehouse.shops set timezone = 'Asia/Tokyo'")
        .await
        .expect("another zone");
    assert_eq!(company.rows(totals).await, before);
}
