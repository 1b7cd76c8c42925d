//! The store against a real PostgreSQL: schema, models, loader, wall, lease. One binary for the crate.

mod access;
mod alerts;
mod attacks;
mod commerce;
mod field_measures;
mod golden;
mod hosted;
mod load;
mod orphans;
mod permissions;
mod plans;
mod read_models;
mod retention;
mod schema;
mod wall;
