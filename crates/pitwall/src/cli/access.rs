//! `pitwall access …`: who is let in.

use clap::{Args, Subcommand};
use uuid::Uuid;

/// `pitwall access …`
#[derive(Debug, Subcommand)]
pub enum AccessCommand {
    /// Who may see which shop, in which role
    #[command(subcommand)]
    User(UserCommand),
    /// Keys for programs that read the API
    #[command(subcommand)]
    Key(KeyCommand),
    /// Database logins for BI tools: one organization each, read only
    #[command(subcommand, name = "bi-role")]
    BiRole(BiRoleCommand),
    /// A way past the wall for an emergency, journalled and for an hour
    #[command(subcommand, name = "break-glass")]
    BreakGlass(BreakGlassCommand),
    /// The journal: who let whom in, newest first
    Log(LogArgs),
}

/// What every command of the administration takes.
#[derive(Clone, Debug, Args)]
pub struct Administered {
    /// Organization; may be left out where the configuration has one only
    #[arg(long, value_name = "NAME")]
    pub organization: Option<String>,
}

/// What those that write take besides.
#[derive(Clone, Debug, Args)]
pub struct Writing {
    /// Organization; may be left out where the configuration has one only
    #[arg(long, value_name = "NAME")]
    pub organization: Option<String>,
    /// Say what would change, change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `pitwall access user …`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Give a user a role, or change it
    Grant(UserGrantArgs),
    /// Take a user's role away, at once
    Revoke(UserRevokeArgs),
    /// Who has which role in which shop
    List(Administered),
    /// End every session and token of a user
    SignOut(UserSignOutArgs),
}

/// `pitwall access user grant`
#[derive(Debug, Args)]
#[command(after_help = "\
Personal data and pay are for owners and managers; a technician sees his own figures, once it is
said which employee he is.

Examples:
  pitwall access user grant --user 6f1a…-uuid --role manager
  pitwall access user grant --user 6f1a…-uuid --role technician --employee 6101 --shop 6212")]
pub struct UserGrantArgs {
    /// Subject of the user's sign-in token
    #[arg(long, value_name = "UUID")]
    pub user: Uuid,
    /// Role
    #[arg(long, value_parser = ["owner", "manager", "advisor", "technician", "analyst", "viewer"])]
    pub role: String,
    /// Only in this shop, by shop_id; may be repeated [default: every shop of the organization]
    #[arg(long, value_name = "SHOP_ID")]
    pub shop: Vec<i64>,
    /// The vendor's employee who this user is
    #[arg(long, value_name = "NUMBER")]
    pub employee: Option<i64>,
    /// Flags of every command that writes.
    #[command(flatten)]
    pub writing: Writing,
}

/// `pitwall access user revoke`
#[derive(Debug, Args)]
pub struct UserRevokeArgs {
    /// Subject of the user's sign-in token
    #[arg(long, value_name = "UUID")]
    pub user: Uuid,
    /// Only in this shop, by shop_id; may be repeated [default: every shop of the organization]
    #[arg(long, value_name = "SHOP_ID")]
    pub shop: Vec<i64>,
    /// Flags of every command that writes.
    #[command(flatten)]
    pub writing: Writing,
}

/// `pitwall access user sign-out`
#[derive(Debug, Args)]
pub struct UserSignOutArgs {
    /// Subject of the user's sign-in token
    #[arg(long, value_name = "UUID")]
    pub user: Uuid,
    /// Flags of every command that writes.
    #[command(flatten)]
    pub writing: Writing,
}

/// `pitwall access key …`
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Issue a key; its text is shown once
    Create(KeyCreateArgs),
    /// The keys, the revoked ones too
    List(Administered),
    /// Take a key back, at once
    Revoke(KeyRevokeArgs),
}

/// `pitwall access key create`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pitwall access key create --name grafana
  pitwall access key create --name nightly --role manager --scope read --scope tasks --days 90")]
pub struct KeyCreateArgs {
    /// What it is for
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Role in its shops
    #[arg(long, default_value = "viewer", value_parser = ["manager", "advisor", "analyst", "viewer"])]
    pub role: String,
    /// What it may do; may be repeated
    #[arg(long, default_value = "read", value_parser = ["read", "write", "tasks"])]
    pub scope: Vec<String>,
    /// Only this shop, by shop_id; may be repeated [default: every shop of the organization]
    #[arg(long, value_name = "SHOP_ID")]
    pub shop: Vec<i64>,
    /// Days until it ends [default: never]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=3650))]
    pub days: Option<i64>,
    /// Flags of every command that writes.
    #[command(flatten)]
    pub writing: Writing,
}

/// `pitwall access key revoke`
#[derive(Debug, Args)]
pub struct KeyRevokeArgs {
    /// Its name or number
    #[arg(value_name = "KEY")]
    pub key: String,
    /// Flags of every command that writes.
    #[command(flatten)]
    pub writing: Writing,
}

/// `pitwall access bi-role …`
#[derive(Debug, Subcommand)]
pub enum BiRoleCommand {
    /// Make a login; its password is shown once
    Create(BiRoleArgs),
    /// The logins of the organization
    List(Administered),
    /// Remove a login
    Drop(BiRoleArgs),
}

/// `pitwall access bi-role create|drop`
#[derive(Debug, Args)]
#[command(after_help = "\
The login reads the shops of its organization by every table and view that all roles of a shop
may read: no customers, no pay. It is a role of the database server: point the BI tool at it.

Examples:
  pitwall access bi-role create --organization acme")]
pub struct BiRoleArgs {
    /// Name, after pitwall_bi_ [default: the organization's]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Flags of every command that writes.
    #[command(flatten)]
    pub writing: Writing,
}

/// `pitwall access break-glass …`
#[derive(Debug, Subcommand)]
pub enum BreakGlassCommand {
    /// Make a login that reads everything, for a while
    Open(BreakGlassOpenArgs),
    /// The logins that are open
    List(Administered),
    /// End a login and its sessions
    Close(BreakGlassCloseArgs),
}

/// `pitwall access break-glass open`
#[derive(Debug, Args)]
#[command(after_help = "\
The login reads the rows of every shop. Why it was opened is journalled first; the server logs
each of its statements, where it lets us say so.

Examples:
  pitwall access break-glass open --reason \"support case 4711\" --minutes 30")]
pub struct BreakGlassOpenArgs {
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub reason: String,
    /// Minutes until its password is refused
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(i64).range(1..=1440))]
    pub minutes: i64,
    /// Flags of every command that writes.
    #[command(flatten)]
    pub writing: Writing,
}

/// `pitwall access break-glass close`
#[derive(Debug, Args)]
pub struct BreakGlassCloseArgs {
    /// Name of the login
    #[arg(value_name = "LOGIN")]
    pub login: String,
    /// Flags of every command that writes.
    #[command(flatten)]
    pub writing: Writing,
}

/// `pitwall access log`
#[derive(Debug, Args)]
pub struct LogArgs {
    /// Entries at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    pub limit: i64,
    /// Flags of every command of the administration.
    #[command(flatten)]
    pub administered: Administered,
}
