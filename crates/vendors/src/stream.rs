//! Vendors, their streams, and how a run may go.

use crate::settings::Tuning;
use jiff::Timestamp;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
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
    /// ServiceTitan, version 2.
    ServiceTitan,
}

impl Vendor {
    /// Every vendor of this version.
    pub const ALL: [Self; 2] = [Self::Tekmetric, Self::ServiceTitan];

    /// The streams in the order to visit them.
    #[must_use]
    pub const fn streams(self) -> &'static [Stream] {
        match self {
            Self::Tekmetric => &Stream::ORDER,
            Self::ServiceTitan => &crate::servicetitan::STREAMS,
        }
    }

    /// The streams that an order hangs on: what is read when somebody says that one changed.
    #[must_use]
    pub fn streams_of_an_order(self) -> &'static [Stream] {
        match self {
            Self::Tekmetric => &[Stream::RepairOrders],
            Self::ServiceTitan => &crate::servicetitan::JOB_STREAMS,
        }
    }

    /// Whether its records are cached in tables of their own, and orders composed from them afterwards.
    #[must_use]
    pub const fn is_cached(self) -> bool {
        match self {
            Self::Tekmetric => false,
            Self::ServiceTitan => true,
        }
    }

    /// The rates, waits and limits that its rules ask for.
    #[must_use]
    pub fn tuning(self) -> Tuning {
        match self {
            Self::Tekmetric => Tuning::default(),
            // Sources disagree whether 60 calls are allowed a second or a minute: begin low, give way to every 429.
            Self::ServiceTitan => Tuning {
                requests_per_second: 10,
                burst: 20,
                unsaid_wait: Duration::from_secs(5),
                request_timeout: Duration::from_secs(110),
                read_timeout: Duration::from_secs(110),
                ..Tuning::default()
            },
        }
    }

    /// The word in configuration and database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tekmetric => "tekmetric",
            Self::ServiceTitan => "servicetitan",
        }
    }
}

impl FromStr for Vendor {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let known = Self::ALL.into_iter().find(|v| v.as_str() == name);
        known.ok_or_else(|| UnknownName {
            what: "vendor",
            name: name.to_owned(),
        })
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
    /// Records of one kind that are cached in a table of this name before anything is composed from them.
    Cached(&'static str),
}

impl Stream {
    /// The order in which a run visits them where a vendor sends whole orders: what is pointed at comes first.
    pub const ORDER: [Self; 4] = [
        Self::Employees,
        Self::Customers,
        Self::Vehicles,
        Self::RepairOrders,
    ];

    /// The streams of all vendors.
    pub fn all() -> impl Iterator<Item = Self> {
        Vendor::ALL
            .into_iter()
            .flat_map(|v| v.streams().iter().copied())
    }

    /// The word in cursors, logs and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Employees => "employees",
            Self::Customers => "customers",
            Self::Vehicles => "vehicles",
            Self::RepairOrders => "repair_orders",
            Self::Cached(table) => table,
        }
    }
}

impl FromStr for Stream {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let known = Self::all().find(|s| s.as_str() == name);
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
