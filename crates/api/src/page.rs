//! The plain page: HTML without a script. Figures stand on it for whoever has signed in. It is the first page of a
//! build that carries no screen.

use crate::auth::cookie;
use crate::auth::gate::sha256;
use crate::error::Problem;
use crate::figures::{self, ShopFigures};
use crate::{App, SignInLinks, web};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse};
use domain::metric::CATALOGUE;
use std::fmt::Write as _;
use std::sync::Arc;
use store::door::UserId;
use store::{StoreError, summary};

const GUEST: &str = "Simulated shops: the demo shows this page to anyone, as its viewer sees it. The API asks for \
    sign-in, here as everywhere.";
const NOT_BUILT: &str = "<p>This build carries no screen: Node was missing when it was made. Run <code>bin/setup</code> \
    and <code>npm --prefix web ci &amp;&amp; npm --prefix web run build</code>, then build pitwall again. Everything is \
    in the API all the same.</p>\n";
const STYLE: &str = include_str!("page.css");

/// `GET /plain`, and `GET /` without a screen.
pub(crate) async fn index(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Html<String>, Problem> {
    let guest = app.links.as_ref().and_then(SignInLinks::guest);
    let body = match (signed_in(&app, &headers).await?, guest) {
        (Some(user), _) => figures_page(&read(&app, user).await?),
        (None, Some(guest)) => {
            let figures = figures_page(&read(&app, guest).await?);
            format!("<p>{GUEST}</p>\n{figures}")
        }
        (None, None) => plain_page(),
    };
    let missing = if web::is_built() { "" } else { NOT_BUILT };
    Ok(Html(document(&format!("{missing}{body}"))))
}

async fn signed_in(app: &App, headers: &HeaderMap) -> Result<Option<UserId>, Problem> {
    let Some(cookie) = cookie::read(headers, cookie::SESSION) else {
        return Ok(None);
    };
    let session = app.door.session_of(&sha256(cookie.as_bytes())).await?;
    Ok(session.map(|session| session.user))
}

/// `GET /style.css`
pub(crate) async fn style() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, STYLE)
}

/// The figures of the shops that a user may see.
async fn read(app: &App, user: UserId) -> Result<Vec<ShopFigures>, StoreError> {
    let session = app.door.session(user).await?;
    let now = app.clock.now();
    let mut shops = Vec::new();
    for shop in summary::visible_shops(&session).await? {
        shops.push(figures::read(&session, &shop, now).await?);
    }
    Ok(shops)
}

pub(crate) fn document(body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>pitwall</title>\n\
         <link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n<main>\n<h1>pitwall</h1>\n{body}</main>\n\
         </body>\n</html>\n"
    )
}

fn plain_page() -> String {
    format!(
        "<p>pitwall {} runs here. Figures are shown to people who have <a href=\"/sign-in\">signed in</a>.</p>\n\
         <ul>\n<li><a href=\"/healthz\">/healthz</a> says whether the process lives</li>\n\
         <li><a href=\"/readyz\">/readyz</a> says whether it can work</li>\n\
         <li><a href=\"/openapi.json\">/openapi.json</a> describes the API</li>\n</ul>\n\
         <p>On the machine itself <code>pitwall ops summary</code> prints every shop's figures.</p>\n",
        env!("CARGO_PKG_VERSION")
    )
}

fn figures_page(shops: &[ShopFigures]) -> String {
    let mut html = String::new();
    for shop in shops {
        shop_table(&mut html, shop);
    }
    html.push_str("<h2>What the figures mean</h2>\n<dl>\n");
    for metric in CATALOGUE {
        let _ = writeln!(
            html,
            "<dt>{} <small>{}</small></dt><dd>{} ({})</dd>",
            escape(metric.label),
            metric.tag.as_str(),
            escape(metric.definition),
            metric.unit.as_str()
        );
    }
    html.push_str("</dl>\n");
    html
}

fn shop_table(html: &mut String, shop: &ShopFigures) {
    let _ = writeln!(
        html,
        "<h2>{}</h2>\n<p>Shop {}, {}, {}; today is {} there.</p>\n<div class=\"wide\"><table>\n<thead><tr>\
         <th scope=\"col\">Period</th>",
        escape(&shop.name),
        shop.shop_id,
        escape(&shop.timezone),
        escape(&shop.currency),
        shop.today
    );
    for metric in CATALOGUE {
        let _ = write!(
            html,
            "<th scope=\"col\">{}<small>{}</small></th>",
            escape(metric.label),
            metric.tag.as_str()
        );
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for period in &shop.periods {
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}<small>{} to {}</small></th>",
            period.period.label(),
            period.from,
            period.to
        );
        for value in &period.values {
            let _ = write!(html, "<td>{}</td>", escape(&figures::shown(*value)));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>\n");
}

pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn names_cannot_become_markup() {
        assert_eq!(
            escape("<b>\"Joe's\" & Co"),
            "&lt;b&gt;&quot;Joe&#39;s&quot; &amp; Co"
        );
    }
}
