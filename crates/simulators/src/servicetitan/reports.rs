//! Computed answers: capacity (A8.15) and the reporting module (A9), each of which is asked for by POST.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::ledger::Ledger;
use super::ledger_time::open_capacity;
use super::moment::{Moment, later};
use super::params::{Answer, Refusal};
use super::plan::local;
use super::world::World;
use crate::Stamp;

/// The most days that a capacity question may span.
const LONGEST_CAPACITY: i64 = 14 * super::config::DAY;

/// When each report of each tenant was last run: once a minute is enough (A2).
#[derive(Debug, Default)]
pub(crate) struct Reports(Mutex<BTreeMap<(i64, String), Stamp>>);

impl Reports {
    /// Whether a report may run now; further pages of a run may.
    pub(crate) fn admit(&self, report: (i64, String), now: Stamp) -> bool {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let free = runs.get(&report).is_none_or(|last| now.0 - last.0 >= 60);
        if free {
            runs.insert(report, now);
        }
        free
    }
}

fn instant(body: &Value, name: &'static str) -> Answer<Stamp> {
    let text = body[name].as_str().unwrap_or_default();
    let at =
        Moment::parse(text).ok_or_else(|| Refusal::BadRequest(name, "not a date".to_owned()))?;
    Ok(at.stamp())
}

/// Room by arrival window, in hours as the vendor's floating point says them (Q38).
pub(crate) fn capacity(world: &World, body: &Value) -> Answer<Value> {
    let (from, until) = (
        instant(body, "startsOnOrAfter")?,
        instant(body, "endsOnOrBefore")?,
    );
    if until.0 - from.0 > LONGEST_CAPACITY {
        return Err(Refusal::BadRequest(
            "endsOnOrBefore",
            "at most 14 days".to_owned(),
        ));
    }
    let mut day = from.date_in(&world.zone);
    let mut rows = Vec::new();
    while local(world, day, (0, 0)) < until {
        let rooms = open_capacity(world, day);
        for (meta, window) in world.arrival_windows.iter() {
            let start = local(world, day, (window.start_hour, 0));
            let end = start.plus(window.hours * 3_600);
            let here: Vec<_> = rooms.iter().filter(|((id, _), _)| *id == meta.id).collect();
            let total: i64 = here.iter().map(|(_, room)| room.capacity_s).sum();
            let open: i64 = here.iter().map(|(_, room)| room.open_s).sum();
            let people: Vec<Value> = here
                .iter()
                .map(|((_, id), room)| {
                    let name = world.technicians.get(*id).map(|row| row.name.as_str());
                    let status = if room.open_s > 0 {
                        "Available"
                    } else {
                        "Unavailable"
                    };
                    json!({"id": id, "name": name, "status": status, "hasRequiredSkills": null})
                })
                .collect();
            let clock = |at: Stamp| world.zone.to_datetime(at.timestamp()).to_string();
            rows.push(json!({
                "start": clock(start), "end": clock(end), "startUtc": start, "endUtc": end,
                "businessUnitIds": body.get("businessUnitIds").cloned().unwrap_or(json!([])),
                "totalAvailability": total as f64 / 3_600.0,
                "openAvailability": open as f64 / 3_600.0,
                "technicians": people,
                "isAvailable": open > 0,
                "isExceedingIdealBookingPercentage": false,
            }));
        }
        day = later(day, 1);
    }
    Ok(json!({"timeStamp": world.now, "availabilities": rows}))
}

/// The one category and the one report that this vendor has.
pub(crate) fn catalogue(rest: &[&str]) -> Answer<Value> {
    let page = |rows: Value| json!({"page": 1, "pageSize": 50, "hasMore": false, "totalCount": null, "data": rows});
    let fields = json!([
        {"name": "Date", "label": "Date", "dataType": "Date"},
        {"name": "BusinessUnitId", "label": "Business Unit Id", "dataType": "Number"},
        {"name": "CompletedRevenue", "label": "Completed Revenue", "dataType": "Number"},
    ]);
    let parameters =
        json!([{"name": "From", "isRequired": true}, {"name": "To", "isRequired": true}]);
    let report = json!({"id": 1, "name": "Completed revenue by business unit", "modifiedOn": "2026-01-01T00:00:00Z", "fields": fields, "parameters": parameters});
    match rest {
        ["report-categories"] => Ok(page(json!([{"id": "operations", "name": "Operations"}]))),
        ["report-category", "operations", "reports"] => {
            Ok(page(json!([{"id": 1, "name": report["name"]}])))
        }
        ["report-category", "operations", "reports", "1"] => Ok(report),
        _ => Err(Refusal::NotFound),
    }
}

/// The rows of the report: positional, as A9 warns. Job revenue only, by day of completion.
pub(crate) fn data(world: &World, body: &Value, (number, size): (usize, usize)) -> Answer<Value> {
    let parameter = |name: &'static str| {
        let mut given = body["parameters"].as_array().into_iter().flatten();
        let found = given
            .find(|one| one["name"] == name)
            .and_then(|one| one["value"].as_str());
        found
            .map(str::to_owned)
            .ok_or_else(|| Refusal::BadRequest(name, "is required".to_owned()))
    };
    let (from, to) = (parameter("From")?, parameter("To")?);
    let ledger = Ledger::of(world);
    let within = ledger.unit_days.range(from..=to);
    let rows: Vec<Value> = within
        .flat_map(|(day, units)| {
            units
                .iter()
                .map(move |(unit, row)| json!([day, unit, row.job_cents.0 as f64 / 100.0]))
        })
        .collect();
    let start = ((number - 1) * size).min(rows.len());
    let end = (start + size).min(rows.len());
    Ok(json!({
        "fields": [
            {"name": "Date", "label": "Date"}, {"name": "BusinessUnitId", "label": "Business Unit Id"},
            {"name": "CompletedRevenue", "label": "Completed Revenue"},
        ],
        "data": rows[start..end],
        "page": number, "pageSize": size, "hasMore": end < rows.len(), "totalCount": null,
    }))
}
