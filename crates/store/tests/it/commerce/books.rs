//! The books: money and units are conserved from the ledger to the tiles, keys that changed give what a rebuild gives, and
//! the same input again writes nothing. Over generated orders, edits, refunds and cancellations.

use super::support::{ALPHA, NOW, Store};
use domain::{ShopId, ShopZone};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use store::commerce::{self, Kind};

/// A plain generator: the same seed gives the same orders.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap_or(0) % below
    }
}

/// One booking, as the test keeps its own books.
struct Booking {
    at: Timestamp,
    line: &'static str,
    action: &'static str,
    amount: i64,
    tax: i64,
    discount: i64,
    quantity: i64,
}

/// An order with its bookings.
struct Made {
    id: i64,
    counts: bool,
    bookings: Vec<Booking>,
}

fn sale(dice: &mut Dice, at: Timestamp) -> Booking {
    let quantity = 1 + dice.roll(4);
    let net = dice.roll(50_000);
    Booking {
        at,
        line: "product",
        action: "order",
        amount: net + net / 8,
        tax: net / 8,
        discount: dice.roll(500),
        quantity,
    }
}

fn later(dice: &mut Dice, at: Timestamp) -> Timestamp {
    at + SignedDuration::from_secs(dice.roll(9 * 86_400))
}

fn order(dice: &mut Dice, id: i64) -> Made {
    let start: Timestamp = NOW.parse().expect("an instant");
    let at = start - SignedDuration::from_secs(dice.roll(40 * 86_400) + 10 * 86_400);
    let mut bookings: Vec<Booking> = (0..1 + dice.roll(3)).map(|_| sale(dice, at)).collect();
    let extra = |line, amount, tax| Booking {
        at,
        line,
        action: "order",
        amount,
        tax,
        discount: 0,
        quantity: 0,
    };
    for (line, chance) in [
        ("shipping", 2),
        ("tip", 6),
        ("gift_card", 5),
        ("duty", 9),
        ("fee", 9),
        ("unknown", 12),
    ] {
        if dice.roll(chance) == 0 {
            let tax = if line == "gift_card" {
                0
            } else {
                dice.roll(100)
            };
            bookings.push(extra(line, 100 + dice.roll(3_000), tax));
        }
    }
    if dice.roll(3) == 0 {
        let sold = &bookings[0];
        let (amount, tax) = (-sold.amount / sold.quantity, -sold.tax / sold.quantity);
        let action = if dice.roll(2) == 0 {
            "return"
        } else {
            "update"
        };
        let at = later(dice, at);
        bookings.push(Booking {
            at,
            line: "product",
            action,
            amount,
            tax,
            discount: 0,
            quantity: -1,
        });
    }
    if dice.roll(6) == 0 {
        let at = later(dice, at);
        bookings.push(Booking {
            at,
            line: "adjustment",
            action: "return",
            amount: -dice.roll(900),
            tax: 0,
            discount: 0,
            quantity: 0,
        });
    }
    Made {
        id,
        counts: dice.roll(10) != 0,
        bookings,
    }
}

fn statements(made: &Made, dice: &mut Dice) -> String {
    let (id, test) = (made.id, !made.counts);
    let placed = made.bookings[0].at;
    let customer = match dice.roll(9) {
        0 => "null".to_owned(),
        number => number.to_string(),
    };
    let cancelled = if dice.roll(8) == 0 {
        format!("'{}'", later(dice, placed))
    } else {
        "null".to_owned()
    };
    let mut sql = format!(
        "delete from warehouse.store_orders where shop_id = {ALPHA} and id = {id}; \
         insert into warehouse.store_orders (shop_id, id, order_name, placed_at, has_ledger, is_test, customer_id, cancelled_at) \
         values ({ALPHA}, {id}, '#{id}', '{placed}', true, {test}, {customer}, {cancelled}); "
    );
    for (number, booking) in made.bookings.iter().enumerate() {
        let variant = dice.roll(6) + 1;
        let line = if booking.line == "product" {
            number.to_string()
        } else {
            "null".to_owned()
        };
        let _ = write!(
            sql,
            "insert into warehouse.store_order_lines (shop_id, order_id, id, product_id, variant_id, unit_price, sku) \
             values ({ALPHA}, {id}, {number}, {variant}, {variant}, 100, 'SKU-{variant}'); \
             insert into warehouse.store_ledger (shop_id, order_id, entry_key, happened_at, line_type, action_type, amount, tax, discount, quantity, order_line_id) \
             values ({ALPHA}, {id}, '{number}', '{}', '{}', '{}', {}, {}, {}, {}, {line}); ",
            booking.at,
            booking.line,
            booking.action,
            booking.amount,
            booking.tax,
            booking.discount,
            booking.quantity
        );
    }
    sql
}

/// Loads orders and marks them, as a connector does, then works the queue off.
async fn load(store: &Store, made: &[&Made], dice: &mut Dice) {
    let sql: String = made.iter().map(|order| statements(order, dice)).collect();
    store.sql(&sql).await;
    let ids: Vec<i64> = made.iter().map(|order| order.id).collect();
    let session = store.sync(ALPHA).await;
    commerce::mark(&session, ShopId(ALPHA), Kind::Order, &ids, store.now)
        .await
        .expect("marks");
    session.commit().await.expect("a commit");
    store.drain(ALPHA).await;
}

const TABLES: [(&str, &str); 8] = [
    ("store_order_days", ""),
    ("sales_metrics_daily", "created_at,updated_at"),
    ("sku_performance", "created_at,updated_at"),
    ("inventory_snapshots", "created_at,updated_at"),
    ("fulfillment_tracking", "created_at,updated_at"),
    ("customer_segments", "segmented_at"),
    ("product_categories", "created_at,updated_at"),
    ("shop_activation_metrics", "created_at,updated_at"),
];

