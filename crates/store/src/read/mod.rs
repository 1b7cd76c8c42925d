//! Read models: what the API answers from, one statement a question.
//!
//! A [`Reading`] is a text, its parameters and how its rows become an answer. It takes no connection, so that whoever
//! has one can send it in the same round trip that becomes the caller. Every statement names its shop besides the
//! policies; a shop that the caller may not see gives the same answer as one that does not exist: none.

pub mod alert_rules;
pub mod alerts;
pub mod audit;
pub mod board;
pub mod field;
pub mod figures;
pub mod goals;
mod header;
pub mod issues;
pub mod order;
pub mod orders;
pub mod people;
pub mod rates;
pub mod service;
pub mod shops;
pub mod sold;
mod sums;
pub mod warranty;

pub use header::{OfShop, ShopHeader, Spans};
pub use sums::Sums;

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// One statement that answers one question.
pub trait Reading: Send + Sync {
    /// The answer; where a shop or a record is asked for, an `Option` that is none when the caller sees no such thing.
    type Answer: Send;

    /// The statement; the same text every time, so that it is prepared once a connection.
    fn sql(&self) -> &'static str;

    /// Its parameters, in order.
    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)>;

    /// What its rows say.
    fn answer(&self, rows: &[Row]) -> Self::Answer;
}

/// Runs a reading in a transaction that is open already.
///
/// # Errors
/// [`crate::StoreError`] when the database refuses.
pub async fn run<R: Reading>(
    session: &crate::Session,
    reading: &R,
) -> Result<R::Answer, crate::StoreError> {
    let rows = session
        .prepared(reading.sql(), &reading.parameters())
        .await?;
    Ok(reading.answer(&rows))
}

/// Every statement of the module with its name: a test prepares and explains each as a signed-in user.
#[must_use]
pub fn statements() -> Vec<(&'static str, &'static str)> {
    let mut all = Vec::new();
    all.extend(shops::statements());
    all.extend(figures::statements());
    all.extend(field::statements());
    all.extend(sold::statements());
    all.extend(warranty::statements());
    all.extend(people::statements());
    all.extend(orders::statements());
    all.extend(order::statements());
    all.extend(board::statements());
    all.extend(audit::statements());
    all.extend(issues::statements());
    all.extend(service::statements());
    all.extend(rates::statements());
    all.extend(goals::statements());
    all.extend(alerts::statements());
    all.extend(alert_rules::statements());
    all
}

/// The columns of [`ShopHeader`], under the alias `h`.
const HEAD: &str = "h.shop_id, h.name, h.timezone, h.currency, h.today, h.as_of, h.week_days";

/// Fills in what statements share: how they begin, and the columns that several of them give.
fn expand(statement: &str) -> String {
    statement
        .replace("{header}", include_str!("header.sql").trim_end())
        .replace("{periods}", include_str!("periods.sql").trim_end())
        .replace("{head}", HEAD)
        .replace("{sums}", &sums::over_days())
        .replace("{snapshot_sums}", &sums::over_snapshots())
        .replace("{named_day}", &sums::named("d"))
        .replace("{named}", &sums::named("t"))
        .replace("{day}", &sums::of_day())
        .replace(
            "{posted_order}",
            include_str!("posted_order.sql").trim_end(),
        )
        .replace(
            "{posted_joins}",
            include_str!("posted_joins.sql").trim_end(),
        )
}
