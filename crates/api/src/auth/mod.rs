//! Who is asking. Every request below `/api` passes [`authenticate`] before anything of it is looked at.

pub(crate) mod cookie;
mod failures;
pub(crate) mod gate;
mod issuer;
pub(crate) mod keyset;
mod recent;
pub(crate) mod strict_json;
pub(crate) mod token;

pub(crate) use gate::Gate;
pub use issuer::{Issuer, NoIssuer};
pub use token::{Keys, TokenRules};

use crate::App;
use crate::edge;
use crate::error::{Kind, Problem};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::Extensions;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gate::Asking;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use store::door::{Hash, UserId};

/// How the caller showed who he is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// An access token of the issuer.
    Token,
    /// A service key with these scopes.
    Key(Arc<[String]>),
    /// A browser's session, by the fingerprint of its cookie.
    Session(Hash),
}

/// The signed-in caller.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Whom the database is asked as.
    pub user: UserId,
    /// How he showed it.
    pub via: Via,
}

impl Caller {
    /// Whether his credentials are good for this; a person's are for everything his role allows.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        match &self.via {
            Via::Key(scopes) => scopes.iter().any(|has| has == scope),
            Via::Token | Via::Session(_) => true,
        }
    }
}

/// Lets a request below `/api` on with its [`Caller`], or answers it.
pub(crate) async fn authenticate(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    if path != "/api" && !path.starts_with("/api/") {
        return next.run(request).await;
    }
    let asking = Asking {
        method: request.method(),
        uri: request.uri(),
        headers: request.headers(),
        address: address(request.extensions()),
    };
    let caller = match app.gate.admit(&asking).await {
        Ok(caller) => caller,
        Err(problem) => return refuse(request, problem).await,
    };
    let allowance = app.gate.limit(caller.user);
    let wait = allowance.and_then(|allowance| allowance.wait_seconds);
    let mut response = if let Some(seconds) = wait {
        let problem = Problem::new(Kind::TooManyRequests).retry_after(seconds);
        refuse(request, problem).await
    } else {
        request.extensions_mut().insert(caller);
        next.run(request).await
    };
    if let Some(allowance) = allowance {
        response.extensions_mut().insert(allowance);
    }
    response
}

async fn refuse(request: Request, problem: Problem) -> Response {
    edge::drain(request.into_body()).await;
    problem.into_response()
}

/// Whose connection a request came by. Headers about other addresses are not believed.
pub(crate) fn address(extensions: &Extensions) -> Option<IpAddr> {
    let connection = extensions.get::<ConnectInfo<SocketAddr>>();
    connection.map(|ConnectInfo(address)| address.ip().to_canonical())
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Missing only on a route outside /api that asks for a caller: then there is none.
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Problem::new(Kind::Unauthorized))
    }
}
