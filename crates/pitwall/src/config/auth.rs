//! `[auth]`: whom sign-in tokens come from.

use super::environment::Environment;
use super::error::ConfigError;
use super::file::AuthSection;
use super::source::SecretSource;
use super::{Origin, Sourced};
use api::OidcClient;
use api::auth::{Keys, TokenRules};
use vendors::{Reach, Secret};

/// What Supabase writes into every user's token.
const DEFAULT_AUDIENCE: &str = "authenticated";
/// Below this a shared secret can be guessed from one token.
const SHORT_SECRET_BYTES: usize = 32;

/// Sign-in, as far as it is configured.
#[derive(Clone, Debug, Default)]
pub struct Auth {
    /// Shared secret of HS256 tokens.
    pub jwt_secret: Option<Sourced<Secret>>,
    /// Public keys of the issuer.
    pub jwks_url: Option<Sourced<String>>,
    /// Expected `iss`.
    pub issuer: Option<Sourced<String>>,
    /// Expected `aud`.
    pub audience: Option<Sourced<String>>,
    /// Our client at the issuer, for people who sign in with a browser.
    pub client_id: Option<Sourced<String>>,
    /// Its secret; a public client has none.
    pub client_secret: Option<Sourced<Secret>>,
    /// The issuer may stand in the own network, on this machine even without TLS.
    pub allow_private_network: bool,
}

impl Auth {
    /// Which tokens are taken; none where no key is configured.
    ///
    /// # Errors
    /// Two kinds of keys, or keys without the name of their issuer.
    pub fn token_rules(&self) -> Result<Option<TokenRules>, ConfigError> {
        let keys = match (&self.jwt_secret, &self.jwks_url) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => {
                return Err(ConfigError::new(
                    "both auth.jwt_secret and auth.jwks_url are set",
                    "keep one: a secret shared with the issuer, or the address of its public keys",
                ));
            }
            (Some(secret), None) => {
                if secret.value.expose().len() < SHORT_SECRET_BYTES {
                    tracing::warn!(
                        "auth.jwt_secret is shorter than {SHORT_SECRET_BYTES} bytes and can be guessed from a token"
                    );
                }
                Keys::Shared(secret.value.expose().as_bytes().to_vec())
            }
            (None, Some(url)) => Keys::Published {
                jwks_url: url.value.clone(),
            },
        };
        let issuer = self.issuer.as_ref().ok_or_else(|| {
            ConfigError::new(
                "auth.issuer is missing: without it tokens of anyone who shares the keys would be taken",
                "write the value of the claim iss, such as issuer = \"https://auth.example.com\"",
            )
        })?;
        let audience = self.audience.as_ref();
        Ok(Some(TokenRules {
            issuer: issuer.value.clone(),
            audience: audience.map_or_else(|| DEFAULT_AUDIENCE.to_owned(), |a| a.value.clone()),
            keys,
        }))
    }

    /// Our client at the issuer; none where people do not sign in with a browser.
    ///
    /// # Errors
    /// A client without the name of its issuer.
    pub fn oidc_client(&self) -> Result<Option<OidcClient>, ConfigError> {
        let Some(client_id) = &self.client_id else {
            return Ok(None);
        };
        let issuer = self.issuer.as_ref().ok_or_else(|| {
            ConfigError::new(
                "auth.client_id is set without auth.issuer",
                "write the issuer's address, such as issuer = \"https://auth.example.com\"",
            )
        })?;
        let secret = self.client_secret.as_ref();
        Ok(Some(OidcClient {
            issuer: issuer.value.clone(),
            client_id: client_id.value.clone(),
            client_secret: secret.map(|secret| secret.value.expose().to_owned()),
        }))
    }

    /// Which addresses the issuer may have.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        if self.allow_private_network {
            Reach::Private
        } else {
            Reach::Public
        }
    }
}

pub(super) fn read(section: &AuthSection, environment: &Environment) -> Result<Auth, ConfigError> {
    let text = |variable: &str, from_file: &Option<String>| {
        let from_environment = environment
            .get(variable)
            .map(|value| Sourced::new(value.to_owned(), Origin::Environment(variable.to_owned())));
        from_environment.or_else(|| from_file.clone().map(|v| Sourced::new(v, Origin::File)))
    };
    let secret = |variable: &str, source: &Option<SecretSource>, key: &str| {
        secret(environment, variable, source.as_ref(), key)
    };
    Ok(Auth {
        jwt_secret: secret("PITWALL_JWT_SECRET", &section.jwt_secret, "auth.jwt_secret")?,
        jwks_url: text("PITWALL_JWKS_URL", &section.jwks_url),
        issuer: text("PITWALL_JWT_ISSUER", &section.issuer),
        audience: text("PITWALL_JWT_AUDIENCE", &section.audience),
        client_id: text("PITWALL_OIDC_CLIENT_ID", &section.client_id),
        client_secret: secret(
            "PITWALL_OIDC_CLIENT_SECRET",
            &section.client_secret,
            "auth.client_secret",
        )?,
        allow_private_network: section.allow_private_network
            || environment.is_on("PITWALL_ALLOW_PRIVATE_ISSUER"),
    })
}

/// A secret from the environment, a mounted file or where the configuration says.
pub(super) fn secret(
    environment: &Environment,
    variable: &str,
    source: Option<&SecretSource>,
    key: &str,
) -> Result<Option<Sourced<Secret>>, ConfigError> {
    if let Some((value, variable)) = environment.get_or_file(variable)? {
        return Ok(Some(Sourced::new(
            Secret::new(value),
            Origin::Environment(variable),
        )));
    }
    let resolved = source.map(|source| source.resolve(environment, key));
    Ok(resolved
        .transpose()?
        .map(|value| Sourced::new(value, Origin::File)))
}
