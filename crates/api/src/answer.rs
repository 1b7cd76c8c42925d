//! Answers: what stands around the figures, and the entity tag by which a client learns that nothing has changed.

use crate::ask::Signed;
use crate::error::Problem;
use crate::paging::Page;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LINK};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use store::read::{OfShop, ShopHeader};
use utoipa::ToSchema;
use xxhash_rust::xxh3::xxh3_128;

/// Seconds that a tile may be shown without asking again; it is the caller's own copy and nobody else's.
pub const TILE_SECONDS: u32 = 300;

/// An answer about one shop.
#[derive(Serialize, ToSchema)]
pub struct ShopAnswer<T> {
    /// The shop.
    shop_id: i64,
    /// Its name.
    shop_name: String,
    /// IANA zone of every date in the answer.
    timezone: String,
    /// ISO 4217 code of every amount in the answer.
    currency: String,
    /// Today in the shop.
    #[schema(value_type = String, format = Date)]
    today: Date,
    /// When the shop's orders were last read to their end; null before the first time.
    #[schema(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
    /// What was asked.
    data: T,
    /// Cursor of the next page of a list; missing on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// Seconds since `as_of`; null before the first sync.
    data_lag_seconds: Option<i64>,
    #[serde(skip)]
    #[schema(ignore)]
    delivery: Delivery,
}

/// An answer about no shop in particular.
#[derive(Serialize, ToSchema)]
pub struct PlainAnswer<T> {
    /// What was asked.
    data: T,
    /// Cursor of the next page of a list; missing on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    #[serde(skip)]
    #[schema(ignore)]
    delivery: Delivery,
}

/// How an answer goes out.
struct Delivery {
    if_none_match: Vec<HeaderValue>,
    max_age: u32,
    next: Option<String>,
}

impl Signed {
    fn delivery(&self, next: Option<String>) -> Delivery {
        Delivery {
            if_none_match: self.if_none_match().to_vec(),
            max_age: TILE_SECONDS,
            next,
        }
    }

    /// An answer about the shop of a reading.
    pub fn of_shop<C, T>(&self, reading: OfShop<C>, told: impl FnOnce(C) -> T) -> ShopAnswer<T> {
        self.under(reading.shop, told(reading.content))
    }

    /// The same from a header and what is told under it.
    pub fn under<T>(&self, shop: ShopHeader, data: T) -> ShopAnswer<T> {
        let now = self.app.clock.now();
        ShopAnswer {
            shop_id: shop.shop_id.0,
            shop_name: shop.name,
            timezone: shop.timezone,
            currency: shop.currency,
            today: shop.today,
            as_of: shop.as_of,
            data_lag_seconds: shop
                .as_of
                .map(|as_of| now.duration_since(as_of).as_secs().max(0)),
            data,
            next_cursor: None,
            delivery: self.delivery(None),
        }
    }

    /// A page of a shop's list.
    pub fn page_of_shop<R, T>(
        &self,
        shop: ShopHeader,
        page: Page<R>,
        told: impl FnMut(R) -> T,
    ) -> ShopAnswer<Vec<T>> {
        let rows = page.rows.into_iter().map(told).collect();
        let mut answer = self.under(shop, rows);
        answer.delivery.next = page.next_link;
        answer.next_cursor = page.next_cursor;
        answer
    }

    /// An answer about no shop in particular.
    pub fn plain<T>(&self, data: T) -> PlainAnswer<T> {
        PlainAnswer {
            data,
            next_cursor: None,
            delivery: self.delivery(None),
        }
    }

    /// A page of a list that belongs to no shop.
    pub fn page<R, T>(&self, page: Page<R>, told: impl FnMut(R) -> T) -> PlainAnswer<Vec<T>> {
        let rows: Vec<T> = page.rows.into_iter().map(told).collect();
        PlainAnswer {
            data: rows,
            delivery: self.delivery(page.next_link),
            next_cursor: page.next_cursor,
        }
    }
}

impl<T> ShopAnswer<T> {
    /// Another life than [`TILE_SECONDS`]: 0 for what must always be asked again.
    #[must_use]
    pub fn max_age(mut self, seconds: u32) -> Self {
        self.delivery.max_age = seconds;
        self
    }
}

impl<T> PlainAnswer<T> {
    /// Another life than [`TILE_SECONDS`]: 0 for what must always be asked again.
    #[must_use]
    pub fn max_age(mut self, seconds: u32) -> Self {
        self.delivery.max_age = seconds;
        self
    }
}

impl<T: Serialize> IntoResponse for ShopAnswer<T> {
    fn into_response(mut self) -> Response {
        // The lag grows every second and is no part of the data's version: it goes in after the tag is taken.
        let lag = self.data_lag_seconds.take();
        let Ok(mut body) = serde_json::to_vec(&self) else {
            return unwritable();
        };
        let tag = xxh3_128(&body);
        if let Some(lag) = lag {
            const NO_LAG: &[u8] = b"null}";
            body.truncate(body.len() - NO_LAG.len());
            body.extend_from_slice(lag.to_string().as_bytes());
            body.push(b'}');
        }
        self.delivery.send(body, tag)
    }
}

impl<T: Serialize> IntoResponse for PlainAnswer<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self) {
            Ok(body) => {
                let tag = xxh3_128(&body);
                self.delivery.send(body, tag)
            }
            Err(_) => unwritable(),
        }
    }
}

fn unwritable() -> Response {
    tracing::error!("an answer cannot be written as JSON");
    Problem::new(crate::error::Kind::Internal).into_response()
}

impl Delivery {
    fn send(self, body: Vec<u8>, tag: u128) -> Response {
        let tag = format!("\"{tag:032x}\"");
        let mut response = if self.knows(&tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let kind = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
            ([kind], body).into_response()
        };
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        };
        set(ETAG, tag);
        set(CACHE_CONTROL, format!("private, max-age={}", self.max_age));
        if let Some(link) = &self.next {
            set(LINK, format!("<{link}>; rel=\"next\""));
        }
        response
    }

    fn knows(&self, tag: &str) -> bool {
        let given = self.if_none_match.iter().filter_map(|v| v.to_str().ok());
        given
            .flat_map(|list| list.split(','))
            .map(|one| one.trim().trim_start_matches("W/"))
            .any(|one| one == tag || one == "*")
    }
}
