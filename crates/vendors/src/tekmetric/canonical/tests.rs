//! One test per quirk of the vendor, named by its number, and the reference's examples as goldens.

use super::{decode_customer, decode_employee, decode_order, decode_vehicle};
use crate::page::{Decoded, VendorShopRef};
use crate::tekmetric::scan::scan;
use domain::issue::{IssueCode, Reject, RejectReason};
use domain::record::{Job, OrderStatus, RepairOrder};
use domain::{Authorization, Cents, EmployeeId, ShopId, line};
use serde_json::{Value, json};

const SHOP: VendorShopRef = VendorShopRef {
    shop_id: ShopId(12),
    vendor_id: 901,
};

/// The smallest order that decodes, with `more` on top.
fn order(more: &Value) -> Value {
    let mut order = json!({"id": 1, "repairOrderNumber": 20517, "shopId": 901,
        "repairOrderStatus": {"id": 5, "code": "POSTED"}});
    for (key, value) in more.as_object().unwrap() {
        order[key] = value.clone();
    }
    order
}

fn try_read(order: &Value) -> Result<Decoded<RepairOrder>, Box<Reject>> {
    decode_order(&SHOP, &scan(&order.to_string()).into_record())
}

#[track_caller]
fn read(more: &Value) -> Decoded<RepairOrder> {
    try_read(&order(more)).unwrap()
}

#[track_caller]
fn refused(more: &Value) -> (RejectReason, String) {
    let reject = *try_read(&order(more)).unwrap_err();
    assert_eq!(reject.stream, "repair_orders");
    (reject.reason, reject.detail)
}

/// An order of one job that consists of `job`.
fn job(job: &Value) -> Value {
    let mut whole = json!({"id": 7, "name": "Brakes"});
    for (key, value) in job.as_object().unwrap() {
        whole[key] = value.clone();
    }
    json!({"jobs": [whole]})
}

#[track_caller]
fn read_job(fields: &Value) -> (Job, Vec<IssueCode>) {
    let decoded = read(&job(fields));
    let codes = decoded.issues.iter().map(|issue| issue.code).collect();
    (decoded.record.jobs.into_iter().next().unwrap(), codes)
}

fn codes<T>(decoded: &Decoded<T>) -> Vec<(IssueCode, &str)> {
    let issues = decoded.issues.iter();
    issues.map(|i| (i.code, i.detail.as_str())).collect()
}

#[test]
fn g3_the_reference_order_decodes_and_adds_up() {
    let raw = scan(include_str!("../../../fixtures/g3_order.json").trim()).into_record();
    let Decoded {
        record,
        issues,
        unknown_keys,
    } = decode_order(&SHOP, &raw).unwrap();
    assert_eq!((issues.len(), unknown_keys.len()), (0, 0));
    assert_eq!((record.number, record.status), (20517, OrderStatus::Posted));
    assert_eq!(
        record.posted_at.unwrap().to_string(),
        "2026-07-11T02:17:45Z"
    );
    assert_eq!(record.advisor_id, Some(EmployeeId(5102)));
    assert_eq!(record.vendor.total_sales, Some(Cents(109_651)));
    assert_eq!(
        record.customer_concern.as_deref(),
        Some("Grinding noise when braking")
    );
    assert_eq!(
        (record.label.as_deref(), record.label_id),
        (Some("Posted"), Some(31))
    );
    let authorized = record.jobs.iter().filter(|j| j.authorized == Some(true));
    let parts: Cents = authorized
        .clone()
        .flat_map(|j| j.parts.iter().map(|p| line::part(p).retail))
        .sum();
    let labor: Cents = authorized
        .flat_map(|j| j.labor.iter().map(|l| l.hours.extend(l.rate)))
        .sum();
    assert_eq!((parts, labor), (Cents(40_737), Cents(52_800)));
    assert_eq!(
        line::sublet(&record.sublets[0]),
        (Cents(14_000), Cents(9500))
    );
    assert_eq!(
        record.sublets[0].supplier_name.as_deref(),
        Some("Sample Glass")
    );
    assert_eq!(record.jobs[0].parts[2].line_key, "id:1120000003");
    assert_eq!(record.jobs[3].fees[0].total, Cents(350));
    assert_eq!(record.extra, None);
}

