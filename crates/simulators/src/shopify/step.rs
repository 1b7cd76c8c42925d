//! What happens: orders are placed, shipped, delivered, paid back, cancelled and edited; goods arrive.

use super::catalog;
use super::config::{DAY, PlantKind};
use super::entity::{Agreement, CUSTOMER, Customer, Fulfillment, Line, Order, Sale, Transaction};
use super::ledger::{Entry, Posting};
use super::plan::{Fate, PlannedOrder, Segment};
use super::world::{Change, Task, World};
use crate::dice::Dice;
use crate::{Cents, Stamp};

const HOUR: i64 = 3_600;

impl World {
    pub(crate) fn act(&mut self, task: Task) {
        match task {
            Task::Day => self.begin_day(),
            Task::Place(plan) => self.place_planned(&plan),
            Task::Ship { order, split } => self.ship(order, split),
            Task::Transit { order, parcel } => self.parcel_moves(order, parcel, false),
            Task::Deliver { order, parcel } => self.parcel_moves(order, parcel, true),
            Task::Refund { order, goodwill } => {
                let units = self.orders[order].lines[0].current().clamp(0, 1);
                self.refund(order, &[(0, units)], Cents(goodwill));
            }
            Task::Cancel { order } => self.cancel(order),
            Task::Edit { order } => self.take_off(order),
            Task::Arrive { level, units } => {
                self.levels[level].incoming -= units;
                self.move_stock(level, units, 0);
            }
        }
    }

    fn place_planned(&mut self, plan: &PlannedOrder) {
        let mut dice = Dice::new(plan.seed, 1);
        let basket = self.fill(plan.segment, &mut dice);
        let order = self.orders.len();
        let customer = plan.buyer.map(|buyer| self.buyer(buyer));
        let code = dice.chance(1_500).then_some(("SPEED10", 10));
        self.place((plan.ordinal, customer), &basket, code);
        self.orders[order].test = dice.chance(40);
        if dice.chance(400) {
            self.orders[order].presented = Some(("USD", 7_200));
        }
        self.book_order(order);
        let split = plan.split;
        self.after(plan.at.plus(plan.ships_after), Task::Ship { order, split });
        let wave = self.config.has(PlantKind::ReturnWave, plan.at)
            && basket.iter().any(|(variant, _)| (8..12).contains(variant))
            && dice.chance(3_300);
        match plan.fate {
            Fate::Refunded { days, goodwill } => {
                self.after(plan.at.plus(days * DAY), Task::Refund { order, goodwill });
            }
            Fate::Cancelled { hours } => {
                self.after(plan.at.plus(hours * HOUR), Task::Cancel { order })
            }
            Fate::Edited { hours } => self.after(plan.at.plus(hours * HOUR), Task::Edit { order }),
            Fate::Kept if wave => {
                self.after(plan.at.plus(9 * DAY), Task::Refund { order, goodwill: 0 })
            }
            Fate::Kept => {}
        }
    }

    /// What a buyer of a segment takes, as far as it is there.
    fn fill(&self, segment: Segment, dice: &mut Dice) -> Vec<(usize, i64)> {
        let card = catalog::gift_card(self.config.products);
        let weights: Vec<u32> = (0..card).map(catalog::weight).collect();
        let lines = 1 + dice.weighted(match segment {
            Segment::ProfessionalShop => &[30, 35, 25, 10],
            Segment::FirstTimeBuilder => &[80, 20, 0, 0],
            _ => &[50, 33, 12, 5],
        });
        let mut basket: Vec<(usize, i64)> = Vec::new();
        for _ in 0..lines {
            let dearer = matches!(
                segment,
                Segment::ProfessionalShop | Segment::EnthusiastCollector
            );
            let (a, b) = (dice.weighted(&weights), dice.weighted(&weights));
            let racer = segment == Segment::RacingEnthusiast && !self.fast(a) && self.fast(b);
            let swap = racer || (dearer && self.variants[b].price > self.variants[a].price);
            let wanted = if swap { b } else { a };
            let units = if segment == Segment::ProfessionalShop {
                dice.between(1, 4)
            } else {
                dice.between(1, 9) / 8 + 1
            };
            let takes = |index: &usize| self.may_take(*index, units);
            let chosen = (0..card)
                .map(|step| (wanted + step) % card)
                .find(takes)
                .unwrap_or(wanted);
            if basket.iter().all(|(there, _)| *there != chosen) {
                basket.push((chosen, units));
            }
        }
        if dice.chance(100) {
            basket.push((card, 1));
        }
        basket
    }

    fn fast(&self, variant: usize) -> bool {
        self.products[self.variants[variant].product]
            .tags
            .iter()
            .any(|tag| tag == "performance")
    }

    fn may_take(&self, index: usize, units: i64) -> bool {
        let variant = &self.variants[index];
        let sold = !variant.deleted && self.products[variant.product].status == "ACTIVE";
        sold && (variant.continues
            || self.levels[index * 2..index * 2 + 2]
                .iter()
                .any(|level| level.available >= units))
    }

