//! What an hour costs: read, entered and taken back by owners and managers, one by one or as CSV.
//!
//! A change asks for a sync as a task: the pipeline finds the difference to the rates it applied last and prices the
//! orders they reach again. Nothing is computed here.

use super::shops::NoQuery;
use crate::App;
use crate::answer::{PlainAnswer, ShopAnswer};
use crate::ask::{AtShop, Body, Day, Managed, Query, Role, Write};
use crate::error::{Kind, Problem};
use axum::body::Bytes;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::EmployeeId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::read::rates::{DeleteRate, PutRates, Rate, Rates};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Columns of the CSV, both ways.
const COLUMNS: [&str; 5] = [
    "employee_id",
    "effective_from",
    "effective_to",
    "hourly_cost_cents",
    "note",
];
/// Nobody costs more an hour: a figure in dollars or in pesos is told from one in cents.
const COST_LIMIT: i64 = 100_000_000;
const NOTE_LIMIT: usize = 500;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(rates, put_rate, delete_rate))
        .routes(routes!(rates_csv, put_rates_csv))
}

/// Whose rates.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RateQuery {
    /// One employee's, by the vendor's number.
    #[param(minimum = 1)]
    employee_id: Option<i64>,
}

/// What an employee's hour costs, from a day on.
#[derive(Serialize, ToSchema)]
struct RateTold {
    /// The vendor's employee number; legal before the employee is known.
    employee_id: i64,
    /// Name, where he is known.
    employee_name: Option<String>,
    /// First day, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    effective_from: Date,
    /// Last day as entered; null while open.
    #[schema(value_type = Option<String>, format = Date)]
    effective_to: Option<Date>,
    /// Last day it applies: a later rate ends an earlier one.
    #[schema(value_type = Option<String>, format = Date)]
    applies_to: Option<Date>,
    /// Cost of one hour (cents); 0 counts as no rate.
    hourly_cost_cents: i64,
    /// manual, csv, `internal_api` or simulator.
    source: String,
    /// Remark.
    note: Option<String>,
}

impl From<Rate> for RateTold {
    fn from(rate: Rate) -> Self {
        Self {
            employee_id: rate.employee.0,
            employee_name: rate.name,
            effective_from: rate.from,
            effective_to: rate.to,
            applies_to: rate.applies_to,
            hourly_cost_cents: rate.hourly_cost.0,
            source: rate.source,
            note: rate.note,
        }
    }
}

/// What an hour of each employee costs; for owners and managers
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/cost-rates",
    operation_id = "listCostRates",
    tag = "cost rates",
    params(("shop_id" = i64, Path, description = "The shop"), RateQuery),
    responses((status = 200, description = "The rates, by employee and day", body = ShopAnswer<Vec<RateTold>>))
)]
async fn rates(at: AtShop, query: Query<RateQuery>) -> Result<ShopAnswer<Vec<RateTold>>, Problem> {
    at.require(at.shop, &Role::MANAGERS, "read").await?;
    let reading = Rates {
        shop: at.shop,
        now: at.app.clock.now(),
        employee: query.employee_id,
    };
    let found = at.find(&reading).await?;
    let answer = at.of_shop(found, |rates| {
        rates.into_iter().map(RateTold::from).collect()
    });
    Ok(answer.max_age(0))
}

/// A rate to enter, or to correct where one begins on the same day.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRate {
    /// The vendor's employee number.
    #[schema(minimum = 1)]
    employee_id: i64,
    /// First day, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    effective_from: Day,
    /// Last day, counted; open where it is left out.
    #[schema(value_type = Option<String>, format = Date)]
    effective_to: Option<Day>,
    /// Cost of one hour (cents).
    #[schema(minimum = 0, maximum = 100000000)]
    hourly_cost_cents: i64,
    /// Remark.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// How much was written.
#[derive(Serialize, ToSchema)]
struct RatesWritten {
    /// Rates that were new or different (count).
    written: i64,
    /// Rates that stood there already (count).
    unchanged: i64,
    /// The task that prices the orders they reach again; null when nothing was written.
    task_id: Option<Uuid>,
}

/// Rates as the statement takes them, by employee and first day.
type Entered = BTreeMap<(i64, Date), (Option<Date>, i64, Option<String>)>;

