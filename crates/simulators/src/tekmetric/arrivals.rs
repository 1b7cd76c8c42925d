//! Who comes to a shop on which day, and what else happens in its files.

use std::collections::VecDeque;

use jiff::civil::{Date, Weekday, time};

use super::config::{DAY, WorldConfig};
use super::entity::{Appointment, Shop, Text};
use super::people;
use super::plan::Birth;
use super::world::World;
use crate::Stamp;
use crate::dice::Dice;

/// Keeps the streams of chance of days and people apart from those of orders.
const DAY_SALT: u64 = 0x5d41_0000;
const PEOPLE_SALT: u64 = 0x9e0e_0000;
/// Customers on file before the history begins, per shop.
const FIRST_CUSTOMERS: usize = 150;

/// All shops' days, played in the order of time; orders are numbered as they arrive.
#[derive(Debug)]
pub(crate) struct Calendar {
    days: Vec<ShopDays>,
    next_order: i64,
    next_person: i64,
}

#[derive(Debug)]
struct ShopDays {
    next_day: Date,
    next_number: i64,
    queue: VecDeque<(Stamp, Event)>,
    /// Customer and vehicle, as positions in the world's lists.
    visitors: Vec<(usize, usize)>,
}

#[derive(Debug, Clone, Copy)]
enum Event {
    Arrive,
    EditCustomer(u64),
    DeleteCustomer(u64),
    EditVehicle(u64),
    SellVehicle(u64),
    DeleteVehicle(u64),
}

impl Calendar {
    pub(crate) fn new(config: &WorldConfig, shops: &[Shop], opens: Stamp) -> Self {
        let days = shops
            .iter()
            .zip(&config.shops)
            .map(|(shop, _)| ShopDays {
                next_day: opens.date_in(&shop.zone),
                next_number: 10_001,
                queue: VecDeque::new(),
                visitors: Vec::new(),
            })
            .collect();
        Self {
            days,
            next_order: 1,
            next_person: 1,
        }
    }

    /// Customers who were on file before the history begins.
    pub(crate) fn settle_first_customers(
        &mut self,
        config: &WorldConfig,
        world: &mut World,
        opens: Stamp,
    ) {
        for index in 0..self.days.len() {
            for _ in 0..FIRST_CUSTOMERS {
                let mut dice = self.person_dice(config);
                let at = opens.plus(-dice.between(1, 300 * DAY));
                self.new_visitor(&mut dice, world, (index, at));
            }
        }
    }

    /// Plays all events of all shops up to `to`, in the order of time, ties by shop.
    pub(crate) fn play(&mut self, config: &WorldConfig, world: &mut World, to: Stamp) {
        loop {
            for index in 0..self.days.len() {
                self.fill_queue(config, world, (index, to));
            }
            let heads = self
                .days
                .iter()
                .enumerate()
                .filter_map(|(index, days)| days.queue.front().map(|(at, _)| (*at, index)));
            let Some((at, index)) = heads.min().filter(|(at, _)| *at <= to) else {
                return;
            };
            if let Some((_, event)) = self.days[index].queue.pop_front() {
                self.happen(config, world, (index, at, to), event);
            }
        }
    }

    /// Plans days until the shop's queue holds something or the days up to `to` are planned.
    fn fill_queue(&mut self, config: &WorldConfig, world: &World, (index, to): (usize, Stamp)) {
        let days = &mut self.days[index];
        let zone = &world.shops[index].zone;
        while days.queue.is_empty() {
            let day = days.next_day;
            let midnight = Stamp::local(zone, day.to_datetime(time(0, 0, 0, 0)));
            if midnight > to {
                return;
            }
            days.queue = plan_day(config, (index, day), |seconds| {
                // Counted from six o'clock, after any change of the clocks.
                Stamp::local(zone, day.to_datetime(time(6, 0, 0, 0))).plus(seconds)
            });
            days.next_day = day.tomorrow().unwrap_or(day);
        }
    }

