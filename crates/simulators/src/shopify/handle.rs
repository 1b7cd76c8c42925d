//! A shared store that follows its clock.

use std::sync::{Arc, PoisonError, RwLock};

use super::back::Mutation;
use super::ledger::Ledger;
use super::world::World;
use crate::{Result, SimClock};

/// Shares one store between the API, the control plane and the process around them. Every look first lets the store live
/// up to the clock's time.
#[derive(Debug, Clone)]
pub struct WorldHandle {
    world: Arc<RwLock<World>>,
    clock: Arc<SimClock>,
}

impl WorldHandle {
    pub(crate) fn new(world: World, clock: Arc<SimClock>) -> Self {
        Self {
            world: Arc::new(RwLock::new(world)),
            clock,
        }
    }

    /// Looks at the store. Do not call the handle again from inside.
    pub fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        let now = self.clock.now();
        {
            let world = self.world.read().unwrap_or_else(PoisonError::into_inner);
            if world.now() >= now {
                return look(&world);
            }
        }
        self.write(|world| look(world))
    }

    /// Changes the store. Do not call the handle again from inside.
    pub fn write<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let now = self.clock.now();
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        world.advance(now);
        change(&mut world)
    }

    /// Changes something by hand, now.
    ///
    /// # Errors
    /// When the record does not exist or does not allow the change.
    pub fn mutate(&self, mutation: Mutation) -> Result<()> {
        self.write(|world| world.mutate(mutation))
    }

    /// The store's books.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.read(Ledger::of)
    }
}
