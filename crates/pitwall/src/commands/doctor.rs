//! `pitwall doctor`: each finding with what to do.

use crate::cli::DoctorArgs;
use crate::config::Connection;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::warehouse::{self, Warehouse};
use jiff::Timestamp;
use pipeline::retry::StepError;
use serde_json::json;
use std::path::Path;
use store::door::Login;
use store::{migrate, summary, verify};
use vendors::Connector;

/// The database's clock and ours may differ by this much.
const CLOCK_TOLERANCE_SECONDS: i64 = 5;
/// Below this a back-fill may run the disk full.
const LEAST_FREE_BYTES: u64 = 1 << 30;

/// How a part of the installation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Good,
    Notice,
    Bad,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Notice => "notice",
            Self::Bad => "bad",
        }
    }
}

struct Finding {
    part: String,
    state: State,
    words: String,
    to_do: Option<String>,
}

/// Findings in the order in which they were made.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn good(&mut self, part: &str, words: impl Into<String>) {
        self.add(part, State::Good, words.into(), None);
    }

    fn bad(&mut self, part: &str, words: impl Into<String>, to_do: impl Into<String>) {
        self.add(part, State::Bad, words.into(), Some(to_do.into()));
    }

    fn notice(&mut self, part: &str, words: impl Into<String>, to_do: impl Into<String>) {
        self.add(part, State::Notice, words.into(), Some(to_do.into()));
    }

    fn add(&mut self, part: &str, state: State, words: String, to_do: Option<String>) {
        self.0.push(Finding {
            part: part.to_owned(),
            state,
            words,
            to_do,
        });
    }

    fn failure(&mut self, part: &str, failure: Failure) {
        self.add(part, State::Bad, failure.message, failure.hint);
    }
}

pub(super) async fn run(args: &DoctorArgs, context: &Context) -> Result<Exit, Failure> {
    let mut findings = Findings::default();
    configuration(context, &mut findings);
    disk(context, &mut findings);
    database(context, &mut findings).await;
    if !args.offline {
        for connection in &context.settings.connections {
            vendor(connection, context, &mut findings).await;
        }
    }
    let bad = findings.0.iter().any(|f| f.state == State::Bad);
    let listed: Vec<_> = findings
        .0
        .iter()
        .map(|f| json!({ "part": f.part, "state": f.state.as_str(), "finding": f.words, "to_do": f.to_do }))
        .collect();
    let document = json!({ "schema": "pitwall.doctor/1", "healthy": !bad, "findings": listed });
    context.output.answer(&document, || words(&findings));
    Ok(if bad { Exit::Failed } else { Exit::Done })
}

fn words(findings: &Findings) -> String {
    let mut text = String::new();
    for finding in &findings.0 {
        text.push_str(&format!(
            "{:<6} {}: {}\n",
            finding.state.as_str(),
            finding.part,
            finding.words
        ));
        if let Some(to_do) = &finding.to_do {
            text.push_str(&format!("         to do: {to_do}\n"));
        }
    }
    text
}

fn configuration(context: &Context, findings: &mut Findings) {
    let settings = &context.settings;
    let from = match &settings.path {
        Some(path) => path.display().to_string(),
        None => "no file, defaults and environment only".to_owned(),
    };
    findings.good("configuration", from);
    if settings.shops().next().is_none() {
        findings.notice(
            "configuration",
            "there is no connection with a shop",
            "add one as pitwall.example.toml shows, or try pitwall demo",
        );
    }
}

fn disk(context: &Context, findings: &mut Findings) {
    let dir = &context.settings.data_dir.value;
    // The directory may not be there yet: the nearest one above decides.
    let Some(existing) = dir.ancestors().find(|d| d.exists() && *d != Path::new("")) else {
        return;
    };
    match rustix::fs::statvfs(existing) {
        Ok(stat) => {
            let free = stat.f_bavail.saturating_mul(stat.f_frsize);
            let words = format!("{} MiB free at {}", free >> 20, dir.display());
            if free < LEAST_FREE_BYTES && context.settings.is_embedded() {
                findings.bad(
                    "disk",
                    words,
                    "make room, or choose another data directory with PITWALL_DATA_DIR",
                );
            } else {
                findings.good("disk", words);
            }
        }
        Err(error) => findings.bad(
            "disk",
            format!("{} cannot be looked at: {error}", existing.display()),
            "choose another data directory with PITWALL_DATA_DIR",
        ),
    }
}

