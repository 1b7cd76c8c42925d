//! One connector a connection for as long as the service works: its token and its rate are shared by all that is read
//! beside the schedule.

use super::plan_of;
use crate::config::Settings;
use domain::{Clock, ShopId};
use pipeline::refresh::Source;
use pipeline::{PlannedConnection, PlannedShop};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use vendors::{Connector, VendorError};

/// The connectors made so far, by the connection's name.
#[derive(Default)]
pub(super) struct Connectors(Mutex<BTreeMap<String, Connector>>);

/// A shop with the way to its vendor.
pub(super) struct ShopSource {
    connection: PlannedConnection,
    connector: Connector,
    shop: PlannedShop,
}

impl ShopSource {
    pub(super) fn borrowed(&self) -> Source<'_> {
        Source {
            connection: &self.connection,
            connector: &self.connector,
            shop: &self.shop,
        }
    }
}

impl Connectors {
    /// A configured shop with its connection's connector; none for a shop that is not configured.
    ///
    /// # Errors
    /// [`VendorError`] when the connection's settings are none.
    pub(super) fn shop(
        &self,
        settings: &Settings,
        shop: ShopId,
        clock: &Clock,
    ) -> Result<Option<ShopSource>, VendorError> {
        let Some(connection) =
            plan_of(settings, shop).and_then(|plan| plan.connections.into_iter().next())
        else {
            return Ok(None);
        };
        let Some(shop) = connection.shops.first().cloned() else {
            return Ok(None);
        };
        let connector = self.of(&connection, clock)?;
        Ok(Some(ShopSource {
            connection,
            connector,
            shop,
        }))
    }

    fn of(&self, connection: &PlannedConnection, clock: &Clock) -> Result<Connector, VendorError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = &connection.settings.name;
        if let Some(connector) = known.get(name) {
            return Ok(connector.clone());
        }
        let connector = Connector::new(connection.settings.clone(), clock.clone())?;
        known.insert(name.clone(), connector.clone());
        Ok(connector)
    }
}
