//! The vendor's database: everything that is true at one instant of simulated time.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::arrivals::Calendar;
use super::config::{PlantedLeak, WorldConfig};
use super::entity::{Appointment, Customer, Employee, Order, Shop, Status, Vehicle};
use super::plan::{Birth, Place, plan};
use super::roster::{self, CostRate};
use super::step::{Step, apply};
use crate::{Result, Stamp};

/// A seeded, stateful world. Time passes by [`World::advance`] only; the same recipe and the same
/// instant give the same state, whatever the steps in between.
#[derive(Debug)]
pub struct World {
    pub(crate) now: Stamp,
    pub(crate) shops: Vec<Shop>,
    pub(crate) employees: Vec<Employee>,
    pub(crate) customers: Vec<Customer>,
    pub(crate) vehicles: Vec<Vehicle>,
    pub(crate) appointments: Vec<Appointment>,
    /// Sorted by id.
    pub(crate) slots: Vec<Slot>,
    /// Orders by the instant of their next planned step.
    due: BinaryHeap<Reverse<(Stamp, i64)>>,
    /// Grows with every change, so that a list may be remembered while it stays.
    pub(crate) version: u64,
    /// Line ids of changes made by hand.
    pub(crate) next_hand_id: i64,
    /// The recipe; `None` for a world of given entities, in which nothing happens by itself.
    pub(crate) recipe: Option<Recipe>,
}

/// What a generated world goes on from.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) config: WorldConfig,
    pub(crate) calendar: Calendar,
}

/// One order and what lists ask of it.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) id: i64,
    pub(crate) head: Head,
    birth: Option<Birth>,
    body: Body,
}

/// The fields of an order that lists filter and sort by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) shop_id: i64,
    pub(crate) number: i64,
    pub(crate) status: Status,
    pub(crate) customer_id: i64,
    pub(crate) vehicle_id: Option<i64>,
    pub(crate) created_at: Stamp,
    pub(crate) updated_at: Option<Stamp>,
    pub(crate) posted_at: Option<Stamp>,
    pub(crate) deleted_at: Option<Stamp>,
}

impl Head {
    fn of(order: &Order) -> Self {
        Self {
            shop_id: order.shop_id,
            number: order.number,
            status: order.status,
            customer_id: order.customer_id,
            vehicle_id: order.vehicle_id,
            created_at: order.created_at,
            updated_at: order.updated_at,
            posted_at: order.posted_at,
            deleted_at: order.deleted_at,
        }
    }
}

#[derive(Debug)]
enum Body {
    /// In memory, with the planned steps that are still to come, the next one last.
    Held {
        order: Box<Order>,
        to_come: Vec<(Stamp, Step)>,
    },
    /// Rebuilt from its birth whenever it is read.
    Seeded,
}

impl World {
    /// Builds a world and lets it live through its history up to the recipe's start.
    ///
    /// # Errors
    /// When a shop's time zone is unknown.
    pub fn generate(config: WorldConfig) -> Result<Self> {
        let shops: Vec<Shop> = config
            .shops
            .iter()
            .map(roster::shop)
            .collect::<Result<_>>()?;
        let employees = (0..shops.len())
            .flat_map(|index| roster::employees(&config, index))
            .collect();
        let start = config.start;
        let opens = start.plus(-i64::from(config.history_days) * super::config::DAY);
        let mut world = Self::empty(opens);
        world.shops = shops;
        world.employees = employees;
        let mut calendar = Calendar::new(&config, &world.shops, opens);
        calendar.settle_first_customers(&config, &mut world, opens);
        world.recipe = Some(Recipe { config, calendar });
        world.advance(start);
        Ok(world)
    }

    /// A world in which there is nothing yet.
    pub(crate) fn empty(now: Stamp) -> Self {
        Self {
            now,
            shops: Vec::new(),
            employees: Vec::new(),
            customers: Vec::new(),
            vehicles: Vec::new(),
            appointments: Vec::new(),
            slots: Vec::new(),
            due: BinaryHeap::new(),
            version: 0,
            next_hand_id: 0,
            recipe: None,
        }
    }

