//! Shops, employees, customers, vehicles, appointments, canned jobs and stock as the API prints
//! them (reference/tekmetric.md A.8.1 to A.8.3, A.8.5, A.8.10 to A.8.12).

use serde_json::{Value, json};

use super::catalog::{PARTS, TEMPLATES};
use super::entity::{Appointment, Customer, Employee, Role, Shop, Vehicle};
use crate::Stamp;

fn address(id: i64, street: &str, city: &str, state: &str) -> Value {
    let full = if street.is_empty() {
        String::new()
    } else {
        format!("{street}, {city}, {state} 00001")
    };
    let zip = if street.is_empty() { "" } else { "00001" };
    json!({"id": id, "address1": street, "address2": "", "city": city, "state": state, "zip": zip,
           "streetAddress": street, "fullAddress": full})
}

/// A shop; neither zone nor tax rate (B-58).
pub(crate) fn shop(shop: &Shop) -> Value {
    if let Some(given) = &shop.given {
        return given.clone();
    }
    json!({"id": shop.id, "name": shop.name, "nickname": "", "phone": "555-010-0100",
        "email": format!("shop{}@example.com", shop.id), "website": "www.example.com",
        "address": address(70_000 + shop.id, "1 Sample St", &shop.city, &shop.state),
        "roCustomLabelEnabled": true})
}

/// An employee; no shop, no pay, no active flag (A.8.5).
pub(crate) fn employee(employee: &Employee) -> Value {
    if let Some(given) = &employee.given {
        return given.clone();
    }
    let (id, name) = match employee.role {
        Role::ShopAdmin => (1, "Shop Admin"),
        Role::Advisor => (2, "Service Advisor"),
        Role::Technician => (3, "Technician"),
        Role::Owner => (6, "Owner"),
    };
    json!({"id": employee.id, "email": null, "firstName": employee.first_name, "lastName": employee.last_name,
        "address": address(20_000 + employee.id, "", "", ""),
        "employeeRole": {"id": id, "code": id.to_string(), "name": name},
        "canPerformWork": employee.role == Role::Technician, "certificationNumber": null,
        "createdDate": employee.created_at, "updatedDate": employee.updated_at})
}

/// A customer; `email` is one string on read (B-38).
pub(crate) fn customer(customer: &Customer) -> Value {
    if let Some(given) = &customer.given {
        return (**given).clone();
    }
    let phones: Vec<Value> = customer
        .phone
        .iter()
        .map(|number| json!({"number": number, "type": "Cell", "primary": true}))
        .collect();
    let kind = if customer.business {
        (2, "BUSINESS", "Business")
    } else {
        (1, "PERSON", "Person")
    };
    let place = customer.street.as_deref().map(|street| {
        json!({"address1": street, "address2": null, "city": "Sampleton", "state": "NY", "zip": "00001",
            "streetAddress": street, "fullAddress": format!("{street}, Sampleton, NY 00001")})
    });
    json!({"id": customer.id, "firstName": customer.first_name, "lastName": customer.last_name,
        "email": customer.email, "phone": phones,
        "customerType": {"id": kind.0, "code": kind.1, "name": kind.2},
        "contactFirstName": null, "contactLastName": null, "address": place, "notes": customer.notes,
        "shopId": customer.shop_id, "okForMarketing": customer.marketing,
        "eligibleForAccountsReceivable": customer.business, "creditLimit": null, "birthday": null,
        "createdDate": customer.created_at, "updatedDate": customer.updated_at,
        "deletedDate": customer.deleted_at})
}

/// A vehicle; no shop (B-57).
pub(crate) fn vehicle(vehicle: &Vehicle) -> Value {
    if let Some(given) = &vehicle.given {
        return (**given).clone();
    }
    json!({"id": vehicle.id, "customerId": vehicle.customer_id, "year": vehicle.year, "make": vehicle.make,
        "model": vehicle.model, "subModel": null, "engine": null, "color": vehicle.color,
        "licensePlate": vehicle.plate, "state": vehicle.plate.as_ref().map(|_| "NY"), "vin": vehicle.vin,
        "driveType": null, "transmission": "Automatic", "bodyType": null, "notes": null, "unitNumber": null,
        "createdDate": vehicle.created_at, "updatedDate": vehicle.updated_at,
        "deletedDate": vehicle.deleted_at})
}

/// An appointment; its own start and end come without zone, as the vendor's documentation shows (B-40).
pub(crate) fn appointment(appointment: &Appointment) -> Value {
    let zoneless = |at: Stamp| at.to_string().trim_end_matches('Z').to_owned();
    json!({"id": appointment.id, "shopId": appointment.shop_id, "customerId": appointment.customer_id,
        "vehicleId": appointment.vehicle_id, "startTime": zoneless(appointment.starts_at),
        "endTime": zoneless(appointment.ends_at), "title": appointment.title, "description": null,
        "color": "#33B679", "arrived": appointment.arrived,
        "appointmentStatus": if appointment.arrived { "ARRIVED" } else { "NONE" },
        "leadSource": null, "rideOption": {"id": 3, "code": "NONE", "name": "None"},
        "dropoffTime": null, "pickupTime": null,
        "appointmentOption": {"id": 2, "code": "DROP", "name": "Drop-off Vehicle"},
        "createdDate": appointment.created_at, "updatedDate": appointment.updated_at,
        "deletedDate": appointment.deleted_at})
}

/// The canned jobs of a shop: one per job template, ids apart per shop.
pub(crate) fn canned_jobs(shop: &Shop) -> Vec<Value> {
    let id_of = |index: usize| 600_000 + shop.id * 100 + index as i64;
    TEMPLATES
        .iter()
        .enumerate()
        .map(|(index, template)| {
            let labor: Vec<Value> = template.labor.iter().enumerate()
                .map(|(line, (name, hundredths))| json!({"id": 1_480_000 + id_of(index) * 10 + line as i64,
                    "name": name, "rate": 16_500, "hours": crate::Decimal::hundredths(*hundredths),
                    "complete": false}))
                .collect();
            json!({"id": id_of(index), "name": template.name, "note": null, "totalCost": 7_349,
                "jobTemplateType": null, "jobCategoryCode": null, "laborRates": [16_500], "labor": labor,
                "parts": [], "discounts": [], "fees": [], "packagePrice": false})
        })
        .collect()
}

/// The stock of a shop: one record per catalogue part.
pub(crate) fn inventory(shop: &Shop) -> Vec<Value> {
    PARTS
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let in_stock = crate::Decimal::hundredths((index as i64 * 37 % 60) * 50);
            json!({"id": 4_400_000 + shop.id * 100 + index as i64, "name": part.name,
                "partNumber": part.number, "position": null, "description": null, "cost": part.cost,
                "retail": part.retail, "brand": part.brand, "ordered": 0, "min": 2, "max": 60,
                "shopId": shop.id, "partTypeId": part.kind_id(), "oemPartNumber": null,
                "alternatePartNumber": null, "binNumber": null, "inStock": in_stock, "wip": 0,
                "available": in_stock, "totalValue": in_stock.times(crate::Cents(part.cost)),
                "lastUsedDate": null, "deletedDate": null})
        })
        .collect()
}
