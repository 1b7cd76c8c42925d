//! Read models: what the API answers from, one statement a question.
//!
//! A [`Reading`] is a text, its parameters and how its rows become an answer. It takes no connection, so that whoever
//! has one can send it in the same round trip that becomes the caller. Every statement names its shop besides the
//! policies; a shop that the caller may not see gives the same answer as one that does not exist: none.

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
