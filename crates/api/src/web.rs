//! The screen: the built web application that the binary carries, over the public API only. Its files are told apart by
//! the hash in their name and kept for good; the page that names them is never kept.

use crate::page;
use crate::{App, Problem};
use axum::Router;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

/// A file of the screen, as it is and packed.
struct Asset {
    path: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// Sorted by path; empty where the screen was not built.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/screen.rs"));

const FIRST_PAGE: &str = "/index.html";

/// The addresses of the screen's pages. What is shown there is in the query, and read by the screen itself.
const PAGES: [&str; 9] = [
    "/shop",
    "/day/{date}",
    "/order/{order}",
    "/wip",
    "/people",
    "/leaks",
    "/scorecard",
    "/data",
    "/admin",
];

/// No script and no style but our files, not even on an element.
const SCREEN_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
     manifest-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
);

pub(crate) fn routes() -> Router<Arc<App>> {
    let mut routes = Router::new()
        .route("/", get(first))
        .route("/assets/{file}", get(asset));
    for page in PAGES {
        routes = routes.route(page, get(screen));
    }
    routes
}

/// `GET /`: the screen, or without one the page with the figures.
async fn first(state: State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    match find(FIRST_PAGE) {
        Some(page) => Ok(shell(page, &headers)),
        None => Ok(page::index(state, headers).await?.into_response()),
    }
}

/// Any page of the screen: they are one file.
async fn screen(headers: HeaderMap) -> Result<Response, Problem> {
    find(FIRST_PAGE)
        .map(|page| shell(page, &headers))
        .ok_or_else(Problem::not_found)
}

/// `GET /assets/{file}`
async fn asset(uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let asset = find(uri.path()).ok_or_else(Problem::not_found)?;
    let mut response = packed(asset, &headers);
    response.headers_mut().insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    Ok(response)
}

/// Whether the binary carries the screen.
pub(crate) fn is_built() -> bool {
    find(FIRST_PAGE).is_some()
}

fn find(path: &str) -> Option<&'static Asset> {
    let at = ASSETS.binary_search_by_key(&path, |asset| asset.path);
    at.ok().and_then(|at| ASSETS.get(at))
}

fn shell(page: &'static Asset, headers: &HeaderMap) -> Response {
    let mut response = packed(page, headers);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, SCREEN_POLICY);
    response
}

/// The smallest form of the file that the browser takes.
fn packed(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let packings = [("br", asset.brotli), ("gzip", asset.gzip)];
    let chosen = packings
        .into_iter()
        .find_map(|(name, body)| body.filter(|_| takes(headers, name)).map(|b| (name, b)));
    let mut response = chosen.map_or(asset.plain, |(_, body)| body).into_response();
    let answer = response.headers_mut();
    answer.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(media_type(asset.path)),
    );
    answer.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some((name, _)) = chosen {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

/// Whether `Accept-Encoding` names the packing, and not with weight 0.
fn takes(headers: &HeaderMap, packing: &str) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING);
    lines
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|choice| {
            let mut parts = choice.split(';').map(str::trim);
            let named = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(packing));
            let refused = parts.any(|weight| {
                weight
                    .strip_prefix("q=")
                    .is_some_and(|q| q.trim_matches(['0', '.']).is_empty())
            });
            named && !refused
        })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{ASSETS, takes};
    use axum::http::header::ACCEPT_ENCODING;
    use axum::http::{HeaderMap, HeaderValue};

    fn asks(line: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(line));
        headers
    }

    #[test]
    fn a_packing_is_sent_to_whom_it_is_no_burden() {
        assert!(takes(&asks("gzip, deflate, br"), "br"));
        assert!(takes(&asks("GZIP;q=0.5"), "gzip"));
        assert!(!takes(&asks("br;q=0, gzip"), "br"));
        assert!(!takes(&asks("br;q=0.000"), "br"));
        assert!(!takes(&asks("brotli"), "br"));
        assert!(!takes(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn files_are_found_because_they_are_sorted() {
        assert!(ASSETS.is_sorted_by_key(|asset| asset.path));
    }
}
