//! Sign-in with a browser: pages without figures, and the session they open. GET shows, POST does.

mod links;
mod oidc;

pub use links::SignInLinks;
pub(crate) use oidc::Oidc;
pub use oidc::OidcClient;

use crate::App;
use crate::auth;
use crate::auth::cookie::{self, Reader};
use crate::auth::gate::{check_csrf, check_origin, sha256};
use crate::error::{Kind, Problem};
use crate::page;
use axum::Form;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, LOCATION, REFERRER_POLICY, SET_COOKIE,
    USER_AGENT,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use oidc::Underway;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::Deserialize;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use store::door::{NewSession, UserId};

/// A working day; after it one signs in again.
const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// A sign-in at the issuer that takes longer has been left.
const SIGN_IN: SignedDuration = SignedDuration::from_mins(10);
/// What a sealed sign-in is bound to.
const BINDING: &[u8] = b"sign-in";

/// Pages that carry a form, which goes to us and nobody else.
const FORM_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; object-src 'none'; \
     base-uri 'none'; frame-ancestors 'none'",
);

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/sign-in", get(show).post(by_link))
        .route("/sign-in/guest", post(as_guest))
        .route("/sign-in/issuer", get(to_issuer))
        .route("/sign-in/callback", get(come_back).post(by_code))
        .route("/sign-in.js", get(script))
        .route("/sign-out", post(sign_out))
}

/// 256 bits as text.
pub(crate) fn random_text() -> String {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the system has random numbers");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whose connection a request came by.
struct Address(Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(auth::address(&parts.extensions)))
    }
}

#[derive(Deserialize)]
struct Shown {
    link: Option<String>,
}

