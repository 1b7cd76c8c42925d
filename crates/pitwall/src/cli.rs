//! The command line.

pub mod access;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::net::SocketAddr;
use std::path::PathBuf;
use vendors::{Stream, Vendor};

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partial, 4 a check failed, 5 the vendor refused the
credentials, 6 locked by another run, 130 interrupted. After any of them, running again resumes.

Examples:
  pitwall demo                     three simulated shops, from nothing to figures
  pitwall migrate                  bring the database up to this program
  pitwall sync run                 read what changed, everywhere
  pitwall ops summary              figures, and what needs attention";

/// True gross profit of repair shops, in one PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "pitwall", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Configuration file [also: PITWALL_CONFIG; default: ./pitwall.toml, ~/.config/pitwall/, /etc/pitwall/]
    #[arg(long, global = true, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// What pitwall keeps on disk [also: PITWALL_DATA_DIR]
    #[arg(long, global = true, value_name = "PATH")]
    pub data_dir: Option<PathBuf>,
    /// Answer in JSON on standard output; progress as JSON lines on standard error
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Log more to standard error; twice for everything [also: RUST_LOG]
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// No colour and no animation [also: NO_COLOR, TERM=dumb]
    #[arg(long, global = true)]
    pub no_color: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show everything on three simulated shops, until Ctrl-C
    Demo(DemoArgs),
    /// Answer HTTP and sync at intervals, until stopped
    Serve(ServeArgs),
    /// Bring the database up to this program, and write the configured shops
    Migrate(MigrateArgs),
    /// Read vendors
    #[command(subcommand)]
    Sync(SyncCommand),
    /// Snapshots of repair orders
    #[command(subcommand)]
    Snapshots(SnapshotsCommand),
    /// Daily metrics
    #[command(subcommand)]
    Metrics(MetricsCommand),
    /// Check the invariants on the data
    Verify(VerifyArgs),
    /// Rebuild rows from the payloads kept, without the vendor
    Replay(ReplayArgs),
    /// What stands in the database
    #[command(subcommand)]
    Ops(OpsCommand),
    /// Who is let in: users, keys, BI logins, and the journal of that
    #[command(subcommand)]
    Access(access::AccessCommand),
    /// Look for what is wrong with the installation
    Doctor(DoctorArgs),
    /// Run a vendor's simulator alone
    Simulate(SimulateArgs),
    /// The configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

/// `pitwall demo`
#[derive(Debug, Args)]
#[command(after_help = "\
The demo needs no account and speaks to no vendor. It keeps its data, its own configuration
included, below the data directory; a second start goes on where the first one stopped.

Examples:
  pitwall demo
  pitwall demo --once --json       load, check, print, end")]
pub struct DemoArgs {
    /// End after the summary instead of serving
    #[arg(long)]
    pub once: bool,
    /// Address of the page [also: PITWALL_LISTEN; default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Which world to simulate; fixed at the first start
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// Days of history; fixed at the first start [default: 730]
    #[arg(long, value_name = "DAYS")]
    pub history_days: Option<u32>,
}

/// `pitwall serve`
#[derive(Debug, Args)]
#[command(after_help = "\
Answers /healthz, /readyz, /openapi.json and a first page; metrics on the next port at /metrics.
Stops gracefully on SIGINT or SIGTERM, at once on the second.

Examples:
  pitwall serve
  pitwall serve --listen 0.0.0.0:8080")]
pub struct ServeArgs {
    /// Address to answer on [also: PITWALL_LISTEN; default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
}

/// `pitwall migrate`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pitwall migrate --dry-run
  pitwall migrate --roll-back servicetitan --yes-lose-data
  DATABASE_URL=postgres://owner@db/pitwall pitwall migrate")]
