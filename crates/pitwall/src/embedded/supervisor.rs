//! The child process that gives up root and starts the server (`pitwall __postgres`).
//!
//! The request goes in by standard input, the reply comes out by standard output, both JSON.

use std::fs::{self, DirBuilder};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use postgresql_embedded::{BOOTSTRAP_SUPERUSER, PostgreSQL, Settings, VersionReq};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::conf::{self, Tuning};
use super::error::Error;
use super::home::Home;
use super::ladder::{self, Engine, Refusal};
use super::root::{self, Account};
use super::server::{self, Endpoint};
use super::{DATABASE, EmbeddedSettings, lock};

/// The hidden subcommand.
const SUBCOMMAND: &str = "__postgres";

/// Variables that would change what the server or the crate's client does, and are not ours.
const FOREIGN_VARIABLES: [&str; 13] = [
    "PGDATA",
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGUSER",
    "PGPASSWORD",
    "PGDATABASE",
    "PGOPTIONS",
    "PGSSLMODE",
    "PGAPPNAME",
    "PGSERVICE",
    "PGTZ",
    "TZ",
];

#[derive(Debug, Serialize, Deserialize)]
struct Request {
    home: PathBuf,
    account: Option<Account>,
    pg_bin: Option<PathBuf>,
    tuning: Tuning,
    timeout: Duration,
}

#[derive(Debug, Serialize, Deserialize)]
enum Reply {
    Started(Endpoint),
    Failed { report: String, hint: String },
}

/// Starts the server through a child process and returns how to reach it.
pub(super) fn start(settings: &EmbeddedSettings, home: &Home) -> Result<Endpoint, Error> {
    let program = match &settings.supervisor {
        Some(program) => program.clone(),
        None => std::env::current_exe().map_err(Error::files(Path::new(SUBCOMMAND)))?,
    };
    let request = Request {
        home: home.dir.clone(),
        account: home.account.clone(),
        pg_bin: settings.pg_bin.clone(),
        tuning: settings.tuning.clone(),
        timeout: settings.timeout.max(Duration::from_secs(60)),
    };
    match ask(&program, &request).map_err(Error::files(&program))? {
        Reply::Started(endpoint) => Ok(endpoint),
        Reply::Failed { report, hint } => Err(Error::Start { report, hint }),
    }
}

fn ask(program: &Path, request: &Request) -> io::Result<Reply> {
    let mut command = Command::new(program);
    command
        .arg(SUBCOMMAND)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for variable in FOREIGN_VARIABLES {
        command.env_remove(variable);
    }
    // C sorts by bytes, the same on every machine; a locale that is named but missing stops initdb.
    let mut child = command
        .env("LC_ALL", "C")
        .env("HOME", &request.home)
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(&serde_json::to_vec(request)?)?;
    }
    let output = child.wait_with_output()?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let said = String::from_utf8_lossy(&output.stderr);
        io::Error::other(format!(
            "{SUBCOMMAND} ended with {}: {}",
            output.status,
            said.trim_end()
        ))
    })
}

