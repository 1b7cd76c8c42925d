//! Reading: which list, feed or single record a path means.

use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};

use super::app::{App, Call};
use super::endpoints::{ENDPOINTS, Endpoint, Kind};
use super::faults::Fault;
use super::feeds;
use super::handle::WorldHandle;
use super::json::{Object, array, object};
use super::lists;
use super::params::{Answer, Params, Refusal};
use super::reports;
use super::table::{Form, Meta, Table};
use super::world::World;

/// Answers a read.
pub(crate) fn answer(app: &App, world: &WorldHandle, call: &Call, body: &[u8]) -> Answer<Response> {
    let rest: Vec<&str> = call.rest.iter().map(String::as_str).collect();
    let find = |path: &str| {
        let mut all = ENDPOINTS.iter();
        all.find(|known| {
            known.module == call.module && known.version == call.version && known.path == path
        })
    };
    if call.module == "reporting" || rest == ["capacity"] {
        return computed(app, world, (call, &rest), body);
    }
    let feed = match rest.as_slice() {
        ["export", path @ ..] => Some(path.join("/")),
        ["estimates", "export"] => Some("estimates".to_owned()),
        _ => None,
    };
    if let Some(path) = feed {
        let endpoint = find(&path)
            .filter(|known| known.fed)
            .ok_or(Refusal::NotFound)?;
        let known = feeds::parameters(endpoint.kind);
        let params = Params::new(&call.query, known, &call.route, &app.requests);
        if params.text("from").is_some()
            && app
                .faults
                .strikes(Fault::ContinuationGone, &call.path)
                .is_some()
        {
            return Err(Refusal::BadRequest(
                "from",
                "unknown continuation token".to_owned(),
            ));
        }
        return world
            .read(|world| feeds::page(world, endpoint, &params, app.feeds))
            .map(json);
    }
    if let Some(endpoint) = find(&rest.join("/")).filter(|known| known.listed) {
        let known = lists::parameters(endpoint);
        let params = Params::new(&call.query, &known, &call.route, &app.requests);
        return world
            .read(|world| lists::page(world, endpoint, &params))
            .map(json);
    }
    let params = Params::new(
        &call.query,
        &["ids", "estimateId", "page", "pageSize"],
        &call.route,
        &app.requests,
    );
    let body = world.read(|world| below(world, (&call.module, rest.as_slice()), &params, find))?;
    Ok(json(body))
}

/// Reports and capacity.
fn computed(
    app: &App,
    world: &WorldHandle,
    (call, rest): (&Call, &[&str]),
    body: &[u8],
) -> Answer<Response> {
    let post = call.method == Method::POST;
    let value = || {
        serde_json::from_slice(body).map_err(|_| Refusal::BadRequest("body", "not JSON".to_owned()))
    };
    let answer = match rest {
        ["capacity"] if post => {
            let asked = value()?;
            world.read(|world| reports::capacity(world, &asked))?
        }
        ["report-category", "operations", "reports", "1", "data"] if post => {
            let params = Params::new(
                &call.query,
                &["page", "pageSize"],
                &call.route,
                &app.requests,
            );
            let place = lists::place(&params)?;
            let report = (call.tenant, "1".to_owned());
            if place.0 == 1 && !app.reports.admit(report, app.clock.now()) {
                return Err(Refusal::TooMany);
            }
            let asked = value()?;
            world.read(|world| reports::data(world, &asked, place))?
        }
        rest if !post => reports::catalogue(rest)?,
        _ => return Err(Refusal::NotFound),
    };
    Ok(json(answer.to_string().into_bytes()))
}

/// A JSON answer.
pub(crate) fn json(body: Vec<u8>) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
        body,
    )
        .into_response()
}

/// Lists below one record, and the few that have a form of their own.
fn below(
    world: &World,
    (module, rest): (&str, &[&str]),
    params: &Params,
    find: impl Fn(&str) -> Option<&'static Endpoint>,
) -> Answer<Vec<u8>> {
    let id = |text: &str| text.parse::<i64>().map_err(|_| Refusal::NotFound);
    match (module, rest) {
        ("dispatch", ["business-hours"]) => Ok(BUSINESS_HOURS.as_bytes().to_vec()),
        ("jpm", ["jobs", "cancel-reasons"]) => cancel_reasons(world, params),
        ("jpm", ["jobs", job, "history"]) => history(world, id(job)?),
        ("jpm", ["jobs", job, "canceled-log"]) => {
            let job = id(job)?;
            whole(world, (&world.canceled_logs, params), |row| row.job == job)
        }
        ("jpm", ["jobs", job, "booked-log"]) => booked_log(world, id(job)?),
        ("payroll", ["jobs", job, "timesheets"]) => {
            let job = id(job)?;
            whole(world, (&world.job_timesheets, params), |row| row.job == job)
        }
        ("payroll", ["jobs", job, "splits"]) => {
            let job = id(job)?;
            whole(world, (&world.splits, params), |row| row.job == job)
        }
        ("crm", ["customers", owner, "contacts"]) => {
            contacts(&world.customer_contacts, id(owner)?, params)
        }
        ("crm", ["locations", owner, "contacts"]) => {
            contacts(&world.location_contacts, id(owner)?, params)
        }
        ("sales", ["estimates", "items"]) => estimate_items(world, params),
        (_, [path @ .., last]) => {
            let endpoint = find(&path.join("/")).filter(|known| known.listed);
            // Invoices and payments have no single read.
            let endpoint = endpoint.filter(|known| {
                !matches!(known.kind, Kind::Invoices | Kind::Payments | Kind::Shifts)
            });
            let table = world.listing(endpoint.ok_or(Refusal::NotFound)?.kind);
            let index = table.row_of(id(last)?).ok_or(Refusal::NotFound)?;
            let mut out = Vec::new();
            table.print(
                index,
                Form {
                    with_billing: true,
                    ..Form::LIST
                },
                world,
                &mut out,
            );
            Ok(out)
        }
        _ => Err(Refusal::NotFound),
    }
}

