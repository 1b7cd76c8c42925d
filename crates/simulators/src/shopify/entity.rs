//! The store's records. Money is in cents of the shop's currency; indices point into the world's lists.

use crate::{Cents, Stamp};

pub(crate) const ORDER: i64 = 5_600_000_000_001;
pub(crate) const PRODUCT: i64 = 7_100_000_000_001;
pub(crate) const VARIANT: i64 = 4_200_000_000_001;
pub(crate) const ITEM: i64 = 4_400_000_000_501;
pub(crate) const LEVEL: i64 = 9_300_001;
pub(crate) const LOCATION: i64 = 8_001;
/// Buyers count up from here.
pub(crate) const CUSTOMER: i64 = 6_900_000_000_001;

pub(crate) fn variant_id(index: usize) -> i64 {
    VARIANT + index as i64 * 3
}

/// The inverse of an id made as `base + index × step`.
pub(crate) fn index_of(id: i64, base: i64, step: i64) -> Option<usize> {
    let offset = id.checked_sub(base)?;
    (offset >= 0 && offset % step == 0).then(|| usize::try_from(offset / step).ok())?
}

#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) title: String,
    pub(crate) handle: String,
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) tags: Vec<String>,
    pub(crate) gift_card: bool,
    pub(crate) created: Stamp,
    pub(crate) updated: Stamp,
    pub(crate) deleted: bool,
}

#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) product: usize,
    pub(crate) sku: Option<String>,
    pub(crate) title: &'static str,
    pub(crate) price: Cents,
    pub(crate) cost: Option<Cents>,
    pub(crate) position: usize,
    /// Sells below zero.
    pub(crate) continues: bool,
    pub(crate) tracked: bool,
    pub(crate) updated: Stamp,
    pub(crate) deleted: bool,
}

/// Stock of a variant at a place; two places to a variant.
#[derive(Debug)]
pub(crate) struct Level {
    pub(crate) available: i64,
    pub(crate) committed: i64,
    pub(crate) incoming: i64,
    pub(crate) created: Stamp,
    pub(crate) updated: Stamp,
    /// When `available` last changed.
    pub(crate) counted: Option<Stamp>,
}

#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) id: i64,
    pub(crate) buyer: u32,
    pub(crate) created: Stamp,
    pub(crate) updated: Stamp,
    pub(crate) orders: u64,
    pub(crate) spent: Cents,
    pub(crate) last_order: Option<usize>,
    /// Merged into another one, or deleted: its id reads as null.
    pub(crate) gone: bool,
}

#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) id: i64,
    pub(crate) variant: usize,
    /// Where its stock is taken from.
    pub(crate) level: usize,
    /// False for gift cards.
    pub(crate) ships: bool,
    pub(crate) quantity: i64,
    /// Units taken off by an edit.
    pub(crate) removed: i64,
    pub(crate) refunded: i64,
    pub(crate) shipped: i64,
    pub(crate) price: Cents,
    pub(crate) discount: Cents,
    pub(crate) tax: Cents,
}

impl Line {
    pub(crate) fn current(&self) -> i64 {
        self.quantity - self.removed - self.refunded
    }

    /// What units `from..to` of the line carry of an amount, so that all parts add up.
    pub(crate) fn share(&self, amount: Cents, from: i64, to: i64) -> Cents {
        Cents(amount.0 * to / self.quantity - amount.0 * from / self.quantity)
    }

    pub(crate) fn gross(&self) -> Cents {
        Cents(self.price.0 * self.quantity)
    }
}

#[derive(Debug)]
pub(crate) struct RefundLine {
    pub(crate) id: i64,
    pub(crate) line: usize,
    pub(crate) quantity: i64,
    pub(crate) subtotal: Cents,
    pub(crate) tax: Cents,
    pub(crate) restocked: bool,
}

#[derive(Debug)]
pub(crate) struct Refund {
    pub(crate) id: i64,
    pub(crate) at: Stamp,
    pub(crate) lines: Vec<RefundLine>,
    pub(crate) shipping: Cents,
    pub(crate) shipping_tax: Cents,
    /// Money given beyond goods, tax and shipping.
    pub(crate) goodwill: Cents,
    pub(crate) transaction: usize,
}

impl Refund {
    pub(crate) fn total(&self) -> Cents {
        let goods: Cents = self.lines.iter().map(|line| line.subtotal + line.tax).sum();
        goods + self.shipping + self.shipping_tax + self.goodwill
    }
}

