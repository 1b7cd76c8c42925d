//! Values that may stand elsewhere: `{ env = "NAME" }` or `{ file = "PATH" }`. A secret has to.

use super::environment::Environment;
use super::error::ConfigError;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use std::fmt;
use std::path::{Path, PathBuf};
use vendors::Secret;

/// Where a secret is kept. It never stands in the file itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable.
    Env(String),
    /// A file; white space at its end is cut off.
    File(PathBuf),
}

impl SecretSource {
    /// Fetches the secret. `what` names the setting in an error.
    ///
    /// # Errors
    /// When the variable is not set, or the file cannot be read or is empty.
    pub fn resolve(&self, environment: &Environment, what: &str) -> Result<Secret, ConfigError> {
        match self {
            Self::Env(name) => environment.get(name).map(Secret::new).ok_or_else(|| {
                ConfigError::new(
                    format!("{what}: the environment variable {name} is not set"),
                    format!("set {name}, or name a file: {{ file = \"PATH\" }}"),
                )
            }),
            Self::File(path) => read_secret_file(path)
                .map(Secret::new)
                .map_err(|error| ConfigError::new(format!("{what}: {error}"), error.hint)),
        }
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "environment variable {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
        }
    }
}

/// A text that may stand in the file, or elsewhere like a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextSource {
    /// The text itself.
    Inline(String),
    /// Kept elsewhere.
    Elsewhere(SecretSource),
}

impl TextSource {
    /// Fetches the text; errors as [`SecretSource::resolve`].
    ///
    /// # Errors
    /// As [`SecretSource::resolve`].
    pub fn resolve(&self, environment: &Environment, what: &str) -> Result<String, ConfigError> {
        match self {
            Self::Inline(text) => Ok(text.clone()),
            Self::Elsewhere(source) => Ok(source.resolve(environment, what)?.expose().to_owned()),
        }
    }
}

/// Reads a mounted secret.
pub(super) fn read_secret_file(path: &Path) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        ConfigError::new(
            format!("cannot read the secret in {}: {error}", path.display()),
            "check the path and that this user may read it",
        )
    })?;
    let text = text.trim_end();
    if text.is_empty() {
        return Err(ConfigError::new(
            format!("the secret in {} is empty", path.display()),
            "write the secret into the file",
        ));
    }
    Ok(text.to_owned())
}

struct SourceVisitor {
    may_stand_inline: bool,
}

impl<'de> Visitor<'de> for SourceVisitor {
    type Value = TextSource;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{ env = \"NAME\" } or { file = \"PATH\" }")?;
        if self.may_stand_inline {
            f.write_str(" or a text")
        } else {
            Ok(())
        }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<TextSource, E> {
        if self.may_stand_inline {
            return Ok(TextSource::Inline(text.to_owned()));
        }
        // The text itself must not reach the message.
        Err(E::custom(
            "a secret must not stand in the configuration file: write { env = \"NAME\" } or { file = \"PATH\" }",
        ))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TextSource, A::Error> {
        let mut source = None;
        while let Some(key) = map.next_key::<String>()? {
            let next = match key.as_str() {
                "env" => SecretSource::Env(map.next_value()?),
                "file" => SecretSource::File(map.next_value()?),
                _ => return Err(A::Error::unknown_field(&key, &["env", "file"])),
            };
            if source.replace(next).is_some() {
                return Err(A::Error::custom("give either env or file, not both"));
            }
        }
        let source =
            source.ok_or_else(|| A::Error::custom("give env = \"NAME\" or file = \"PATH\""))?;
        Ok(TextSource::Elsewhere(source))
    }
}

impl<'de> Deserialize<'de> for TextSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SourceVisitor {
            may_stand_inline: true,
        })
    }
}

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(SourceVisitor {
            may_stand_inline: false,
        })? {
            TextSource::Elsewhere(source) => Ok(source),
            TextSource::Inline(_) => Err(D::Error::custom(
                "a secret must not stand in the configuration file",
            )),
        }
    }
}
