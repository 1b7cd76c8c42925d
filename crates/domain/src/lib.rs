//! Words and arithmetic of the warehouse.
//!
//! Nothing here does I/O, and nothing here can fail except by refusing a value. A vendor's record
//! enters as a [`record`] type (the canonical, vendor-neutral shape), its lines are priced by
//! [`line`], and everything from the repair order upwards is left to the SQL models under `db/models`.

pub mod authorization;
pub mod cache;
pub mod catalogue;
pub mod clock;
pub mod cost;
pub mod day;
pub mod decimal;
pub mod fee;
pub mod figures;
pub mod forecast;
pub mod id;
pub mod issue;
pub mod line;
pub mod metric;
pub mod money;
pub mod pace;
pub mod period;
pub mod range;
pub mod rate;
pub mod ratio;
pub mod record;
pub mod tax;

pub use authorization::Authorization;
pub use clock::Clock;
pub use day::{ShopDay, ShopZone};
pub use decimal::{Hours, Quantity};
pub use id::{CustomerId, EmployeeId, JobId, OrderId, ShopId, VehicleId};
pub use money::Cents;
