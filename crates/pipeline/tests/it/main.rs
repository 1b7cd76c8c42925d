//! The pipeline against a real PostgreSQL and the vendor's simulator over real HTTP. One binary for the crate.

mod goldens;
mod harness;
