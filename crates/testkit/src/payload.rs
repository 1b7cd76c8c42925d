//! Small valid payloads of the official Tekmetric API, for tests.
//!
//! ```
//! use testkit::payload::{job, order};
//! let payload = order(310_045_001)
//!     .posted_at("2026-07-11T02:17:45Z")
//!     .job(job(1).authorized_at("2026-07-09T15:12:00Z").part("0.5", 899, 1899).labor("1.2", 16500, Some(6101)))
//!     .fee("Shop Supplies", 300)
//!     .build();
//! assert_eq!(payload["totalSales"], 950 + 19800 + 300);
//! ```
//!
//! The vendor's own sums (`partsSales`, `totalSales`, `subtotal`, …) are filled in as the vendor
//! does: authorized work on closed orders, everything not declined on open ones.

use crate::oracle::number::{Decimal, extend};
use serde_json::{Map, Value, json};

/// Line ids are the owner's id times this plus the position.
const LINES_PER_OWNER: i64 = 1000;

/// A repair order in the making; see [`order`].
#[derive(Clone, Debug)]
pub struct OrderPayload {
    record: Value,
    jobs: Vec<JobPayload>,
    sublets: Vec<SubletPayload>,
    overrides: Map<String, Value>,
}

/// A job in the making; see [`job`].
#[derive(Clone, Debug)]
pub struct JobPayload {
    record: Value,
    parts_total: i64,
    labor_total: i64,
    hours: i64,
}

/// A sublet in the making; see [`sublet`].
#[derive(Clone, Debug)]
pub struct SubletPayload {
    record: Value,
}

/// An open estimate without jobs, created 2026-07-01T13:00:00Z, its number the end of its id.
pub fn order(id: i64) -> OrderPayload {
    let record = json!({
        "id": id, "repairOrderNumber": id % 100_000, "shopId": 901,
        "repairOrderStatus": status_record(1),
        "repairOrderLabel": null, "repairOrderCustomLabel": null, "color": null, "appointmentId": null,
        "customerId": 88_001_234, "vehicleId": 77_004_567, "technicianId": null, "serviceWriterId": null,
        "milesIn": null, "milesOut": null, "keytag": null, "completedDate": null, "postedDate": null,
        "taxes": 0, "amountPaid": 0, "fees": [], "discounts": [], "customerConcerns": [],
        "createdDate": "2026-07-01T13:00:00Z", "updatedDate": "2026-07-01T13:00:00Z", "deletedDate": null,
    });
    OrderPayload {
        record,
        jobs: Vec::new(),
        sublets: Vec::new(),
        overrides: Map::new(),
    }
}

/// A presented, undecided job without lines, created 2026-07-01T13:00:00Z.
pub fn job(id: i64) -> JobPayload {
    let record = json!({
        "id": id, "name": format!("Job {id}"), "authorized": null, "authorizedDate": null, "selected": true,
        "technicianId": null, "note": null, "cannedJobId": null, "jobCategoryName": null, "archived": false,
        "loggedHours": null, "sort": 1, "labor": [], "parts": [], "fees": [], "discounts": [],
        "createdDate": "2026-07-01T13:00:00Z", "updatedDate": "2026-07-01T13:00:00Z", "completedDate": null,
    });
    JobPayload {
        record,
        parts_total: 0,
        labor_total: 0,
        hours: 0,
    }
}

/// An undecided sublet without items.
pub fn sublet(id: i64, price: i64) -> SubletPayload {
    let vendor = json!({"id": 2201, "name": "Sample Sublet", "nickname": null, "website": null, "phone": null});
    let record = json!({
        "id": id, "name": format!("Sublet {id}"), "vendor": vendor, "authorized": null, "authorizedDate": null,
        "selected": true, "note": null, "items": [], "price": price, "cost": 0,
    });
    SubletPayload { record }
}