    fn happen(
        &mut self,
        config: &WorldConfig,
        world: &mut World,
        (index, at, upto): (usize, Stamp, Stamp),
        event: Event,
    ) {
        match event {
            Event::Arrive => {
                if config
                    .max_orders
                    .is_some_and(|most| world.slots.len() >= most)
                {
                    return;
                }
                let birth = self.arrive(config, world, (index, at));
                world.be_born(config, birth, upto);
            }
            Event::EditCustomer(roll) => {
                if let Some((customer, _)) = self.visitor(index, roll) {
                    let customer = &mut world.customers[customer];
                    customer.notes =
                        Some(Text::Owned(format!("Prefers a call, note {}", roll % 900)));
                    customer.email =
                        Some(format!("customer{}.{}@example.com", customer.id, roll % 90));
                    customer.updated_at = Some(at);
                    world.version += 1;
                }
            }
            Event::DeleteCustomer(roll) => {
                if let Some((customer, _)) = self.visitor(index, roll) {
                    let customer = &mut world.customers[customer];
                    customer.deleted_at = customer.deleted_at.or(Some(at));
                    customer.updated_at = Some(at);
                    world.version += 1;
                }
            }
            Event::EditVehicle(roll) => {
                if let Some((_, vehicle)) = self.visitor(index, roll) {
                    world.vehicles[vehicle].plate = Some(format!("NEW{:04}", roll % 10_000));
                    world.vehicles[vehicle].updated_at = Some(at);
                    world.version += 1;
                }
            }
            Event::DeleteVehicle(roll) => {
                if let Some((_, vehicle)) = self.visitor(index, roll) {
                    let vehicle = &mut world.vehicles[vehicle];
                    vehicle.deleted_at = vehicle.deleted_at.or(Some(at));
                    vehicle.updated_at = Some(at);
                    world.version += 1;
                }
            }
            Event::SellVehicle(roll) => self.sell(world, (index, at), roll),
        }
    }

    /// Somebody walks in at an instant, at the shop that the roll chooses.
    pub(crate) fn force_arrival(
        &mut self,
        config: &WorldConfig,
        world: &mut World,
        (roll, at): (u64, Stamp),
    ) {
        let shops = self.days.len().max(1) as u64;
        let index = usize::try_from(roll % shops).unwrap_or(0);
        let birth = self.arrive(config, world, (index, at));
        world.be_born(config, birth, at);
    }

    fn visitor(&self, index: usize, roll: u64) -> Option<(usize, usize)> {
        let visitors = &self.days[index].visitors;
        let at = roll.checked_rem(visitors.len() as u64)?;
        visitors.get(usize::try_from(at).ok()?).copied()
    }

    /// A vehicle goes from one customer to another (A.8.3).
    fn sell(&mut self, world: &mut World, (index, at): (usize, Stamp), roll: u64) {
        let Some((buyer, _)) = self.visitor(index, roll / 7_919) else {
            return;
        };
        let visitors = &mut self.days[index].visitors;
        let sold = usize::try_from(roll % visitors.len() as u64).unwrap_or(0);
        visitors[sold].0 = buyer;
        let vehicle = &mut world.vehicles[visitors[sold].1];
        vehicle.customer_id = world.customers[buyer].id;
        vehicle.updated_at = Some(at);
        world.version += 1;
    }

    fn person_dice(&mut self, config: &WorldConfig) -> Dice {
        self.next_person += 1;
        Dice::new(config.seed ^ PEOPLE_SALT, self.next_person.unsigned_abs())
    }

