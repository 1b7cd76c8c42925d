//! The official API: sign-in, reads, page envelopes (reference A.2, A.3, A.5, A.7).

use crate::error::VendorError;
use crate::http::{Answer, Authorization, Call, Grant, Http, Outcome, Tokens};
use crate::page::RawRecord;
use crate::settings::{ConnectionSettings, Secret};
use crate::stream::Stream;
use crate::tekmetric::envelope::{self, Envelope};
use crate::tekmetric::scan;
use domain::Clock;
use jiff::Timestamp;
use std::time::Duration;

/// Most rows the vendor puts on a page; a larger size is cut down silently (quirk B-28).
pub(crate) const PAGE_SIZE: u32 = 100;

/// Every query parameter that is ever sent. The vendor ignores unknown ones silently and answers with
/// everything (quirk B-25), so there is no way to send any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    Shop,
    Page,
    Size,
    Sort,
    SortDirection,
    Start,
    End,
    UpdatedDateStart,
    DeletedDateStart,
    PostedDateStart,
    PostedDateEnd,
    RepairOrderStatusId,
}

impl Parameter {
    const fn name(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Page => "page",
            Self::Size => "size",
            Self::Sort => "sort",
            Self::SortDirection => "sortDirection",
            Self::Start => "start",
            Self::End => "end",
            Self::UpdatedDateStart => "updatedDateStart",
            Self::DeletedDateStart => "deletedDateStart",
            Self::PostedDateStart => "postedDateStart",
            Self::PostedDateEnd => "postedDateEnd",
            Self::RepairOrderStatusId => "repairOrderStatusId",
        }
    }
}

