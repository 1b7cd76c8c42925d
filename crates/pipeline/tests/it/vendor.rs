//! A simulated vendor with three shops in three zones, the warehouse that reads it, and the comparison of the two.

use crate::harness::{World, connection};
use domain::Clock;
use pipeline::{PlannedShop, SyncPlan, SyncReport};
use simulators::Stamp;
use simulators::tekmetric::{Running, Simulator, SimulatorConfig, WorldConfig};
use std::collections::BTreeMap;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use vendors::Mode;

/// Shops of the plain world and their zones.
const SHOPS: [(i64, &str); 3] = [
    (6212, "America/New_York"),
    (6213, "America/Chicago"),
    (6214, "America/Phoenix"),
];

/// A vendor and a warehouse.
pub struct Pair {
    pub vendor: Running,
    pub world: World,
    pub shops: Vec<PlannedShop>,
}

impl Pair {
    /// `days` of history that ends at noon of 12 March 2026: the change of the clocks lies inside.
    pub async fn new(name: &str, seed: u64, days: u32) -> Self {
        let start = Stamp::parse_zoned("2026-03-12T17:00:00Z").expect("an instant");
        let world = simulators::tekmetric::World::generate(WorldConfig::small(seed, start, days))
            .expect("a world");
        let vendor = Simulator::start(SimulatorConfig::new(world))
            .await
            .expect("a simulator");
        Self::reading(name, vendor).await
    }

    /// Another warehouse of the same vendor.
    pub async fn reading(name: &str, vendor: Running) -> Self {
        let now = vendor.clock().now().timestamp();
        let world = World::new(name, &now.to_string()).await;
        let mut shops = Vec::new();
        for (shop, zone) in SHOPS {
            shops.push(world.shop(shop, zone).await);
        }
        let pair = Self {
            vendor,
            world,
            shops,
        };
        pair.enter_rates().await;
        pair
    }

    /// The same plan for one shop only.
    pub fn plan_of(&self, shop: i64, mode: Mode) -> SyncPlan {
        let mut plan = self.plan(mode);
        plan.connections[0]
            .shops
            .retain(|planned| planned.shop_id.0 == shop);
        plan
    }

    async fn enter_rates(&self) {
        let client = self.world.test.client().await.expect("a client");
        for rate in self
            .vendor
            .world()
            .read(simulators::tekmetric::World::cost_rates)
        {
            client
                .execute(
                    "insert into warehouse.employee_cost_rates (shop_id, employee_id, effective_from, effective_to, hourly_cost) \
                     values ($1, $2, $3::text::date, $4::text::date, $5)",
                    &[
                        &rate.shop_id,
                        &rate.employee_id,
                        &rate.effective_from.to_string(),
                        &rate.effective_to.map(|d| d.to_string()),
                        &rate.hourly_cost_cents,
                    ],
                )
                .await
                .expect("a rate");
        }
    }

    /// What a run covers.
    pub fn plan(&self, mode: Mode) -> SyncPlan {
        SyncPlan {
            connections: vec![connection(&self.vendor.base_url(), self.shops.clone())],
            streams: None,
            mode,
            holder: "test".into(),
        }
    }

    /// Lets both sides live on.
    pub fn advance(&self, seconds: i64) {
        self.vendor.clock().advance(seconds);
        self.world.clock.set(self.vendor.clock().now().timestamp());
    }

    /// Runs a sync to its end.
    pub async fn sync(&self) -> SyncReport {
        self.run(&self.plan(Mode::Incremental), &self.world.stop)
            .await
    }

    /// Runs a plan.
    pub async fn run(&self, plan: &SyncPlan, stop: &CancellationToken) -> SyncReport {
        let (events, mut heard) = mpsc::channel(1024);
        let clock: &Clock = &self.world.clock;
        let listen = async { while heard.recv().await.is_some() {} };
        let run = pipeline::sync::run(&self.world.database, plan, clock, stop, events);
        tokio::join!(run, listen).0
    }

    /// Where the warehouse differs from the vendor's own books; empty when every day agrees to the cent.
    pub async fn differences(&self) -> Vec<String> {
        let mut found = Vec::new();
        for shop in &self.vendor.ledger().shops {
            let posted: BTreeMap<String, String> = shop
                .posted_days
                .iter()
                .map(|(day, d)| {
                    let hours = d.labor_hours.to_string();
                    let figures = format!(
                        "{} {} {} {} {} {} {} {} {} {}",
                        d.ro_count,
                        d.net_sales_cents.0,
                        d.taxes_cents.0,
                        d.labor_sales_cents.0,
                        d.parts_sales_cents.0,
                        d.sublet_sales_cents.0,
                        d.fees_cents.0,
                        d.discounts_cents.0,
                        d.parts_cost_cents.0,
                        hours
                    );
                    (day.clone(), figures)
                })
                .collect();
            let ours = self
                .days(&format!(
                    "select metric_date::text, concat_ws(' ', ro_count, authorized_revenue, tax_total, labor_revenue, \
                       parts_revenue, sublet_revenue, fees_total, discount_total, parts_cost, trim_scale(labor_hours)) \
                     from warehouse.daily_shop_metrics where shop_id = {} and ro_count > 0",
                    shop.shop_id
                ))
                .await;
            found.extend(diff(&format!("{} posted", shop.name), &posted, &ours));
            let sold: BTreeMap<String, String> = shop
                .sold_days
                .iter()
                .filter(|(_, d)| d.job_count > 0 || d.revenue_cents.0 != 0)
                .map(|(day, d)| {
                    (
                        day.clone(),
                        format!("{} {} {}", d.job_count, d.ro_count, d.revenue_cents.0),
                    )
                })
                .collect();
            let ours = self
                .days(&format!(
                    "select metric_date::text, concat_ws(' ', job_count, ro_count, revenue) \
                     from warehouse.sold_daily_metrics where shop_id = {} and (job_count > 0 or revenue <> 0)",
                    shop.shop_id
                ))
                .await;
            found.extend(diff(&format!("{} sold", shop.name), &sold, &ours));
            found.extend(self.counts(shop).await);
        }
        found
    }