#[test]
fn b01_number_as_float() {
    let decoded = read(
        &json!({"totalSales": 8907.0, "laborSales": "8907.0", "taxes": "", "milesIn": 48210.0,
        "customerId": "88001234"}),
    );
    assert_eq!(decoded.record.vendor.total_sales, Some(Cents(8907)));
    assert_eq!(decoded.record.vendor.labor_sales, Some(Cents(8907)));
    assert_eq!(decoded.record.vendor.taxes, None);
    assert_eq!(decoded.record.customer_id.unwrap().0, 88_001_234);
    assert!(codes(&decoded).contains(&(IssueCode::NumberAsFloat, "totalSales")));

    let (reason, detail) = refused(&json!({"totalSales": 12.5}));
    assert_eq!(reason, RejectReason::FractionalInteger);
    assert!(
        detail.contains("totalSales") && detail.contains("12.5"),
        "{detail}"
    );
    for garbage in [
        json!("NaN"),
        json!("Pat Sample"),
        json!(true),
        json!({}),
        json!(1e25),
    ] {
        let (reason, detail) = refused(&json!({"totalSales": garbage}));
        assert_eq!(reason, RejectReason::BadNumber, "{detail}");
        assert!(
            !detail.contains("Pat"),
            "a text in a number field may be anything: {detail}"
        );
    }
    let (reason, detail) = refused(&job(&json!({"parts": [{"id": 1, "retail": 10.25}]})));
    assert_eq!(reason, RejectReason::FractionalInteger);
    assert!(detail.starts_with("jobs[].parts[].retail"), "{detail}");
}

#[test]
fn b02_fractional_quantity() {
    let (job, codes) = read_job(
        &json!({"parts": [{"id": 1, "name": "Oil", "quantity": 5.5, "retail": 985},
        {"id": 2, "name": "Fluid", "quantity": 0.33333}]}),
    );
    assert_eq!(line::part(&job.parts[0]).retail, Cents(5418));
    assert_eq!(job.parts[1].quantity.to_string(), "0.3333");
    assert_eq!(codes, [IssueCode::RoundedDecimal]);
}

#[test]
fn b03_quantity_zero_stays_and_a_missing_one_is_one() {
    let (job, _) = read_job(
        &json!({"parts": [{"id": 1, "quantity": 0}, {"id": 2, "quantity": null}, {"id": 3}]}),
    );
    let quantities: Vec<String> = job.parts.iter().map(|p| p.quantity.to_string()).collect();
    assert_eq!(quantities, ["0", "1", "1"]);
}

#[test]
fn b04_negative_discount_keeps_its_sign() {
    let decoded = read(
        &json!({"discountTotal": -20999, "discounts": [{"id": 1, "name": "Rush", "total": -20999}]}),
    );
    assert_eq!(decoded.record.vendor.discount_total, Some(Cents(-20_999)));
    assert_eq!(decoded.record.discounts[0].total, Cents(-20_999));
}

#[test]
fn b06_null_names_fall_back() {
    let decoded = read(&json!({"jobs": [{"id": 7, "name": null,
        "parts": [{"id": 1, "name": null, "brand": "Acme", "partNumber": "A-1"},
                  {"id": 2, "brand": " ", "partNumber": "A-1"}, {"id": 3, "name": ""}],
        "labor": [{"id": 1, "name": null}]}], "sublets": [{"id": 1}]}));
    let job = &decoded.record.jobs[0];
    let names: Vec<&str> = job.parts.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["Acme", "A-1", "Unnamed part"]);
    assert_eq!(
        (job.name.as_str(), job.labor[0].name.as_str()),
        ("Unnamed job", "Labor")
    );
    assert_eq!(decoded.record.sublets[0].name, "Unnamed sublet");
    assert!(decoded.issues.iter().all(|i| i.code == IssueCode::NullName));
}

