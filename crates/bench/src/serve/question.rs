//! What is asked: once as a request to the API, once as the statement that the API sends for it.

use anyhow::{Context as _, bail};
use serde_json::Value;
use std::fmt::Write as _;
use store::door::UserId;
use store::read::Reading;
use store::read::figures::{Days, Summary};
use store::read::order::Order;
use store::read::orders::PostedOrders;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// The routes that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Figures of a range.
    Summary,
    /// The range by day.
    Daily,
    /// A page of its orders.
    Orders,
    /// One order down to its lines.
    Order,
}

impl Route {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Summary, Self::Daily, Self::Orders, Self::Order];

    /// Name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Summary => "kpi_summary",
            Self::Daily => "kpi_daily",
            Self::Orders => "ro_list",
            Self::Order => "ro_drill_down",
        }
    }
}

/// A reading of the API.
#[derive(Clone, Debug)]
pub enum Question {
    /// Figures of a range.
    Summary(Summary),
    /// The range by day.
    Days(Days),
    /// A page of its orders.
    Orders(PostedOrders),
    /// One order.
    Order(Order),
}

/// A request with everything that either way of asking needs, made before the clock runs.
#[derive(Clone, Debug)]
pub struct Case {
    /// The bytes of the HTTP request.
    pub request: Vec<u8>,
    /// Begins a transaction and becomes the user, as the API does.
    pub begin: String,
    /// What is asked then.
    pub question: Question,
}

impl Case {
    /// A user's request.
    pub fn new(user: UserId, token: &str, path: &str, question: Question) -> Self {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        Self {
            request: request.into_bytes(),
            begin: begin_as(user),
            question,
        }
    }
}

/// The beginning of a transaction in which rows are read as a user.
pub fn begin_as(user: UserId) -> String {
    format!(
        "begin read only; set local role authenticated; set local request.jwt.claims = '{}'",
        user.claims()
    )
}

impl Question {
    /// The statement.
    pub fn sql(&self) -> &'static str {
        match self {
            Self::Summary(reading) => reading.sql(),
            Self::Days(reading) => reading.sql(),
            Self::Orders(reading) => reading.sql(),
            Self::Order(reading) => reading.sql(),
        }
    }

    /// Its parameters.
    pub fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        match self {
            Self::Summary(reading) => reading.parameters(),
            Self::Days(reading) => reading.parameters(),
            Self::Orders(reading) => reading.parameters(),
            Self::Order(reading) => reading.parameters(),
        }
    }

    /// The figures of the statement's rows, one line an item: key, net sales, cost or orders, profit.
    pub fn figures_of_rows(&self, rows: &[Row]) -> anyhow::Result<String> {
        const NOTHING: &str = "the bare client sees no such thing";
        let mut text = String::new();
        match self {
            Self::Summary(reading) => {
                let sums = reading
                    .answer(rows)
                    .context(NOTHING)?
                    .content
                    .periods
                    .asked
                    .sums;
                line(
                    &mut text,
                    "sum",
                    [sums.net_sales, sums.ro_count, sums.profit],
                );
            }
            Self::Days(reading) => {
                for day in reading.answer(rows).context(NOTHING)?.content {
                    let sums = day.sums;
                    let figures = [sums.net_sales, sums.ro_count, sums.profit];
                    line(&mut text, &day.day.to_string(), figures);
                }
            }
            Self::Orders(reading) => {
                // The row behind the page is not on it.
                let orders = reading.answer(rows).context(NOTHING)?.content;
                for order in orders.iter().take(50) {
                    let figures = [order.net_sales, order.cost, order.profit];
                    line(&mut text, &order.id.to_string(), figures);
                }
            }
            Self::Order(reading) => {
                let order = reading.answer(rows).context(NOTHING)?.content;
                let jobs: Value = serde_json::from_str(&order.jobs)?;
                let figures = [order.sums.net_sales, order.sums.cost, order.sums.profit];
                line(&mut text, &order.id.to_string(), figures);
                writeln!(text, "{jobs}")?;
            }
        }
        Ok(text)
    }

    /// The same of the API's answer.
    pub fn figures_of_answer(&self, body: &[u8]) -> anyhow::Result<String> {
        let answer: Value = serde_json::from_slice(body)?;
        let data = &answer["data"];
        let mut text = String::new();
        let names = match self {
            Self::Summary(_) | Self::Days(_) => {
                ["net_sales_cents", "car_count", "gross_profit_cents"]
            }
            Self::Orders(_) | Self::Order(_) => {
                ["net_sales_cents", "cost_cents", "gross_profit_cents"]
            }
        };
        let mut told = |key: &str, item: &Value| -> anyhow::Result<()> {
            let mut figures = [0; 3];
            for (figure, name) in figures.iter_mut().zip(names) {
                let found = item["authorized"][name].as_i64();
                *figure = found.with_context(|| format!("the answer has no {name}"))?;
            }
            line(&mut text, key, figures);
            Ok(())
        };
        match (self, data) {
            (Self::Summary(_), data) => told("sum", data)?,
            (Self::Days(_), Value::Array(days)) => {
                for day in days {
                    told(day["date"].as_str().unwrap_or_default(), day)?;
                }
            }
            (Self::Orders(_), Value::Array(orders)) => {
                for order in orders {
                    told(&order["id"].to_string(), order)?;
                }
            }
            (Self::Order(_), data) => {
                told(&data["id"].to_string(), data)?;
                writeln!(text, "{}", data["jobs"])?;
            }
            (Self::Days(_) | Self::Orders(_), _) => bail!("the answer is no list"),
        }
        Ok(text)
    }
}

fn line(text: &mut String, key: &str, [sales, second, profit]: [i64; 3]) {
    text.push_str(&format!("{key} {sales} {second} {profit}\n"));
}
