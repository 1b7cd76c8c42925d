//! The configuration file: one struct a section. `pitwall.example.toml` is checked against these.

use super::error::ConfigError;
use super::source::{SecretSource, TextSource};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// `[database]`
    pub database: DatabaseSection,
    /// `[[connection]]`
    pub connection: Vec<ConnectionSection>,
    /// `[server]`
    pub server: ServerSection,
    /// `[auth]`
    pub auth: AuthSection,
    /// `[sync]`
    pub sync: SyncSection,
}

/// Where the warehouse is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSection {
    /// A PostgreSQL; left out, pitwall runs its own.
    pub url: Option<TextSource>,
    /// What pitwall keeps on disk.
    pub data_dir: Option<PathBuf>,
}

/// One access to one vendor account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionSection {
    /// Unique name.
    pub name: Spanned<String>,
    /// Whose API.
    pub vendor: Spanned<String>,
    /// Scheme and host.
    pub base_url: Option<String>,
    /// Scheme and host of the sign-in.
    pub auth_url: Option<String>,
    /// Key of the application.
    pub app_key: Option<SecretSource>,
    /// OAuth client.
    pub client_id: TextSource,
    /// Its secret.
    pub client_secret: SecretSource,
    /// Groups shops.
    pub organization: Option<String>,
    /// Shops read through this access.
    #[serde(default)]
    pub shops: Vec<ShopSection>,
    /// Plain HTTP to this machine is fine.
    #[serde(default)]
    pub allow_insecure_loopback: bool,
    /// Token of a web session, to compare the vendor's own profit with ours.
    pub comparison: Option<SecretSource>,
    /// Sustained rate of this credential.
    pub requests_per_second: Option<u32>,
}

/// One shop of a connection.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopSection {
    /// The vendor's number: a shop's, or a tenant's.
    #[serde(alias = "tenant_id")]
    pub vendor_id: Spanned<i64>,
    /// Name shown to people.
    pub name: String,
    /// IANA zone.
    pub timezone: Spanned<String>,
    /// Our number.
    pub shop_id: Option<Spanned<i64>>,
    /// ISO 4217 code.
    pub currency: Option<Spanned<String>>,
    /// Physical place.
    pub location: Option<String>,
    /// Cents per hour.
    pub default_tech_cost_rate: Option<Spanned<i64>>,
    /// Secret part of the shop's webhook path.
    pub webhook_key: Option<SecretSource>,
}

/// Where pitwall answers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSection {
    /// Address of pages and API.
    pub listen: Option<Spanned<String>>,
    /// Address of the metrics.
    pub metrics_listen: Option<Spanned<String>>,
    /// The database as the API logs in to it.
    pub database_url: Option<TextSource>,
    /// Requests a minute of one user.
    pub requests_per_minute: Option<Spanned<u32>>,
    /// Failed credentials a minute from one address.
    pub failures_per_minute: Option<Spanned<u32>>,
    /// Seals cursors and sign-ins under way.
    pub cursor_secret: Option<SecretSource>,
    /// Scheme and host that browsers use.
    pub public_url: Option<String>,
}

/// Whom sign-in tokens come from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthSection {
    /// Shared secret of HS256 tokens.
    pub jwt_secret: Option<SecretSource>,
    /// Public keys of the issuer.
    pub jwks_url: Option<String>,
    /// Expected `iss`.
    pub issuer: Option<String>,
    /// Expected `aud`.
    pub audience: Option<String>,
    /// Our client at the issuer.
    pub client_id: Option<String>,
    /// Its secret.
    pub client_secret: Option<SecretSource>,
    /// The issuer may stand in the own network.
    pub allow_private_network: bool,
}

/// How often `serve` syncs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SyncSection {
    /// A duration, or `off`.
    pub interval: Option<Spanned<String>>,
}

/// Reads a file's text. `path` names it in errors.
///
/// # Errors
/// Anything that is no TOML, an unknown key (with the nearest known one), a wrong type, a missing key.
pub fn parse(text: &str, path: &Path) -> Result<File, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let place = error.span().map_or_else(
            || path.display().to_string(),
            |span| place(text, path, span.start),
        );
        explain(error.message(), &place)
    })
}

/// `file:line` of a byte in the text.
pub(super) fn place(text: &str, path: &Path, at: usize) -> String {
    let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
    format!("{}:{line}", path.display())
}

fn explain(message: &str, place: &str) -> ConfigError {
    let Some((unknown, known)) = unknown_key(message) else {
        let first_line = message.lines().next().unwrap_or(message);
        return ConfigError::new(
            format!("{place}: {first_line}"),
            "compare the file with pitwall.example.toml",
        );
    };
    let hint = match nearest(&unknown, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("known keys here: {}", known.join(", ")),
    };
    ConfigError::new(format!("{place}: unknown key \"{unknown}\""), hint)
}

/// Takes serde's words apart: "unknown field `a`, expected one of `b`, `c`".
fn unknown_key(message: &str) -> Option<(String, Vec<String>)> {
    let rest = message.strip_prefix("unknown field ")?;
    let mut quoted = rest.split('`').skip(1).step_by(2).map(str::to_owned);
    let unknown = quoted.next()?;
    Some((unknown, quoted.collect()))
}

/// The known word that a mistyped one is close to.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const CLOSE_ENOUGH: f64 = 0.75;
    known
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= CLOSE_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The keys a section knows, asked of its own reader.
#[must_use]
pub fn known_keys<T: DeserializeOwned>() -> Vec<String> {
    let refused = toml::from_str::<T>("not_a_key = 1\n").err();
    refused
        .and_then(|error| unknown_key(error.message()))
        .map(|(_, known)| known)
        .unwrap_or_default()
}
