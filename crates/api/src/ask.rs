//! What handlers are given: the app with the caller, the shop of the path, strictly read parameters.

use crate::App;
use crate::auth::Caller;
use crate::auth::strict_json;
use crate::error::{Kind, Problem};
use crate::paging::{Binding, Paging};
use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, FromRequestParts, OriginalUri, RawPathParams, Request};
use axum::http::header::{CONTENT_TYPE, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Uri};
use axum::response::IntoResponse;
use domain::{ShopDay, ShopId};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::Arc;
use store::door::RoleIn;
use store::read::Reading;
use url::form_urlencoded;

/// More rows than this are an export.
pub(crate) const LIMIT: u16 = 1000;
/// Rows of a page where the caller does not say.
const DEFAULT_LIMIT: u16 = 50;
/// Longer parameters are no parameters.
const VALUE_LIMIT: usize = 2048;

/// A signed-in request.
pub struct Signed {
    /// What the routes answer from.
    pub app: Arc<App>,
    /// Who asks.
    pub caller: Caller,
    if_none_match: Vec<HeaderValue>,
    path: Vec<(String, String)>,
}

/// A signed-in request about the shop `{shop_id}` of the path. Whether the caller may see that shop, the database
/// says: a reading of a foreign shop answers like one of an unknown shop.
pub struct AtShop {
    /// The shop of the path.
    pub shop: ShopId,
    signed: Signed,
}

impl std::ops::Deref for AtShop {
    type Target = Signed;
    fn deref(&self) -> &Signed {
        &self.signed
    }
}

impl Signed {
    /// Asks one question as the caller, in one round trip.
    ///
    /// # Errors
    /// A problem without database text.
    pub async fn read<R: Reading>(&self, reading: &R) -> Result<R::Answer, Problem> {
        Ok(self.app.door.read(self.caller.user, reading).await?)
    }

    /// The same where the answer may be "no such thing": a 404.
    ///
    /// # Errors
    /// 404, or a problem without database text.
    pub async fn find<R, T>(&self, reading: &R) -> Result<T, Problem>
    where
        R: Reading<Answer = Option<T>>,
    {
        self.read(reading).await?.ok_or_else(Problem::not_found)
    }

    /// A number of the path, such as `{order_id}`.
    ///
    /// # Errors
    /// 400 for anything but a positive number.
    pub fn id(&self, name: &str) -> Result<i64, Problem> {
        let text = self.text(name).unwrap_or_default();
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| text.parse().ok())
            .flatten()
            .filter(|id| *id > 0)
            .ok_or_else(|| Problem::parameter(name, "must be a positive whole number"))
    }

    /// A text of the path.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.path.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The entity tags that the caller already has.
    pub(crate) fn if_none_match(&self) -> &[HeaderValue] {
        &self.if_none_match
    }
}

impl<S> FromRequestParts<S> for Signed
where
    S: Send + Sync,
    Arc<App>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let path = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::parameter("path", "is no valid text"))?
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Ok(Self {
            app: Arc::<App>::from_ref(state),
            caller,
            if_none_match: parts
                .headers
                .get_all(IF_NONE_MATCH)
                .iter()
                .cloned()
                .collect(),
            path,
        })
    }
}

impl<S> FromRequestParts<S> for AtShop
where
    S: Send + Sync,
    Arc<App>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let signed = Signed::from_request_parts(parts, state).await?;
        let shop = ShopId(signed.id("shop_id")?);
        Ok(Self { shop, signed })
    }
}

/// Roles in a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Owner.
    Owner,
    /// Manager.
    Manager,
    /// Service advisor.
    Advisor,
    /// Technician.
    Technician,
    /// Analyst.
    Analyst,
    /// Viewer.
    Viewer,
}

impl Role {
    /// Who runs the shop.
    pub const MANAGERS: [Self; 2] = [Self::Owner, Self::Manager];

    const ALL: [Self; 6] = [
        Self::Owner,
        Self::Manager,
        Self::Advisor,
        Self::Technician,
        Self::Analyst,
        Self::Viewer,
    ];

    /// The word in `user_shop_access`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Advisor => "advisor",
            Self::Technician => "technician",
            Self::Analyst => "analyst",
            Self::Viewer => "viewer",
        }
    }
}

impl Signed {
    /// The caller's role in a shop, where it is one of these and his credentials have the scope: for what the wall
    /// cannot tell apart, and to say no in words before it does.
    ///
    /// # Errors
    /// 404 for a shop he has nothing to do with, 403 for another role or a key without the scope.
    pub async fn require(
        &self,
        shop: ShopId,
        roles: &[Role],
        scope: &str,
    ) -> Result<Role, Problem> {
        let word = self.find(&RoleIn(shop)).await?;
        let role = Role::ALL.into_iter().find(|role| role.as_str() == word);
        match role {
            Some(role) if roles.contains(&role) && self.caller.has_scope(scope) => Ok(role),
            Some(_) | None => {
                let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
                Err(Problem::new(Kind::Forbidden).detail(format!(
                    "this takes the role {} in the shop",
                    words.join(" or ")
                )))
            }
        }
    }
}

/// A shop that the caller runs, as owner or manager, with credentials that may do `S`: for routes that change something.
/// As the first argument of a handler it is looked at before parameters and body: who may not is told so, whatever he
/// sends.
pub struct Managed<S> {
    at: AtShop,
    scope: PhantomData<S>,
}

/// What credentials may be good for beside reading.
pub trait Scope {
    /// The scope of a service key.
    const WORD: &str;
}

/// Changing something.
pub struct Write;

