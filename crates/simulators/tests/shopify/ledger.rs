//! The store's books against what the interface shows: to the cent and to the unit.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde_json::Value;
use simulators::shopify::{Mutation, PlantKind, StoreDay, World, WorldConfig};
use simulators::{Cents, Stamp};

use crate::client::{cents, walk};
use crate::{serving, small, start};

const AGREEMENTS: &str = "query($after:String){orders(first:50,after:$after,sortKey:ID){pageInfo{hasNextPage endCursor} \
    nodes{id test createdAt cancelledAt currentTotalPriceSet{shopMoney{amount}} \
    transactions(first:10){kind amountSet{shopMoney{amount}} processedAt} \
    agreements(first:10){nodes{happenedAt sales(first:10){nodes{actionType lineType quantity totalAmount{shopMoney{amount}} \
    totalTaxAmount{shopMoney{amount}} totalDiscountAmountBeforeTaxes{shopMoney{amount}}}}}}}}}";

fn day(text: &Value) -> Date {
    let zone = TimeZone::get("America/Toronto").expect("a zone");
    Stamp::parse_zoned(text.as_str().expect("a time"))
        .expect("a time")
        .date_in(&zone)
}

/// One sale of the vendor's ledger, by the derivation of reference/commerce-apis.md 5.1.
fn book(books: &mut StoreDay, sale: &Value) {
    let (total, tax) = (cents(&sale["totalAmount"]), cents(&sale["totalTaxAmount"]));
    let discount = cents(&sale["totalDiscountAmountBeforeTaxes"]);
    books.taxes += Cents(tax);
    match (sale["lineType"].as_str(), sale["actionType"].as_str()) {
        (Some("PRODUCT"), Some("ORDER")) => {
            books.gross += Cents(total - tax + discount);
            books.discounts += Cents(discount);
            books.units += sale["quantity"].as_i64().expect("units");
        }
        (Some("PRODUCT"), _) => {
            books.returns += Cents(tax - total);
            books.units_returned -= sale["quantity"].as_i64().expect("units");
        }
        (Some("ADJUSTMENT"), _) => books.returns += Cents(tax - total),
        (Some("SHIPPING"), _) => books.shipping += Cents(total - tax),
        (Some("GIFT_CARD"), _) => books.gift_cards += Cents(total),
        other => panic!("a sale that nobody knows: {other:?}"),
    }
}

#[tokio::test]
async fn the_vendors_ledger_adds_up_to_the_stores_books() {
    let running = serving(60).await;
    let mut days: BTreeMap<Date, StoreDay> = BTreeMap::new();
    for order in walk(&running, "orders", AGREEMENTS).await {
        if order["test"] == true {
            continue;
        }
        days.entry(day(&order["createdAt"])).or_default().orders += 1;
        if order["cancelledAt"].is_string() {
            days.entry(day(&order["cancelledAt"]))
                .or_default()
                .cancelled += 1;
        }
        for payment in order["transactions"].as_array().expect("payments") {
            let books = days.entry(day(&payment["processedAt"])).or_default();
            let amount = Cents(cents(&payment["amountSet"]));
            if payment["kind"] == "SALE" {
                books.cash_in += amount
            } else {
                books.cash_refunded += amount
            }
        }
        let mut left = 0;
        for agreement in order["agreements"]["nodes"].as_array().expect("agreements") {
            for sale in agreement["sales"]["nodes"].as_array().expect("sales") {
                book(days.entry(day(&agreement["happenedAt"])).or_default(), sale);
                left += if sale["lineType"] == "ADJUSTMENT" {
                    0
                } else {
                    cents(&sale["totalAmount"])
                };
            }
        }
        assert_eq!(left, cents(&order["currentTotalPriceSet"]), "{order}");
    }
    let mut seen = StoreDay::default();
    for (date, books) in running.ledger().days {
        let mut shown = days.remove(&date).unwrap_or_default();
        shown.net = shown.gross - shown.discounts - shown.returns;
        shown.total = shown.net + shown.shipping + shown.taxes;
        shown.units_shipped = books.units_shipped;
        assert_eq!(shown, books, "{date}");
        seen.returns += shown.returns;
        seen.cancelled += shown.cancelled;
    }
    assert!(days.is_empty());
    assert!(
        seen.returns.0 > 0 && seen.cancelled > 0,
        "the history holds refunds and cancellations"
    );
}