const BUSINESS_HOURS: &str = r#"{"weekdays":[{"fromHour":8,"toHour":17}],"saturday":[{"fromHour":9,"toHour":13}],"sunday":[]}"#;

/// The rows that fit, paged.
fn whole<T: super::table::Record>(
    world: &World,
    (table, params): (&Table<T>, &Params),
    fits: impl Fn(&T) -> bool,
) -> Answer<Vec<u8>> {
    let rows: Vec<(&Meta, &T)> = table
        .iter()
        .filter(|(meta, row)| meta.active && fits(row))
        .collect();
    paged(rows, params, |o, (meta, row)| {
        row.print((meta, Form::LIST), world, o)
    })
}

fn paged<T>(rows: Vec<T>, params: &Params, fill: impl Fn(&mut Object<'_>, &T)) -> Answer<Vec<u8>> {
    let (number, size) = lists::place(params)?;
    let from = (number - 1).saturating_mul(size).min(rows.len());
    let until = (from + size).min(rows.len());
    let mut out = lists::envelope((number, size), until < rows.len(), None);
    array(&mut out, &rows[from..until], |out, row| {
        object(out, |o| fill(o, row))
    });
    out.push(b'}');
    Ok(out)
}

fn contacts(table: &Table<super::crm::Contact>, owner: i64, params: &Params) -> Answer<Vec<u8>> {
    let rows: Vec<_> = table
        .iter()
        .filter(|(meta, row)| meta.active && row.owner == owner)
        .collect();
    paged(rows, params, |o, (meta, row)| {
        row.print_without_owner(meta, o)
    })
}

/// The reason of each of the given jobs that is cancelled now; `ids` is required.
fn cancel_reasons(world: &World, params: &Params) -> Answer<Vec<u8>> {
    let ids = params
        .ids("ids")?
        .ok_or_else(|| Refusal::BadRequest("ids", "is required".to_owned()))?;
    let last = |job: i64| {
        let logs = world.canceled_logs.iter();
        let canceled = world
            .jobs
            .get(job)
            .is_some_and(|row| row.status == super::jpm::JobStatus::Canceled);
        logs.filter(|(meta, log)| canceled && meta.active && log.job == job)
            .last()
            .map(|(_, log)| log)
    };
    let rows: Vec<_> = ids.into_iter().filter_map(last).collect();
    paged(rows, params, |o, log| {
        let name = world.cancel_reasons.get(log.reason).map(|row| row.name);
        o.int("jobId", log.job)
            .int("reasonId", log.reason)
            .opt_text("name", name)
            .opt_text("text", log.memo.as_deref());
    })
}

fn history(world: &World, job: i64) -> Answer<Vec<u8>> {
    world.jobs.get(job).ok_or(Refusal::NotFound)?;
    let entries = world.history.iter().filter(|(_, entry)| entry.job == job);
    let mut out = Vec::new();
    object(&mut out, |o| {
        o.objects("history", entries, |o, (meta, entry)| {
            entry.print_entry(meta, o)
        });
    });
    Ok(out)
}

fn booked_log(world: &World, job: i64) -> Answer<Vec<u8>> {
    let row = world.jobs.get(job).ok_or(Refusal::NotFound)?;
    let mut out = Vec::new();
    array(&mut out, &row.appointments, |out, id| {
        object(out, |o| {
            if let (Some(meta), Some(visit)) =
                (world.appointments.meta(*id), world.appointments.get(*id))
            {
                let at = super::moment::Moment::at;
                o.int("id", *id)
                    .int("jobId", job)
                    .int("jobAppointmentId", *id)
                    .moment("start", at(visit.start))
                    .opt_moment(
                        "arrivalWindowStart",
                        visit.window.map(|(start, _)| at(start)),
                    )
                    .opt_moment("arrivalWindowEnd", visit.window.map(|(_, end)| at(end)))
                    .moment("createdOn", meta.created)
                    .int("createdById", 3)
                    .flag("active", true);
            }
        });
    });
    Ok(out)
}

fn estimate_items(world: &World, params: &Params) -> Answer<Vec<u8>> {
    let only = params.int("estimateId")?;
    let rows: Vec<_> = world
        .estimates
        .iter()
        .filter(|(meta, _)| meta.active && only.is_none_or(|id| id == meta.id))
        .flat_map(|(_, estimate)| estimate.items.iter().map(move |item| (estimate, item)))
        .collect();
    paged(rows, params, |o, (estimate, item)| {
        estimate.print_item(item, o)
    })
}
