//! Deliveries of the webhook: an English sentence and an object (reference A.9). There is no event type; the sentence is
//! recognized, and whatever it is about is read again from the API.

use serde::Deserialize;

/// What a delivery says, as far as it was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// A code of ours; `unknown` for a sentence nobody knows.
    pub kind: &'static str,
    /// The repair order to read again.
    pub order_id: Option<i64>,
}

#[derive(Deserialize)]
struct Delivery {
    #[serde(default)]
    event: String,
    #[serde(default)]
    data: Data,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Data {
    id: Option<i64>,
    repair_order_number: Option<serde_json::Value>,
    repair_order_id: Option<i64>,
}

/// Part of the sentence, and what it means; the first that fits.
const SENTENCES: [(&str, &str); 13] = [
    ("payment made by", "payment"),
    ("purchase order #", "purchase_order"),
    ("appointment ", "appointment"),
    (" status updated by", "ro_status_updated"),
    (" created by", "ro_created"),
    (" completed by", "ro_completed"),
    (" posted by", "ro_posted"),
    (" sent to a/r by", "ro_sent_to_ar"),
    (" deleted by", "ro_deleted"),
    (" approved ", "jobs_decided"),
    (" viewed estimate", "estimate_viewed"),
    (" viewed their inspection", "inspection_viewed"),
    (" marked complete", "inspection_complete"),
];

/// Reads a delivery; one that is no object of the known shape hints at nothing.
#[must_use]
pub fn hint(body: &str) -> Hint {
    let Ok(delivery) = serde_json::from_str::<Delivery>(body) else {
        return Hint {
            kind: "unknown",
            order_id: None,
        };
    };
    let sentence = delivery.event.to_lowercase();
    let known = SENTENCES.iter().find(|(part, _)| {
        if part.starts_with(' ') {
            sentence.contains(part)
        } else {
            sentence.starts_with(part)
        }
    });
    let data = delivery.data;
    // The whole order where it has an order's number; else something that points at one.
    let is_order = data.repair_order_number.is_some() && data.repair_order_id.is_none();
    let order_id = if is_order {
        data.id
    } else {
        data.repair_order_id
    };
    Hint {
        kind: known.map_or("unknown", |(_, kind)| kind),
        order_id: order_id.filter(|id| *id > 0),
    }
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn sentences_and_orders_are_recognized() {
        for (body, kind, order_id) in [
            (
                r#"{"event":"Repair Order #20517 posted by Ada Advisor","data":{"id":310045001,"shopId":901,"repairOrderNumber":20517}}"#,
                "ro_posted",
                Some(310_045_001),
            ),
            (
                r#"{"event":"Payment made by Pat Sample","data":{"repairOrderId":310045001,"shopId":0,"amount":109651}}"#,
                "payment",
                Some(310_045_001),
            ),
            (
                r#"{"event":"Pat Sample approved 2 job(s) and declined 1 job(s) for Repair Order #7","data":{"id":7,"repairOrderNumber":7}}"#,
                "jobs_decided",
                Some(7),
            ),
            (
                r#"{"event":"Appointment created by Ada","data":{"id":5}}"#,
                "appointment",
                None,
            ),
            (r#"{"event":"Something new","data":{}}"#, "unknown", None),
            (r#"{"event":7}"#, "unknown", None),
            ("[]", "unknown", None),
        ] {
            let read = hint(body);
            assert_eq!((read.kind, read.order_id), (kind, order_id), "{body}");
        }
    }
}
