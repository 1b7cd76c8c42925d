//! Keeps what must not be written out of errors.

/// A transport error without its URL: query values may hold names and numbers of persons.
pub(crate) fn without_url(error: reqwest::Error) -> reqwest::Error {
    error.without_url()
}

/// Scheme, host and port of a URL, for a message about it: credentials, path and query stay out.
pub(crate) fn origin(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or("?");
    match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn i12_only_the_origin_of_a_url_is_told() {
        let url = "https://user:pass@shop.example.com:8443/a?search=Pat"
            .parse()
            .unwrap();
        assert_eq!(super::origin(&url), "https://shop.example.com:8443");
    }
}
