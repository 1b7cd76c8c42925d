//! The process's environment, read once. Tests make their own.

use super::error::ConfigError;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Variables by name. An empty value counts as not set.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Values may be secrets.
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

impl Environment {
    /// Reads the process's variables; one that is no Unicode is left out.
    #[must_use]
    pub fn of_process() -> Self {
        let texts = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self::of(texts)
    }

    /// An environment of exactly these variables.
    pub fn of(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            variables: variables
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect(),
        }
    }

    /// A variable's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// A variable that says yes: anything but `0`, `false`, `no` and `off`.
    #[must_use]
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| !matches!(value, "0" | "false" | "no" | "off"))
    }

    /// A value, or the content of the file that `<name>_FILE` names (a mounted secret), with the variable it came from.
    ///
    /// # Errors
    /// When both are set, or the file cannot be read.
    pub fn get_or_file(&self, name: &str) -> Result<Option<(String, String)>, ConfigError> {
        let file_name = format!("{name}_FILE");
        match (self.get(name), self.get(&file_name)) {
            (Some(_), Some(_)) => Err(ConfigError::new(
                format!("both {name} and {file_name} are set"),
                format!(
                    "unset one of them: {file_name} names a file that holds the value of {name}"
                ),
            )),
            (Some(value), None) => Ok(Some((value.to_owned(), name.to_owned()))),
            (None, Some(path)) => {
                let value = super::source::read_secret_file(&PathBuf::from(path))?;
                Ok(Some((value, file_name)))
            }
            (None, None) => Ok(None),
        }
    }
}