async fn everything(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for (table, left_out) in TABLES {
        let question = format!(
            "select '{table}', (to_jsonb(x) - '{{{left_out}}}'::text[])::text from {table} x order by 2"
        );
        all.extend(store.rows(&question).await);
    }
    all
}

async fn tick(store: &Store) {
    let session = store.sync(ALPHA).await;
    commerce::tick(&session, ShopId(ALPHA), store.now)
        .await
        .expect("a tick");
    session.commit().await.expect("a commit");
    store.drain(ALPHA).await;
}

/// Orders in batches, some of them changed later, and the books they must give.
async fn filled(name: &str, seed: u64) -> (Store, Vec<Made>) {
    let store = Store::new(name, &[(ALPHA, "America/New_York")]).await;
    store
        .sql(&format!("select t.product({ALPHA}, n, 'Brakes & Wheels', null, 20) from generate_series(1, 4) n; \
            update warehouse.store_variants set is_tracked = true"))
        .await;
    let mut dice = Dice(seed);
    let session = store.sync(ALPHA).await;
    commerce::mark(
        &session,
        ShopId(ALPHA),
        Kind::Product,
        &[1, 2, 3, 4],
        store.now,
    )
    .await
    .expect("marks");
    session.commit().await.expect("a commit");
    let mut made: Vec<Made> = (1..=60).map(|id| order(&mut dice, id)).collect();
    for batch in made.chunks(17) {
        load(&store, &batch.iter().collect::<Vec<_>>(), &mut dice).await;
    }
    for _ in 0..2 {
        let changed: Vec<usize> = (0..made.len()).filter(|_| dice.roll(5) == 0).collect();
        for at in &changed {
            made[*at] = order(&mut dice, made[*at].id);
        }
        load(
            &store,
            &changed.iter().map(|at| &made[*at]).collect::<Vec<_>>(),
            &mut dice,
        )
        .await;
    }
    tick(&store).await;
    (store, made)
}

#[tokio::test]
async fn money_and_units_are_conserved_from_the_ledger_to_the_tiles() {
    for seed in [3, 1_000_003] {
        let (store, made) = filled("commerce_conserved", seed).await;
        let zone = ShopZone::new("America/New_York").expect("a zone");
        let mut days: BTreeMap<String, (i64, i64, i64)> = BTreeMap::new();
        for booking in made
            .iter()
            .filter(|order| order.counts)
            .flat_map(|order| &order.bookings)
        {
            let day = days.entry(zone.day_of(booking.at).to_string()).or_default();
            day.0 += booking.amount;
            if ["product", "adjustment"].contains(&booking.line) {
                day.1 += booking.amount - booking.tax;
            }
            if booking.line == "product" {
                day.2 += booking.quantity;
            }
        }
        let expected: Vec<String> = days
            .iter()
            .map(|(day, (total, net, units))| format!("{day}|{total}|{net}|{units}"))
            .collect();
        let daily = store
            .rows(
                "select metric_date, total_sales + gift_cards_sold, total_revenue, total_units_sold - units_returned \
                 from sales_metrics_daily m where exists (select 1 from store_order_days d where d.shop_id = m.shop_id \
                   and d.metric_date = m.metric_date and (d.ledger_total <> 0 or d.units_sold <> 0 or d.gross_sales <> 0)) order by 1",
            )
            .await;
        assert_eq!(daily, expected, "seed {seed}");
        let tiles = store
            .rows(
                "select (select sum(daily_revenue) from v_revenue_trends_30d) \
                   - (select sum(total_revenue) from sales_metrics_daily where metric_date between '2025-09-16' and '2025-10-15'), \
                 (select sum(weekly_revenue) from v_growth_rates) - (select sum(total_revenue) from sales_metrics_daily), \
                 (select sum(revenue) from v_revenue_by_segment) - (select sum(daily_revenue) from v_revenue_trends_30d), \
                 (select sum(revenue) from sku_performance) - (select sum(net) from (select amount - tax as net \
                    from store_ledger e join store_orders o on o.shop_id = e.shop_id and o.id = e.order_id \
                    where e.line_type = 'product' and not o.is_test) x), \
                 (select sum(total_revenue) from v_category_trends_30d) \
                   - (select sum(revenue) from sku_performance where metric_date between '2025-09-16' and '2025-10-15'), \
                 (select max(issue_count) from v_data_quality_comprehensive where is_integrity and severity <> 'LOW')",
            )
            .await;
        assert_eq!(tiles, ["0|0|0|0|0|0"], "seed {seed}");
    }
}

#[tokio::test]
async fn keys_that_changed_give_what_a_rebuild_gives() {
    let (store, _) = filled("commerce_rebuilt", 7).await;
    let incremental = everything(&store).await;
    assert!(incremental.len() > 150, "{}", incremental.len());
    let rows = store.build(ALPHA).await;
    let again = everything(&store).await;
    let new: Vec<_> = again
        .iter()
        .filter(|row| !incremental.contains(row))
        .collect();
    assert!(new.is_empty(), "{new:#?}");
    assert_eq!(rows, 0, "the same input again writes nothing");
    for (table, _) in TABLES {
        store.sql(&format!("truncate warehouse.{table}")).await;
    }
    assert!(store.build(ALPHA).await > 0);
    let rebuilt = everything(&store).await;
    assert_eq!(rebuilt, incremental);
}