#[test]
fn b07_lines_without_id_get_stable_keys() {
    let line = json!({"name": "Shim", "quantity": 1, "retail": 100});
    let same = json!({"retail": 100.0, "quantity": 1.0, "name": " Shim "});
    let key = |line: &Value| {
        read_job(&json!({"parts": [{"id": 5}, line]})).0.parts[1]
            .line_key
            .clone()
    };
    assert!(
        key(&line).starts_with("pos:1:") && key(&line).len() == 18,
        "{}",
        key(&line)
    );
    assert_eq!(key(&line), key(&same), "spelling does not matter");
    assert_ne!(
        key(&line),
        key(&json!({"name": "Shim", "quantity": 2, "retail": 100}))
    );

    let (job, codes) = read_job(
        &json!({"labor": [{"id": 9, "hours": 1}, {"id": 9, "hours": 2}, {"hours": 2}, {"hours": 2}]}),
    );
    let keys: Vec<&str> = job.labor.iter().map(|l| l.line_key.as_str()).collect();
    assert_eq!(keys[..2], ["id:9", "id:9#2"]);
    assert_ne!(keys[2], keys[3]);
    assert!(codes.contains(&IssueCode::LineWithoutId));
}

#[test]
fn b08_b10_b67_labor_technicians() {
    let (job, _) = read_job(
        &json!({"technicianId": 6101, "labor": [{"id": 1, "technicianId": null}, {"id": 2},
        {"id": 3, "technicianId": 6102}, {"id": 4, "technicianId": 6102}, {"id": 5, "technicianId": 0}]}),
    );
    let technicians: Vec<Option<i64>> = job
        .labor
        .iter()
        .map(|l| l.technician_id.map(|t| t.0))
        .collect();
    assert_eq!(technicians, [None, None, Some(6102), Some(6102), None]);
    assert_eq!(job.technician_id, Some(EmployeeId(6101)));
    assert_eq!(
        (job.labor[0].hours.to_string(), job.labor[0].rate),
        ("0".to_owned(), Cents::ZERO)
    );
}

#[test]
fn b12_b13_costs_as_they_are() {
    let (job, _) = read_job(
        &json!({"parts": [{"id": 1, "cost": null, "retail": 100}, {"id": 2, "cost": 0, "retail": 100},
        {"id": 3, "cost": 200, "retail": 100}]}),
    );
    let costs: Vec<Option<Cents>> = job.parts.iter().map(|p| p.cost).collect();
    assert_eq!(costs, [None, Some(Cents(0)), Some(Cents(200))]);
}

#[test]
fn b14_b15_b16_b65_what_hangs_on_the_order() {
    let decoded = read(
        &json!({"fees": [{"id": 1, "name": "Shop Supplies", "total": 2640}, {"id": 2, "name": "EPA", "total": 5}],
        "discounts": [{"id": 1, "name": "Loyalty", "total": 2500}], "sublets": [{"id": 3, "name": "Glass", "authorized": null,
        "price": 14000, "cost": 9500, "items": [{"id": 4, "name": "x", "price": 14000, "cost": null}], "repairOrderId": 1, "feeable": true}]}),
    );
    let order = decoded.record;
    assert_eq!((order.fees.len(), order.discounts.len()), (2, 1));
    assert_eq!(order.fees[1].line_key, "id:2");
    assert_eq!(order.sublets[0].authorized, None);
    assert_eq!(order.sublets[0].items[0].cost, None);
    assert!(
        order.sublets[0]
            .items_json
            .as_ref()
            .unwrap()
            .starts_with('[')
    );
    assert_eq!(decoded.unknown_keys, Vec::<String>::new());
}

#[test]
fn b17_b18_decisions_and_their_dates() {
    let state = |fields: &Value| {
        let (job, _) = read_job(fields);
        Authorization::of_job(job.authorized, job.authorized_at.is_some())
    };
    let date = "2026-07-09T15:12:00Z";
    assert_eq!(
        state(&json!({"authorized": true})),
        Authorization::Authorized
    );
    assert_eq!(
        state(&json!({"authorized": false, "authorizedDate": date})),
        Authorization::Declined
    );
    assert_eq!(
        state(&json!({"authorized": null, "authorizedDate": date})),
        Authorization::Declined
    );
    assert_eq!(
        state(&json!({"authorized": null, "authorizedDate": null})),
        Authorization::Pending
    );
}

