//! The test kit's own tests.
//!
//! Left out: the forecast (G14) and the goals' percentages of G13, which are figures of the screen
//! and not of the warehouse.

mod database;
mod goldens;
mod oracle_rules;
