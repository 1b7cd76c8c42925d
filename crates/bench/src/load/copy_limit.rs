//! The limit: the same pages fetched, decoded and priced, and each page's rows copied straight into the tables.
//!
//! A superuser copies, because COPY is refused to walled roles; foreign keys are skipped as the product skips them.
//! Fetching and encoding run beside copying, as far as a channel of two pages lets them.

use super::Bench;
use super::encode::{Batch, TABLES};
use super::product;
use crate::scratch::{Lap, Scratch};
use crate::world::SHOP;
use anyhow::{Context as _, anyhow};
use domain::cost::{self, CostContext, KeptRates};
use domain::issue::Reject;
use domain::rate::RateBook;
use domain::{Clock, ShopId, ShopZone};
use std::collections::HashSet;
use std::sync::Arc;
use store::{Identity, Session};
use tokio::sync::mpsc;
use tokio_postgres::{Client, Statement};
use vendors::{Connector, Mode, RawRecord, Stream, VendorShopRef};

const SHOP_REF: VendorShopRef = VendorShopRef {
    shop_id: ShopId(SHOP),
    vendor_id: SHOP,
};

/// Loads everything once.
pub async fn load(bench: &Bench, scratch: &Scratch) -> anyhow::Result<Lap> {
    let clock = bench.clock();
    let connector = Connector::new(product::settings(&bench.vendor.base_url()), clock.clone())?;
    let producer = Arc::new(Producer {
        connector,
        clock,
        zone: product::zone()?,
    });
    let watch = bench.server.start().await?;
    let statements = prepare(&scratch.client).await?;
    for stream in Stream::ORDER {
        let rates = book(scratch).await?;
        let (send, mut pages) = mpsc::channel(2);
        let producing = tokio::spawn(Arc::clone(&producer).produce(stream, rates, send));
        while let Some(batch) = pages.recv().await {
            copy(&scratch.client, &statements, batch).await?;
        }
        producing.await.context("fetch pages")??;
    }
    bench.server.lap(&watch).await
}

async fn prepare(client: &Client) -> anyhow::Result<Vec<Statement>> {
    let mut statements = Vec::with_capacity(TABLES.len());
    for (table, columns) in TABLES {
        let list = columns.join(", ");
        let copy = format!("copy {table} ({list}) from stdin (format binary)");
        statements.push(client.prepare(&copy).await.with_context(|| copy)?);
    }
    Ok(statements)
}

async fn book(scratch: &Scratch) -> anyhow::Result<RateBook> {
    let session = Session::begin(&scratch.database, &Identity::Sync(ShopId(SHOP))).await?;
    let book = pipeline::rates::book(&session, ShopId(SHOP)).await?;
    session.commit().await?;
    Ok(book)
}

/// One page, one transaction.
async fn copy(client: &Client, statements: &[Statement], batch: Batch) -> anyhow::Result<()> {
    client
        .batch_execute("begin; set local session_replication_role = replica")
        .await?;
    for ((rows, statement), (table, _)) in batch.rows.into_iter().zip(statements).zip(TABLES) {
        if !rows.is_empty() {
            rows.send(client, statement, table).await?;
        }
    }
    client.batch_execute("commit").await?;
    Ok(())
}

struct Producer {
    connector: Connector,
    clock: Clock,
    zone: ShopZone,
}

impl Producer {
    async fn produce(
        self: Arc<Self>,
        stream: Stream,
        rates: RateBook,
        pages: mpsc::Sender<Batch>,
    ) -> anyhow::Result<()> {
        let mut cursor = self.connector.begin(stream, None, Mode::Incremental)?;
        // Windows overlap and deleted orders are listed twice; a copied row must come once.
        let mut seen = HashSet::new();
        loop {
            let step = self.connector.next(SHOP_REF, &cursor).await?;
            let mut batch = Batch::new(ShopId(SHOP), self.clock.now());
            let mut fresh = 0_u32;
            for raw in &step.page.records {
                if seen.insert(raw.id) {
                    self.encode(&mut batch, (stream, raw), &rates)
                        .map_err(|reject| anyhow!("refused: {}", reject.detail))?;
                    fresh += 1;
                }
            }
            // A closed channel means that copying failed; that error is reported there.
            if fresh > 0 && pages.send(batch).await.is_err() {
                return Ok(());
            }
            if step.done {
                return Ok(());
            }
            cursor = step.next;
        }
    }

    fn encode(
        &self,
        batch: &mut Batch,
        (stream, raw): (Stream, &RawRecord),
        rates: &RateBook,
    ) -> Result<(), Box<Reject>> {
        match stream {
            Stream::Cached(_) => {}
            Stream::Employees => {
                let decoded = self.connector.decode_employee(&SHOP_REF, raw)?;
                batch.put_employee(raw, &decoded.record);
            }
            Stream::Customers => {
                let decoded = self.connector.decode_customer(&SHOP_REF, raw)?;
                batch.put_customer(raw, &decoded.record);
            }
            Stream::Vehicles => {
                let decoded = self.connector.decode_vehicle(&SHOP_REF, raw)?;
                batch.put_vehicle(raw, &decoded.record);
            }
            Stream::RepairOrders => {
                let decoded = self.connector.decode_order(&SHOP_REF, raw)?;
                let context = CostContext {
                    zone: &self.zone,
                    rates,
                    today: self.zone.day_of(self.clock.now()),
                };
                let costed = cost::cost_order(&decoded.record, &context, &KeptRates::new());
                batch.put_order(raw, &decoded.record, &costed);
            }
        }
        Ok(())
    }
}
