//! Vendors, their streams, and how a run may go.

use jiff::Timestamp;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A name outside a closed list.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown {what} {name:?}")]
pub struct UnknownName {
    /// `vendor` or `stream`.
    pub what: &'static str,
    /// What was given.
    pub name: String,
}

/// Whose API a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vendor {
    /// Tekmetric, official API.
    Tekmetric,
}

impl Vendor {
    /// The word in configuration and database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tekmetric => "tekmetric",
        }
    }
}

impl FromStr for Vendor {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        match name {
            "tekmetric" => Ok(Self::Tekmetric),
            _ => Err(UnknownName {
                what: "vendor",
                name: name.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stream {
    /// Everybody who works or worked there.
    Employees,
    /// Customers.
    Customers,
    /// Vehicles.
    Vehicles,
    /// Repair orders with their jobs and lines.
    RepairOrders,
}

impl Stream {
    /// The order in which a run visits them: what is pointed at comes first.
    pub const ORDER: [Self; 4] = [
        Self::Employees,
        Self::Customers,
        Self::Vehicles,
        Self::RepairOrders,
    ];

    /// The word in cursors, logs and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Employees => "employees",
            Self::Customers => "customers",
            Self::Vehicles => "vehicles",
            Self::RepairOrders => "repair_orders",
        }
    }
}

impl FromStr for Stream {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let known = Self::ORDER.into_iter().find(|s| s.as_str() == name);
        known.ok_or_else(|| UnknownName {
            what: "stream",
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// What changed since the last run; the whole history on the first.
    Incremental,
    /// The whole history again.
    Full,
    /// What changed since this instant. The high-water mark moves only when the instant lies below it.
    Since(Timestamp),
}
