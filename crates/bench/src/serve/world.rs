//! The data, the users, and the requests that are sent.

use super::question::{Case, Question, Route};
use crate::scratch::Scratch;
use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::period::Period;
use domain::range::Range;
use domain::{OrderId, ShopId};
use jiff::Timestamp;
use jiff::civil::Date;
use ring::hmac;
use serde_json::json;
use store::door::UserId;
use store::read::Spans;
use store::read::figures::{Days, Summary};
use store::read::order::Order;
use store::read::orders::{PostedFilter, PostedOrders};
use uuid::Uuid;

/// `iss` of the tokens.
pub const ISSUER: &str = "https://issuer.example.com";
/// `aud` of the tokens.
pub const AUDIENCE: &str = "authenticated";
/// Opens nothing but scratch databases that end with the run.
pub const SECRET: &[u8] = b"the benchmark signs its own tokens";

/// Users who send requests, with five shops each.
const USERS: u128 = 20;
/// The API's page where the caller does not say, and the row that tells whether there is another.
const PAGE_AND_ONE: i64 = 51;

/// How much there is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Shops.
    pub shops: i64,
    /// Days of each.
    pub days: i64,
    /// Orders of all.
    pub orders: i64,
}

impl Size {
    /// The quick or the whole size.
    pub const fn new(quick: bool) -> Self {
        if quick {
            Self {
                shops: 100,
                days: 365,
                orders: 50_000,
            }
        } else {
            Self {
                shops: 1000,
                days: 1096,
                orders: 2_000_000,
            }
        }
    }
}

/// Fills a scratch database.
pub async fn fill(scratch: &Scratch, size: Size, now: Timestamp) -> anyhow::Result<()> {
    eprintln!(
        "filling {} orders of {} shops over {} days",
        size.orders, size.shops, size.days
    );
    scratch.configure_shops(size.shops, now).await?;
    let fill = include_str!("fill.sql")
        .replace("{orders}", &size.orders.to_string())
        .replace("{shops}", &size.shops.to_string())
        .replace("{days}", &size.days.to_string())
        .replace("{users}", &USERS.to_string())
        .replace("{last}", "2026-06-30");
    let client = &scratch.client;
    client
        .batch_execute(&fill)
        .await
        .context("fill the shops")?;
    client.batch_execute("vacuum analyze").await?;
    client.batch_execute("checkpoint").await?;
    Ok(())
}

/// One of the users who send requests, from 1.
fn user(number: u128) -> UserId {
    // The digits of the number as they stand, as fill.sql writes them.
    let digits = u128::from_str_radix(&number.to_string(), 16).unwrap_or(number);
    UserId(Uuid::from_u128(
        0x0000_0000_0000_4000_8000_0000_0000_0000 + digits,
    ))
}

/// The user who sees so many shops: 5, 50 or all.
pub fn wide_user(shops: i64) -> UserId {
    user(900_000 + u128::from(shops.unsigned_abs()))
}

/// An access token as the issuer would sign it.
fn token(user: UserId, now: Timestamp) -> String {
    let now = now.as_second();
    let claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": user.0.to_string(), "role": "authenticated",
        "iat": now - 60, "exp": now + 3600, "session_id": "bench", "is_anonymous": false,
    });
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let signed = format!(
        "{}.{}",
        encode(br#"{"alg":"HS256","typ":"JWT"}"#),
        encode(claims.to_string().as_bytes())
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
    let signature = encode(hmac::sign(&key, signed.as_bytes()).as_ref());
    format!("{signed}.{signature}")
}

/// The requests of a route: every user about his shops; for the drill-down his first, about several of its orders.
pub fn cases(route: Route, size: Size, now: Timestamp) -> Vec<Case> {
    let mut cases = Vec::new();
    for number in 1..=USERS {
        let (user, token) = (user(number), token(user(number), now));
        let first = 5 * (i64::try_from(number).unwrap_or(1) - 1) + 1;
        for step in 0..5 {
            let (path, question) = match route {
                Route::Order => drill_down(first, step, size, now),
                Route::Summary | Route::Daily | Route::Orders => of_shop(route, first + step, now),
            };
            cases.push(Case::new(user, &token, &path, question));
        }
    }
    cases
}

/// The `step`th order of a shop, somewhere in its history.
fn drill_down(shop: i64, step: i64, size: Size, now: Timestamp) -> (String, Question) {
    let orders_of_shop = size.orders / size.shops;
    let id = shop + size.shops * (orders_of_shop * step / 5);
    let order = Order {
        shop: ShopId(shop),
        now,
        order: OrderId(id),
    };
    (
        format!("/api/v1/shops/{shop}/ros/{id}"),
        Question::Order(order),
    )
}

/// The same thirty days of each shop.
fn of_shop(route: Route, id: i64, now: Timestamp) -> (String, Question) {
    let shop = ShopId(id);
    let spans = Spans::new(now, Range::Named(Period::Last30), None);
    let (tail, question) = match route {
        Route::Summary => (
            "kpi/summary",
            Question::Summary(Summary {
                shop,
                spans,
                business_days_only: false,
                goals_of: None,
            }),
        ),
        Route::Daily => (
            "kpi/daily",
            Question::Days(Days {
                shop,
                spans,
                business_days_only: false,
            }),
        ),
        Route::Orders | Route::Order => (
            "ros",
            Question::Orders(PostedOrders {
                filter: PostedFilter {
                    shop,
                    spans,
                    advisor: None,
                    class: None,
                },
                after_day: Date::MAX,
                after_id: i64::MAX,
                limit: Some(PAGE_AND_ONE),
            }),
        ),
    };
    (format!("/api/v1/shops/{id}/{tail}?range=last_30"), question)
}
