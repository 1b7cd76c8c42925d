//! The configuration in force as lines, for `config show`. Secrets are `***`.

use super::{Connection, Origin, Settings, shown_text, without_password};
use serde::Serialize;
use std::fmt::Display;

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Dotted name; connections and shops by their name.
    pub key: String,
    /// Value, `***` for a secret.
    pub value: String,
    /// Where it came from.
    pub origin: String,
}

/// All settings, in the order of the file.
#[must_use]
pub fn lines(settings: &Settings) -> Vec<Line> {
    let mut lines = Lines {
        settings,
        lines: Vec::new(),
    };
    lines.database();
    lines.server_and_sync();
    for connection in &settings.connections {
        lines.connection(connection);
    }
    lines.lines
}

struct Lines<'a> {
    settings: &'a Settings,
    lines: Vec<Line>,
}

impl Lines<'_> {
    fn add(&mut self, key: &str, value: impl Display, origin: &Origin) {
        let origin = match (&self.settings.path, origin) {
            (Some(path), Origin::File) => format!("file {}", path.display()),
            _ => origin.to_string(),
        };
        self.lines.push(Line {
            key: key.to_owned(),
            value: value.to_string(),
            origin,
        });
    }

    fn database(&mut self) {
        let settings = self.settings;
        match &settings.database_url {
            Some(url) => self.add(
                "database.url",
                without_password(url.value.expose()),
                &url.origin,
            ),
            None => self.add(
                "database.url",
                "(pitwall runs its own PostgreSQL)",
                &Origin::Default,
            ),
        }
        let dir = &settings.data_dir;
        self.add("database.data_dir", dir.value.display(), &dir.origin);
        if let Some(bin) = &settings.pg_bin {
            self.add("PITWALL_PG_BIN", bin.value.display(), &bin.origin);
        }
    }

    fn server_and_sync(&mut self) {
        let settings = self.settings;
        self.add(
            "server.listen",
            settings.listen.value,
            &settings.listen.origin,
        );
        let metrics = &settings.metrics_listen;
        self.add("server.metrics_listen", metrics.value, &metrics.origin);
        self.api();
        self.auth();
        let interval = &settings.sync_interval;
        let words = interval
            .value
            .map_or_else(|| "off".to_owned(), |every| format!("{}s", every.as_secs()));
        self.add("sync.interval", words, &interval.origin);
    }

    fn api(&mut self) {
        let api = &self.settings.api;
        if let Some(url) = &api.database_url {
            self.add(
                "server.database_url",
                without_password(url.value.expose()),
                &url.origin,
            );
        }
        for (name, rate) in [
            ("server.requests_per_minute", &api.requests_per_minute),
            ("server.failures_per_minute", &api.failures_per_minute),
        ] {
            let words = rate.value.map_or(0, std::num::NonZeroU32::get);
            self.add(name, words, &rate.origin);
        }
        if let Some(secret) = &api.cursor_secret {
            self.add("server.cursor_secret", &secret.value, &secret.origin);
        }
        if let Some(url) = &api.public_url {
            self.add("server.public_url", &url.value, &url.origin);
        }
    }

    fn auth(&mut self) {
        let auth = &self.settings.auth;
        let secrets = [
            ("auth.jwt_secret", &auth.jwt_secret),
            ("auth.client_secret", &auth.client_secret),
        ];
        for (key, value) in secrets {
            if let Some(secret) = value {
                self.add(key, &secret.value, &secret.origin);
            }
        }
        let texts = [
            ("auth.jwks_url", &auth.jwks_url),
            ("auth.issuer", &auth.issuer),
            ("auth.audience", &auth.audience),
            ("auth.client_id", &auth.client_id),
        ];
        for (key, value) in texts {
            if let Some(value) = value {
                self.add(key, &value.value, &value.origin);
            }
        }
        if auth.allow_private_network {
            self.add("auth.allow_private_network", true, &Origin::File);
        }
    }

    fn connection(&mut self, connection: &Connection) {
        let key = |name: &str| format!("connection.{}.{name}", connection.name);
        let mut add = |name: &str, value: &dyn Display| self.add(&key(name), value, &Origin::File);
        add("vendor", &connection.vendor);
        add("base_url", &connection.base_url);
        add("client_id", &shown_text(&connection.client_id));
        add(
            "client_secret",
            &format!("*** ({})", connection.client_secret),
        );
        add("organization", &connection.organization);
        add(
            "allow_insecure_loopback",
            &connection.allow_insecure_loopback,
        );
        if let Some(source) = &connection.comparison {
            add("comparison", &format!("*** ({source})"));
        }
        if let Some(rate) = connection.requests_per_second {
            add("requests_per_second", &rate);
        }
        for shop in &connection.shops {
            let words = format!(
                "{} (vendor's number {}, {}, {})",
                shop.name, shop.vendor_id, shop.zone, shop.currency
            );
            add(&format!("shop.{}", shop.shop_id), &words);
        }
    }
}