/// `GET /sign-in`
async fn show(State(app): State<Arc<App>>, query: axum::extract::Query<Shown>) -> Response {
    let guest = app.links.as_ref().and_then(SignInLinks::guest);
    let body = match (&query.link, &app.oidc, guest) {
        (Some(link), _, _) => format!(
            "<h2>Sign in</h2>\n<p>This link signs you in once.</p>\n<form method=\"post\" action=\"/sign-in\">\n\
             <input type=\"hidden\" name=\"link\" value=\"{}\">\n<button>Sign in</button>\n</form>\n",
            page::escape(link)
        ),
        (None, Some(_), _) => {
            "<h2>Sign in</h2>\n<p>Your organization's account says who you are.</p>\n\
             <p><a class=\"button\" href=\"/sign-in/issuer\">Sign in with your organization's account</a></p>\n"
                .to_owned()
        }
        (None, None, Some(_)) => {
            "<h2>Have a look</h2>\n<p>These are simulated shops. As a viewer you see every figure, and nobody's name or \
             pay.</p>\n<form method=\"post\" action=\"/sign-in/guest\">\n<button>Look around as viewer</button>\n\
             </form>\n<p>Other roles sign in with a link: <code>bin/demo</code> prints one each, good for once.</p>\n"
                .to_owned()
        }
        (None, None, None) => {
            "<h2>Sign in</h2>\n<p>No issuer of sign-ins is configured here: set <code>auth.issuer</code> and \
             <code>auth.client_id</code>, and start pitwall again.</p>\n"
                .to_owned()
        }
    };
    form_page(&body)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkForm {
    link: String,
}

/// `POST /sign-in`
async fn by_link(
    State(app): State<Arc<App>>,
    address: Address,
    headers: HeaderMap,
    form: Result<Form<LinkForm>, FormRejection>,
) -> Result<Response, Problem> {
    check_origin(&headers)?;
    let Form(form) = form.map_err(malformed)?;
    app.gate.may_look_up(address.0)?;
    let user = app
        .links
        .as_ref()
        .and_then(|links| links.take(&form.link))
        .ok_or_else(|| {
            app.gate.note_failure(address.0);
            Problem::new(Kind::Unauthorized)
                .detail("the sign-in link was used already, or never given out")
        })?;
    open(&app, user, None, &headers).await
}

/// `POST /sign-in/guest`: a demo lets anyone look around as its viewer.
async fn as_guest(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    check_origin(&headers)?;
    let guest = app.links.as_ref().and_then(SignInLinks::guest);
    open(&app, guest.ok_or_else(Problem::not_found)?, None, &headers).await
}

/// `GET /sign-in/issuer`
async fn to_issuer(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let oidc = app.oidc.as_ref().ok_or_else(Problem::not_found)?;
    let until = app.clock.now() + SIGN_IN;
    let (url, underway) = oidc
        .begin(until)
        .await
        .map_err(|error| issuer_failed(&error))?;
    let payload = serde_json::to_vec(&underway).expect("texts and a number");
    let sealed = app.seal.close(BINDING, &payload);
    let cookie = app.cookie(cookie::SIGN_IN, &sealed, SIGN_IN.as_secs(), Reader::Server);
    Ok(redirect(url.as_str(), &[cookie]))
}

#[derive(Deserialize)]
struct CameBack {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// `GET /sign-in/callback`: the issuer sent the browser back. Our cookies do not come along from another site, and
/// nothing is to happen on GET; a form of our own goes on.
async fn come_back(query: axum::extract::Query<CameBack>) -> Response {
    let (Some(code), Some(state)) = (&query.code, &query.state) else {
        let said = query.error.as_deref().unwrap_or("nothing");
        return form_page(&format!(
            "<p>The issuer did not sign you in. It said: {}.</p>\n<p><a href=\"/sign-in\">Try again</a></p>\n",
            page::escape(&said.chars().take(100).collect::<String>())
        ));
    };
    form_page(&format!(
        "<form method=\"post\" action=\"/sign-in/callback\">\n\
         <input type=\"hidden\" name=\"code\" value=\"{}\">\n<input type=\"hidden\" name=\"state\" value=\"{}\">\n\
         <button>Go on</button>\n</form>\n<script src=\"/sign-in.js\"></script>\n",
        page::escape(code),
        page::escape(state)
    ))
}

/// `GET /sign-in.js`
async fn script() -> impl IntoResponse {
    let kind = [(CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, "document.forms[0].submit();\n")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeForm {
    code: String,
    state: String,
}

/// `POST /sign-in/callback`
async fn by_code(
    State(app): State<Arc<App>>,
    address: Address,
    headers: HeaderMap,
    form: Result<Form<CodeForm>, FormRejection>,
) -> Result<Response, Problem> {
    check_origin(&headers)?;
    let Form(form) = form.map_err(malformed)?;
    let oidc = app.oidc.as_ref().ok_or_else(Problem::not_found)?;
    app.gate.may_look_up(address.0)?;
    let refused = || {
        app.gate.note_failure(address.0);
        Problem::new(Kind::Unauthorized).detail(
            "this sign-in was not begun in this browser, or too long ago; begin again at /sign-in",
        )
    };
    let underway = cookie::read(&headers, cookie::SIGN_IN)
        .and_then(|sealed| app.seal.open(BINDING, sealed))
        .and_then(|payload| serde_json::from_slice::<Underway>(&payload).ok())
        .filter(|underway| underway.until > app.clock.now().as_second())
        .filter(|underway| sha256(underway.state.as_bytes()) == sha256(form.state.as_bytes()))
        .ok_or_else(refused)?;
    let signed_in = oidc.finish(&form.code, &underway).await.map_err(|error| {
        app.gate.note_failure(address.0);
        issuer_failed(&error)
    })?;
    app.door
        .note_user(
            signed_in.user,
            signed_in.email.as_deref(),
            signed_in.name.as_deref(),
        )
        .await?;
    open(&app, signed_in.user, Some(oidc.issuer_name()), &headers).await
}

/// `POST /sign-out`
async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(cookie) = cookie::read(&headers, cookie::SESSION) {
        let hash = sha256(cookie.as_bytes());
        if let Some(session) = app.door.session_of(&hash).await? {
            check_csrf(&headers, &session.csrf_hash)?;
            app.gate.end_session(&hash).await?;
        }
    }
    let gone = [
        app.cookie(cookie::SESSION, "", 0, Reader::Server),
        app.cookie(cookie::CSRF, "", 0, Reader::Page),
    ];
    Ok(redirect("/", &gone))
}

async fn open(
    app: &App,
    user: UserId,
    issuer: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let (session, csrf) = (random_text(), random_text());
    let user_agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    app.door
        .open_session(&NewSession {
            user,
            session_hash: sha256(session.as_bytes()),
            csrf_hash: sha256(csrf.as_bytes()),
            expires_at: app.clock.now() + SESSION,
            issuer,
            user_agent,
        })
        .await?;
    let seconds = SESSION.as_secs();
    let cookies = [
        app.cookie(cookie::SESSION, &session, seconds, Reader::Server),
        app.cookie(cookie::CSRF, &csrf, seconds, Reader::Page),
        app.cookie(cookie::SIGN_IN, "", 0, Reader::Server),
    ];
    Ok(redirect("/", &cookies))
}

impl App {
    fn cookie(&self, name: &str, value: &str, seconds: i64, reader: Reader) -> String {
        cookie::set(name, value, seconds, (reader, self.is_https))
    }
}

fn redirect(to: &str, cookies: &[String]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    let mut add = |name: HeaderName, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.append(name, value);
        }
    };
    add(LOCATION, to);
    for cookie in cookies {
        add(SET_COOKIE, cookie);
    }
    response
}

fn form_page(body: &str) -> Response {
    // Without a referrer a browser sends a form's origin as `null`, which is refused like any other site's.
    let policies = [
        (CONTENT_SECURITY_POLICY, FORM_POLICY),
        (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ];
    (policies, Html(page::document(body))).into_response()
}

fn malformed(rejection: FormRejection) -> Problem {
    Problem::of_response(&rejection.into_response())
}

fn issuer_failed(error: &str) -> Problem {
    tracing::warn!(error, "a sign-in at the issuer failed");
    Problem::new(Kind::Unauthorized)
        .detail("the sign-in at the issuer failed; begin again at /sign-in")
}
