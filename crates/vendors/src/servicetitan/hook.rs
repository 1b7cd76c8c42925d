//! Deliveries of the webhook: CloudEvents 1.0 (reference A6). What they carry is never taken for data: it says what to
//! read again.

use crate::tekmetric::Hint;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    data: Value,
}

/// The event types of the vendor.
const KINDS: [&str; 21] = [
    "tn.jpm.job-scheduled",
    "tn.jpm.job-rescheduled",
    "tn.jpm.job-updated",
    "tn.jpm.job-completed",
    "tn.jpm.job-appointment-updated",
    "tn.dis.technician-dispatched",
    "tn.dis.zone-updated",
    "tn.dis.zone-deleted",
    "tn.acc.invoice-updated",
    "tn.acc.invoice-posted",
    "tn.acc.invoice-exported",
    "tn.acc.invoice-batched",
    "tn.acc.invoice-task-created",
    "tn.acc.invoice-task-updated",
    "tn.crm.booking-updated",
    "tn.crm.lead-created",
    "tn.crm.lead-updated",
    "tn.tlc.call-completed",
    "tn.tlc.call-updated",
    "tn.sp.session-completed",
    "tn.sp.session-abandoned-qualified",
];

/// Reads a delivery: which job it is about, if it is about one.
#[must_use]
pub fn hint(body: &str) -> Hint {
    let Ok(envelope) = serde_json::from_str::<Envelope>(body) else {
        return Hint {
            kind: "unknown",
            order_id: None,
        };
    };
    let kind = KINDS.into_iter().find(|k| *k == envelope.kind);
    let data = &envelope.data;
    let job = [
        &data["job"]["id"],
        &data["appointment"]["jobId"],
        &data["invoice"]["job"]["id"],
    ];
    Hint {
        kind: kind.unwrap_or("unknown"),
        order_id: job.into_iter().find_map(Value::as_i64).filter(|id| *id > 0),
    }
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn a6_a_delivery_names_the_job_to_read_again() {
        let body = r#"{"specversion":"1.0","id":"d-1","type":"tn.jpm.job-completed","userassignedid":"occ-77",
            "data":{"job":{"id":9001,"jobStatus":"Completed"},"tenantId":1001}}"#;
        assert_eq!(
            (hint(body).kind, hint(body).order_id),
            ("tn.jpm.job-completed", Some(9001))
        );
        let invoice =
            r#"{"type":"tn.acc.invoice-posted","data":{"invoice":{"id":1,"job":{"id":7}}}}"#;
        assert_eq!(hint(invoice).order_id, Some(7));
        assert_eq!(
            hint(r#"{"type":"job.completed","data":{}}"#).kind,
            "unknown"
        );
        assert_eq!(hint("[]").order_id, None);
    }
}