    /// The customer of a buyer, who comes into being with the first order.
    pub(crate) fn buyer(&mut self, buyer: u32) -> usize {
        if let Some(known) = self.buyers.get(&buyer) {
            return *known;
        }
        let index = self.customers.len();
        self.customers.push(Customer {
            id: CUSTOMER + i64::from(buyer),
            buyer,
            created: self.now.plus(-100),
            updated: self.now,
            orders: 0,
            spent: Cents::ZERO,
            last_order: None,
            gone: false,
        });
        self.buyers.insert(buyer, index);
        self.tell(Change::Customer(index));
        index
    }

    /// Writes an order down; [`Self::book_order`] books it once everything about it is known.
    pub(crate) fn place(
        &mut self,
        (ordinal, customer): (u64, Option<usize>),
        basket: &[(usize, i64)],
        code: Option<(&'static str, i64)>,
    ) {
        let card = catalog::gift_card(self.config.products);
        let rate = self.config.tax_basis_points;
        let lines: Vec<Line> = basket
            .iter()
            .map(|(variant, quantity)| {
                let price = self.variants[*variant].price;
                let gross = Cents(price.0 * quantity);
                let discount = code
                    .filter(|_| *variant != card)
                    .map_or(Cents::ZERO, |(_, percent)| gross.portion(percent * 100));
                let id = self.next_id();
                let enough = |level: &usize| self.levels[*level].available >= *quantity;
                Line {
                    id,
                    variant: *variant,
                    level: [variant * 2, variant * 2 + 1]
                        .into_iter()
                        .find(enough)
                        .unwrap_or(variant * 2),
                    ships: *variant != card,
                    quantity: *quantity,
                    removed: 0,
                    refunded: 0,
                    shipped: 0,
                    price,
                    discount,
                    tax: if *variant == card {
                        Cents::ZERO
                    } else {
                        (gross - discount).portion(rate)
                    },
                }
            })
            .collect();
        let goods: Cents = lines.iter().map(|line| line.gross() - line.discount).sum();
        let shipping = if goods.0 < 20_000 {
            Cents(1_500)
        } else {
            Cents::ZERO
        };
        self.orders.push(Order {
            ordinal,
            created: self.now,
            updated: self.now,
            closed: None,
            cancelled: None,
            test: false,
            edited: false,
            deleted: false,
            customer,
            lines,
            code,
            shipping,
            shipping_tax: shipping.portion(rate),
            refunds: Vec::new(),
            fulfillments: Vec::new(),
            transactions: Vec::new(),
            agreements: Vec::new(),
            presented: None,
        });
    }

    /// Money, stock and ledger of an order that was just written down.
    pub(crate) fn book_order(&mut self, index: usize) {
        let (at, id) = (self.now, self.next_id());
        let total = self.orders[index].total();
        let mut sales = Vec::new();
        self.journal(index, Entry::Ordered, Posting::of(0, Cents::ZERO));
        self.journal(index, Entry::PaidIn, Posting::of(0, total));
        for place in 0..self.orders[index].lines.len() {
            let line = &self.orders[index].lines[place];
            let (level, units, ships, variant) =
                (line.level, line.quantity, line.ships, line.variant);
            let (gross, discount, tax) = (line.gross(), line.discount, line.tax);
            sales.push(Sale {
                id: 0,
                action: "ORDER",
                kind: if ships { "PRODUCT" } else { "GIFT_CARD" },
                line: Some(place),
                quantity: Some(units),
                total: gross - discount + tax,
                tax,
                discount,
            });
            let entry = if ships { Entry::Sold } else { Entry::GiftCard };
            let posting = Posting {
                variant,
                discount,
                tax,
                ..Posting::of(units, gross)
            };
            self.journal(index, entry, posting);
            if ships {
                self.move_stock(level, -units, units);
            }
        }
        let order = &self.orders[index];
        let (shipping, shipping_tax, customer) =
            (order.shipping, order.shipping_tax, order.customer);
        if shipping.0 > 0 {
            sales.push(Sale::shipping(
                "ORDER",
                shipping + shipping_tax,
                shipping_tax,
            ));
            self.journal(
                index,
                Entry::Shipping,
                Posting {
                    tax: shipping_tax,
                    ..Posting::of(0, shipping)
                },
            );
        }
        self.agree(index, "ORDER", sales);
        self.orders[index].transactions.push(Transaction {
            id,
            kind: "SALE",
            at,
            amount: total,
        });
        if let Some(customer) = customer {
            let buyer = &mut self.customers[customer];
            (buyer.orders, buyer.updated, buyer.last_order) = (buyer.orders + 1, at, Some(index));
            buyer.spent += total;
        }
        self.tell(Change::OrderCreated(index));
    }

    pub(crate) fn journal(&mut self, order: usize, entry: Entry, posting: Posting) {
        if !self.orders[order].test {
            self.journal.push(Posting {
                at: self.now,
                entry,
                order,
                ..posting
            });
        }
    }

    pub(crate) fn agree(&mut self, order: usize, reason: &'static str, mut sales: Vec<Sale>) {
        for sale in &mut sales {
            sale.id = self.next_id();
        }
        let (id, at) = (self.next_id(), self.now);
        self.orders[order].agreements.push(Agreement {
            id,
            at,
            reason,
            sales,
        });
    }

    /// Moves stock of a level; its time and the variant's follow.
    pub(crate) fn move_stock(&mut self, level: usize, available: i64, committed: i64) {
        let now = self.now;
        let place = &mut self.levels[level];
        place.available += available;
        place.committed += committed;
        place.updated = now;
        if available != 0 {
            place.counted = Some(now);
        }
        self.variants[level / 2].updated = now;
        self.tell(Change::Stock(level));
    }

    pub(crate) fn touch(&mut self, order: usize) {
        self.orders[order].updated = self.now;
        self.tell(Change::OrderUpdated(order));
    }

    /// Sends what is owed; of a split order one unit stays for the next day.
    pub(crate) fn ship(&mut self, index: usize, split: bool) {
        let order = &self.orders[index];
        let owed = order.owed();
        if order.cancelled.is_some() || order.deleted || owed == 0 {
            return;
        }
        let holds = split && owed > 1;
        let mut left = if holds { owed - 1 } else { owed };
        let mut lines = Vec::new();
        for (place, line) in order
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.ships)
        {
            let units = (line.current() - line.shipped).clamp(0, left);
            left -= units;
            if units > 0 {
                lines.push((place, units));
            }
        }
        let parcel = order.fulfillments.len();
        let (id, now) = (self.next_id(), self.now);
        for (place, units) in &lines {
            let line = &mut self.orders[index].lines[*place];
            line.shipped += units;
            let (level, variant) = (line.level, line.variant);
            self.move_stock(level, 0, -units);
            self.journal(
                index,
                Entry::Shipped,
                Posting {
                    variant,
                    ..Posting::of(*units, Cents::ZERO)
                },
            );
        }
        let order = &mut self.orders[index];
        order.fulfillments.push(Fulfillment {
            id,
            created: now,
            updated: now,
            in_transit: None,
            delivered: None,
            cancelled: false,
            lines,
        });
        if !holds {
            order.closed = Some(now);
        }
        self.parcels.insert(id, (index, parcel));
        self.carry((index, parcel), id);
        if holds {
            self.after(
                now.plus(DAY),
                Task::Ship {
                    order: index,
                    split: false,
                },
            );
        }
        self.tell(Change::Shipped(index, parcel));
        self.touch(index);
    }

