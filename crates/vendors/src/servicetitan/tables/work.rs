//! Customers, jobs, appointments.

use super::{cents, day, degrees, flag, id, instant, json, list, number, seconds, text, whole};
use domain::cache::{CacheTable, Mark};

/// Customers.
pub(crate) static CUSTOMERS: CacheTable = CacheTable {
    name: "raw.st_customers",
    columns: &[
        text("name", "name"),
        text("customer_type", "type"),
        text("address_street", "address.street"),
        text("address_unit", "address.unit"),
        text("address_city", "address.city"),
        text("address_state", "address.state"),
        text("address_zip", "address.zip"),
        text("address_country", "address.country"),
        degrees("latitude", "address.latitude"),
        degrees("longitude", "address.longitude"),
        cents("balance_cents", "balance"),
        flag("tax_exempt", "taxExempt"),
        flag("do_not_mail", "doNotMail"),
        flag("do_not_service", "doNotService"),
        flag("national_account", "nationalAccount"),
        id("merged_to_id", "mergedToId"),
        id("payment_term_id", "paymentTermId"),
        cents("credit_limit_cents", "creditLimit"),
        list("tag_type_ids", "tagTypeIds"),
    ],
    marks: &[Mark {
        kind: "customer",
        column: "st_id",
    }],
};

/// Contacts of customers.
pub(crate) static CUSTOMER_CONTACTS: CacheTable = CacheTable {
    name: "raw.st_customer_contacts",
    columns: &[
        id("owner_id", "customerId"),
        text("contact_type", "type"),
        text("value", "value"),
        text("value_norm", "*contact_norm"),
        text("memo", "memo"),
        flag("do_not_text", "phoneSettings.doNotText"),
        json("preferences", "preferences"),
    ],
    marks: &[Mark {
        kind: "customer",
        column: "owner_id",
    }],
};

/// Places of service.
pub(crate) static LOCATIONS: CacheTable = CacheTable {
    name: "raw.st_locations",
    columns: &[
        id("customer_id", "customerId"),
        text("name", "name"),
        text("address_street", "address.street"),
        text("address_unit", "address.unit"),
        text("address_city", "address.city"),
        text("address_state", "address.state"),
        text("address_zip", "address.zip"),
        text("address_country", "address.country"),
        degrees("latitude", "address.latitude"),
        degrees("longitude", "address.longitude"),
        id("tax_zone_id", "taxZoneId"),
        id("zone_id", "zoneId"),
        id("merged_to_id", "mergedToId"),
        flag("tax_exempt", "taxExempt"),
        list("tag_type_ids", "tagTypeIds"),
        id("created_by_id", "createdById"),
    ],
    marks: &[Mark {
        kind: "customer",
        column: "customer_id",
    }],
};

/// Contacts of locations.
pub(crate) static LOCATION_CONTACTS: CacheTable = CacheTable {
    name: "raw.st_location_contacts",
    columns: &[
        id("owner_id", "locationId"),
        text("contact_type", "type"),
        text("value", "value"),
        text("value_norm", "*contact_norm"),
        text("memo", "memo"),
        flag("do_not_text", "phoneSettings.doNotText"),
        json("preferences", "preferences"),
    ],
    marks: &[Mark {
        kind: "location",
        column: "owner_id",
    }],
};

/// Leads.
pub(crate) static LEADS: CacheTable = CacheTable {
    name: "raw.st_leads",
    columns: &[
        text("status", "status"),
        text("priority", "priority"),
        id("customer_id", "customerId"),
        id("location_id", "locationId"),
        id("business_unit_id", "businessUnitId"),
        id("job_type_id", "jobTypeId"),
        id("campaign_id", "campaignId"),
        id("call_id", "callId"),
        id("booking_id", "bookingId"),
    ],
    marks: &[],
};

/// Bookings.
pub(crate) static BOOKINGS: CacheTable = CacheTable {
    name: "raw.st_bookings",
    columns: &[
        text("status", "status"),
        text("source", "source"),
        instant("start_time", "start"),
        id("campaign_id", "campaignId"),
        id("business_unit_id", "businessUnitId"),
        id("job_type_id", "jobTypeId"),
        id("job_id", "jobId"),
    ],
    marks: &[],
};

/// Telephone calls, without their numbers.
pub(crate) static CALLS: CacheTable = CacheTable {
    name: "raw.st_calls",
    columns: &[
        text("direction", "direction"),
        text("call_type", "type"),
        text("status", "status"),
        seconds("duration_s", "duration"),
        id("campaign_id", "campaign.id"),
        id("job_id", "job.id"),
        instant("received_on", "createdOn"),
    ],
    marks: &[],
};