/// An employee's record as the vendor sends it; role 2 is an advisor, 3 a technician.
pub fn employee(id: i64, role: i64) -> Value {
    json!({
        "id": id, "email": null, "firstName": format!("First {id}"), "lastName": format!("Last {id}"), "address": null,
        "employeeRole": {"id": role, "code": role.to_string(), "name": if role == 3 { "Technician" } else { "Service Advisor" }},
        "canPerformWork": role == 3, "certificationNumber": null,
        "createdDate": "2023-03-01T12:00:00Z", "updatedDate": "2026-01-05T18:30:00Z",
    })
}

fn status_record(id: i64) -> Value {
    let codes = [
        "ESTIMATE",
        "WORKINPROGRESS",
        "COMPLETE",
        "SAVEDFORLATER",
        "POSTED",
        "ACCRECV",
        "DELETED",
    ];
    let code = usize::try_from(id - 1)
        .ok()
        .and_then(|index| codes.get(index))
        .copied()
        .unwrap_or("SOMETHINGNEW");
    json!({"id": id, "code": code, "name": code})
}

fn push(record: &mut Value, list: &str, entry: Value) {
    record[list]
        .as_array_mut()
        .expect("the builder made this list")
        .push(entry);
}

fn next_line_id(record: &Value) -> i64 {
    let lists = ["parts", "labor", "fees", "discounts", "items"];
    let lines: usize = lines_of(record, &lists);
    let position = i64::try_from(lines).expect("a test order is small");
    record["id"].as_i64().expect("the builder set the id") * LINES_PER_OWNER + position + 1
}

fn lines_of(record: &Value, lists: &[&str]) -> usize {
    lists
        .iter()
        .filter_map(|list| record[*list].as_array())
        .map(Vec::len)
        .sum()
}

/// A JSON number with exactly these digits' value, and the same in ten-thousandths.
fn number(text: &str) -> (Value, i64) {
    let value = serde_json::from_str(text).expect("a quantity is written as a JSON number");
    let decimal = Decimal::parse(text).and_then(Decimal::ten_thousandths);
    (value, decimal.expect("a quantity is a decimal number"))
}

fn line_total(line: &Value) -> i64 {
    line["total"].as_i64().unwrap_or(0)
}

fn total_of(record: &Value, list: &str) -> i64 {
    record[list]
        .as_array()
        .map_or(0, |lines| lines.iter().map(line_total).sum())
}

impl JobPayload {
    /// Accepted at an instant.
    #[must_use]
    pub fn authorized_at(self, at: &str) -> Self {
        self.set("authorized", json!(true))
            .set("authorizedDate", json!(at))
    }

    /// Refused at an instant.
    #[must_use]
    pub fn declined_at(self, at: &str) -> Self {
        self.set("authorized", json!(false))
            .set("authorizedDate", json!(at))
    }

    /// Adds a part; the quantity as the JSON text, cost and retail in cents per unit.
    #[must_use]
    pub fn part(mut self, quantity: &str, cost: i64, retail: i64) -> Self {
        let (value, ten_thousandths) = number(quantity);
        self.parts_total += extend(ten_thousandths, retail);
        let line = json!({
            "id": next_line_id(&self.record), "quantity": value, "brand": "Sample", "name": "Part", "partNumber": null,
            "description": null, "cost": cost, "retail": retail,
            "partType": {"id": 1, "code": "PART", "name": "Part"}, "partStatus": null,
        });
        push(&mut self.record, "parts", line);
        self
    }

    /// Adds labour; the hours as the JSON text, the rate in cents per hour.
    #[must_use]
    pub fn labor(mut self, hours: &str, rate: i64, technician_id: Option<i64>) -> Self {
        let (value, ten_thousandths) = number(hours);
        self.labor_total += extend(ten_thousandths, rate);
        self.hours += ten_thousandths;
        let line = json!({
            "id": next_line_id(&self.record), "name": "Labor", "rate": rate, "hours": value, "complete": true,
            "technicianId": technician_id,
        });
        push(&mut self.record, "labor", line);
        self
    }

