//! `[server]`: limits and secrets of the API. Its addresses are read in the parent module.

use super::auth::secret;
use super::connections::Places;
use super::environment::Environment;
use super::error::ConfigError;
use super::file::ServerSection;
use super::{Origin, Sourced};
use std::num::NonZeroU32;
use toml::Spanned;
use vendors::Secret;

/// A person clicks less, a program of ours asks less; what asks more is a mistake or an attack.
const DEFAULT_REQUESTS_PER_MINUTE: u32 = 6000;

/// A person mistypes less; behind a proxy all callers share one address.
const DEFAULT_FAILURES_PER_MINUTE: u32 = 600;

/// How the API answers.
#[derive(Clone, Debug)]
pub struct Api {
    /// The database as the API logs in to it, best as `pitwall_api`; left out, it is `database.url`.
    pub database_url: Option<Sourced<Secret>>,
    /// Requests a minute of one user; none is no limit.
    pub requests_per_minute: Sourced<Option<NonZeroU32>>,
    /// Failed credentials a minute from one address; none is no limit.
    pub failures_per_minute: Sourced<Option<NonZeroU32>>,
    /// Seals cursors and sign-ins under way; left out, each process has its own.
    pub cursor_secret: Option<Sourced<Secret>>,
    /// Address that people's browsers use, where a proxy stands in front.
    pub public_url: Option<Sourced<String>>,
}

pub(super) fn read(
    section: &ServerSection,
    places: Places<'_>,
    environment: &Environment,
) -> Result<Api, ConfigError> {
    let database_url = match environment.get_or_file("PITWALL_API_DATABASE_URL")? {
        Some((url, variable)) => Some(Sourced::new(
            Secret::new(url),
            Origin::Environment(variable),
        )),
        None => section
            .database_url
            .as_ref()
            .map(|url| url.resolve(environment, "server.database_url"))
            .transpose()?
            .map(|url| Sourced::new(Secret::new(url), Origin::File)),
    };
    Ok(Api {
        database_url,
        requests_per_minute: per_minute(
            &REQUESTS,
            &section.requests_per_minute,
            places,
            environment,
        )?,
        failures_per_minute: per_minute(
            &FAILURES,
            &section.failures_per_minute,
            places,
            environment,
        )?,
        cursor_secret: secret(
            environment,
            "PITWALL_CURSOR_SECRET",
            section.cursor_secret.as_ref(),
            "server.cursor_secret",
        )?,
        public_url: public_url(section, environment)?,
    })
}

/// A setting that says how many a minute.
struct PerMinute {
    variable: &'static str,
    setting: &'static str,
    default: u32,
}

const REQUESTS: PerMinute = PerMinute {
    variable: "PITWALL_REQUESTS_PER_MINUTE",
    setting: "server.requests_per_minute",
    default: DEFAULT_REQUESTS_PER_MINUTE,
};
const FAILURES: PerMinute = PerMinute {
    variable: "PITWALL_FAILURES_PER_MINUTE",
    setting: "server.failures_per_minute",
    default: DEFAULT_FAILURES_PER_MINUTE,
};

fn per_minute(
    which: &PerMinute,
    given: &Option<Spanned<u32>>,
    places: Places<'_>,
    environment: &Environment,
) -> Result<Sourced<Option<NonZeroU32>>, ConfigError> {
    if let Some(text) = environment.get(which.variable) {
        let origin = Origin::Environment(which.variable.to_owned());
        return Ok(Sourced::new(rate(text, which.variable)?, origin));
    }
    match given {
        Some(number) => {
            let what = format!("{}: {}", places.of(number), which.setting);
            let rate = rate(&number.get_ref().to_string(), &what)?;
            Ok(Sourced::new(rate, Origin::File))
        }
        None => Ok(Sourced::new(
            NonZeroU32::new(which.default),
            Origin::Default,
        )),
    }
}

fn rate(text: &str, what: &str) -> Result<Option<NonZeroU32>, ConfigError> {
    text.parse().map(NonZeroU32::new).map_err(|_| {
        ConfigError::new(
            format!("{what}: \"{text}\" is no number a minute"),
            "write a whole number, or 0 for no limit",
        )
    })
}

fn public_url(
    section: &ServerSection,
    environment: &Environment,
) -> Result<Option<Sourced<String>>, ConfigError> {
    let found = match environment.get("PITWALL_PUBLIC_URL") {
        Some(url) => Some(Sourced::new(
            url.to_owned(),
            Origin::Environment("PITWALL_PUBLIC_URL".to_owned()),
        )),
        None => section
            .public_url
            .clone()
            .map(|url| Sourced::new(url, Origin::File)),
    };
    let usable = |url: &str| {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        rest.is_some_and(|rest| !rest.trim_end_matches('/').contains('/') && !rest.is_empty())
    };
    match &found {
        Some(url) if !usable(&url.value) => Err(ConfigError::new(
            format!(
                "server.public_url: \"{}\" is no address of a server",
                url.value
            ),
            "write scheme and host, such as https://pitwall.example.com",
        )),
        Some(_) | None => Ok(found),
    }
}
