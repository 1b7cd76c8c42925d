//! What comes back: refunds, cancellations, units taken off by an edit, and changes made by hand.

use serde::Deserialize;

use super::entity::{ORDER, PRODUCT, Refund, RefundLine, Sale, Transaction, index_of};
use super::ledger::{Entry, Posting};
use super::world::{Change, Destroyed, World};
use crate::{Cents, Error, Result};

/// A change by hand, for tests and stories. Ids are the vendor's.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mutation {
    /// A guest buys units of a variant (by its place in the catalogue) now.
    PlaceOrder {
        /// The variant's place, from 0.
        variant: usize,
        /// Units.
        units: i64,
    },
    /// Units of an order's first line are paid back, and goodwill in cents.
    Refund {
        /// The order.
        order_id: i64,
        /// Units; none for goodwill alone.
        units: i64,
        /// Cents beyond the goods.
        goodwill: i64,
    },
    /// Everything that is left is paid back, put on the shelf and closed.
    Cancel {
        /// The order.
        order_id: i64,
    },
    /// One unit of the first line is taken off.
    EditOut {
        /// The order.
        order_id: i64,
    },
    /// Everything that is owed leaves.
    Ship {
        /// The order.
        order_id: i64,
    },
    /// The last parcel is cancelled: its units are owed again.
    CancelParcel {
        /// The order.
        order_id: i64,
    },
    /// The order disappears; only an event tells.
    DeleteOrder {
        /// The order.
        order_id: i64,
    },
    /// A product goes with its variants; lines keep what they show, their links are null.
    DeleteProduct {
        /// The product.
        product_id: i64,
    },
    /// A level's `available` is set.
    SetStock {
        /// The variant's place in the catalogue, from 0.
        variant: usize,
        /// Units for sale; may be negative.
        available: i64,
    },
    /// The first customer's orders go to the second; the first one's id reads as null.
    MergeCustomers {
        /// Who goes.
        from: i64,
        /// Who stays.
        into: i64,
    },
}

impl World {
    /// Pays units of lines back, by line and units, with goodwill on top.
    pub(crate) fn refund(&mut self, index: usize, units: &[(usize, i64)], goodwill: Cents) {
        let order = &self.orders[index];
        let free = order.cancelled.is_some() || order.deleted;
        if free || (goodwill == Cents::ZERO && units.iter().all(|(_, count)| *count == 0)) {
            return;
        }
        self.pay_back(index, units, goodwill, false);
        self.touch(index);
    }

    fn pay_back(&mut self, index: usize, units: &[(usize, i64)], goodwill: Cents, shipping: bool) {
        let (mut lines, mut sales) = (Vec::new(), Vec::new());
        for (place, count) in units.iter().filter(|(_, count)| *count > 0) {
            let (line, sale) = self.give_back(index, *place, *count);
            lines.push(line);
            sales.push(sale);
        }
        let order = &self.orders[index];
        let (back, back_tax) = if shipping {
            (order.shipping, order.shipping_tax)
        } else {
            (Cents::ZERO, Cents::ZERO)
        };
        if back.0 > 0 {
            sales.push(Sale::shipping("RETURN", -(back + back_tax), -back_tax));
            self.journal(
                index,
                Entry::Shipping,
                Posting {
                    tax: -back_tax,
                    ..Posting::of(0, -back)
                },
            );
        }
        if goodwill.0 > 0 {
            sales.push(Sale {
                kind: "ADJUSTMENT",
                ..Sale::shipping("RETURN", -goodwill, Cents::ZERO)
            });
            self.journal(index, Entry::Goodwill, Posting::of(0, goodwill));
        }
        self.agree(index, "REFUND", sales);
        let (id, payment, now) = (self.next_id(), self.next_id(), self.now);
        let order = &mut self.orders[index];
        let refund = Refund {
            id,
            at: now,
            lines,
            shipping: back,
            shipping_tax: back_tax,
            goodwill,
            transaction: order.transactions.len(),
        };
        let amount = refund.total();
        order.transactions.push(Transaction {
            id: payment,
            kind: "REFUND",
            at: now,
            amount,
        });
        order.refunds.push(refund);
        let place = order.refunds.len() - 1;
        self.refunds.insert(id, (index, place));
        self.journal(index, Entry::PaidOut, Posting::of(0, amount));
        self.tell(Change::Refunded(index, place));
    }

