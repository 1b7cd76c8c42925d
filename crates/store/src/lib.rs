//! The only Rust that speaks SQL: sessions under the caller's role, migrations, bulk load, queues, models.
//!
//! A [`Database`] hands out [`Session`]s; a session is one transaction under one identity and ends with it.
//! SQL of more than a few lines lives in `db/`; every write of vendor data goes through [`load`].

pub mod access;
pub mod cache;
pub mod canonical;
pub mod commerce;
pub mod comparison;
pub mod connect;
pub mod copy;
pub mod cursor;
pub mod door;
pub mod drift;
pub mod error;
pub mod lease;
pub mod load;
pub mod log;
pub mod manual;
pub mod migrate;
pub mod models;
pub mod queue;
pub mod rates;
pub mod read;
pub mod reconcile;
pub mod reject;
pub mod retention;
pub mod seed;
pub mod session;
pub mod shops;
pub mod summary;
pub mod verify;

pub use connect::{Database, DatabaseSettings};
pub use error::StoreError;
pub use session::{Identity, Session};
