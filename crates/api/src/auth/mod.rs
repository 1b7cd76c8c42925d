//! Who is asking. Every request below `/api` passes [`authenticate`] before anything of it is looked at.

pub(crate) mod cookie;
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
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gate::Asking;
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
    };
    let admitted = app.gate.admit(&asking).await;
    match admitted.and_then(|caller| app.gate.limit(caller.user).map(|()| caller)) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => {
            edge::drain(request.into_body()).await;
            problem.into_response()
        }
    }
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
