//! A simulated vendor, and a reader that keeps what it is given the way the warehouse does.

use domain::{Clock, ShopId};
use jiff::Timestamp;
use simulators::Stamp;
use simulators::tekmetric::{Running, Simulator, SimulatorConfig, World, WorldConfig};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use vendors::{
    ConnectionSettings, Connector, Cursor, Mode, RawRecord, Secret, Stream, Tuning, Vendor,
    VendorError, VendorShopRef,
};

/// The one shop of the test worlds.
pub const SHOP: i64 = 6212;

/// The shop as the connector is asked for it.
pub const ASKED: VendorShopRef = VendorShopRef {
    shop_id: ShopId(SHOP),
    vendor_id: SHOP,
};

/// Waits shrunk to next to nothing; the rules stay.
pub fn quick() -> Tuning {
    Tuning {
        requests_per_second: 100_000,
        burst: 1000,
        backoff_base: Duration::from_micros(50),
        backoff_cap: Duration::from_millis(5),
        breaker_pause: Duration::from_millis(5),
        request_timeout: Duration::from_secs(20),
        ..Tuning::default()
    }
}

/// A generated world of one shop.
pub fn world(seed: u64, days: u32) -> World {
    let start = Stamp::parse_zoned("2026-11-20T12:00:00Z").unwrap();
    let mut config = WorldConfig::small(seed, start, days);
    config.shops.truncate(1);
    World::generate(config).unwrap()
}

pub async fn serve(world: World) -> Running {
    Simulator::start(SimulatorConfig::new(world)).await.unwrap()
}

pub fn settings(vendor: &Running) -> ConnectionSettings {
    ConnectionSettings {
        name: "test".to_owned(),
        vendor: Vendor::Tekmetric,
        base_url: vendor.base_url(),
        client_id: vendor.client_id().to_owned(),
        client_secret: Secret::new(vendor.client_secret()),
        allow_insecure_loopback: true,
        comparison: None,
        auth_url: None,
        app_key: None,
        tuning: quick(),
    }
}

pub fn connect(vendor: &Running) -> Connector {
    let now: Timestamp = vendor.clock().now().timestamp();
    Connector::new(settings(vendor), Clock::fixed(now)).unwrap()
}

/// What a reader has kept of one stream.
#[derive(Default, Clone, Debug, PartialEq)]
pub struct Kept {
    pub rows: BTreeMap<i64, RawRecord>,
    /// Rows that came in the run read last, repeats included.
    pub received: usize,
    pub steps: usize,
    pub drift: Vec<String>,
    pub cursor: Option<serde_json::Value>,
}

impl Kept {
    /// Newest version wins, a deleted row wins over everything (reference A.6.9).
    fn keep(&mut self, record: RawRecord) {
        self.received += 1;
        let Some(id) = record.id else { return };
        let older = |kept: &RawRecord| {
            record.updated_at < kept.updated_at || (kept.deleted && !record.deleted)
        };
        if !self.rows.get(&id).is_some_and(older) {
            self.rows.insert(id, record);
        }
    }

    pub fn live(&self) -> BTreeSet<i64> {
        self.ids(false)
    }

    pub fn deleted(&self) -> BTreeSet<i64> {
        self.ids(true)
    }

    pub fn all(&self) -> BTreeSet<i64> {
        self.rows.keys().copied().collect()
    }

    fn ids(&self, deleted: bool) -> BTreeSet<i64> {
        let rows = self.rows.iter().filter(|(_, r)| r.deleted == deleted);
        rows.map(|(id, _)| *id).collect()
    }

    pub fn mark(&self, stream: Stream) -> Option<Timestamp> {
        let json = self.cursor.as_ref()?;
        Cursor::from_json(Vendor::Tekmetric, stream, json)
            .unwrap()
            .high_water()
    }

    /// One run, every cursor stored as text and read again, as a process killed after each page would.
    pub async fn run(
        &mut self,
        connector: &Connector,
        stream: Stream,
        mode: Mode,
    ) -> Result<(), VendorError> {
        (self.received, self.steps) = (0, 0);
        self.drift.clear();
        let mut mode = mode;
        loop {
            let cursor = connector.begin(stream, self.cursor.as_ref(), mode)?;
            let step = connector.next(ASKED, &cursor).await?;
            self.steps += 1;
            for record in step.page.records {
                self.keep(record);
            }
            self.drift.extend(step.page.drift);
            let text = step.next.to_json().to_string();
            self.cursor = Some(serde_json::from_str(&text).unwrap());
            if step.done {
                return Ok(());
            }
            // Going on is what a plain run does, unless it must not take this run over.
            if mode == Mode::Full {
                mode = Mode::Incremental;
            }
            assert!(self.steps < 3000, "the run does not end: {:?}", self.drift);
        }
    }
}

/// Reads a stream from nothing.
pub async fn read(connector: &Connector, stream: Stream) -> Kept {
    let mut kept = Kept::default();
    kept.run(connector, stream, Mode::Incremental)
        .await
        .unwrap();
    kept
}