    fn give_back(&mut self, index: usize, place: usize, count: i64) -> (RefundLine, Sale) {
        let id = self.next_id();
        let line = &mut self.orders[index].lines[place];
        let from = line.removed + line.refunded;
        let to = from + count;
        let subtotal = line.share(line.gross(), from, to) - line.share(line.discount, from, to);
        let (discount, tax) = (
            line.share(line.discount, from, to),
            line.share(line.tax, from, to),
        );
        let unsent = (line.current() - line.shipped).clamp(0, count);
        line.refunded += count;
        let (level, variant, ships) = (line.level, line.variant, line.ships);
        if ships {
            self.move_stock(level, count, -unsent);
        }
        let posting = Posting {
            variant,
            tax: -tax,
            ..Posting::of(count, subtotal)
        };
        let gift = Posting::of(0, -subtotal);
        self.journal(
            index,
            if ships {
                Entry::Returned
            } else {
                Entry::GiftCard
            },
            if ships { posting } else { gift },
        );
        let sale = Sale {
            id: 0,
            action: "RETURN",
            kind: if ships { "PRODUCT" } else { "GIFT_CARD" },
            line: Some(place),
            quantity: Some(-count),
            total: -(subtotal + tax),
            tax: -tax,
            discount: -discount,
        };
        let line = RefundLine {
            id,
            line: place,
            quantity: count,
            subtotal,
            tax,
            restocked: ships,
        };
        (line, sale)
    }

    /// Pays everything back and closes the order, unless it has left.
    pub(crate) fn cancel(&mut self, index: usize) {
        let order = &self.orders[index];
        if order.cancelled.is_some() || order.deleted || !order.fulfillments.is_empty() {
            return;
        }
        let units: Vec<(usize, i64)> = order
            .lines
            .iter()
            .map(super::entity::Line::current)
            .enumerate()
            .collect();
        self.pay_back(index, &units, Cents::ZERO, true);
        let now = self.now;
        let order = &mut self.orders[index];
        (order.cancelled, order.closed) = (Some(now), Some(now));
        self.journal(index, Entry::Cancelled, Posting::of(0, Cents::ZERO));
        self.touch(index);
    }

    /// Takes one unit off the first line; the money stays until somebody pays it back.
    pub(crate) fn take_off(&mut self, index: usize) {
        let order = &mut self.orders[index];
        let line = &mut order.lines[0];
        if order.cancelled.is_some()
            || order.deleted
            || line.current() - line.shipped < 1
            || line.quantity < 2
        {
            return;
        }
        let from = line.removed + line.refunded;
        let share = |amount| line.share(amount, from, from + 1);
        let (gross, discount, tax) = (share(line.gross()), share(line.discount), share(line.tax));
        let sale = Sale {
            id: 0,
            action: "UPDATE",
            kind: "PRODUCT",
            line: Some(0),
            quantity: Some(-1),
            total: -(gross - discount + tax),
            tax: -tax,
            discount: -discount,
        };
        let (level, variant) = (line.level, line.variant);
        line.removed += 1;
        order.edited = true;
        self.move_stock(level, 1, -1);
        self.journal(
            index,
            Entry::Returned,
            Posting {
                variant,
                tax: -tax,
                ..Posting::of(1, gross - discount)
            },
        );
        self.agree(index, "ORDER_EDIT", vec![sale]);
        self.touch(index);
    }

    /// Cancels the last parcel that is on its way; the units are owed again.
    fn call_back(&mut self, index: usize) {
        let now = self.now;
        let order = &mut self.orders[index];
        let Some(place) = order
            .fulfillments
            .iter()
            .rposition(|parcel| !parcel.cancelled)
        else {
            return;
        };
        let parcel = &mut order.fulfillments[place];
        (parcel.cancelled, parcel.updated, order.closed) = (true, now, None);
        let lines = parcel.lines.clone();
        for (at, units) in lines {
            let line = &mut self.orders[index].lines[at];
            line.shipped -= units;
            let (level, variant) = (line.level, line.variant);
            self.move_stock(level, 0, units);
            let posting = Posting {
                variant,
                ..Posting::of(-units, Cents::ZERO)
            };
            self.journal(index, Entry::Shipped, posting);
        }
        self.tell(Change::ShipmentUpdated(index, place));
        self.touch(index);
    }