/// Answers to `__postgres` if the program was started with it. To be called first in `main`,
/// before any thread exists: giving up root works on single threads.
#[must_use]
pub fn run_if_asked() -> Option<ExitCode> {
    if std::env::args_os().nth(1)? != SUBCOMMAND {
        return None;
    }
    let reply = match serve() {
        Ok(endpoint) => Reply::Started(endpoint),
        Err(Refusal { report, hint }) => Reply::Failed { report, hint },
    };
    let written = serde_json::to_writer(io::stdout(), &reply).is_ok();
    Some(if written {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn serve() -> Result<Endpoint, Refusal> {
    let mut input = Vec::new();
    io::stdin()
        .read_to_end(&mut input)
        .map_err(|error| refusal(&error))?;
    let request: Request = serde_json::from_slice(&input).map_err(|error| refusal(&error))?;
    if let Some(account) = &request.account {
        root::drop_to(account).map_err(|error| refusal(&error))?;
    }
    std::env::set_current_dir(&request.home).map_err(|error| refusal(&error))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| refusal(&error))?;
    runtime.block_on(run(&request))
}

async fn run(request: &Request) -> Result<Endpoint, Refusal> {
    let deadline = Instant::now() + request.timeout;
    let home = Home {
        dir: request.home.clone(),
        account: None,
    };
    // Our parent's gate falls open if it is killed; this lock keeps a second child out even then.
    let path = home.dir.join("start");
    let start = lock::open(&path, None).map_err(|error| refusal_of(&error))?;
    lock::lock_until(&start, &path, deadline).map_err(|error| refusal_of(&error))?;
    let endpoint = match settle(&home, deadline)? {
        Some(endpoint) => endpoint,
        None => {
            launch(request, &home).await?;
            settle(&home, deadline)?.ok_or_else(|| ended(&home))?
        }
    };
    // Also for an adopted server: whoever started it may have been killed before this.
    create_database(request, &home, &endpoint).await?;
    Ok(endpoint)
}

fn settle(home: &Home, deadline: Instant) -> Result<Option<Endpoint>, Refusal> {
    server::settle(home, deadline).map_err(|error| refusal_of(&error))
}

/// The major version that made the cluster; `None` when there is none yet.
fn cluster_major(home: &Home) -> Option<u32> {
    fs::read_to_string(home.cluster().join("PG_VERSION"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Gets the binaries and, the first time, makes the cluster. It is made beside its place and
/// moved there when complete: a kill in the middle leaves nothing that looks like a cluster.
async fn create_cluster(
    request: &Request,
    home: &Home,
    engine: Engine,
) -> Result<PathBuf, Refusal> {
    let exists = home.cluster().exists();
    let unfinished = home.dir.join("data.unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(|error| refusal(&error))?;
    }
    let mut settings = engine_settings(request, home, engine);
    settings.data_dir = if exists {
        home.cluster()
    } else {
        unfinished.clone()
    };
    let password_file = settings.password_file.clone();
    let mut postgresql = PostgreSQL::new(settings);
    let done = postgresql.setup().await;
    let installation = postgresql.settings().installation_dir.clone();
    std::mem::forget(postgresql);
    // Only initdb asks for a password; nobody signs in with it (see conf::HBA).
    let _ = fs::remove_file(password_file);
    done.map_err(|error| setup_refusal(&error))?;
    if !exists {
        fs::rename(&unfinished, home.cluster()).map_err(|error| refusal(&error))?;
        fs::File::open(&home.dir)
            .and_then(|dir| dir.sync_all())
            .map_err(|error| refusal(&error))?;
    }
    Ok(installation)
}

/// Every field by name: the crate's defaults would create temporary directories that stay.
fn engine_settings(request: &Request, home: &Home, engine: Engine) -> Settings {
    let (installation_dir, trust_installation_dir) = match engine {
        Engine::Installed(root) => (root, true),
        Engine::Download => (home.dir.join("engine"), false),
    };
    Settings {
        releases_url: "https://github.com/theseus-rs/postgresql-binaries".to_owned(),
        version: VersionReq::parse(ladder::DOWNLOAD_VERSION)
            .expect("the pinned version is a valid requirement"),
        installation_dir,
        password_file: home.dir.join("initdb-password"),
        data_dir: home.cluster(),
        host: "localhost".to_owned(),
        port: conf::PORT,
        username: BOOTSTRAP_SUPERUSER.to_owned(),
        password: Uuid::new_v4().simple().to_string(),
        temporary: false,
        timeout: Some(request.timeout),
        configuration: conf::arguments(&request.tuning),
        trust_installation_dir,
        socket_dir: None,
    }
}

/// An empty private directory for the socket. What a crashed server left there goes first: the
/// lock file beside a socket stops a start as a pid file does.
fn prepare_socket_dir(home: &Home) -> io::Result<PathBuf> {
    if let Some(last) = server::last_socket_dir(&home.cluster()).filter(|dir| conf::is_short(dir)) {
        let _ = fs::remove_dir_all(last);
    }
    let unique = Uuid::new_v4().simple().to_string();
    let dir = conf::socket_dir(&home.dir, &unique[..12]);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    DirBuilder::new().mode(0o700).create(&dir)?;
    Ok(dir)
}

async fn launch(request: &Request, home: &Home) -> Result<(), Refusal> {
    let engine = ladder::choose(
        request.pg_bin.as_deref(),
        &ladder::usual_places(),
        cluster_major(home),
    )?;
    let installation = create_cluster(request, home, engine).await?;
    fs::write(home.cluster().join("pg_hba.conf"), conf::HBA).map_err(|error| refusal(&error))?;
    let mut settings = engine_settings(request, home, Engine::Installed(installation));
    settings.socket_dir = Some(prepare_socket_dir(home).map_err(|error| refusal(&error))?);
    let mut postgresql = PostgreSQL::new(settings);
    let started = postgresql.start().await;
    // Dropping it would stop the server, whoever uses it by then.
    std::mem::forget(postgresql);
    started.map_err(|error| Refusal {
        report: chain(&error),
        hint: read_the_log(home),
    })
}

async fn create_database(
    request: &Request,
    home: &Home,
    endpoint: &Endpoint,
) -> Result<(), Refusal> {
    let mut settings = engine_settings(request, home, Engine::Download);
    settings.socket_dir = Some(endpoint.socket_dir.clone());
    let postgresql = PostgreSQL::new(settings);
    let created = match postgresql.database_exists(DATABASE).await {
        Ok(true) => Ok(()),
        Ok(false) => postgresql.create_database(DATABASE).await,
        Err(error) => Err(error),
    };
    std::mem::forget(postgresql);
    created.map_err(|error| Refusal {
        report: chain(&error),
        hint: read_the_log(home),
    })
}

fn ended(home: &Home) -> Refusal {
    Refusal {
        report: "the server ended right after its start".to_owned(),
        hint: read_the_log(home),
    }
}

fn read_the_log(home: &Home) -> String {
    format!("read start.log and log/ in {}", home.cluster().display())
}

fn setup_refusal(error: &postgresql_embedded::Error) -> Refusal {
    Refusal {
        report: chain(error),
        hint: "install PostgreSQL 15 or later (Debian: apt-get install postgresql), name one with PITWALL_PG_BIN, or \
               give a database with DATABASE_URL"
            .to_owned(),
    }
}

fn refusal(error: &dyn std::error::Error) -> Refusal {
    Refusal {
        report: chain(error),
        hint: "choose another data directory with PITWALL_DATA_DIR".to_owned(),
    }
}

fn refusal_of(error: &Error) -> Refusal {
    Refusal {
        report: chain(error),
        hint: error.hint(),
    }
}

/// An error with its causes: only text passes from the child to its parent.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
