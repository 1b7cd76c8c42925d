//! The API over real HTTP, against a real database, as its own login.

mod desk;
mod edge;
mod openapi;
mod sign_in;
mod tokens;