#[derive(Debug)]
pub(crate) struct Transaction {
    pub(crate) id: i64,
    pub(crate) kind: &'static str,
    pub(crate) at: Stamp,
    pub(crate) amount: Cents,
}

#[derive(Debug)]
pub(crate) struct Fulfillment {
    pub(crate) id: i64,
    pub(crate) created: Stamp,
    pub(crate) updated: Stamp,
    pub(crate) in_transit: Option<Stamp>,
    pub(crate) delivered: Option<Stamp>,
    pub(crate) cancelled: bool,
    /// Line and units.
    pub(crate) lines: Vec<(usize, i64)>,
}

#[derive(Debug)]
pub(crate) struct Sale {
    pub(crate) id: i64,
    pub(crate) action: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) line: Option<usize>,
    pub(crate) quantity: Option<i64>,
    /// After tax and discount, signed.
    pub(crate) total: Cents,
    pub(crate) tax: Cents,
    pub(crate) discount: Cents,
}

#[derive(Debug)]
pub(crate) struct Agreement {
    pub(crate) id: i64,
    pub(crate) at: Stamp,
    pub(crate) reason: &'static str,
    pub(crate) sales: Vec<Sale>,
}

#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) ordinal: u64,
    pub(crate) created: Stamp,
    pub(crate) updated: Stamp,
    pub(crate) closed: Option<Stamp>,
    pub(crate) cancelled: Option<Stamp>,
    pub(crate) test: bool,
    pub(crate) edited: bool,
    pub(crate) deleted: bool,
    pub(crate) customer: Option<usize>,
    pub(crate) lines: Vec<Line>,
    /// A code and its percentage, spread over the lines.
    pub(crate) code: Option<(&'static str, i64)>,
    pub(crate) shipping: Cents,
    pub(crate) shipping_tax: Cents,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) fulfillments: Vec<Fulfillment>,
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) agreements: Vec<Agreement>,
    /// What the buyer saw: currency, and its worth in ten-thousandths of the shop's.
    pub(crate) presented: Option<(&'static str, i64)>,
}

impl Order {
    pub(crate) fn goods(&self) -> Cents {
        self.lines
            .iter()
            .map(|line| line.gross() - line.discount)
            .sum()
    }

    pub(crate) fn tax(&self) -> Cents {
        self.lines.iter().map(|line| line.tax).sum::<Cents>() + self.shipping_tax
    }

    pub(crate) fn total(&self) -> Cents {
        self.goods() + self.tax() + self.shipping
    }

    /// What the ledger says is left of it; goodwill left aside, as it takes nothing off the order.
    pub(crate) fn current(&self) -> Cents {
        let sales = self
            .agreements
            .iter()
            .flat_map(|agreement| &agreement.sales);
        sales
            .filter(|sale| sale.kind != "ADJUSTMENT")
            .map(|sale| sale.total)
            .sum()
    }

    pub(crate) fn current_tax(&self) -> Cents {
        self.agreements
            .iter()
            .flat_map(|agreement| &agreement.sales)
            .map(|sale| sale.tax)
            .sum()
    }

    pub(crate) fn received(&self) -> Cents {
        self.of_kind("SALE")
    }

    pub(crate) fn paid_back(&self) -> Cents {
        self.of_kind("REFUND")
    }

    fn of_kind(&self, kind: &str) -> Cents {
        let of = self
            .transactions
            .iter()
            .filter(|transaction| transaction.kind == kind);
        of.map(|transaction| transaction.amount).sum()
    }

    /// Units that still must leave.
    pub(crate) fn owed(&self) -> i64 {
        let goods = self.lines.iter().filter(|line| line.ships);
        goods
            .map(|line| (line.current() - line.shipped).max(0))
            .sum()
    }

    pub(crate) fn financial(&self) -> &'static str {
        let back = self.paid_back();
        if back == Cents::ZERO {
            "PAID"
        } else if back >= self.received() {
            "REFUNDED"
        } else {
            "PARTIALLY_REFUNDED"
        }
    }

    pub(crate) fn shipping_state(&self) -> &'static str {
        let shipped: i64 = self.lines.iter().map(|line| line.shipped).sum();
        if shipped == 0 {
            "UNFULFILLED"
        } else if self.owed() == 0 {
            "FULFILLED"
        } else {
            "PARTIALLY_FULFILLED"
        }
    }
}
