//! The API over real HTTP, against a real database, as its own login.

mod desk;
mod edge;
mod hooks;
mod live;
mod openapi;
mod sign_in;
mod tasks;
mod tokens;
