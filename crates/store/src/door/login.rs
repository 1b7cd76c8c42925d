//! Whom the API's connections act for.

use super::DoorSettings;
use crate::connect::{Database, DatabaseSettings};
use crate::error::StoreError;

/// The API's own login.
const API_LOGIN: &str = "pitwall_api";

/// How the connections came to act for whom they act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// The URL names `pitwall_api`.
    Own,
    /// The URL names a superuser; every connection became `pitwall_api` when it was made.
    Became,
    /// The URL names somebody else, and the wall hangs on his own rights: for the doctor to warn of.
    Foreign,
}

/// Finds out, and gives the statements that every new connection begins with.
pub(super) async fn find(settings: &DoorSettings) -> Result<(Login, String), StoreError> {
    let probe = Database::connect(&DatabaseSettings {
        url: settings.url.clone(),
        pool_size: 1,
        allow_old_minor: settings.allow_old_minor,
    })
    .await?;
    let row = probe
        .connection()
        .await?
        .query_one(
            "select session_user::text, current_setting('is_superuser') = 'on'",
            &[],
        )
        .await
        .map_err(StoreError::at("ask whom the API logs in as"))?;
    let (name, is_superuser): (String, bool) = (row.get(0), row.get(1));
    let login = match (name == API_LOGIN, is_superuser) {
        (true, _) => Login::Own,
        (false, true) => Login::Became,
        (false, false) => Login::Foreign,
    };
    // Questions are looked up by keys: compiling them takes longer than running them.
    let mut statements = format!(
        "set jit = off; set statement_timeout = {}; set idle_in_transaction_session_timeout = 60000; \
         set search_path = warehouse, raw",
        settings.statement_timeout.as_millis()
    );
    if login == Login::Became {
        // The last word: what a plain login may not set was set before.
        statements.push_str("; set session authorization pitwall_api");
    }
    Ok((login, statements))
}