#[test]
fn b22_deleted_by_status_or_date() {
    for more in [
        json!({"repairOrderStatus": {"id": 7, "code": "DELETED"}}),
        json!({"deletedDate": "2026-07-09T15:12:00Z"}),
    ] {
        assert!(read(&more).record.is_deleted());
        assert!(scan(&order(&more).to_string()).deleted);
    }
}

#[test]
fn b35_string_or_object() {
    let body =
        json!({"id": 1, "make": {"id": 76, "name": "Toyota"}, "model": "RAV4", "year": "2019"})
            .to_string();
    let car = decode_vehicle(&SHOP, &scan(&body).into_record())
        .unwrap()
        .record;
    assert_eq!(
        (car.make.as_deref(), car.model.as_deref(), car.year),
        (Some("Toyota"), Some("RAV4"), Some(2019))
    );
}

#[test]
fn b38_email_string_or_array() {
    let emails = |email: Value| {
        let body = json!({"id": 1, "email": email}).to_string();
        decode_customer(&SHOP, &scan(&body).into_record())
            .unwrap()
            .record
            .email
    };
    assert_eq!(emails(json!("a@example.com")), ["a@example.com"]);
    assert_eq!(
        emails(json!(["a@example.com", "", "b@example.com"])),
        ["a@example.com", "b@example.com"]
    );
    assert_eq!(emails(json!(null)), Vec::<String>::new());
}

#[test]
fn b39_empty_strings_are_nothing() {
    let decoded = read(&json!({"keytag": " ", "color": "", "leadSource": " Web "}));
    assert_eq!((decoded.record.keytag, decoded.record.color), (None, None));
    assert_eq!(decoded.record.lead_source.as_deref(), Some("Web"));
    let car = include_str!("../../../fixtures/vehicle.json").trim();
    assert_eq!(
        decode_vehicle(&SHOP, &scan(car).into_record())
            .unwrap()
            .record
            .vin,
        None
    );
}

#[test]
fn b40_b41_times_without_zone_and_malformed_ones() {
    let decoded = read(
        &json!({"postedDate": "2026-07-11T02:17:45", "completedDate": "2018-02-15:00:00", "customerTimeOut": ""}),
    );
    assert_eq!(
        decoded.record.posted_at.unwrap().to_string(),
        "2026-07-11T02:17:45Z"
    );
    assert_eq!(
        (decoded.record.completed_at, decoded.record.promised_at),
        (None, None)
    );
    assert_eq!(
        codes(&decoded),
        [
            (IssueCode::MalformedTime, "completedDate"),
            (IssueCode::ZoneMissing, "postedDate")
        ]
    );
}

#[test]
fn b44_b45_b46_odd_orders_are_orders() {
    let decoded = read(
        &json!({"jobs": [], "totalSales": 0, "postedDate": "2026-07-10T00:00:00Z", "completedDate": "2026-07-11T00:00:00Z"}),
    );
    assert!(decoded.record.jobs.is_empty() && decoded.issues.is_empty());
    assert!(decoded.record.posted_at < decoded.record.completed_at);
    assert!(
        read(&json!({"jobs": null, "sublets": null, "fees": null, "customerConcerns": null}))
            .record
            .jobs
            .is_empty()
    );
}

#[test]
fn b47_ids_beyond_32_bits() {
    let decoded = read(&json!({"id": 9_000_000_001_i64, "jobs": [{"id": 8_000_000_001_i64}]}));
    assert_eq!(
        (decoded.record.id.0, decoded.record.jobs[0].id.0),
        (9_000_000_001, 8_000_000_001)
    );
}