pub struct MigrateArgs {
    /// Print what would be done
    #[arg(long)]
    pub dry_run: bool,
    /// Instead, drop the cached records of this vendor and what reads them; the next migrate makes them anew, empty
    #[arg(long, value_name = "VENDOR", value_parser = ["servicetitan"], conflicts_with = "dry_run")]
    pub roll_back: Option<String>,
    /// Drop tables that hold rows, too
    #[arg(long, requires = "roll_back")]
    pub yes_lose_data: bool,
}

/// `pitwall sync …`
#[derive(Debug, Subcommand)]
pub enum SyncCommand {
    /// Read what changed, then bring snapshots and daily metrics up to date
    Run(SyncRunArgs),
    /// When each stream was last read, and how that ended
    Status(ShopsArgs),
}

/// `pitwall sync run`
#[derive(Debug, Args)]
#[command(after_help = "\
Without flags: every connection, shop and stream; the whole history on the first run. Ctrl-C
finishes the page and commits it; the next run resumes.

Examples:
  pitwall sync run
  pitwall sync run --shop 6212 --stream repair_orders --since 2026-01-01
  pitwall sync run --full --json")]
pub struct SyncRunArgs {
    /// Only this connection; may be repeated
    #[arg(long, value_name = "NAME")]
    pub connection: Vec<String>,
    /// Only this shop, by shop_id; may be repeated
    #[arg(long, value_name = "SHOP_ID")]
    pub shop: Vec<i64>,
    /// Only this stream: employees, customers, vehicles, repair_orders; may be repeated
    #[arg(long, value_name = "STREAM", value_parser = stream)]
    pub stream: Vec<Stream>,
    /// What changed since: a date (UTC) or a time with zone
    #[arg(long, value_name = "TIME", value_parser = instant, conflicts_with = "full")]
    pub since: Option<Timestamp>,
    /// The whole history again
    #[arg(long)]
    pub full: bool,
    /// Say what there is to read, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Which shops.
#[derive(Debug, Args)]
pub struct ShopsArgs {
    /// Only this shop, by shop_id; may be repeated
    #[arg(long, value_name = "SHOP_ID")]
    pub shop: Vec<i64>,
}

/// `pitwall snapshots …`
#[derive(Debug, Subcommand)]
pub enum SnapshotsCommand {
    /// Build snapshots again, and the days they count on
    Build(RangeArgs),
    /// Keep one order's figures as they stand now
    Take(TakeArgs),
}

/// `pitwall snapshots take`
#[derive(Debug, Args)]
#[command(after_help = "\
A snapshot taken by hand adds no money to any day: it is for looking back at an order that goes on
changing. Taken again with the same figures it writes nothing; with others it revises the day's row.

Examples:
  pitwall snapshots take --shop 6212 --order 310045001")]
pub struct TakeArgs {
    /// The shop, by shop_id
    #[arg(long, value_name = "SHOP_ID")]
    pub shop: i64,
    /// The vendor's id of the repair order
    #[arg(long, value_name = "ORDER_ID")]
    pub order: i64,
    /// The day it is kept under [default: today, by the shop's calendar]
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
    /// Print the figures without keeping them
    #[arg(long)]
    pub dry_run: bool,
}

/// `pitwall metrics …`
#[derive(Debug, Subcommand)]
pub enum MetricsCommand {
    /// Sum days again from the snapshots
    Rebuild(RangeArgs),
}

/// Which shops and days to build again.
#[derive(Debug, Args)]
#[command(after_help = "\
May be run at any time and as often as you like: what is right already is not written.

Examples:
  --days-back 7                                     the last seven days and today, in each shop
  --shop 6212 --start-date 2026-03-01 --end-date 2026-03-31
  --all")]
pub struct RangeArgs {
    /// Only this shop, by shop_id; may be repeated
    #[arg(long, value_name = "SHOP_ID")]
    pub shop: Vec<i64>,
    /// Today and so many days before, by the shop's calendar
    #[arg(long, value_name = "DAYS", conflicts_with_all = ["start_date", "end_date", "all"])]
    pub days_back: Option<u16>,
    /// First day, by the shop's calendar
    #[arg(
        long,
        value_name = "DATE",
        requires = "end_date",
        conflicts_with = "all"
    )]
    pub start_date: Option<Date>,
    /// Last day, inclusive
    #[arg(long, value_name = "DATE", requires = "start_date")]
    pub end_date: Option<Date>,
    /// The whole history
    #[arg(long, required_unless_present_any = ["days_back", "start_date"])]
    pub all: bool,
    /// Print what would be built
    #[arg(long)]
    pub dry_run: bool,
}

