//! The API over real HTTP, against a real database, as its own login.

mod desk;
mod edge;
mod hooks;
mod hygiene;
mod live;
mod openapi;
mod outlook;
mod page;
mod routes;
mod routes_export;
mod routes_read;
mod routes_statements;
mod routes_write;
mod sign_in;
mod tasks;
mod tokens;
mod web;