/// Asking for long work.
pub struct Tasks;

impl Scope for Write {
    const WORD: &str = "write";
}

impl Scope for Tasks {
    const WORD: &str = "tasks";
}

impl<S> std::ops::Deref for Managed<S> {
    type Target = AtShop;
    fn deref(&self) -> &AtShop {
        &self.at
    }
}

impl<S, R> FromRequestParts<S> for Managed<R>
where
    S: Send + Sync,
    Arc<App>: FromRef<S>,
    R: Scope,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let at = AtShop::from_request_parts(parts, state).await?;
        at.require(at.shop, &Role::MANAGERS, R::WORD).await?;
        Ok(Self {
            at,
            scope: PhantomData,
        })
    }
}

/// A JSON body, read strictly: a repeated or unknown key is refused. `T` has `deny_unknown_fields`.
pub struct Body<T>(pub T);

impl<S, T> FromRequest<S> for Body<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE);
        let is_json = kind
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| {
                let essence = kind.split(';').next().unwrap_or_default();
                essence.trim().eq_ignore_ascii_case("application/json")
            });
        if !is_json {
            return Err(Problem::new(Kind::UnsupportedMediaType));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Problem::of_response(&rejection.into_response()))?;
        let object = strict_json::object(&bytes).ok_or_else(|| {
            Problem::new(Kind::MalformedRequest)
                .detail("the body is no JSON object in which every key stands once")
        })?;
        serde_json::from_value(Value::Object(object))
            .map(Self)
            .map_err(|error| {
                let words: String = error.to_string().chars().take(200).collect();
                Problem::new(Kind::InvalidBody).detail(words)
            })
    }
}

/// The query, read strictly: an unknown, repeated or malformed parameter is refused. `T` has `deny_unknown_fields`.
pub struct Query<T> {
    /// The parameters.
    pub value: T,
    path: String,
    filter: Vec<(String, String)>,
}

impl<T> std::ops::Deref for Query<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Query<T> {
    /// The page asked for. A cursor is bound to the caller, the path and every other parameter.
    ///
    /// # Errors
    /// 400 for a cursor that was not given out for this very list.
    pub fn paging(
        &self,
        signed: &Signed,
        limit: Option<Limit>,
        cursor: Option<&str>,
    ) -> Result<Paging, Problem> {
        let binding = Binding {
            user: signed.caller.user,
            path: &self.path,
            filter: &self.filter,
        };
        let limit = limit.map_or(DEFAULT_LIMIT, |limit| limit.0);
        Paging::new(&signed.app.seal, &binding, limit, cursor)
    }
}

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = pairs(&parts.uri)?;
        let value = axum::extract::Query::<T>::try_from_uri(&parts.uri)
            .map_err(|error| refused(&error))?
            .0;
        let mut filter: Vec<(String, String)> = pairs
            .into_iter()
            .filter(|(name, _)| name != "cursor" && name != "limit")
            .collect();
        filter.sort();
        // Nested routers see the rest of the path only.
        let whole = parts.extensions.get::<OriginalUri>();
        let path = whole.map_or_else(|| parts.uri.path(), |uri| uri.0.path());
        Ok(Self {
            value,
            path: path.to_owned(),
            filter,
        })
    }
}

/// The reader's own words, which speak of names and formats; cut, because they repeat what was sent.
fn refused(error: &dyn std::error::Error) -> Problem {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    // The path of a value is told in front: "limit: …".
    let (name, reason) = match text.split_once(": ") {
        Some((name, reason)) if name.len() < 40 && !name.contains(' ') => (name, reason),
        _ => ("query", text.as_str()),
    };
    let reason: String = reason.chars().take(200).collect();
    Problem::parameter(name, reason)
}

fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, Problem> {
    let query = uri.query().unwrap_or_default();
    check_encoding(query)?;
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let mut seen = BTreeSet::new();
    for (name, value) in &pairs {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        if !seen.insert(name) {
            return Err(Problem::parameter(shown, "stands twice"));
        }
        if value.len() > VALUE_LIMIT || value.chars().any(char::is_control) {
            return Err(Problem::parameter(
                shown,
                "is too long or holds control characters",
            ));
        }
    }
    Ok(pairs)
}

/// Percent signs are followed by two hexadecimal digits and come out as UTF-8: what is repaired silently is read
/// differently by the next reader.
fn check_encoding(query: &str) -> Result<(), Problem> {
    let malformed = || Problem::parameter("query", "is not valid percent-encoded UTF-8");
    let mut bytes = Vec::with_capacity(query.len());
    let mut rest = query.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(malformed());
        };
        bytes.push(u8::try_from(high * 16 + low).map_err(|_| malformed())?);
    }
    std::str::from_utf8(&bytes).map_err(|_| malformed())?;
    Ok(())
}

/// Rows of a page: 1 to 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u16);

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| text.parse().ok())
            .flatten()
            .filter(|limit| (1..=LIMIT).contains(limit))
            .map(Self)
            .ok_or_else(|| {
                D::Error::custom(format!(
                    "limit: must be 1 to {LIMIT}; an export has no limit"
                ))
            })
    }
}

/// A shop-local date, `YYYY-MM-DD` and nothing else: `now`, `infinity` and times are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(pub ShopDay);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        shaped
            .then(|| text.parse().ok())
            .flatten()
            .filter(|day: &ShopDay| (1900..=2200).contains(&day.year()))
            .map(Self)
            .ok_or_else(|| D::Error::custom("a date is written YYYY-MM-DD, in the shop's zone"))
    }
}