#[test]
fn refunds_stand_on_their_own_day_and_units_are_conserved() {
    let mut world = small(10);
    let order = world.now();
    world
        .mutate(Mutation::PlaceOrder {
            variant: 3,
            units: 3,
        })
        .expect("goods");
    let id = *world
        .ledger()
        .fulfilment
        .last_key_value()
        .expect("an order")
        .0;
    world.advance(order.plus(3 * 86_400));
    let before = world.ledger();
    let date = &date(2026, 11, 20);
    let placed = &before.days[date];
    world
        .mutate(Mutation::Refund {
            order_id: id,
            units: 1,
            goodwill: 210,
        })
        .expect("an order");
    let after = world.ledger();
    let today = after.days.last_key_value().expect("a day");
    assert!(
        today.1.returns.0 >= before.days[today.0].returns.0 + 210,
        "goodwill stands on its own day"
    );
    assert_eq!(
        after.days[date].gross, placed.gross,
        "the day of the order stays"
    );
    assert_eq!(after.days[date].returns, placed.returns);
    let book = after.fulfilment[&id];
    assert_eq!(book.units, 2);
    let units: i64 = after
        .days
        .values()
        .map(|day| day.units - day.units_returned)
        .sum();
    let by_sku: i64 = after
        .skus
        .values()
        .map(|sku| sku.units - sku.units_returned)
        .sum();
    let by_order: i64 = after.fulfilment.values().map(|book| book.units).sum();
    assert_eq!((units, units), (by_sku, by_order));
}

#[test]
fn the_same_seed_gives_the_same_store() {
    let (a, b) = (small(30).ledger(), small(30).ledger());
    assert_eq!(a, b);
    let other = World::generate(WorldConfig::small(8, start(), 30))
        .expect("a zone")
        .ledger();
    assert_ne!(a, other);
}

#[test]
fn planted_truths_are_true() {
    let config = WorldConfig::small(7, start(), 200);
    let truths = config.planted_truths();
    let world = World::generate(config.clone()).expect("a zone");
    let books = world.ledger();
    let starved = &truths
        .iter()
        .find(|truth| truth.code == "stock_outs")
        .expect("planted")
        .variant_ids;
    let empty = starved
        .iter()
        .filter(|id| books.stock[*id].available <= 3)
        .count();
    assert!(
        empty >= 3,
        "{empty} of the starved shelves are nearly empty"
    );
    let since = config
        .plants
        .iter()
        .find(|plant| plant.kind == PlantKind::LateOrders)
        .expect("planted")
        .since;
    let late = |after: bool| {
        let of = |book: &&simulators::shopify::FulfilmentBook| {
            book.placed.is_some_and(|placed| (placed >= since) == after) && book.completed.is_some()
        };
        let shipped: Vec<_> = books.fulfilment.values().filter(of).collect();
        let slow = shipped.iter().filter(|book| {
            let pair = book.placed.zip(book.first_shipped);
            pair.is_some_and(|(placed, shipped)| shipped.0 - placed.0 > 3 * 86_400)
        });
        slow.count() * 100 / shipped.len()
    };
    assert_eq!(late(false), 0);
    assert!(
        (8..35).contains(&late(true)),
        "{} of 100 are late",
        late(true)
    );
}

#[test]
fn the_demo_is_of_the_promised_size() {
    let world = World::generate(WorldConfig::demo(42, start())).expect("a zone");
    let books = world.ledger();
    assert_eq!(
        books.stock.len(),
        1_001,
        "a thousand SKUs and the gift card"
    );
    let orders: i64 = books.days.values().map(|day| day.orders).sum();
    let days = books.days.len() as i64;
    assert!(
        days >= 730 && (45..=55).contains(&(orders / days)),
        "{orders} orders in {days} days"
    );
    let of_month = |month: i8| -> i64 {
        let days: Vec<i64> = books
            .days
            .iter()
            .filter(|(date, _)| date.month() == month)
            .map(|(_, day)| day.orders)
            .collect();
        days.iter().sum::<i64>() / days.len() as i64
    };
    assert!(
        of_month(5) * 10 > of_month(12) * 14,
        "spring sells more than winter"
    );
}

#[test]
fn a_parcel_that_is_called_back_leaves_its_units_owed() {
    let mut world = small(10);
    let order = Mutation::PlaceOrder {
        variant: 3,
        units: 2,
    };
    world.mutate(order).expect("goods");
    let id = *world
        .ledger()
        .fulfilment
        .last_key_value()
        .expect("an order")
        .0;
    let placed = world.ledger();
    world
        .mutate(Mutation::Ship { order_id: id })
        .expect("an order");
    let shipped = world.ledger();
    assert_eq!(shipped.fulfilment[&id].units_shipped, 2);
    assert!(shipped.fulfilment[&id].completed.is_some());
    world
        .mutate(Mutation::CancelParcel { order_id: id })
        .expect("an order");
    let back = world.ledger();
    assert_eq!(back.fulfilment[&id].units_shipped, 0);
    assert_eq!(back.fulfilment[&id].completed, None);
    assert_eq!(back.stock, placed.stock, "the units are promised again");
    world
        .mutate(Mutation::Ship { order_id: id })
        .expect("an order");
    assert_eq!(world.ledger().stock, shipped.stock);
}
