//! The configuration. The only place that reads the environment or a configuration file.
//!
//! A value comes from a flag, else the environment, else the file, else the default; each remembers which.

pub mod auth;
pub mod connections;
pub mod environment;
pub mod error;
pub mod file;
pub mod report;
pub mod server;
pub mod source;

pub use auth::Auth;
pub use connections::{Connection, Shop};
pub use environment::Environment;
pub use error::ConfigError;
pub use server::Api;

use connections::Places;
use file::File;
use jiff::SignedDuration;
use source::TextSource;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;
use vendors::Secret;

/// How often `serve` syncs when nothing else is said.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(120);
/// Shorter intervals would only repeat the vendor's limits.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line.
    Flag(&'static str),
    /// An environment variable.
    Environment(String),
    /// The configuration file.
    File,
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "flag {name}"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::File => f.write_str("file"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// What the command line says about the configuration.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--data-dir`
    pub data_dir: Option<PathBuf>,
    /// `--listen`
    pub listen: Option<SocketAddr>,
}

/// The configuration in force.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file that was read.
    pub path: Option<PathBuf>,
    /// The PostgreSQL to use; without it pitwall runs its own.
    pub database_url: Option<Sourced<Secret>>,
    /// What pitwall keeps on disk.
    pub data_dir: Sourced<PathBuf>,
    /// The `bin` directory of the PostgreSQL that pitwall runs itself.
    pub pg_bin: Option<Sourced<PathBuf>>,
    /// Connections with their shops.
    pub connections: Vec<Connection>,
    /// Address of pages and API.
    pub listen: Sourced<SocketAddr>,
    /// Address of the metrics.
    pub metrics_listen: Sourced<SocketAddr>,
    /// Sign-in.
    pub auth: Auth,
    /// Limits and secrets of the API.
    pub api: Api,
    /// How often `serve` syncs; none means never.
    pub sync_interval: Sourced<Option<Duration>>,
    /// Where secrets are fetched from.
    pub environment: Environment,
}

impl Settings {
    /// Reads everything.
    ///
    /// # Errors
    /// [`ConfigError`] with file, line and what to write instead.
    pub fn load(overrides: &Overrides, environment: Environment) -> Result<Self, ConfigError> {
        let Some(path) = config_path(overrides, &environment)? else {
            return Self::from_text("", Path::new("pitwall.toml"), overrides, environment);
        };
        let text = std::fs::read_to_string(&path).map_err(|error| {
            ConfigError::new(
                format!("cannot read the configuration {}: {error}", path.display()),
                "check the path and that this user may read it; pitwall.example.toml shows what stands in it",
            )
        })?;
        let mut settings = Self::from_text(&text, &path, overrides, environment)?;
        settings.path = Some(path);
        Ok(settings)
    }

    /// As [`Settings::load`], from a text instead of a file.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_text(
        text: &str,
        path: &Path,
        overrides: &Overrides,
        environment: Environment,
    ) -> Result<Self, ConfigError> {
        let file = file::parse(text, path)?;
        let places = Places { text, path };
        let mut connections = connections::check(&file.connection, places)?;
        if environment.is_on("PITWALL_ALLOW_LOOPBACK_VENDORS") {
            for connection in &mut connections {
                connection.allow_insecure_loopback = true;
            }
        }
        let listen = listen(&file, places, overrides, &environment)?;
        Ok(Self {
            path: None,
            database_url: database_url(&file, &environment)?,
            data_dir: data_dir(&file, overrides, &environment),
            pg_bin: environment.get("PITWALL_PG_BIN").map(|bin| {
                Sourced::new(
                    PathBuf::from(bin),
                    Origin::Environment("PITWALL_PG_BIN".to_owned()),
                )
            }),
            metrics_listen: metrics_listen(&file, places, listen.value, &environment)?,
            listen,
            connections,
            auth: auth::read(&file.auth, &environment)?,
            api: server::read(&file.server, places, &environment)?,
            sync_interval: sync_interval(&file, places, &environment)?,
            environment,
        })
    }

    /// Whether pitwall runs its own PostgreSQL.
    #[must_use]
    pub const fn is_embedded(&self) -> bool {
        self.database_url.is_none()
    }

    /// All shops with their connections.
    pub fn shops(&self) -> impl Iterator<Item = (&Connection, &Shop)> {
        self.connections
            .iter()
            .flat_map(|c| c.shops.iter().map(move |s| (c, s)))
    }
}