    /// Adds a job fee in cents.
    #[must_use]
    pub fn fee(mut self, name: &str, total: i64) -> Self {
        let line = json!({"id": next_line_id(&self.record), "name": name, "total": total});
        push(&mut self.record, "fees", line);
        self
    }

    /// Adds a job discount in cents; negative is a surcharge.
    #[must_use]
    pub fn discount(mut self, name: &str, total: i64) -> Self {
        let line = json!({"id": next_line_id(&self.record), "name": name, "total": total});
        push(&mut self.record, "discounts", line);
        self
    }

    /// Replaces any field, for misfits.
    #[must_use]
    pub fn set(mut self, field: &str, value: Value) -> Self {
        self.record[field] = value;
        self
    }

    fn subtotal(&self) -> i64 {
        self.parts_total + self.labor_total + total_of(&self.record, "fees")
            - total_of(&self.record, "discounts")
    }

    fn build(&self, order_id: &Value) -> Value {
        let mut record = self.record.clone();
        let stated = [
            ("partsTotal", json!(self.parts_total)),
            ("laborTotal", json!(self.labor_total)),
            ("feeTotal", json!(total_of(&self.record, "fees"))),
            ("discountTotal", json!(total_of(&self.record, "discounts"))),
            ("subtotal", json!(self.subtotal())),
            ("laborHours", hours_value(self.hours)),
            ("repairOrderId", order_id.clone()),
        ];
        for (field, value) in stated {
            if record[field].is_null() {
                record[field] = value;
            }
        }
        record
    }
}

fn hours_value(ten_thousandths: i64) -> Value {
    let (sign, size) = (
        if ten_thousandths < 0 { "-" } else { "" },
        ten_thousandths.abs(),
    );
    number(&format!("{sign}{}.{:04}", size / 10_000, size % 10_000)).0
}

impl SubletPayload {
    /// Accepted at an instant.
    #[must_use]
    pub fn authorized_at(self, at: &str) -> Self {
        self.set("authorized", json!(true))
            .set("authorizedDate", json!(at))
    }

    /// Refused at an instant.
    #[must_use]
    pub fn declined_at(self, at: &str) -> Self {
        self.set("authorized", json!(false))
            .set("authorizedDate", json!(at))
    }

    /// Adds an item, in cents; the sublet's own cost grows by it.
    #[must_use]
    pub fn item(mut self, cost: i64, price: i64) -> Self {
        let line = json!({
            "id": next_line_id(&self.record), "name": "Item", "cost": cost, "price": price, "complete": true,
        });
        push(&mut self.record, "items", line);
        let so_far = self.record["cost"].as_i64().unwrap_or(0);
        self.set("cost", json!(so_far + cost))
    }

    /// Replaces any field, for misfits.
    #[must_use]
    pub fn set(mut self, field: &str, value: Value) -> Self {
        self.record[field] = value;
        self
    }
}

impl OrderPayload {
    /// The vendor's status id, 1 (estimate) to 7 (deleted).
    #[must_use]
    pub fn status(self, id: i64) -> Self {
        let record = status_record(id);
        self.set("repairOrderStatus", record)
    }

    /// Status POSTED at an instant.
    #[must_use]
    pub fn posted_at(self, at: &str) -> Self {
        self.status(5).set("postedDate", json!(at))
    }

    /// Completed at an instant; the status stays.
    #[must_use]
    pub fn completed_at(self, at: &str) -> Self {
        self.set("completedDate", json!(at))
    }

    /// Status DELETED at an instant.
    #[must_use]
    pub fn deleted_at(self, at: &str) -> Self {
        self.status(7).set("deletedDate", json!(at))
    }

    /// Last changed at an instant.
    #[must_use]
    pub fn updated_at(self, at: &str) -> Self {
        self.set("updatedDate", json!(at))
    }