    fn arrive(
        &mut self,
        config: &WorldConfig,
        world: &mut World,
        (index, at): (usize, Stamp),
    ) -> Birth {
        let mut dice = self.person_dice(config);
        let (customer, vehicle) = self
            .returning(&mut dice, world, index)
            .unwrap_or_else(|| self.new_visitor(&mut dice, world, (index, at)));
        if dice.chance(2_000) {
            self.appointment(&mut dice, world, (customer, vehicle, at));
        }
        let sequence = self.next_order;
        self.next_order += 1;
        let days = &mut self.days[index];
        days.next_number += 1;
        Birth {
            sequence,
            shop_index: index,
            number: days.next_number,
            created_at: at,
            customer_id: world.customers[customer].id,
            vehicle_id: (!dice.chance(40)).then(|| world.vehicles[vehicle].id),
        }
    }

    /// Two of three customers have been here before; some bring another car.
    fn returning(
        &mut self,
        dice: &mut Dice,
        world: &mut World,
        index: usize,
    ) -> Option<(usize, usize)> {
        if dice.chance(3_400) {
            return None;
        }
        let (customer, vehicle) = self.visitor(index, dice.roll())?;
        world.customers[customer]
            .deleted_at
            .is_none()
            .then_some((customer, vehicle))
    }

    fn new_visitor(
        &mut self,
        dice: &mut Dice,
        world: &mut World,
        (index, at): (usize, Stamp),
    ) -> (usize, usize) {
        let shop_id = world.shops[index].id;
        let number = world.customers.len() as i64;
        let customer = people::customer(dice, 88_000_001 + number * 2, shop_id, at);
        let vehicle_number = world.vehicles.len() as i64;
        let vehicle = people::vehicle(
            dice,
            77_000_001 + vehicle_number * 2,
            &customer,
            at.plus(60),
        );
        world.customers.push(customer);
        world.vehicles.push(vehicle);
        let visitor = (world.customers.len() - 1, world.vehicles.len() - 1);
        self.days[index].visitors.push(visitor);
        visitor
    }

    fn appointment(
        &mut self,
        dice: &mut Dice,
        world: &mut World,
        (customer, vehicle, at): (usize, usize, Stamp),
    ) {
        let starts_at = Stamp(at.0 - at.0.rem_euclid(1_800));
        let made_at = at.plus(-dice.between(1, 6) * DAY);
        world.appointments.push(Appointment {
            id: 5_550_001 + world.appointments.len() as i64,
            shop_id: world.customers[customer].shop_id,
            customer_id: world.customers[customer].id,
            vehicle_id: Some(world.vehicles[vehicle].id),
            starts_at,
            ends_at: starts_at.plus(1_800),
            title: Text::Borrowed("Service visit"),
            arrived: true,
            created_at: made_at,
            updated_at: Some(at),
            deleted_at: None,
        });
    }
}

/// The events of one shop day, in order of time.
fn plan_day(
    config: &WorldConfig,
    (index, day): (usize, Date),
    instant: impl Fn(i64) -> Stamp,
) -> VecDeque<(Stamp, Event)> {
    let since_epoch = i64::from(day.year()) * 400 + i64::from(day.day_of_year());
    let stream = since_epoch.unsigned_abs() * 64 + index as u64;
    let mut dice = Dice::new(config.seed ^ DAY_SALT, stream);
    let usual = i64::from(config.shops[index].orders_per_day);
    let arrivals = match day.weekday() {
        Weekday::Sunday | Weekday::Saturday => 0,
        _ => dice.between(usual * 75 / 100, usual * 125 / 100),
    };
    let mut events: Vec<(Stamp, Event)> = (0..arrivals)
        // Half past seven to half past four.
        .map(|_| (instant(dice.between(5_400, 37_800)), Event::Arrive))
        .collect();
    let mut file_work = |per_10_000: u32, event: fn(u64) -> Event| {
        while dice.chance(per_10_000) {
            let at = instant(dice.between(7_200, 50_000));
            events.push((at, event(dice.roll())));
        }
    };
    file_work(6_000, Event::EditCustomer);
    file_work(300, Event::DeleteCustomer);
    file_work(5_000, Event::EditVehicle);
    file_work(500, Event::SellVehicle);
    file_work(200, Event::DeleteVehicle);
    events.sort_by_key(|(at, _)| *at);
    events.into()
}
