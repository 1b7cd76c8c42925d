//! Attacks on the wall, generated from the catalog: whoever adds a table is attacked through it the same day.

mod doors;
mod matrix;
mod probes;
mod roles;
mod world;
