//! One file a table: its COPY statement and how a record becomes a row. The two must stay in the same order.

pub mod charges;
pub mod customers;
pub mod employees;
pub mod jobs;
pub mod labor;
pub mod parts;
pub mod payloads;
pub mod repair_orders;
pub mod sublets;
pub mod vehicles;

/// A list of columns as SQL: `a, b, c`.
pub(crate) fn list(columns: &[&str]) -> String {
    columns.join(", ")
}

/// `copy <table> (<columns>) from stdin (format binary)`.
pub(crate) fn copy_statement(table: &str, columns: &[&str]) -> String {
    format!(
        "copy {table} ({}) from stdin (format binary)",
        list(columns)
    )
}
