//! Employees, customers and vehicles: few, and the same in every world.

use jiff::Timestamp;
use serde_json::{Value, json};

/// Customers; each has one vehicle.
pub const CUSTOMERS: i64 = 400;
/// Service advisors.
pub const ADVISORS: i64 = 3;
/// Technicians.
pub const TECHNICIANS: i64 = 9;

/// Vendor's id of the n-th customer.
pub fn customer_id(n: i64) -> i64 {
    88_000_000 + n
}

/// Vendor's id of the n-th vehicle.
pub fn vehicle_id(n: i64) -> i64 {
    77_000_000 + n
}

/// Vendor's id of the n-th advisor.
pub fn advisor_id(n: i64) -> i64 {
    5_100 + n
}

/// Vendor's id of the n-th technician.
pub fn technician_id(n: i64) -> i64 {
    6_100 + n
}

/// The lists, rendered.
pub struct People {
    /// Employees.
    pub employees: Vec<String>,
    /// Customers.
    pub customers: Vec<String>,
    /// Vehicles.
    pub vehicles: Vec<String>,
}

impl People {
    /// Everybody, known since before the first order.
    pub fn new(start: i64) -> Self {
        let since = Timestamp::from_second(start - 86_400)
            .map_or_else(|_| String::new(), |t| t.to_string());
        let advisors =
            (0..ADVISORS).map(|n| employee(advisor_id(n), (2, "Service Advisor"), &since));
        let technicians =
            (0..TECHNICIANS).map(|n| employee(technician_id(n), (3, "Technician"), &since));
        let text = |value: Value| value.to_string();
        Self {
            employees: advisors.chain(technicians).map(text).collect(),
            customers: (0..CUSTOMERS).map(|n| text(customer(n, &since))).collect(),
            vehicles: (0..CUSTOMERS).map(|n| text(vehicle(n, &since))).collect(),
        }
    }
}

fn employee(id: i64, (role, name): (i64, &str), since: &str) -> Value {
    json!({"id": id, "email": null, "firstName": format!("First{id}"), "lastName": format!("Last{id}"),
        "address": {"id": id, "address1": "", "address2": "", "city": "", "state": "", "zip": "",
            "streetAddress": "", "fullAddress": ""},
        "employeeRole": {"id": role, "code": role.to_string(), "name": name}, "canPerformWork": role == 3,
        "createdDate": since, "updatedDate": null, "certificationNumber": null})
}

fn customer(n: i64, since: &str) -> Value {
    json!({"id": customer_id(n), "firstName": "Pat", "lastName": format!("Sample{n}"),
        "email": format!("pat{n}@example.com"),
        "phone": [{"number": "555-010-0111", "type": "Cell", "primary": true}],
        "customerType": {"id": 1, "code": "PERSON", "name": "Person"},
        "contactFirstName": null, "contactLastName": null,
        "address": {"address1": format!("{n} Sample Ave"), "address2": null, "city": "Sampleton", "state": "NY",
            "zip": "00001", "streetAddress": format!("{n} Sample Ave"), "fullAddress": "Sampleton, NY 00001"},
        "notes": null, "shopId": super::SHOP, "okForMarketing": true, "eligibleForAccountsReceivable": false,
        "creditLimit": null, "birthday": null, "createdDate": since, "updatedDate": null, "deletedDate": null})
}

fn vehicle(n: i64, since: &str) -> Value {
    json!({"id": vehicle_id(n), "customerId": customer_id(n), "year": 2005 + n % 20, "make": "Toyota",
        "model": "RAV4", "subModel": "LE", "engine": "2.5L L4 GAS FI", "color": null,
        "licensePlate": format!("SMPL{n}"), "state": "NY", "vin": "", "driveType": "AWD",
        "transmission": "Automatic", "bodyType": "Sport Utility", "notes": null, "unitNumber": null,
        "createdDate": since, "updatedDate": null, "deletedDate": null})
}