    /// The advisor's employee id.
    #[must_use]
    pub fn advisor(self, employee_id: i64) -> Self {
        self.set("serviceWriterId", json!(employee_id))
    }

    /// Taxes in cents.
    #[must_use]
    pub fn taxes(self, cents: i64) -> Self {
        self.set("taxes", json!(cents))
    }

    /// Adds a job.
    #[must_use]
    pub fn job(mut self, job: JobPayload) -> Self {
        self.jobs.push(job);
        self
    }

    /// Adds a sublet.
    #[must_use]
    pub fn sublet(mut self, sublet: SubletPayload) -> Self {
        self.sublets.push(sublet);
        self
    }

    /// Adds a fee of the order, in cents.
    #[must_use]
    pub fn fee(mut self, name: &str, total: i64) -> Self {
        let line = json!({"id": next_line_id(&self.record), "name": name, "total": total});
        push(&mut self.record, "fees", line);
        self
    }

    /// Adds a discount of the order, in cents.
    #[must_use]
    pub fn discount(mut self, name: &str, total: i64) -> Self {
        let line = json!({"id": next_line_id(&self.record), "name": name, "total": total});
        push(&mut self.record, "discounts", line);
        self
    }

    /// Replaces any field, the computed sums too (applied last).
    #[must_use]
    pub fn set(mut self, field: &str, value: Value) -> Self {
        self.overrides.insert(field.to_owned(), value);
        self
    }

    /// The payload.
    pub fn build(&self) -> Value {
        let mut record = self.record.clone();
        for (field, value) in &self.overrides {
            record[field] = value.clone();
        }
        let order_id = record["id"].clone();
        record["jobs"] = self.jobs.iter().map(|job| job.build(&order_id)).collect();
        record["sublets"] = self
            .sublets
            .iter()
            .map(|sublet| sublet.record.clone())
            .collect();
        self.fill_sums(&mut record);
        for (field, value) in &self.overrides {
            record[field] = value.clone();
        }
        record
    }

    fn fill_sums(&self, record: &mut Value) {
        let status = record["repairOrderStatus"]["id"].as_i64().unwrap_or(1);
        let counted: Vec<&JobPayload> = self
            .jobs
            .iter()
            .filter(|job| counts(&job.record, status))
            .collect();
        let sublets = self
            .sublets
            .iter()
            .filter(|sublet| counts_as_sublet(&sublet.record, status));
        let sum =
            |figure: fn(&JobPayload) -> i64| counted.iter().map(|job| figure(job)).sum::<i64>();
        let labor = sum(|job| job.labor_total);
        let parts = sum(|job| job.parts_total);
        let sublet: i64 = sublets
            .filter_map(|sublet| sublet.record["price"].as_i64())
            .sum();
        let fees = sum(|job| total_of(&job.record, "fees")) + total_of(record, "fees");
        let discounts =
            sum(|job| total_of(&job.record, "discounts")) + total_of(record, "discounts");
        let taxes = record["taxes"].as_i64().unwrap_or(0);
        record["laborSales"] = json!(labor);
        record["partsSales"] = json!(parts);
        record["subletSales"] = json!(sublet);
        record["feeTotal"] = json!(fees);
        record["discountTotal"] = json!(discounts);
        record["totalSales"] = json!(labor + parts + sublet + fees + taxes - discounts);
    }
}

/// Which work the vendor's own sums hold: authorized when closed, all but the refused when open.
fn counts(record: &Value, status: i64) -> bool {
    let authorized = record["authorized"].as_bool() == Some(true);
    let undecided = record["authorizedDate"].is_null();
    authorized || (undecided && !matches!(status, 5 | 6))
}

/// An undecided sublet of a finished order was done.
fn counts_as_sublet(record: &Value, status: i64) -> bool {
    let taken_as_done = record["authorized"].is_null() && matches!(status, 3 | 5 | 6);
    taken_as_done || counts(record, status)
}
