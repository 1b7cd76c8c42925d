//! A web shop in the warehouse: canonical rows through the models to the views. Worked examples to the cent, the
//! predecessor's defects, conservation, and the wall.

mod books;
mod defects;
mod derivations;
mod goldens;
mod goldens_growth;
mod support;
mod wall;