    /// The simulated instant.
    #[must_use]
    pub fn now(&self) -> Stamp {
        self.now
    }

    /// Lets life go on until `to`: new orders, decisions, postings, late edits, deletions, new
    /// customers, leavers. Going back in time does nothing.
    pub fn advance(&mut self, to: Stamp) {
        if to <= self.now {
            return;
        }
        if let Some(mut recipe) = self.recipe.take() {
            recipe.calendar.play(&recipe.config, self, to);
            self.recipe = Some(recipe);
        }
        let someone_moved = self
            .employees
            .iter()
            .any(|person| person.is_listed(self.now) != person.is_listed(to));
        self.version += u64::from(someone_moved);
        self.now = to;
        while let Some(Reverse((at, id))) = self.due.peek().copied() {
            if at > to {
                break;
            }
            self.due.pop();
            self.version += 1;
            if let Some(index) = self.slot_index(id) {
                self.catch_up(index);
            }
        }
    }

    /// The vendor's pay figures to be entered by hand, since the API has none (B-11).
    #[must_use]
    pub fn cost_rates(&self) -> Vec<CostRate> {
        self.recipe
            .as_ref()
            .map(|recipe| roster::cost_rates(&recipe.config))
            .unwrap_or_default()
    }

    /// The margin leaks that were planted, for the demo's story.
    #[must_use]
    pub fn planted_leaks(&self) -> Vec<PlantedLeak> {
        self.recipe
            .as_ref()
            .map(|recipe| recipe.config.planted_leaks())
            .unwrap_or_default()
    }

    /// The vendor ids of a shop's orders, ascending, deleted ones too.
    #[must_use]
    pub fn order_ids(&self, shop_id: i64) -> Vec<i64> {
        self.slots
            .iter()
            .filter(|slot| slot.head.shop_id == shop_id)
            .map(|slot| slot.id)
            .collect()
    }

    /// How many orders there are, deleted ones included.
    #[must_use]
    pub fn order_count(&self) -> usize {
        self.slots.len()
    }

    /// An order as the API would print it now.
    #[must_use]
    pub fn order_json(&self, order_id: i64) -> Option<serde_json::Value> {
        let order = self.order(self.slot_index(order_id)?);
        serde_json::to_value(super::view::OrderView::of(&order)).ok()
    }

    pub(crate) fn slot_index(&self, id: i64) -> Option<usize> {
        self.slots.binary_search_by_key(&id, |slot| slot.id).ok()
    }

