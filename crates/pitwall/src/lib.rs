//! The program: wires the other crates together.

pub mod cli;
mod commands;
pub mod config;
pub mod embedded;
mod failure;
mod lifecycle;
mod output;
mod progress;
mod service;
mod warehouse;
mod work;

pub use failure::Exit;
pub use lifecycle::main;