fn enter(entered: &mut Entered, rate: NewRate) -> Result<(), String> {
    let (from, to) = (rate.effective_from.0, rate.effective_to.map(|day| day.0));
    if rate.employee_id <= 0 {
        return Err("employee_id must be a positive number".into());
    }
    if to.is_some_and(|to| to < from) {
        return Err("effective_to lies before effective_from".into());
    }
    if !(0..=COST_LIMIT).contains(&rate.hourly_cost_cents) {
        return Err(format!("hourly_cost_cents must be 0 to {COST_LIMIT}"));
    }
    let note = rate.note.filter(|note| !note.trim().is_empty());
    if note
        .as_ref()
        .is_some_and(|note| note.chars().count() > NOTE_LIMIT || note.chars().any(char::is_control))
    {
        return Err(format!(
            "note is longer than {NOTE_LIMIT} characters or holds control characters"
        ));
    }
    let before = entered.insert((rate.employee_id, from), (to, rate.hourly_cost_cents, note));
    if before.is_some() {
        return Err("the same employee and first day stand twice".into());
    }
    Ok(())
}

async fn write(
    at: &AtShop,
    entered: Entered,
    source: &'static str,
) -> Result<PlainAnswer<RatesWritten>, Problem> {
    let given = i64::try_from(entered.len()).unwrap_or(i64::MAX);
    let mut writing = PutRates {
        shop: at.shop,
        employees: Vec::new(),
        froms: Vec::new(),
        tos: Vec::new(),
        costs: Vec::new(),
        source,
        notes: Vec::new(),
        task: Uuid::new_v4(),
    };
    for ((employee, from), (to, cost, note)) in entered {
        writing.employees.push(employee);
        writing.froms.push(from);
        writing.tos.push(to);
        writing.costs.push(cost);
        writing.notes.push(note);
    }
    let entered = at.app.door.write(at.caller.user, &writing).await?;
    Ok(at.plain(RatesWritten {
        written: entered.written,
        unchanged: given - entered.written,
        task_id: entered.task,
    }))
}

/// Enters a rate, or corrects the one that begins on the same day; for owners and managers
#[utoipa::path(
    put,
    path = "/shops/{shop_id}/cost-rates",
    operation_id = "putCostRate",
    tag = "cost rates",
    params(("shop_id" = i64, Path, description = "The shop")),
    request_body = NewRate,
    responses((status = 200, description = "It is entered", body = PlainAnswer<RatesWritten>))
)]
async fn put_rate(
    at: Managed<Write>,
    Body(rate): Body<NewRate>,
) -> Result<PlainAnswer<RatesWritten>, Problem> {
    let mut entered = Entered::new();
    enter(&mut entered, rate).map_err(|reason| Problem::new(Kind::InvalidBody).detail(reason))?;
    write(&at, entered, "manual").await
}

/// Which rate.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RateKeyQuery {
    /// The vendor's employee number.
    #[param(minimum = 1)]
    employee_id: i64,
    /// The day it begins, in the shop's zone.
    #[param(value_type = String, format = Date)]
    effective_from: Day,
}

/// Takes a rate back; for owners and managers
#[utoipa::path(
    delete,
    path = "/shops/{shop_id}/cost-rates",
    operation_id = "deleteCostRate",
    tag = "cost rates",
    params(("shop_id" = i64, Path, description = "The shop"), RateKeyQuery),
    responses((status = 204, description = "It is gone"))
)]
async fn delete_rate(
    at: Managed<Write>,
    query: Query<RateKeyQuery>,
) -> Result<StatusCode, Problem> {
    let writing = DeleteRate {
        shop: at.shop,
        employee: EmployeeId(query.employee_id),
        from: query.effective_from.0,
        task: Uuid::new_v4(),
    };
    if at.app.door.write(at.caller.user, &writing).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}

/// The rates as CSV; for owners and managers
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/cost-rates/csv",
    operation_id = "downloadCostRates",
    tag = "cost rates",
    params(("shop_id" = i64, Path, description = "The shop"), NoQuery),
    responses((status = 200, description = "Columns as the upload takes them", body = String, content_type = "text/csv"))
)]
async fn rates_csv(at: AtShop, _: Query<NoQuery>) -> Result<Response, Problem> {
    at.require(at.shop, &Role::MANAGERS, "read").await?;
    let reading = Rates {
        shop: at.shop,
        now: at.app.clock.now(),
        employee: None,
    };
    let found = at.find(&reading).await?;
    let mut text = format!("{}\r\n", COLUMNS.join(","));
    for rate in found.content {
        let cells = [
            rate.employee.0.to_string(),
            rate.from.to_string(),
            rate.to.map(|day| day.to_string()).unwrap_or_default(),
            rate.hourly_cost.0.to_string(),
            rate.note.unwrap_or_default(),
        ];
        text.push_str(&super::csv::line(&cells));
    }
    let name = format!("attachment; filename=\"cost-rates-{}.csv\"", at.shop);
    let disposition =
        HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    Ok((
        [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, disposition)],
        text,
    )
        .into_response())
}