/// The file to read: named, else the first that is there.
fn config_path(
    overrides: &Overrides,
    environment: &Environment,
) -> Result<Option<PathBuf>, ConfigError> {
    let named = overrides
        .config
        .clone()
        .or_else(|| environment.get("PITWALL_CONFIG").map(PathBuf::from));
    if let Some(path) = named {
        return Ok(Some(path));
    }
    let mut places = vec![PathBuf::from("pitwall.toml")];
    let home = environment.get("HOME").map(PathBuf::from);
    let config_home = environment
        .get("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| home.map(|home| home.join(".config")));
    places.extend(config_home.map(|dir| dir.join("pitwall/pitwall.toml")));
    places.push(PathBuf::from("/etc/pitwall/pitwall.toml"));
    for place in places {
        match place.try_exists() {
            Ok(true) => return Ok(Some(place)),
            Ok(false) => {}
            // A directory on the way that may not be entered holds nothing for this user.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {}
            Err(error) => {
                return Err(ConfigError::new(
                    format!("cannot look for {}: {error}", place.display()),
                    "name the configuration with --config PATH",
                ));
            }
        }
    }
    Ok(None)
}

fn database_url(
    file: &File,
    environment: &Environment,
) -> Result<Option<Sourced<Secret>>, ConfigError> {
    if let Some((url, variable)) = environment.get_or_file("DATABASE_URL")? {
        return Ok(Some(Sourced::new(
            Secret::new(url),
            Origin::Environment(variable),
        )));
    }
    file.database
        .url
        .as_ref()
        .map(|url| url.resolve(environment, "database.url"))
        .transpose()
        .map(|url| url.map(|url| Sourced::new(Secret::new(url), Origin::File)))
}

fn data_dir(file: &File, overrides: &Overrides, environment: &Environment) -> Sourced<PathBuf> {
    if let Some(dir) = &overrides.data_dir {
        return Sourced::new(dir.clone(), Origin::Flag("--data-dir"));
    }
    if let Some(dir) = environment.get("PITWALL_DATA_DIR") {
        return Sourced::new(
            PathBuf::from(dir),
            Origin::Environment("PITWALL_DATA_DIR".to_owned()),
        );
    }
    if let Some(dir) = &file.database.data_dir {
        return Sourced::new(dir.clone(), Origin::File);
    }
    let home = environment.get("HOME").map(PathBuf::from);
    let dir = if cfg!(target_os = "macos") {
        home.map(|home| home.join("Library/Application Support"))
    } else {
        let xdg = environment.get("XDG_DATA_HOME").map(PathBuf::from);
        xdg.or_else(|| home.map(|home| home.join(".local/share")))
    };
    // A service without a home keeps its data where services do.
    let dir = dir.unwrap_or_else(|| PathBuf::from("/var/lib"));
    Sourced::new(dir.join("pitwall"), Origin::Default)
}

fn address(text: &str, what: &str) -> Result<SocketAddr, ConfigError> {
    text.parse().map_err(|_| {
        ConfigError::new(
            format!("{what}: \"{text}\" is no address"),
            "write it like 127.0.0.1:8080",
        )
    })
}

fn listen(
    file: &File,
    places: Places<'_>,
    overrides: &Overrides,
    environment: &Environment,
) -> Result<Sourced<SocketAddr>, ConfigError> {
    if let Some(address) = overrides.listen {
        return Ok(Sourced::new(address, Origin::Flag("--listen")));
    }
    let from_file = file.server.listen.as_ref();
    let found = chosen(
        environment,
        "PITWALL_LISTEN",
        from_file,
        places,
        "server.listen",
    )?;
    Ok(found.unwrap_or_else(|| Sourced::new(DEFAULT_LISTEN, Origin::Default)))
}

fn metrics_listen(
    file: &File,
    places: Places<'_>,
    listen: SocketAddr,
    environment: &Environment,
) -> Result<Sourced<SocketAddr>, ConfigError> {
    let from_file = file.server.metrics_listen.as_ref();
    let found = chosen(
        environment,
        "PITWALL_METRICS_LISTEN",
        from_file,
        places,
        "server.metrics_listen",
    )?;
    Ok(found.unwrap_or_else(|| {
        // Port 0 lets the system choose, and the last port has no next one: both leave the choice to the system.
        let port = if listen.port() == 0 {
            0
        } else {
            listen.port().checked_add(1).unwrap_or(0)
        };
        Sourced::new(SocketAddr::new(listen.ip(), port), Origin::Default)
    }))
}

fn chosen(
    environment: &Environment,
    variable: &str,
    from_file: Option<&Spanned<String>>,
    places: Places<'_>,
    key: &str,
) -> Result<Option<Sourced<SocketAddr>>, ConfigError> {
    if let Some(text) = environment.get(variable) {
        return Ok(Some(Sourced::new(
            address(text, variable)?,
            Origin::Environment(variable.to_owned()),
        )));
    }
    from_file
        .map(|text| {
            let what = format!("{}: {key}", places.of(text));
            Ok(Sourced::new(address(text.get_ref(), &what)?, Origin::File))
        })
        .transpose()
}

fn sync_interval(
    file: &File,
    places: Places<'_>,
    environment: &Environment,
) -> Result<Sourced<Option<Duration>>, ConfigError> {
    if let Some(text) = environment.get("PITWALL_SYNC_INTERVAL") {
        let origin = Origin::Environment("PITWALL_SYNC_INTERVAL".to_owned());
        return Ok(Sourced::new(
            interval(text, "PITWALL_SYNC_INTERVAL")?,
            origin,
        ));
    }
    match &file.sync.interval {
        Some(text) => {
            let what = format!("{}: sync.interval", places.of(text));
            Ok(Sourced::new(interval(text.get_ref(), &what)?, Origin::File))
        }
        None => Ok(Sourced::new(Some(DEFAULT_INTERVAL), Origin::Default)),
    }
}

fn interval(text: &str, what: &str) -> Result<Option<Duration>, ConfigError> {
    if text == "off" {
        return Ok(None);
    }
    let parsed = text
        .parse::<SignedDuration>()
        .ok()
        .and_then(|d| Duration::try_from(d).ok());
    parsed
        .filter(|d| *d >= SHORTEST_INTERVAL)
        .map(Some)
        .ok_or_else(|| {
            ConfigError::new(
                format!("{what}: \"{text}\" is no interval of at least a second"),
                "write it like \"2m\" or \"90s\", or \"off\"",
            )
        })
}

/// A URL without its password, for people to read.
#[must_use]
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // key=value settings: the one word that is a secret.
        let words = url.split_whitespace().map(|word| {
            if word.starts_with("password=") {
                "password=***"
            } else {
                word
            }
        });
        return words.collect::<Vec<_>>().join(" ");
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let shown = match authority.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:***@{host}"),
            None => authority.to_owned(),
        },
        None => authority.to_owned(),
    };
    // libpq also takes a password among the parameters.
    let path = match path.split_once('?') {
        Some((before, parameters)) => {
            let kept: Vec<&str> = parameters
                .split('&')
                .map(|p| {
                    if p.starts_with("password=") {
                        "password=***"
                    } else {
                        p
                    }
                })
                .collect();
            format!("{before}?{}", kept.join("&"))
        }
        None => path.to_owned(),
    };
    format!("{scheme}://{shown}{path}")
}

/// Whether a value that may stand inline is shown.
pub(crate) fn shown_text(source: &TextSource) -> String {
    match source {
        TextSource::Inline(text) => text.clone(),
        TextSource::Elsewhere(source) => format!("*** ({source})"),
    }
}

#[cfg(test)]
mod tests;
