//! What the integration tests of every crate share, and nothing the product runs.
//!
//! * [`oracle`]: the gross-profit chain from vendor payload to day, by other means than the product.
//! * [`payload`]: small valid repair-order payloads; [`worlds`]: the worked examples built of them.
//! * [`goldens`]: the figures of the worked examples.
//! * [`loaded`]: a shop with a worked example in it and a user per role.
//! * [`db`]: a private migrated database per test; [`compare`]: that database against the oracle.

pub mod compare;
pub mod db;
pub mod goldens;
pub mod loaded;
pub mod oracle;
pub mod payload;
pub mod worlds;
