//! Connections and shops: checked once, then trusted.

use super::environment::Environment;
use super::error::ConfigError;
use super::file::{self, ConnectionSection, ShopSection};
use super::source::{SecretSource, TextSource};
use domain::{Cents, ShopId, ShopZone};
use pipeline::{PlannedConnection, PlannedShop};
use std::collections::BTreeMap;
use std::path::Path;
use store::shops::{ConfiguredConnection, ConfiguredShop};
use toml::Spanned;
use vendors::{ConnectionSettings, Secret, Vendor};

/// Organization of connections that name none.
const DEFAULT_ORGANIZATION: &str = "main";
/// Currency of shops that name none.
const DEFAULT_CURRENCY: &str = "USD";

/// One access to one vendor account, checked. Secrets are fetched when they are needed.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Unique name.
    pub name: String,
    /// Whose API.
    pub vendor: Vendor,
    /// Scheme and host.
    pub base_url: String,
    /// Scheme and host of the sign-in, where it is another than the API's.
    pub auth_url: Option<String>,
    /// Key of the application, for vendors that ask for one.
    pub app_key: Option<SecretSource>,
    /// OAuth client.
    pub client_id: TextSource,
    /// Its secret.
    pub client_secret: SecretSource,
    /// Groups shops.
    pub organization: String,
    /// Plain HTTP to this machine is fine.
    pub allow_insecure_loopback: bool,
    /// A web session's token, to compare the vendor's own profit with ours.
    pub comparison: Option<SecretSource>,
    /// Sustained rate of this credential; none means the vendor's rule.
    pub requests_per_second: Option<u32>,
    /// Its shops.
    pub shops: Vec<Shop>,
}

/// One shop, checked.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Our number: the wall.
    pub shop_id: ShopId,
    /// The vendor's number.
    pub vendor_id: i64,
    /// Name shown to people.
    pub name: String,
    /// Its zone.
    pub zone: ShopZone,
    /// ISO 4217 code.
    pub currency: String,
    /// Physical place.
    pub location: Option<String>,
    /// Cost of an hour where no rate is known.
    pub default_tech_cost_rate: Option<Cents>,
    /// Secret part of the shop's webhook path.
    pub webhook_key: Option<SecretSource>,
}

impl Connection {
    /// What the pipeline needs, with the secrets fetched.
    ///
    /// # Errors
    /// When a secret cannot be fetched.
    pub fn planned(&self, environment: &Environment) -> Result<PlannedConnection, ConfigError> {
        let what = |key: &str| format!("connection {}: {key}", self.name);
        let client_id = self.client_id.resolve(environment, &what("client_id"))?;
        let client_secret = self
            .client_secret
            .resolve(environment, &what("client_secret"))?;
        let mut planned = self.with_credentials(client_id, client_secret);
        if let Some(source) = &self.app_key {
            planned.settings.app_key = Some(source.resolve(environment, &what("app_key"))?);
        }
        if let Some(source) = &self.comparison {
            planned.settings.comparison = Some(source.resolve(environment, &what("comparison"))?);
        }
        Ok(planned)
    }

    /// What the pipeline needs, with these credentials.
    pub(crate) fn with_credentials(
        &self,
        client_id: String,
        client_secret: Secret,
    ) -> PlannedConnection {
        let mut tuning = self.vendor.tuning();
        if let Some(rate) = self.requests_per_second {
            tuning.requests_per_second = rate;
            tuning.burst = rate;
        }
        let settings = ConnectionSettings {
            name: self.name.clone(),
            vendor: self.vendor,
            base_url: self.base_url.clone(),
            auth_url: self.auth_url.clone(),
            client_id,
            client_secret,
            app_key: None,
            allow_insecure_loopback: self.allow_insecure_loopback,
            comparison: None,
            tuning,
        };
        let shops = self.shops.iter().map(Shop::planned).collect();
        PlannedConnection { settings, shops }
    }

    /// The row of `warehouse.connections`; a client id kept elsewhere stays there.
    #[must_use]
    pub fn configured(&self) -> ConfiguredConnection {
        ConfiguredConnection {
            organization: self.organization.clone(),
            name: self.name.clone(),
            vendor: self.vendor.as_str().to_owned(),
            base_url: self.base_url.clone(),
            client_id: match &self.client_id {
                TextSource::Inline(id) => id.clone(),
                TextSource::Elsewhere(_) => String::new(),
            },
        }
    }

    /// The rows of `warehouse.shops`.
    pub fn configured_shops(&self) -> impl Iterator<Item = ConfiguredShop> + '_ {
        self.shops.iter().map(|shop| ConfiguredShop {
            shop_id: shop.shop_id,
            organization: self.organization.clone(),
            connection: self.name.clone(),
            vendor: self.vendor.as_str().to_owned(),
            vendor_account: shop.vendor_id.to_string(),
            name: shop.name.clone(),
            timezone: shop.zone.name().to_owned(),
            currency: shop.currency.clone(),
            location: shop.location.clone(),
            default_tech_cost_rate: shop.default_tech_cost_rate,
        })
    }
}

impl Shop {
    fn planned(&self) -> PlannedShop {
        PlannedShop {
            shop_id: self.shop_id,
            vendor_id: self.vendor_id,
            name: self.name.clone(),
            zone: self.zone.clone(),
        }
    }
}

/// A file's text with its path: turns a position into a place.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    pub text: &'a str,
    pub path: &'a Path,
}

impl Places<'_> {
    pub(super) fn of<T>(&self, value: &Spanned<T>) -> String {
        file::place(self.text, self.path, value.span().start)
    }
}

