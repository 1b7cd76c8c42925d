//! The one thing that the door needs from outside: the issuer's documents. The program brings the client, which checks
//! addresses and bounds answers; tests bring their own.

use futures_util::future::BoxFuture;

/// Fetches documents of the configured issuer.
pub trait Issuer: Send + Sync {
    /// A document, bounded in size; the error says what went wrong, without secrets.
    fn get<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>>;

    /// The answer to a form, bounded in size: how a sign-in's code is exchanged.
    fn post<'a>(
        &'a self,
        url: &'a str,
        form: &'a [(&'a str, &'a str)],
    ) -> BoxFuture<'a, Result<Vec<u8>, String>>;
}

/// Nobody to ask: without a configured issuer nothing is fetched.
pub struct NoIssuer;

impl Issuer for NoIssuer {
    fn get<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(std::future::ready(
            Err("no issuer is configured".to_owned()),
        ))
    }

    fn post<'a>(
        &'a self,
        _: &'a str,
        _: &'a [(&'a str, &'a str)],
    ) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(std::future::ready(
            Err("no issuer is configured".to_owned()),
        ))
    }
}