    async fn counts(&self, shop: &simulators::tekmetric::ShopLedger) -> Vec<String> {
        let id = shop.shop_id;
        let pairs = [
            (
                "orders",
                shop.orders_live.len(),
                format!(
                    "select count(*) from warehouse.repair_orders where shop_id = {id} and not is_deleted"
                ),
            ),
            (
                "deleted orders",
                shop.orders_deleted.len(),
                format!(
                    "select count(*) from warehouse.repair_orders where shop_id = {id} and is_deleted"
                ),
            ),
            (
                "customers",
                shop.customers_live.len(),
                format!(
                    "select count(*) from warehouse.customers where shop_id = {id} and not is_deleted"
                ),
            ),
            (
                "vehicles",
                shop.vehicles_live.len(),
                format!(
                    "select count(*) from warehouse.vehicles where shop_id = {id} and not is_deleted"
                ),
            ),
            (
                "parts of live orders",
                usize::try_from(shop.counts.parts).expect("a count"),
                format!(
                    "select count(*) from warehouse.job_parts p join warehouse.repair_orders o on o.shop_id = p.shop_id \
                     and o.id = p.repair_order_id where p.shop_id = {id} and not o.is_deleted"
                ),
            ),
        ];
        let mut found = Vec::new();
        for (what, theirs, query) in pairs {
            let ours = self.world.number(&query).await;
            if i64::try_from(theirs).expect("a count") != ours {
                found.push(format!(
                    "{} {what}: vendor {theirs}, ours {ours}",
                    shop.name
                ));
            }
        }
        found
    }

    async fn days(&self, query: &str) -> BTreeMap<String, String> {
        let client = self.world.test.client().await.expect("a client");
        let rows = client
            .query(query, &[])
            .await
            .unwrap_or_else(|e| panic!("{query}: {e:?}"));
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// Everything the warehouse derived, as comparable text: tables without times of ours.
    pub async fn derived(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (table, key, without) in [
            (
                "repair_orders",
                "shop_id, id",
                "'last_synced_at','first_seen_at','created_at','updated_at'",
            ),
            (
                "jobs",
                "shop_id, id",
                "'last_synced_at','created_at','updated_at'",
            ),
            (
                "job_parts",
                "shop_id, repair_order_id, job_id, line_key",
                "'last_synced_at','created_at'",
            ),
            (
                "job_labor",
                "shop_id, repair_order_id, job_id, line_key",
                "'last_synced_at','created_at','rate_effective_on'",
            ),
            (
                "daily_shop_metrics",
                "shop_id, metric_date",
                "'created_at','updated_at'",
            ),
            (
                "tech_daily_metrics",
                "shop_id, metric_date, technician_key",
                "'created_at','updated_at'",
            ),
            (
                "advisor_daily_metrics",
                "shop_id, metric_date, service_advisor_key",
                "'created_at','updated_at'",
            ),
            (
                "sold_daily_metrics",
                "shop_id, metric_date",
                "'created_at','updated_at'",
            ),
        ] {
            // What only history can leave behind: marks of jobs and rows of days that are empty now.
            let lasting = match table {
                "jobs" => "not is_deleted",
                "daily_shop_metrics" => "ro_count > 0 or ro_completed_count > 0",
                _ => "true",
            };
            let client = self.world.test.client().await.expect("a client");
            let query = format!(
                "select '{table} ' || (to_jsonb(t) - array[{without}])::text from warehouse.{table} t \
                 where {lasting} order by {key}"
            );
            let rows = client
                .query(&query, &[])
                .await
                .unwrap_or_else(|e| panic!("{query}: {e:?}"));
            all.extend(rows.iter().map(|row| row.get::<_, String>(0)));
        }
        all
    }

    /// A fingerprint of the versions of all data rows: unchanged when nothing was written.
    pub async fn versions(&self) -> String {
        let mut parts = Vec::new();
        for table in [
            "warehouse.repair_orders",
            "warehouse.jobs",
            "warehouse.job_parts",
            "warehouse.job_labor",
            "warehouse.job_sublets",
            "warehouse.job_fees",
            "warehouse.job_discounts",
            "warehouse.customers",
            "warehouse.vehicles",
            "warehouse.employee_records",
            "warehouse.ro_snapshots",
            "warehouse.ro_snapshot_revisions",
            "warehouse.daily_shop_metrics",
            "warehouse.tech_daily_metrics",
            "warehouse.advisor_daily_metrics",
            "warehouse.sold_daily_metrics",
            "warehouse.shops",
            "raw.payloads",
            "warehouse.data_quality_issues",
        ] {
            let query = format!(
                "select concat('{table} ', count(*), ' ', max(xmin::text::bigint)) from {table}"
            );
            parts.push(self.world.text(&query).await.unwrap_or_default());
        }
        parts.join("; ")
    }
}

fn diff(
    what: &str,
    theirs: &BTreeMap<String, String>,
    ours: &BTreeMap<String, String>,
) -> Vec<String> {
    let days: std::collections::BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
    days.into_iter()
        .filter(|day| theirs.get(*day) != ours.get(*day))
        .map(|day| {
            format!(
                "{what} {day}: vendor {:?}, ours {:?}",
                theirs.get(day),
                ours.get(day)
            )
        })
        .collect()
}
