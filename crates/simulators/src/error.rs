//! What can go wrong while a simulator starts or is commanded.

/// A simulator's failure, by what the caller does next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address could not be bound: pick another one.
    #[error("could not listen on {addr}")]
    Listen {
        /// The address that was asked for.
        addr: std::net::SocketAddr,
        /// Why the system refused it.
        #[source]
        source: std::io::Error,
    },
    /// A shop's time zone is not in the IANA database: correct the configuration.
    #[error("unknown time zone {zone} of simulated shop {shop_id}")]
    TimeZone {
        /// The shop whose zone it is.
        shop_id: i64,
        /// The text that was given.
        zone: String,
        /// What the database said.
        #[source]
        source: jiff::Error,
    },
    /// An explicit JSON entity cannot be placed in a world: correct the fixture.
    #[error("could not place a {entity} of shop {shop_id} in the world: {reason}")]
    Fixture {
        /// `shop`, `employee`, `customer`, `vehicle` or `repair order`.
        entity: &'static str,
        /// The shop it was given for.
        shop_id: i64,
        /// What is missing or unreadable.
        reason: String,
    },
    /// A mutation names something the world does not hold, or a state that forbids it.
    #[error("could not change repair order {order_id}: {reason}")]
    Mutation {
        /// The order that was named.
        order_id: i64,
        /// Why it was not changed.
        reason: &'static str,
    },
    /// A mutation names a record that the world does not hold, or whose state forbids it.
    #[error("could not change {kind} {id}: {reason}")]
    Record {
        /// What kind of record.
        kind: &'static str,
        /// The record that was named.
        id: i64,
        /// Why it was not changed.
        reason: &'static str,
    },
    /// A fault or a rate that is not in the list.
    #[error("unknown {what} {given}")]
    Unknown {
        /// `fault` or `rate`.
        what: &'static str,
        /// The text that was given.
        given: String,
    },
}

/// The result of every fallible call of this crate.
pub type Result<T> = std::result::Result<T, Error>;
