//! The program from outside: its words, its exit codes, its service.
//!
//! Tests that need a database take a server from `PITWALL_TEST_DATABASE_URL`; each gets a database of its own.

mod access;
mod commands;
mod demo;
mod help;
mod issuer;
mod program;
mod service;
mod work;