/// `pitwall verify`
#[derive(Debug, Args)]
#[command(after_help = "\
Each check is a query that returns no row when all is well; it is named by the invariant it stands
for. Ends with 4 when one does not hold, with the keys concerned.

Examples:
  pitwall verify
  pitwall verify --shop 6212 --json")]
pub struct VerifyArgs {
    /// Only this shop, by shop_id; may be repeated
    #[arg(long, value_name = "SHOP_ID")]
    pub shop: Vec<i64>,
}

/// `pitwall replay`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pitwall replay --shop 6212")]
pub struct ReplayArgs {
    /// Only this shop, by shop_id; may be repeated
    #[arg(long, value_name = "SHOP_ID")]
    pub shop: Vec<i64>,
    /// Print what would be replayed
    #[arg(long)]
    pub dry_run: bool,
}

/// `pitwall ops …`
#[derive(Debug, Subcommand)]
pub enum OpsCommand {
    /// Figures per shop, the database, last syncs, errors, row counts, and what needs attention
    Summary(ShopsArgs),
}

/// `pitwall doctor`
#[derive(Debug, Args)]
#[command(after_help = "\
Each finding says what to do about it. Ends with 1 when something is wrong.

Examples:
  pitwall doctor
  pitwall doctor --offline         without asking the vendors")]
pub struct DoctorArgs {
    /// Do not ask the vendors whether they accept the credentials
    #[arg(long)]
    pub offline: bool,
}

/// `pitwall simulate`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pitwall simulate --listen 127.0.0.1:9090 --seed 7
  pitwall simulate --history-days 30
  pitwall simulate --vendor servicetitan --listen 127.0.0.1:9091")]
pub struct SimulateArgs {
    /// Whose API: tekmetric or servicetitan
    #[arg(long, value_name = "VENDOR", default_value = "tekmetric", value_parser = vendor)]
    pub vendor: Vendor,
    /// Address to answer on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9090")]
    pub listen: SocketAddr,
    /// Which world: the same number gives the same world
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// Days of history
    #[arg(long, value_name = "DAYS", default_value_t = 730)]
    pub history_days: u32,
}

/// `pitwall config …`
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the configuration in force; secrets as ***
    Show(ConfigShowArgs),
}

/// `pitwall config show`
#[derive(Debug, Args)]
pub struct ConfigShowArgs {
    /// Say where each value came from
    #[arg(long)]
    pub origin: bool,
}

/// `pitwall completions`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pitwall completions bash > ~/.local/share/bash-completion/completions/pitwall")]
pub struct CompletionsArgs {
    /// Which shell
    pub shell: Shell,
}

fn vendor(text: &str) -> Result<Vendor, String> {
    text.parse()
        .map_err(|_| format!("there are {}", Vendor::ALL.map(Vendor::as_str).join(", ")))
}

fn stream(text: &str) -> Result<Stream, String> {
    text.parse().map_err(|_| {
        let known: Vec<&str> = Stream::all().map(Stream::as_str).collect();
        match crate::config::file::nearest(text, known.iter().copied()) {
            Some(near) => format!("unknown stream; did you mean {near}?"),
            None => format!("unknown stream; there are {}", known.join(", ")),
        }
    })
}

fn instant(text: &str) -> Result<Timestamp, String> {
    let day = |date: Date| date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    text.parse::<Timestamp>()
        .or_else(|_| text.parse::<Date>().and_then(day))
        .map_err(|_| "write a date like 2026-03-01 or a time like 2026-03-01T08:00:00Z".to_owned())
}