#[test]
fn b48_role_by_id_or_by_code() {
    let raw = scan(include_str!("../../../fixtures/employee.json").trim()).into_record();
    let person = decode_employee(&SHOP, &raw).unwrap().record;
    assert_eq!(
        (person.role_id, person.role_name.as_deref()),
        (Some(3), Some("Technician"))
    );
    let raw = scan(r#"{"id":6,"employeeRole":{"code":"6","name":"Owner"}}"#).into_record();
    assert_eq!(
        decode_employee(&SHOP, &raw).unwrap().record.role_id,
        Some(6)
    );
}

#[test]
fn b49_b52_statuses_by_number_then_by_trimmed_code() {
    for (status, expected) in [
        (json!({"id": 3}), OrderStatus::Complete),
        (
            json!({"id": 4, "code": "POSTED"}),
            OrderStatus::SavedForLater,
        ),
        (
            json!({"id": 6.0, "code": "ACCRECV "}),
            OrderStatus::AccountsReceivable,
        ),
        (json!({"code": "ESTIMATE "}), OrderStatus::Estimate),
    ] {
        assert_eq!(
            read(&json!({"repairOrderStatus": status})).record.status,
            expected
        );
    }
    for unknown in [json!({"id": 8, "code": "NEW"}), json!(null)] {
        let decoded = read(&json!({"repairOrderStatus": unknown}));
        assert_eq!(decoded.record.status, OrderStatus::Unknown);
        assert_eq!(decoded.issues[0].code, IssueCode::UnknownStatus);
        assert_eq!(
            (decoded.issues[0].entity, decoded.issues[0].entity_id),
            ("repair_order", 1)
        );
    }
}

#[test]
fn b51_words_differ_between_reading_and_writing() {
    assert_eq!(
        read(&json!({"keyTag": "A7"})).record.keytag.as_deref(),
        Some("A7")
    );
    let raw = scan(r#"{"id":1,"phones":["555-010-0111",{"number":"555-010-0112","type":"Cell","primary":true}]}"#).into_record();
    let phones = decode_customer(&SHOP, &raw).unwrap().record.phones;
    assert_eq!(phones.len(), 2);
    assert!(phones[1].primary && phones[1].kind.as_deref() == Some("Cell"));
}

#[test]
fn b53_b57_the_shop_comes_from_the_request() {
    assert!(try_read(&order(&json!({"shopId": 0}))).is_ok());
    assert!(try_read(&order(&json!({"shopId": null}))).is_ok());
    let (reason, detail) = refused(&json!({"shopId": 902}));
    assert_eq!(
        (reason, detail.as_str()),
        (RejectReason::ForeignShop, "shopId: 902 instead of 901")
    );
}

#[test]
fn b56_unknown_keys_are_kept_and_named() {
    let decoded = read(
        &json!({"tip": {"cents": 5}, "jobs": [{"id": 7, "name": "x", "upsell": [1],
        "parts": [{"id": 1, "name": "y", "core": true}, {"id": 2, "name": "y", "core": false}]}]}),
    );
    assert_eq!(
        decoded.record.extra.as_deref(),
        Some(r#"{"tip":{"cents":5}}"#)
    );
    assert_eq!(
        decoded.record.jobs[0].extra.as_deref(),
        Some(r#"{"upsell":[1]}"#)
    );
    let mut keys = decoded.unknown_keys;
    keys.sort();
    assert_eq!(keys, ["jobs[].parts[].core", "jobs[].upsell", "tip"]);
}

#[test]
fn b60_links_are_gone_from_body_and_record() {
    let raw =
        scan(&order(&json!({"invoiceUrl": "https://x.example/secret"})).to_string()).into_record();
    assert!(!raw.body.contains("secret"));
    let decoded = decode_order(&SHOP, &raw).unwrap();
    assert_eq!(
        (decoded.record.extra, decoded.unknown_keys.len()),
        (None, 0)
    );
}

#[test]
fn a4_texts_are_cleaned_and_flagged() {
    let body = r#"{"id":1,"firstName":"Pat\u0000","lastName":"Sa\ud83dmple","notes":"caf\u00e9 \ud83d\ude97 é"}"#;
    let decoded = decode_customer(&SHOP, &scan(body).into_record()).unwrap();
    assert_eq!(decoded.record.first_name.as_deref(), Some("Pat"));
    assert_eq!(decoded.record.last_name.as_deref(), Some("Sample"));
    assert_eq!(decoded.record.notes.as_deref(), Some("café 🚗 é"));
    assert_eq!(
        codes(&decoded),
        [
            (IssueCode::CleanedText, "firstName"),
            (IssueCode::CleanedText, "lastName")
        ]
    );
}

#[test]
fn contract_21_rejects_name_the_record() {
    let mut nameless = order(&json!({}));
    nameless.as_object_mut().unwrap().remove("id");
    let reject = *try_read(&nameless).unwrap_err();
    assert_eq!(
        (reject.reason, reject.record_number.as_str()),
        (RejectReason::MissingId, "20517")
    );
    assert_eq!(reject.entity_id, None);
    let reject = *try_read(&order(&json!({"taxes": 0.5}))).unwrap_err();
    assert_eq!(
        (reject.entity_id, reject.record_number.as_str()),
        (Some(1), "1")
    );
    assert!(reject.payload.contains("20517"));

    assert_eq!(
        refused(&json!({"repairOrderNumber": null})).0,
        RejectReason::MissingField
    );
    assert_eq!(
        refused(&json!({"jobs": [{"name": "x"}]})).0,
        RejectReason::MissingField
    );
    assert_eq!(
        refused(&json!({"jobs": [{"id": 7}, {"id": 7}]})).0,
        RejectReason::DuplicateJob
    );
    for (more, field) in [
        (json!({"jobs": {}}), "jobs: an array"),
        (json!({"color": []}), "color: a text"),
        (
            json!({"jobs": [{"id": 1, "authorized": "maybe"}]}),
            "jobs[].authorized: true or false",
        ),
        (
            json!({"repairOrderStatus": 5}),
            "repairOrderStatus: an object",
        ),
        (json!({"postedDate": {}}), "postedDate: a time"),
    ] {
        let (reason, detail) = refused(&more);
        assert_eq!(reason, RejectReason::Malformed);
        assert!(detail.starts_with(field), "{detail}");
    }
}

#[test]
fn customers_and_businesses() {
    let raw = scan(include_str!("../../../fixtures/customer.json").trim()).into_record();
    let decoded = decode_customer(
        &VendorShopRef {
            vendor_id: 901,
            ..SHOP
        },
        &raw,
    )
    .unwrap();
    let person = decoded.record;
    assert_eq!(
        (person.company_name, person.address.city.as_deref()),
        (None, Some("Sampleton"))
    );
    assert_eq!((person.phones.len(), person.ar_eligible), (1, Some(false)));
    assert_eq!(decoded.unknown_keys, Vec::<String>::new());
    let raw = scan(r#"{"id":2,"firstName":"Sample","lastName":"Fleet","customerType":{"id":2,"code":"BUSINESS","name":"Business"}}"#).into_record();
    let business = decode_customer(&SHOP, &raw).unwrap().record;
    assert_eq!(business.company_name.as_deref(), Some("Sample Fleet"));
    assert_eq!(business.customer_type_name.as_deref(), Some("Business"));
}

#[test]
fn shops_are_listed_with_their_body() {
    let body = include_str!("../../../fixtures/shop.json")
        .trim()
        .to_owned();
    let shop = super::shop(body).unwrap();
    assert_eq!(
        (shop.id, shop.name.as_deref()),
        (901, Some("Example Auto & Tire"))
    );
    assert!(super::shop("{\"name\":\"x\"}".to_owned()).is_none());
}

#[test]
#[ignore = "a measurement, to be run in release by hand"]
fn speed_of_scan_and_decode() {
    let body = include_str!("../../../fixtures/g3_order.json").trim();
    let rounds = 20_000_u32;
    let started = std::time::Instant::now();
    let mut bytes = 0_usize;
    for _ in 0..rounds {
        bytes += scan(body).into_record().body.len();
    }
    let scanned = started.elapsed();
    let raw = scan(body).into_record();
    let started = std::time::Instant::now();
    for _ in 0..rounds {
        assert!(decode_order(&SHOP, &raw).is_ok());
    }
    let decoded = started.elapsed() / rounds;
    let rate = bytes as u128 / scanned.as_micros();
    println!(
        "scan, hash and copy {rate} MB/s; decode {decoded:?} per order of {} bytes",
        body.len()
    );
}