    /// What the carrier will do with a parcel.
    fn carry(&mut self, (index, parcel): (usize, usize), id: i64) {
        let now = self.now;
        let mut dice = Dice::new(self.config.seed, id.unsigned_abs());
        self.after(
            now.plus(dice.between(5, 30) * HOUR),
            Task::Transit {
                order: index,
                parcel,
            },
        );
        self.after(
            now.plus(dice.between(40, 120) * HOUR),
            Task::Deliver {
                order: index,
                parcel,
            },
        );
    }

    /// A carrier's news changes the parcel, not the order's time of change.
    fn parcel_moves(&mut self, order: usize, parcel: usize, delivered: bool) {
        let now = self.now;
        let moved = &mut self.orders[order].fulfillments[parcel];
        if moved.cancelled {
            return;
        }
        let slot = if delivered {
            &mut moved.delivered
        } else {
            &mut moved.in_transit
        };
        *slot = Some(now);
        moved.updated = now;
        self.tell(Change::ShipmentUpdated(order, parcel));
    }

    /// Orders more of what runs low, but for what the planted stock-outs starve.
    pub(crate) fn reorder(&mut self) {
        let (now, starving) = (
            self.now,
            self.config
                .has(PlantKind::StockOuts, self.now.plus(75 * DAY)),
        );
        let starved = catalog::starved(self.config.products).len();
        for variant in 0..catalog::gift_card(self.config.products) {
            let level = &self.levels[variant * 2];
            let low = level.available + level.incoming < 14;
            if !low || (starving && variant < starved) || self.variants[variant].deleted {
                continue;
            }
            let mut dice = Dice::new(
                self.config.seed,
                now.0.unsigned_abs() ^ ((variant as u64) << 40),
            );
            let units = dice.between(25, 60);
            self.levels[variant * 2].incoming += units;
            let arrives = now.plus(dice.between(3, 12) * DAY + 9 * HOUR);
            self.after(
                arrives,
                Task::Arrive {
                    level: variant * 2,
                    units,
                },
            );
        }
    }
}

impl Posting {
    pub(crate) fn of(units: i64, amount: Cents) -> Self {
        Self {
            at: Stamp(0),
            entry: Entry::Ordered,
            order: 0,
            variant: 0,
            units,
            amount,
            discount: Cents::ZERO,
            tax: Cents::ZERO,
        }
    }
}

impl Sale {
    pub(crate) fn shipping(action: &'static str, total: Cents, tax: Cents) -> Self {
        Self {
            id: 0,
            action,
            kind: "SHIPPING",
            line: None,
            quantity: None,
            total,
            tax,
            discount: Cents::ZERO,
        }
    }
}
