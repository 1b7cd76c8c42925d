//! The store's own books, posted as things happen and never read back from what the interface shows.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::world::World;
use crate::{Cents, Stamp};

/// What a posting is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Goods sold: units, gross, discount.
    Sold,
    /// Goods given back or taken off: units and what they had cost without tax.
    Returned,
    Goodwill,
    Shipping,
    GiftCard,
    PaidIn,
    PaidOut,
    Ordered,
    Cancelled,
    Shipped,
}

/// One line of the journal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    pub(crate) at: Stamp,
    pub(crate) entry: Entry,
    pub(crate) order: usize,
    pub(crate) variant: usize,
    pub(crate) units: i64,
    pub(crate) amount: Cents,
    pub(crate) discount: Cents,
    pub(crate) tax: Cents,
}

/// The books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// By the shop's local day.
    pub days: BTreeMap<Date, StoreDay>,
    /// By local day and variant id.
    #[serde(skip)]
    pub skus: BTreeMap<(Date, i64), SkuDay>,
    /// By variant id, summed over the locations.
    pub stock: BTreeMap<i64, StockBook>,
    /// By order id; test orders and deleted ones are not in the books.
    pub fulfilment: BTreeMap<i64, FulfilmentBook>,
}

/// A day of the store: cents and units, test orders left out, refunds on their own day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct StoreDay {
    /// Orders placed.
    pub orders: i64,
    /// Orders cancelled on this day.
    pub cancelled: i64,
    /// Units sold, gift cards left out.
    pub units: i64,
    /// Units that came back or were taken off.
    pub units_returned: i64,
    /// Goods before discounts, without tax.
    pub gross: Cents,
    /// Discounts on them.
    pub discounts: Cents,
    /// What came back, without tax, goodwill included.
    pub returns: Cents,
    /// Gross less discounts less returns.
    pub net: Cents,
    /// Shipping charged less shipping given back, without tax.
    pub shipping: Cents,
    /// Tax, signed.
    pub taxes: Cents,
    /// Net, shipping and taxes.
    pub total: Cents,
    /// Gift cards sold.
    pub gift_cards: Cents,
    /// Money taken.
    pub cash_in: Cents,
    /// Money paid back.
    pub cash_refunded: Cents,
    /// Units that left.
    pub units_shipped: i64,
}

/// A variant's day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SkuDay {
    /// Units sold.
    pub units: i64,
    /// Units that came back.
    pub units_returned: i64,
    /// Before discounts, without tax, cents.
    pub gross: Cents,
    /// Discounts, cents.
    pub discounts: Cents,
    /// What came back without tax, cents.
    pub returns: Cents,
}

/// A variant's stock in units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct StockBook {
    /// For sale; negative when oversold.
    pub available: i64,
    /// Promised to orders that have not left.
    pub committed: i64,
    /// On its way.
    pub incoming: i64,
}

/// An order's way out of the house.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FulfilmentBook {
    /// When it was placed.
    pub placed: Option<Stamp>,
    /// When the first parcel left.
    pub first_shipped: Option<Stamp>,
    /// When the last owed unit left; `None` while units are owed.
    pub completed: Option<Stamp>,
    /// When it was cancelled.
    pub cancelled: Option<Stamp>,
    /// Units sold, gift cards left out, less those taken off or refunded.
    pub units: i64,
    /// Units that left.
    pub units_shipped: i64,
}

impl Ledger {
    pub(crate) fn of(world: &World) -> Self {
        let mut books = Self {
            days: BTreeMap::new(),
            skus: BTreeMap::new(),
            stock: BTreeMap::new(),
            fulfilment: BTreeMap::new(),
        };
        // Postings come in time, and a zone's look-up costs more than a comparison: remember the day's end.
        let mut known: Option<(Date, Stamp, Stamp)> = None;
        for posting in &world.journal {
            let day = match known {
                Some((day, from, to)) if (from..to).contains(&posting.at) => day,
                _ => {
                    let day = posting.at.date_in(&world.zone);
                    let next = day.tomorrow().unwrap_or(day);
                    let start = |date: Date| Stamp::local(&world.zone, date.at(0, 0, 0, 0));
                    known = Some((day, start(day), start(next)));
                    day
                }
            };
            if !world.orders[posting.order].deleted {
                books.post(world, day, posting);
            }
        }
        for day in books.days.values_mut() {
            day.net = day.gross - day.discounts - day.returns;
            day.total = day.net + day.shipping + day.taxes;
        }
        for (index, pair) in world.levels.chunks(2).enumerate() {
            let book = StockBook {
                available: pair.iter().map(|level| level.available).sum(),
                committed: pair.iter().map(|level| level.committed).sum(),
                incoming: pair.iter().map(|level| level.incoming).sum(),
            };
            books.stock.insert(super::entity::variant_id(index), book);
        }
        books
    }

    fn post(&mut self, world: &World, date: Date, posting: &Posting) {
        let variant = super::entity::variant_id(posting.variant);
        let order = super::entity::ORDER + posting.order as i64;
        let day = self.days.entry(date).or_default();
        let book = self.fulfilment.entry(order).or_default();
        day.taxes += posting.tax;
        match posting.entry {
            Entry::Ordered => {
                day.orders += 1;
                book.placed = Some(posting.at);
            }
            Entry::Cancelled => {
                day.cancelled += 1;
                book.cancelled = Some(posting.at);
            }
            Entry::Sold | Entry::Returned => {
                let sku = self.skus.entry((date, variant)).or_default();
                if posting.entry == Entry::Sold {
                    day.units += posting.units;
                    day.gross += posting.amount;
                    day.discounts += posting.discount;
                    sku.units += posting.units;
                    sku.gross += posting.amount;
                    sku.discounts += posting.discount;
                    book.units += posting.units;
                } else {
                    day.units_returned += posting.units;
                    day.returns += posting.amount;
                    sku.units_returned += posting.units;
                    sku.returns += posting.amount;
                    book.units -= posting.units;
                }
            }
            Entry::Goodwill => day.returns += posting.amount,
            Entry::Shipping => day.shipping += posting.amount,
            Entry::GiftCard => day.gift_cards += posting.amount,
            Entry::PaidIn => day.cash_in += posting.amount,
            Entry::PaidOut => day.cash_refunded += posting.amount,
            Entry::Shipped => {
                day.units_shipped += posting.units;
                book.units_shipped += posting.units;
                book.first_shipped = book.first_shipped.or(Some(posting.at));
                book.completed = (world.orders[posting.order].owed() == 0).then_some(posting.at);
            }
        }
    }
}
