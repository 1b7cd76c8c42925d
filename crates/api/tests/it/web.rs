//! The screen's files, with and without a screen in the build.

use crate::desk::Desk;
use reqwest::Response;

/// The addresses that the screen's own links lead to.
const PAGES: [&str; 5] = [
    "/",
    "/shop?shop=1",
    "/day/2026-11-19",
    "/order/4711?shop=1",
    "/wip",
];

async fn get(desk: &Desk, path: &str, packing: &str) -> Response {
    let request = desk.client.get(desk.url(path));
    let answer = request.header("accept-encoding", packing).send().await;
    answer.expect("an answer")
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    let value = answer.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The addresses below `/assets/` that a page names.
fn assets(page: &str) -> Vec<String> {
    page.split('"')
        .filter(|text| text.starts_with("/assets/"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_page_of_the_screen_runs_our_files_and_nothing_else() {
    let desk = Desk::open("web_policy").await;
    let is_built = get(&desk, "/wip", "identity").await.status() == 200;
    for path in PAGES {
        let answer = get(&desk, path, "identity").await;
        if !is_built && path != "/" {
            assert_eq!(answer.status(), 404, "{path}");
            assert_eq!(header(&answer, "content-type"), "application/problem+json");
            continue;
        }
        assert_eq!(answer.status(), 200, "{path}");
        let policy = header(&answer, "content-security-policy").to_owned();
        for directive in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(directive), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(header(&answer, "cache-control"), "no-store", "{path}");
        let page = answer.text().await.expect("a text");
        if !is_built {
            assert!(page.contains("carries no screen"), "{page}");
        }
    }
}

#[tokio::test]
async fn the_screens_files_are_packed_and_kept_for_good() {
    let desk = Desk::open("web_assets").await;
    let page = get(&desk, "/", "identity").await.text().await;
    // A build without the screen names none.
    for path in assets(&page.expect("a text")) {
        let plain = get(&desk, &path, "identity").await;
        assert_eq!(plain.status(), 200, "{path}");
        assert_eq!(
            header(&plain, "cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(header(&plain, "vary"), "Accept-Encoding");
        assert_eq!(header(&plain, "content-encoding"), "");
        let size = plain.bytes().await.expect("a body").len();
        // The client unpacks gzip by itself and takes the header away.
        let packed = get(&desk, &path, "gzip;q=0, br").await;
        assert_eq!(header(&packed, "content-encoding"), "br", "{path}");
        let packed = packed.bytes().await.expect("a body").len();
        assert!(packed < size, "{path}: {packed} of {size} bytes");
    }
    let unknown = get(&desk, "/assets/nothing.js", "br").await;
    assert_eq!(unknown.status(), 404);
    assert_eq!(header(&unknown, "content-type"), "application/problem+json");
}
