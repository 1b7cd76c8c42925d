//! `pitwall access`: memberships, service keys, BI logins, break-glass, and the journal of all that.

mod logins;
mod users;

use crate::cli::access::{AccessCommand, LogArgs, Writing};
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::output::table;
use crate::warehouse::{Warehouse, check_known};
use serde_json::{Value, json};
use store::access::Administration;

pub(super) async fn run(command: &AccessCommand, context: &Context) -> Result<Exit, Failure> {
    let warehouse = Warehouse::open_current(context).await?;
    let desk = Desk {
        warehouse: &warehouse,
        context,
    };
    match command {
        AccessCommand::User(command) => users::run(command, &desk).await?,
        AccessCommand::Key(command) => users::run_keys(command, &desk).await?,
        AccessCommand::BiRole(command) => logins::run_bi(command, &desk).await?,
        AccessCommand::BreakGlass(command) => logins::run_glass(command, &desk).await?,
        AccessCommand::Log(args) => desk.log(args).await?,
    }
    warehouse.close().await?;
    Ok(Exit::Done)
}

/// Where an organization is administered from.
struct Desk<'a> {
    warehouse: &'a Warehouse,
    context: &'a Context,
}

impl Desk<'_> {
    /// Begins on the organization that was named, or the only one configured.
    async fn open(&self, organization: Option<&str>) -> Result<(Administration, String), Failure> {
        let name = match organization {
            Some(name) => name.to_owned(),
            None => self.only_organization()?,
        };
        let administration = Administration::begin(&self.warehouse.database, &name).await?;
        Ok((administration, name))
    }

    fn only_organization(&self) -> Result<String, Failure> {
        let mut names: Vec<&str> = self
            .context
            .settings
            .connections
            .iter()
            .map(|c| c.organization.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        match names.as_slice() {
            [one] => Ok((*one).to_owned()),
            [] => Err(Failure::usage(
                "no organization is configured",
                "name one with --organization",
            )),
            several => Err(Failure::usage(
                "the configuration has several organizations",
                format!("name one with --organization: {}", several.join(", ")),
            )),
        }
    }

    /// The shops that were named, or all of the organization.
    async fn shops(
        &self,
        administration: &Administration,
        wanted: &[i64],
    ) -> Result<Vec<i64>, Failure> {
        let known = administration.shops().await?;
        if known.is_empty() {
            return Err(Failure::usage(
                "the organization has no shop in the database",
                "look at its name, or run pitwall migrate",
            ));
        }
        check_known(wanted, known.iter().copied())?;
        Ok(if wanted.is_empty() {
            known
        } else {
            wanted.to_vec()
        })
    }

    /// Keeps what was done, unless it was only to be tried, and says so.
    async fn finish(
        &self,
        administration: Administration,
        writing: &Writing,
        (mut document, words): (Value, String),
    ) -> Result<(), Failure> {
        document["dry_run"] = json!(writing.dry_run);
        if writing.dry_run {
            drop(administration);
        } else {
            administration.commit().await?;
        }
        self.context.output.answer(&document, || {
            if writing.dry_run {
                format!("would have: {words}")
            } else {
                words
            }
        });
        Ok(())
    }

    fn list(&self, document: &Value, headings: &[&str], rows: &[Vec<String>]) {
        self.context.output.answer(document, || {
            if rows.is_empty() {
                "none".to_owned()
            } else {
                table(headings, rows)
            }
        });
    }

    async fn log(&self, args: &LogArgs) -> Result<(), Failure> {
        let (administration, organization) =
            self.open(args.administered.organization.as_deref()).await?;
        let entries = administration.journal(args.limit).await?;
        let document: Vec<Value> = entries
            .iter()
            .map(|e| {
                json!({
                    "happened_at": e.happened_at.to_string(), "actor_kind": e.actor.0, "actor": e.actor.1,
                    "action": e.action, "shop_id": e.shop, "subject": e.subject, "reason": e.reason,
                })
            })
            .collect();
        let rows: Vec<Vec<String>> = entries
            .iter()
            .map(|e| {
                vec![
                    e.happened_at.to_string(),
                    e.actor.1.clone(),
                    e.action.clone(),
                    e.shop.map(|shop| shop.to_string()).unwrap_or_default(),
                    e.subject.clone().unwrap_or_default(),
                    e.reason.clone().unwrap_or_default(),
                ]
            })
            .collect();
        self.list(
            &json!({ "organization": organization, "entries": document }),
            &["when", "who", "what", "shop", "whom", "why"],
            &rows,
        );
        Ok(())
    }
}

/// Shops as people read them.
fn shop_list(shops: &[i64]) -> String {
    let names: Vec<String> = shops.iter().map(i64::to_string).collect();
    match names.len() {
        0 => "no shop".to_owned(),
        1 => format!("shop {}", names[0]),
        _ => format!("shops {}", names.join(", ")),
    }
}