/// Projects.
pub(crate) static PROJECTS: CacheTable = CacheTable {
    name: "raw.st_projects",
    columns: &[
        text("number", "number"),
        text("name", "name"),
        text("status", "status"),
        id("customer_id", "customerId"),
        id("location_id", "locationId"),
        id("project_type_id", "projectTypeId"),
        day("start_date", "startDate"),
        day("target_completion_date", "targetCompletionDate"),
        day("actual_completion_date", "actualCompletionDate"),
        list("job_ids", "jobIds"),
    ],
    marks: &[],
};

/// Jobs: a visit to a customer with what led to it.
pub(crate) static JOBS: CacheTable = CacheTable {
    name: "raw.st_jobs",
    columns: &[
        text("job_number", "jobNumber"),
        id("customer_id", "customerId"),
        id("location_id", "locationId"),
        id("project_id", "projectId"),
        id("business_unit_id", "businessUnitId"),
        id("job_type_id", "jobTypeId"),
        id("campaign_id", "campaignId"),
        text("status", "jobStatus"),
        text("priority", "priority"),
        text("summary", "summary"),
        number("total", "total"),
        instant("completed_on", "completedOn"),
        id("recall_for_id", "recallForId"),
        id("warranty_for_id", "warrantyId"),
        flag("no_charge", "*said:noCharge"),
        id("invoice_id", "invoiceId"),
        id("membership_id", "membershipId"),
        id("sold_by_id", "soldById"),
        id("created_by_id", "createdById"),
        id("lead_call_id", "leadCallId"),
        id("booking_id", "bookingId"),
        id("created_from_estimate_id", "createdFromEstimateId"),
        id("generated_from_job_id", "jobGeneratedLeadSource.jobId"),
        id(
            "generated_by_employee_id",
            "jobGeneratedLeadSource.employeeId",
        ),
        id("first_appointment_id", "firstAppointmentId"),
        id("last_appointment_id", "lastAppointmentId"),
        whole("appointment_count", "appointmentCount"),
        text("customer_po", "customerPo"),
        cents("total_cents", "total"),
        list("tag_type_ids", "tagTypeIds"),
        list("estimate_ids", "estimateIds"),
    ],
    marks: &[Mark {
        kind: "job",
        column: "st_id",
    }],
};

/// Appointments of jobs.
pub(crate) static APPOINTMENTS: CacheTable = CacheTable {
    name: "raw.st_appointments",
    columns: &[
        id("job_id", "jobId"),
        instant("start_time", "start"),
        instant("end_time", "end"),
        text("arrival_window_start", "arrivalWindowStart"),
        text("arrival_window_end", "arrivalWindowEnd"),
        text("status", "status"),
        text("appointment_number", "appointmentNumber"),
        id("customer_id", "customerId"),
        instant("arrival_window_start_at", "arrivalWindowStart"),
        instant("arrival_window_end_at", "arrivalWindowEnd"),
        flag("unused", "*said:unused"),
        flag("is_confirmed", "isConfirmed"),
        text("special_instructions", "specialInstructions"),
        id("created_by_id", "createdById"),
    ],
    marks: &[Mark {
        kind: "job",
        column: "job_id",
    }],
};

/// Who is sent to which appointment.
pub(crate) static APPOINTMENT_ASSIGNMENTS: CacheTable = CacheTable {
    name: "raw.st_appointment_assignments",
    columns: &[
        id("appointment_id", "appointmentId"),
        id("job_id", "jobId"),
        id("technician_id", "technicianId"),
        text("technician_name", "technicianName"),
        id("assigned_by_id", "assignedById"),
        instant("assigned_on", "assignedOn"),
        text("status", "status"),
        flag("is_paused", "isPaused"),
    ],
    marks: &[Mark {
        kind: "job",
        column: "job_id",
    }],
};

/// What happened to jobs.
pub(crate) static JOB_HISTORY: CacheTable = CacheTable {
    name: "raw.st_job_history",
    columns: &[
        text("job_id", "*parent"),
        id("employee_id", "employeeId"),
        text("event_type", "eventType"),
        instant("occurred_on", "date"),
        text("scheduling_tool", "usedSchedulingTool"),
    ],
    marks: &[],
};

/// Cancellations of jobs, each kept.
pub(crate) static JOB_CANCELED_LOGS: CacheTable = CacheTable {
    name: "raw.st_job_canceled_logs",
    columns: &[
        id("job_id", "jobId"),
        id("reason_id", "reasonId"),
        text("memo", "memo"),
        id("created_by_id", "createdById"),
    ],
    marks: &[Mark {
        kind: "job",
        column: "job_id",
    }],
};