    /// The order in a slot; rebuilt when it is not held.
    pub(crate) fn order(&self, index: usize) -> Cow<'_, Order> {
        let slot = &self.slots[index];
        match (&slot.body, slot.birth) {
            (Body::Held { order, .. }, _) => Cow::Borrowed(order),
            (Body::Seeded, Some(birth)) => Cow::Owned(self.rebuild(birth).0),
            (Body::Seeded, None) => unreachable!("an order without birth is always held"),
        }
    }

    /// Takes a new order in; its steps up to now (or `upto`, while a history is played) are done.
    pub(crate) fn be_born(&mut self, recipe: &WorldConfig, birth: Birth, upto: Stamp) {
        let (order, to_come) = self.live(recipe, birth, upto);
        let head = Head::of(&order);
        if let Some((at, _)) = to_come.last() {
            self.due.push(Reverse((*at, order.id)));
        }
        let id = order.id;
        let body = match recipe.compact {
            true => Body::Seeded,
            false => Body::Held {
                order: Box::new(order),
                to_come,
            },
        };
        self.slots.push(Slot {
            id,
            head,
            birth: Some(birth),
            body,
        });
        self.version += 1;
    }

    /// Puts an order in that has no planned life; replaces one of the same id.
    pub(crate) fn place_order(&mut self, order: Order) {
        let (id, head) = (order.id, Head::of(&order));
        let body = Body::Held {
            order: Box::new(order),
            to_come: Vec::new(),
        };
        let slot = Slot {
            id,
            head,
            birth: None,
            body,
        };
        match self.slots.binary_search_by_key(&id, |slot| slot.id) {
            Ok(index) => self.slots[index] = slot,
            Err(index) => self.slots.insert(index, slot),
        }
        self.version += 1;
    }

    /// Changes an order by hand, now. Its planned life goes on from there.
    pub(crate) fn change(
        &mut self,
        index: usize,
        step: Step,
    ) -> std::result::Result<(), &'static str> {
        let now = self.now;
        self.hold(index);
        let slot = &mut self.slots[index];
        let Body::Held { order, .. } = &mut slot.body else {
            unreachable!("hold leaves the order held");
        };
        apply(order, now, step)?;
        slot.head = Head::of(order);
        self.version += 1;
        Ok(())
    }

    /// Brings an order into memory, where it stays.
    fn hold(&mut self, index: usize) {
        let slot = &self.slots[index];
        if let (Body::Seeded, Some(birth)) = (&slot.body, slot.birth) {
            let (order, to_come) = self.rebuild(birth);
            self.slots[index].body = Body::Held {
                order: Box::new(order),
                to_come,
            };
        }
    }

    /// Does the planned steps of an order that are due by now.
    fn catch_up(&mut self, index: usize) {
        let now = self.now;
        if let (Body::Seeded, Some(birth)) = (&self.slots[index].body, self.slots[index].birth) {
            let (order, to_come) = self.rebuild(birth);
            self.slots[index].head = Head::of(&order);
            self.due
                .extend(to_come.last().map(|(at, _)| Reverse((*at, order.id))));
            return;
        }
        let slot = &mut self.slots[index];
        if let Body::Held { order, to_come } = &mut slot.body {
            run_until(order, to_come, now);
            slot.head = Head::of(order);
            self.due
                .extend(to_come.last().map(|(at, _)| Reverse((*at, order.id))));
        }
    }

    fn rebuild(&self, birth: Birth) -> (Order, Vec<(Stamp, Step)>) {
        let recipe = self
            .recipe
            .as_ref()
            .expect("only generated worlds hold births");
        self.live(&recipe.config, birth, self.now)
    }

    fn live(&self, recipe: &WorldConfig, birth: Birth, upto: Stamp) -> (Order, Vec<(Stamp, Step)>) {
        let shop = &self.shops[birth.shop_index];
        let technicians = roster::technicians_at(&self.employees, shop.id, birth.created_at);
        let place = Place {
            seed: recipe.seed,
            spec: &recipe.shops[birth.shop_index],
            zone: &shop.zone,
            technicians: &technicians,
        };
        let mut planned = plan(&place, birth);
        planned.steps.reverse();
        run_until(&mut planned.order, &mut planned.steps, upto);
        (planned.order, planned.steps)
    }

    /// A customer walks in now, whatever the calendar says. Nothing happens in a world without recipe.
    pub(crate) fn force_arrival(&mut self, roll: u64) {
        let now = self.now;
        if let Some(mut recipe) = self.recipe.take() {
            recipe
                .calendar
                .force_arrival(&recipe.config, self, (roll, now));
            self.recipe = Some(recipe);
        }
    }

    pub(crate) fn shop(&self, id: i64) -> Option<&Shop> {
        self.shops.iter().find(|shop| shop.id == id)
    }
}

/// Does the steps up to an instant. A step that a change by hand has made impossible is left out.
fn run_until(order: &mut Order, to_come: &mut Vec<(Stamp, Step)>, upto: Stamp) {
    while let Some((at, step)) = to_come.pop_if(|(at, _)| *at <= upto) {
        if let Err(reason) = apply(order, at, step) {
            tracing::trace!(order.id, reason, "planned step left out");
        }
    }
}
