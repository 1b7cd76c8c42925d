//! Documents of a sign-in issuer: its key set, its description, the answer to an exchange of codes.
//!
//! The addresses come from the configuration and from what the issuer says of itself. Whatever name stands in them,
//! no connection is made to an address inside the own network unless the settings allow it: names can point anywhere.

use super::redact;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// Key sets and token answers are small.
const BODY_LIMIT_BYTES: usize = 256 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);

/// Which addresses an issuer may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The internet, by HTTPS.
    Public,
    /// Also the own network, and this machine by plain HTTP.
    Private,
}

/// A bounded HTTP client for documents.
#[derive(Clone)]
pub struct Documents {
    inner: reqwest::Client,
    reach: Reach,
}

impl Documents {
    /// Sets the client up; nothing is sent.
    ///
    /// # Errors
    /// Why there is no client, in words.
    pub fn new(reach: Reach) -> Result<Self, String> {
        // Two crates may both install the provider; the first one wins and both are the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let inner = reqwest::Client::builder()
            .user_agent(concat!("pitwall/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .no_proxy()
            .dns_resolver(Arc::new(Guarded(reach)))
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { inner, reach })
    }

    /// Reads a document.
    ///
    /// # Errors
    /// What went wrong, without the address's query.
    pub async fn get(&self, url: &str) -> Result<Vec<u8>, String> {
        let url = self.checked(url)?;
        self.send(self.inner.get(url)).await
    }

    /// Sends a form and reads the answer.
    ///
    /// # Errors
    /// As [`Documents::get`].
    pub async fn post(&self, url: &str, form: &[(&str, &str)]) -> Result<Vec<u8>, String> {
        let url = self.checked(url)?;
        self.send(self.inner.post(url).form(form)).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Vec<u8>, String> {
        let network = |error| redact::without_url(error).to_string();
        let mut response = request.send().await.map_err(network)?;
        if !response.status().is_success() {
            return Err(format!(
                "the issuer answered {}",
                response.status().as_u16()
            ));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(network)? {
            if body.len() + chunk.len() > BODY_LIMIT_BYTES {
                return Err("the issuer's answer is too large".to_owned());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// A literal address never meets the resolver, so it is looked at here.
    fn checked(&self, text: &str) -> Result<Url, String> {
        let url = Url::parse(text).map_err(|_| "the issuer's address is no URL".to_owned())?;
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err("the issuer's address names no host".to_owned()),
        };
        let loopback =
            literal.is_some_and(|a| a.is_loopback()) || url.host_str() == Some("localhost");
        match url.scheme() {
            "https" => {}
            "http" if loopback && self.reach == Reach::Private => {}
            _ => return Err("the issuer's address has to begin with https://".to_owned()),
        }
        match literal {
            Some(address) if !may_reach(address, self.reach) => Err(refused()),
            Some(_) | None => Ok(url),
        }
    }
}

/// Looks names up and leaves out the addresses that may not be reached.
struct Guarded(Reach);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|a| may_reach(a.ip(), reach)).collect();
            if allowed.is_empty() {
                return Err(refused().into());
            }
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

fn refused() -> String {
    "the issuer's address lies inside the own network; auth.allow_private_network allows that"
        .to_owned()
}

fn may_reach(address: IpAddr, reach: Reach) -> bool {
    match (reach, address) {
        (Reach::Private, address) => !address.is_unspecified() && !address.is_multicast(),
        (Reach::Public, IpAddr::V4(address)) => is_public(address),
        (Reach::Public, IpAddr::V6(address)) => is_public_v6(address),
    }
}

fn is_public(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let reserved = a == 0 || a >= 240 || (a == 192 && b == 0) || (a == 198 && (b == 18 || b == 19));
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || shared
        || reserved)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public(inner);
    }
    // 2000::/3 is what is given out; within it the tunnels (6to4, Teredo) and NAT64 outside it carry IPv4 along.
    let first = address.segments()[0];
    let given_out = (0x2000..0x4000).contains(&first);
    let tunnel = first == 0x2002 || (first == 0x2001 && address.segments()[1] == 0);
    let documentation = first == 0x2001 && address.segments()[1] == 0x0db8;
    given_out && !tunnel && !documentation
}

#[cfg(test)]
mod tests {
    use super::{Documents, Reach, may_reach};

    #[test]
    fn addresses_inside_are_not_reached_however_they_are_written() {
        let documents = Documents::new(Reach::Public).unwrap();
        for url in [
            "http://example.com/jwks",
            "file:///etc/passwd",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://10.1.2.3/",
            "https://192.168.1.1/",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "not a url",
        ] {
            assert!(documents.checked(url).is_err(), "{url}");
        }
        assert!(documents.checked("https://93.184.216.34/").is_ok());
        assert!(documents.checked("https://auth.example.com/jwks").is_ok());
    }

    #[test]
    fn the_own_network_has_to_be_allowed() {
        let inside = "10.1.2.3".parse().unwrap();
        assert!(!may_reach(inside, Reach::Public));
        assert!(may_reach(inside, Reach::Private));
        let documents = Documents::new(Reach::Private).unwrap();
        assert!(documents.checked("http://127.0.0.1:9000/jwks").is_ok());
        assert!(documents.checked("http://auth.example.com/jwks").is_err());
    }

    #[tokio::test]
    async fn a_name_that_points_inside_is_not_reached() {
        let documents = Documents::new(Reach::Public).unwrap();
        assert!(documents.get("https://localhost/jwks").await.is_err());
    }
}
