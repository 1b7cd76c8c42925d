//! The store itself: its records, what is still to happen, and its journal.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::catalog;
use super::config::{DAY, PlantedTruth, WorldConfig};
use super::entity::{Customer, Level, Order, Product, Variant};
use super::ledger::Posting;
use super::plan::{self, PlannedOrder};
use crate::{Error, Result, Stamp};

/// Something that will happen.
#[derive(Debug)]
pub(crate) enum Task {
    Day,
    Place(Box<PlannedOrder>),
    Ship { order: usize, split: bool },
    Transit { order: usize, parcel: usize },
    Deliver { order: usize, parcel: usize },
    Refund { order: usize, goodwill: i64 },
    Cancel { order: usize },
    Edit { order: usize },
    Arrive { level: usize, units: i64 },
}

#[derive(Debug)]
pub(crate) struct Due {
    at: Stamp,
    turn: u64,
    task: Task,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Due {}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Due {
    /// The heap gives its greatest first: the earliest is the greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.turn).cmp(&(self.at, self.turn))
    }
}

/// What webhooks tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    OrderCreated(usize),
    OrderUpdated(usize),
    OrderDeleted(usize),
    Refunded(usize, usize),
    Shipped(usize, usize),
    ShipmentUpdated(usize, usize),
    Stock(usize),
    ProductDeleted(usize),
    Customer(usize),
    Merged { from: usize, into: usize },
}

/// A record that was destroyed, as the list of events shows it.
#[derive(Debug)]
pub(crate) struct Destroyed {
    pub(crate) at: Stamp,
    pub(crate) kind: &'static str,
    pub(crate) subject: i64,
}

/// A seeded store. The same configuration gives the same store.
#[derive(Debug)]
pub struct World {
    pub(crate) config: WorldConfig,
    pub(crate) zone: TimeZone,
    pub(crate) now: Stamp,
    pub(crate) products: Vec<Product>,
    pub(crate) variants: Vec<Variant>,
    pub(crate) levels: Vec<Level>,
    pub(crate) customers: Vec<Customer>,
    pub(crate) buyers: BTreeMap<u32, usize>,
    pub(crate) orders: Vec<Order>,
    pub(crate) journal: Vec<Posting>,
    /// What happened since history ended.
    pub(crate) changes: Vec<(Stamp, Change)>,
    pub(crate) destroyed: Vec<Destroyed>,
    /// Order and place of every refund and parcel, by id.
    pub(crate) refunds: BTreeMap<i64, (usize, usize)>,
    pub(crate) parcels: BTreeMap<i64, (usize, usize)>,
    agenda: BinaryHeap<Due>,
    turn: u64,
    date: Date,
    ordinal: u64,
    last_id: i64,
    telling: bool,
}

impl World {
    /// Lives through the whole history of a configuration.
    ///
    /// # Errors
    /// [`Error::TimeZone`] when its zone is not in the database.
    pub fn generate(config: WorldConfig) -> Result<Self> {
        let zone = TimeZone::get(&config.timezone).map_err(|source| Error::TimeZone {
            shop_id: config.shop_id,
            zone: config.timezone.clone(),
            source,
        })?;
        let begins = config.start.plus(-i64::from(config.history_days) * DAY);
        let date = begins.date_in(&zone);
        let (products, variants, levels) = catalog::goods(&config);
        let start = config.start;
        let mut world = Self {
            config,
            zone,
            now: begins,
            products,
            variants,
            levels,
            customers: Vec::new(),
            buyers: BTreeMap::new(),
            orders: Vec::new(),
            journal: Vec::new(),
            changes: Vec::new(),
            destroyed: Vec::new(),
            refunds: BTreeMap::new(),
            parcels: BTreeMap::new(),
            agenda: BinaryHeap::new(),
            turn: 0,
            date,
            ordinal: 0,
            last_id: 8_800_000_000_000,
            telling: false,
        };
        let first = Stamp::local(&world.zone, date.at(0, 0, 0, 0));
        world.after(first, Task::Day);
        world.advance(start);
        world.telling = true;
        Ok(world)
    }

    /// Where the store's time stands.
    #[must_use]
    pub fn now(&self) -> Stamp {
        self.now
    }

    /// The permanent domain.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.config.domain
    }

    /// What was planted.
    #[must_use]
    pub fn planted_truths(&self) -> Vec<PlantedTruth> {
        self.config.planted_truths()
    }

    /// The books.
    #[must_use]
    pub fn ledger(&self) -> super::ledger::Ledger {
        super::ledger::Ledger::of(self)
    }

    /// Lets everything happen that is due until an instant.
    pub fn advance(&mut self, to: Stamp) {
        while self.agenda.peek().is_some_and(|due| due.at <= to) {
            let Some(due) = self.agenda.pop() else { break };
            self.now = self.now.max(due.at);
            self.act(due.task);
        }
        self.now = self.now.max(to);
    }

    pub(crate) fn after(&mut self, at: Stamp, task: Task) {
        self.turn += 1;
        let turn = self.turn;
        self.agenda.push(Due { at, turn, task });
    }

    pub(crate) fn next_id(&mut self) -> i64 {
        self.last_id += 7;
        self.last_id
    }

    pub(crate) fn tell(&mut self, change: Change) {
        if self.telling {
            self.changes.push((self.now, change));
        }
    }

    /// Reorders what runs low, and plans the orders of the day that begins.
    pub(crate) fn begin_day(&mut self) {
        self.reorder();
        let orders = plan::day(&self.config, &self.zone, self.date, self.ordinal);
        self.ordinal += orders.len() as u64;
        for order in orders {
            // History does not begin in the middle of a day: its first day is whole.
            self.after(order.at, Task::Place(Box::new(order)));
        }
        self.date = self.date.tomorrow().unwrap_or(self.date);
        let next = Stamp::local(&self.zone, self.date.at(0, 0, 0, 0));
        self.after(next, Task::Day);
    }

    pub(crate) fn stock(&self, variant: usize) -> i64 {
        self.levels[variant * 2].available + self.levels[variant * 2 + 1].available
    }
}