async fn database(context: &Context, findings: &mut Findings) {
    let warehouse = match Warehouse::open(&context.settings).await {
        Ok(warehouse) => warehouse,
        Err(failure) => return findings.failure("database", failure),
    };
    if let Err(failure) = look_into(&warehouse, context, findings).await {
        findings.failure("database", failure);
    }
    if let Err(failure) = warehouse.close().await {
        findings.failure("database", failure);
    }
}

async fn look_into(
    warehouse: &Warehouse,
    context: &Context,
    findings: &mut Findings,
) -> Result<(), Failure> {
    let database = &warehouse.database;
    let facts = summary::server_facts(database).await?;
    let whose = match warehouse.server() {
        Some(server) => format!("run by pitwall, process {}", server.pid()),
        None => format!("by URL, as {}", facts.login),
    };
    findings.good(
        "database",
        format!(
            "{} on PostgreSQL {} ({whose})",
            facts.database, facts.version
        ),
    );
    clock(context.clock.now(), facts.now, findings);
    let plan = migrate::plan(database).await?;
    if !warehouse::is_current(&plan) {
        let words = format!("{} migrations are missing", plan.applied.len());
        findings.bad("schema", words, "run pitwall migrate");
        return Ok(());
    }
    findings.good("schema", format!("current, {} migrations", plan.present));
    let faults = verify::schema_faults(database).await?;
    if faults.is_empty() {
        findings.good(
            "the wall",
            "roles, policies, grants, keys and comments are as they should be",
        );
    }
    for (check, fault) in faults {
        findings.bad(
            "the wall",
            format!("{check}: {fault}"),
            "undo the change that was made by hand",
        );
    }
    api_login(warehouse, context, findings).await;
    Ok(())
}

async fn api_login(warehouse: &Warehouse, context: &Context, findings: &mut Findings) {
    const PART: &str = "the API's login";
    match warehouse
        .door(&context.settings)
        .await
        .map(|door| door.login())
    {
        Ok(Login::Own) => findings.good(PART, "logs in as pitwall_api"),
        Ok(Login::Became) => findings.good(PART, "becomes pitwall_api when it connects"),
        Ok(Login::Foreign) => findings.notice(
            PART,
            "keeps the rights of the login that database.url names",
            "give it pitwall_api by server.database_url or PITWALL_API_DATABASE_URL",
        ),
        Err(failure) => findings.failure(PART, failure),
    }
}

fn clock(ours: Timestamp, theirs: Timestamp, findings: &mut Findings) {
    let apart = ours.duration_since(theirs).as_secs().abs();
    let words = format!("this machine and the database are {apart} s apart");
    if apart > CLOCK_TOLERANCE_SECONDS {
        findings.bad("clock", words, "let both follow a time server");
    } else {
        findings.good("clock", words);
    }
}

async fn vendor(connection: &Connection, context: &Context, findings: &mut Findings) {
    let part = format!("connection {}", connection.name);
    let planned = match connection.planned(&context.settings.environment) {
        Ok(planned) => planned,
        Err(error) => return findings.failure(&part, error.into()),
    };
    let asked = async {
        let connector = Connector::new(planned.settings.clone(), context.clock.clone())?;
        let asked: Vec<i64> = planned.shops.iter().map(|shop| shop.vendor_id).collect();
        connector.shops(&asked).await
    };
    let readable = match asked.await {
        Ok(shops) => shops,
        Err(error) => return findings.failure(&part, StepError::from(error).into()),
    };
    for shop in &planned.shops {
        if readable.iter().any(|r| r.id == shop.vendor_id) {
            continue;
        }
        findings.bad(
            &part,
            format!(
                "the credential does not reach shop {} ({})",
                shop.vendor_id, shop.name
            ),
            "have the shop grant access to the API client, or correct vendor_id",
        );
    }
    findings.good(
        &part,
        format!("accepted, {} shops can be read", readable.len()),
    );
}