    /// Changes something by hand, now.
    ///
    /// # Errors
    /// [`Error::Record`] when the record does not exist or does not allow the change.
    pub fn mutate(&mut self, mutation: Mutation) -> Result<()> {
        match mutation {
            Mutation::PlaceOrder { variant, units } => {
                let known = variant < self.variants.len() && units > 0;
                known
                    .then_some(())
                    .ok_or_else(|| missing("variant", variant as i64))?;
                // By hand comes after everything planned, and must not take a planned order's number.
                let ordinal = 10_000_000 + self.orders.len() as u64;
                self.place((ordinal, None), &[(variant, units)], None);
                self.book_order(self.orders.len() - 1);
            }
            Mutation::Refund {
                order_id,
                units,
                goodwill,
            } => {
                let order = self.order_index(order_id)?;
                let count = units.clamp(0, self.orders[order].lines[0].current());
                self.refund(order, &[(0, count)], Cents(goodwill));
            }
            Mutation::Cancel { order_id } => self.cancel(self.order_index(order_id)?),
            Mutation::EditOut { order_id } => self.take_off(self.order_index(order_id)?),
            Mutation::Ship { order_id } => self.ship(self.order_index(order_id)?, false),
            Mutation::CancelParcel { order_id } => self.call_back(self.order_index(order_id)?),
            Mutation::DeleteOrder { order_id } => {
                let order = self.order_index(order_id)?;
                self.orders[order].deleted = true;
                self.destroyed.push(Destroyed {
                    at: self.now,
                    kind: "Order",
                    subject: order_id,
                });
                self.tell(Change::OrderDeleted(order));
            }
            Mutation::DeleteProduct { product_id } => self.delete_product(product_id)?,
            Mutation::SetStock { variant, available } => {
                let there = self
                    .levels
                    .get(variant * 2)
                    .ok_or_else(|| missing("variant", variant as i64))?
                    .available;
                self.move_stock(variant * 2, available - there, 0);
            }
            Mutation::MergeCustomers { from, into } => self.merge(from, into)?,
        }
        Ok(())
    }

    fn order_index(&self, id: i64) -> Result<usize> {
        let found = index_of(id, ORDER, 1)
            .filter(|index| self.orders.get(*index).is_some_and(|order| !order.deleted));
        found.ok_or_else(|| missing("order", id))
    }

    fn delete_product(&mut self, id: i64) -> Result<()> {
        let index = index_of(id, PRODUCT, 1).filter(|index| *index < self.products.len());
        let index = index.ok_or_else(|| missing("product", id))?;
        self.products[index].deleted = true;
        for variant in self
            .variants
            .iter_mut()
            .filter(|variant| variant.product == index)
        {
            variant.deleted = true;
        }
        self.destroyed.push(Destroyed {
            at: self.now,
            kind: "Product",
            subject: id,
        });
        self.tell(Change::ProductDeleted(index));
        Ok(())
    }

    fn merge(&mut self, from: i64, into: i64) -> Result<()> {
        let find = |id: i64| {
            let place = self
                .customers
                .iter()
                .position(|customer| customer.id == id && !customer.gone);
            place.ok_or_else(|| missing("customer", id))
        };
        let (from, into) = (find(from)?, find(into)?);
        let now = self.now;
        self.customers[from].gone = true;
        // The survivor's count and last order stay behind, as recorded.
        self.customers[into].updated = now;
        let buyer = self.customers[from].buyer;
        self.buyers.insert(buyer, into);
        for order in &mut self.orders {
            if order.customer == Some(from) {
                (order.customer, order.updated) = (Some(into), now);
            }
        }
        self.tell(Change::Merged { from, into });
        Ok(())
    }
}

fn missing(kind: &'static str, id: i64) -> Error {
    Error::Record {
        kind,
        id,
        reason: "there is none",
    }
}