/// A list query.
#[derive(Clone, Debug)]
pub(crate) struct Query(Vec<(&'static str, String)>);

impl Query {
    /// Page `page` (from 0) of a shop's list.
    pub(crate) fn of(shop: i64, page: u32, size: u32) -> Self {
        Self(Vec::with_capacity(8))
            .with(Parameter::Shop, shop)
            .with(Parameter::Page, page)
            .with(Parameter::Size, size)
    }

    /// The query as text, for tests.
    #[cfg(test)]
    pub(crate) fn text(&self) -> String {
        let pairs: Vec<String> = self.0.iter().map(|(k, v)| format!("{k}={v}")).collect();
        pairs.join("&")
    }

    fn with(mut self, parameter: Parameter, value: impl ToString) -> Self {
        self.0.push((parameter.name(), value.to_string()));
        self
    }

    /// Whole seconds and a `Z`: bare dates are refused (quirk B-26), and `+` would need escaping.
    pub(crate) fn since(self, parameter: Parameter, instant: Timestamp) -> Self {
        self.with(parameter, instant.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }

    /// Orders on the books: posted, or posted on account. Repeating the key is how the vendor takes a list.
    pub(crate) fn on_the_books(self) -> Self {
        self.with(Parameter::RepairOrderStatusId, 5)
            .with(Parameter::RepairOrderStatusId, 6)
    }

    pub(crate) fn sorted(self, property: &'static str, direction: &'static str) -> Self {
        self.with(Parameter::Sort, property)
            .with(Parameter::SortDirection, direction)
    }
}

/// The path of a stream's list.
const fn list_path(stream: Stream) -> &'static str {
    match stream {
        Stream::Employees => "/api/v1/employees",
        Stream::Customers => "/api/v1/customers",
        Stream::Vehicles => "/api/v1/vehicles",
        Stream::RepairOrders => "/api/v1/repair-orders",
        // No such stream is in the list of this vendor.
        Stream::Cached(table) => table,
    }
}

/// The signed-in client of one credential.
pub(crate) struct Client {
    http: Http,
    id: String,
    secret: Secret,
    tokens: Tokens,
}

impl Client {
    pub(crate) fn new(settings: ConnectionSettings, clock: Clock) -> Result<Self, VendorError> {
        Ok(Self {
            http: Http::new(&settings, clock)?,
            id: settings.client_id,
            secret: settings.client_secret,
            tokens: Tokens::default(),
        })
    }

    /// One page of a stream.
    pub(crate) async fn list(
        &self,
        stream: Stream,
        query: &Query,
    ) -> Result<Envelope, VendorError> {
        let path = list_path(stream);
        match self
            .get(path, &query.0, |a| envelope::read(a.json()?))
            .await?
        {
            Outcome::Read(page) => Ok(page),
            Outcome::Status(answer) => Err(self.refusal(path, &answer)),
        }
    }

    /// One record; `None` on 404.
    pub(crate) async fn one(
        &self,
        stream: Stream,
        id: i64,
    ) -> Result<Option<RawRecord>, VendorError> {
        let path = format!("{}/{id}", list_path(stream));
        let read = |answer: &Answer| {
            let text = envelope::text(answer.json()?);
            let object = envelope::object(&text)?;
            Ok(scan::scan(object).into_record())
        };
        match self.get(&path, &[], read).await? {
            Outcome::Read(record) => Ok(Some(record)),
            Outcome::Status(answer) if answer.status == 404 => Ok(None),
            Outcome::Status(answer) => Err(self.refusal(&path, &answer)),
        }
    }

    /// The shops in scope: a bare array.
    pub(crate) async fn shops(&self) -> Result<Vec<String>, VendorError> {
        let path = "/api/v1/shops";
        match self.get(path, &[], |a| envelope::array(a.json()?)).await? {
            Outcome::Read(shops) => Ok(shops),
            Outcome::Status(answer) => Err(self.refusal(path, &answer)),
        }
    }

    /// A signed-in GET. A 401 discards the token, fetches one more, and tries once more (A.2).
    async fn get<T>(
        &self,
        path: &str,
        query: &[(&'static str, String)],
        read: impl Fn(&Answer) -> Result<T, &'static str>,
    ) -> Result<Outcome<T>, VendorError> {
        for _ in 0..2 {
            let token = self.tokens.get(self.sign_in()).await?;
            let call = Call {
                path,
                query,
                form: None,
                authorization: Authorization::Bearer(&token.text),
            };
            match self.http.send(&call, &read).await? {
                Outcome::Status(answer) if answer.status == 401 => {
                    self.tokens.discard(&token).await;
                }
                outcome => return Ok(outcome),
            }
        }
        Err(VendorError::CredentialsRevoked {
            connection: self.http.connection().to_owned(),
            path: path.to_owned(),
        })
    }

    async fn sign_in(&self) -> Result<Grant, VendorError> {
        let path = "/api/v1/oauth/token";
        let call = Call {
            path,
            query: &[],
            form: Some(&[("grant_type", "client_credentials")]),
            authorization: Authorization::Basic {
                user: &self.id,
                password: &self.secret,
            },
        };
        let read = |answer: &Answer| envelope::token(answer.json()?);
        match self.http.send(&call, read).await? {
            Outcome::Read(grant) => Ok(Grant {
                text: grant.access_token,
                // A tenth of its life is left for requests on their way.
                usable_for: grant
                    .expires_in
                    .map(|seconds| Duration::from_secs(seconds) * 9 / 10),
            }),
            Outcome::Status(answer) if matches!(answer.status, 400 | 401 | 403) => {
                Err(VendorError::CredentialsRefused {
                    connection: self.http.connection().to_owned(),
                })
            }
            Outcome::Status(answer) => Err(self.refusal(path, &answer)),
        }
    }

    fn refusal(&self, path: &str, answer: &Answer) -> VendorError {
        let connection = self.http.connection().to_owned();
        let path = path.to_owned();
        if answer.status == 403 {
            return VendorError::Forbidden { connection, path };
        }
        let body = String::from_utf8_lossy(&answer.body).to_lowercase();
        VendorError::Refused {
            connection,
            path,
            status: answer.status,
            history_window: answer.status == 400 && body.contains("history"),
        }
    }
}
