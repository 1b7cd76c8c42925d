//! What a sync run is to cover.

use domain::{ShopId, ShopZone};
use vendors::{ConnectionSettings, Mode, Stream};

/// A shop of a connection.
#[derive(Clone, Debug)]
pub struct PlannedShop {
    /// Our number: the wall.
    pub shop_id: ShopId,
    /// The vendor's number.
    pub vendor_id: i64,
    /// Name, for progress and reports.
    pub name: String,
    /// Its zone: decides the shop's day.
    pub zone: ShopZone,
}

/// One vendor account and the shops that are read from it.
#[derive(Clone, Debug)]
pub struct PlannedConnection {
    /// How to reach the vendor.
    pub settings: ConnectionSettings,
    /// Shops in scope.
    pub shops: Vec<PlannedShop>,
}

/// One run.
#[derive(Clone, Debug)]
pub struct SyncPlan {
    /// Connections in scope.
    pub connections: Vec<PlannedConnection>,
    /// Streams in scope; `None` means all the vendor has.
    pub streams: Option<Vec<Stream>>,
    /// From the cursor, from an instant, or all over.
    pub mode: Mode,
    /// Who runs: host and process, shown to whoever finds a lease taken.
    pub holder: String,
}