/// Enters the rates of a CSV, all or none; for owners and managers
#[utoipa::path(
    put,
    path = "/shops/{shop_id}/cost-rates/csv",
    operation_id = "uploadCostRates",
    tag = "cost rates",
    params(("shop_id" = i64, Path, description = "The shop")),
    request_body(content = String, content_type = "text/csv", description =
        "employee_id,effective_from,effective_to,hourly_cost_cents,note with a line of headings"),
    responses((status = 200, description = "They are entered", body = PlainAnswer<RatesWritten>))
)]
async fn put_rates_csv(
    at: Managed<Write>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<PlainAnswer<RatesWritten>, Problem> {
    let is_csv = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.split(';').next().unwrap_or_default().trim() == "text/csv");
    if !is_csv {
        return Err(Problem::new(Kind::UnsupportedMediaType).detail("send text/csv"));
    }
    let entered = parse(&body).map_err(|reason| Problem::new(Kind::InvalidBody).detail(reason))?;
    write(&at, entered, "csv").await
}

fn parse(body: &[u8]) -> Result<Entered, String> {
    let text = std::str::from_utf8(body).map_err(|_| "the file is not UTF-8".to_owned())?;
    let mut lines = super::csv::parse(text.trim_start_matches('\u{feff}'))?.into_iter();
    let headings = lines.next().ok_or("the file is empty")?;
    if headings.iter().map(|heading| heading.trim()).ne(COLUMNS) {
        return Err(format!("the first line must be {}", COLUMNS.join(",")));
    }
    let mut entered = Entered::new();
    for (at, cells) in lines.enumerate() {
        let told = |reason: String| format!("line {}: {reason}", at + 2);
        let rate = new_rate(&cells).map_err(told)?;
        enter(&mut entered, rate).map_err(told)?;
    }
    Ok(entered)
}

fn new_rate(cells: &[String]) -> Result<NewRate, String> {
    let [employee, from, to, cost, note] = cells else {
        return Err(format!("has {} cells, not {}", cells.len(), COLUMNS.len()));
    };
    let number = |text: &str, name: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| text.parse::<i64>().ok())
            .flatten()
            .ok_or_else(|| format!("{name} is no whole number"))
    };
    let day = |text: &str, name: &str| {
        serde_json::from_value::<Day>(text.into())
            .map_err(|_| format!("{name} is no date YYYY-MM-DD"))
    };
    Ok(NewRate {
        employee_id: number(employee.trim(), "employee_id")?,
        effective_from: day(from.trim(), "effective_from")?,
        effective_to: match to.trim() {
            "" => None,
            to => Some(day(to, "effective_to")?),
        },
        hourly_cost_cents: number(cost.trim(), "hourly_cost_cents")?,
        note: Some(super::csv::unguarded(note).to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_upload_is_taken_whole_or_not_at_all() {
        let head = "employee_id,effective_from,effective_to,hourly_cost_cents,note";
        let good = format!(
            "\u{feff}{head}\r\n6101,2026-01-01,,3350,\"raise, agreed\"\r\n6102,2026-01-01,2026-06-30,2975,\r\n"
        );
        let entered = parse(good.as_bytes()).expect("two rates");
        assert_eq!(entered.len(), 2);
        for (bad, reason) in [
            (
                "6101,2026-01-01,,33.50,",
                "line 2: hourly_cost_cents is no whole number",
            ),
            (
                "6101,01/01/2026,,3350,",
                "line 2: effective_from is no date YYYY-MM-DD",
            ),
            (
                "6101,2026-01-02,2026-01-01,3350,",
                "line 2: effective_to lies before effective_from",
            ),
            ("6101,2026-01-01,,3350", "line 2: has 4 cells, not 5"),
        ] {
            assert_eq!(
                parse(format!("{head}\n{bad}\n").as_bytes())
                    .err()
                    .as_deref(),
                Some(reason)
            );
        }
        let twice = format!("{head}\n1,2026-01-01,,1,\n1,2026-01-01,,2,\n");
        assert!(parse(twice.as_bytes()).is_err());
        assert!(parse(b"a,b\n").is_err());
    }
}
