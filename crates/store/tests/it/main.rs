//! The store against a real PostgreSQL: schema, models, loader, wall, lease. One binary for the crate.

mod load;
mod orphans;
mod read_models;
mod schema;
mod wall;
