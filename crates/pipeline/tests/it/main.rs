//! The pipeline against a real PostgreSQL and the vendor's simulator over real HTTP. One binary for the crate.

mod comparison;
mod days;
mod faults;
mod field;
mod field_cache;
mod goldens;
mod harness;
mod outages;
mod quirks;
mod sync;
mod vendor;
