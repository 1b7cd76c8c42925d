//! One file a table: its columns and how a record becomes a row. The two must stay in the same order.

pub mod charges;
pub mod customers;
pub mod employees;
pub mod jobs;
pub mod labor;
pub mod parts;
pub mod repair_orders;
pub mod sublets;
pub mod vehicles;
