//! Identifiers: an id has the type of what it identifies.
//!
//! Every id is the vendor's own number; it is unique only together with a [`ShopId`].

use serde::{Deserialize, Serialize};
use std::fmt;

// One macro instead of six copies of the same four impls: the types differ in name only.
macro_rules! vendor_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(id)
            }
        }
    };
}

vendor_id! {
    /// A shop: the wall of row-level security and the distribution key.
    ShopId
}
vendor_id! {
    /// A repair order.
    OrderId
}
vendor_id! {
    /// A job on a repair order.
    JobId
}
vendor_id! {
    /// A customer.
    CustomerId
}
vendor_id! {
    /// A vehicle.
    VehicleId
}
vendor_id! {
    /// An employee: technician, advisor, owner.
    EmployeeId
}