/// Checks all connections of a file.
pub(super) fn check(
    sections: &[ConnectionSection],
    places: Places<'_>,
) -> Result<Vec<Connection>, ConfigError> {
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    let mut owners: BTreeMap<i64, String> = BTreeMap::new();
    let mut connections = Vec::with_capacity(sections.len());
    for section in sections {
        let place = places.of(&section.name);
        let name = section.name.get_ref();
        if name.trim().is_empty() {
            return Err(ConfigError::new(
                format!("{place}: a connection has an empty name"),
                "give it a name; reports and errors speak of it",
            ));
        }
        if let Some(first) = names.insert(name, place.clone()) {
            return Err(ConfigError::new(
                format!("{place}: connection {name} is there twice, first at {first}"),
                "give each connection a name of its own",
            ));
        }
        let connection = check_connection(section, places)?;
        for (shop, source) in connection.shops.iter().zip(&section.shops) {
            claim(&mut owners, (shop, name), &places.of(&source.vendor_id))?;
        }
        connections.push(connection);
    }
    Ok(connections)
}

fn claim(
    owners: &mut BTreeMap<i64, String>,
    (shop, connection): (&Shop, &str),
    place: &str,
) -> Result<(), ConfigError> {
    let id = shop.shop_id.0;
    let Some(first) = owners.insert(id, connection.to_owned()) else {
        return Ok(());
    };
    Err(ConfigError::new(
        format!(
            "{place}: shop_id {id} is taken twice, by connection {first} and by connection {connection}"
        ),
        "set shop_id = … for one of the two shops: without it a shop takes the vendor's own number",
    ))
}

fn check_connection(
    section: &ConnectionSection,
    places: Places<'_>,
) -> Result<Connection, ConfigError> {
    let name = section.name.get_ref().clone();
    let vendor_name = section.vendor.get_ref();
    let vendor: Vendor = vendor_name.parse().map_err(|_| {
        let known = || Vendor::ALL.into_iter().map(Vendor::as_str);
        let hint = match file::nearest(vendor_name, known()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!(
                "this version speaks: {}",
                known().collect::<Vec<_>>().join(", ")
            ),
        };
        let place = places.of(&section.vendor);
        ConfigError::new(
            format!("{place}: connection {name}: unknown vendor \"{vendor_name}\""),
            hint,
        )
    })?;
    if section.requests_per_second == Some(0) {
        return Err(ConfigError::new(
            format!(
                "{}: connection {name}: requests_per_second is 0",
                places.of(&section.name)
            ),
            "leave it out for the vendor's own limit",
        ));
    }
    if vendor == Vendor::ServiceTitan && section.app_key.is_none() {
        return Err(ConfigError::new(
            format!(
                "{}: connection {name}: app_key is missing",
                places.of(&section.name)
            ),
            "write the application's key as { env = \"…\" } or { file = \"…\" }; the vendor asks for it with every call",
        ));
    }
    let shops = section
        .shops
        .iter()
        .map(|shop| check_shop(shop, places))
        .collect::<Result<_, _>>()?;
    let default_url = match vendor {
        Vendor::Tekmetric => "https://shop.tekmetric.com",
        Vendor::ServiceTitan => "https://api.servicetitan.io",
    };
    Ok(Connection {
        name,
        vendor,
        base_url: section
            .base_url
            .clone()
            .unwrap_or_else(|| default_url.to_owned()),
        auth_url: section.auth_url.clone(),
        app_key: section.app_key.clone(),
        client_id: section.client_id.clone(),
        client_secret: section.client_secret.clone(),
        organization: section
            .organization
            .clone()
            .unwrap_or_else(|| DEFAULT_ORGANIZATION.to_owned()),
        allow_insecure_loopback: section.allow_insecure_loopback,
        comparison: section.comparison.clone(),
        requests_per_second: section.requests_per_second,
        shops,
    })
}

fn check_shop(section: &ShopSection, places: Places<'_>) -> Result<Shop, ConfigError> {
    let name = &section.name;
    let refuse = |place: String, what: String, hint: &str| {
        Err(ConfigError::new(
            format!("{place}: shop {name}: {what}"),
            hint,
        ))
    };
    let zone_name = section.timezone.get_ref();
    let Ok(zone) = ShopZone::new(zone_name) else {
        return refuse(
            places.of(&section.timezone),
            format!("\"{zone_name}\" is no IANA time zone"),
            "write it like \"America/New_York\"; the zone decides which day an order counts on",
        );
    };
    let id = section.shop_id.as_ref().unwrap_or(&section.vendor_id);
    if *id.get_ref() <= 0 {
        return refuse(
            places.of(id),
            format!("the number {} is not positive", id.get_ref()),
            "use the vendor's number of the shop",
        );
    }
    if let Some(currency) = &section.currency {
        let code = currency.get_ref();
        if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
            return refuse(
                places.of(currency),
                format!("\"{code}\" is no currency code"),
                "write an ISO 4217 code like \"USD\"",
            );
        }
    }
    if let Some(rate) = section
        .default_tech_cost_rate
        .as_ref()
        .filter(|r| *r.get_ref() < 0)
    {
        return refuse(
            places.of(rate),
            "default_tech_cost_rate is negative".to_owned(),
            "write the cost of an hour in cents",
        );
    }
    Ok(Shop {
        shop_id: ShopId(*id.get_ref()),
        vendor_id: *section.vendor_id.get_ref(),
        name: name.clone(),
        zone,
        currency: section
            .currency
            .as_ref()
            .map_or_else(|| DEFAULT_CURRENCY.to_owned(), |c| c.get_ref().clone()),
        location: section.location.clone(),
        default_tech_cost_rate: section
            .default_tech_cost_rate
            .as_ref()
            .map(|r| Cents(*r.get_ref())),
        webhook_key: section.webhook_key.clone(),
    })
}
