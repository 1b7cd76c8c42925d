//! Time, pay, equipment.

use super::{cents, day, flag, id, instant, number, text};
use domain::cache::{CacheTable, Mark};

/// Time on jobs: the only source of true arrival.
pub(crate) static JOB_TIMESHEETS: CacheTable = CacheTable {
    name: "raw.st_job_timesheets",
    columns: &[
        id("job_id", "jobId"),
        id("appointment_id", "appointmentId"),
        id("technician_id", "technicianId"),
        instant("dispatched_on", "dispatchedOn"),
        instant("arrived_on", "arrivedOn"),
        instant("canceled_on", "canceledOn"),
        instant("done_on", "doneOn"),
    ],
    marks: &[Mark {
        kind: "job",
        column: "job_id",
    }],
};

/// How a job's credit is shared.
pub(crate) static JOB_SPLITS: CacheTable = CacheTable {
    name: "raw.st_job_splits",
    columns: &[
        id("job_id", "jobId"),
        id("technician_id", "technicianId"),
        number("split", "split"),
    ],
    marks: &[Mark {
        kind: "job",
        column: "job_id",
    }],
};

/// What employees were paid, item by item.
pub(crate) static GROSS_PAY_ITEMS: CacheTable = CacheTable {
    name: "raw.st_gross_pay_items",
    columns: &[
        id("employee_id", "employeeId"),
        text("employee_type", "employeeType"),
        id("job_id", "jobId"),
        id("invoice_id", "invoiceId"),
        text("pay_type", "grossPayItemType"),
        text("paid_time_type", "paidTimeType"),
        cents("amount_cents", "amount"),
        cents("adjustment_cents", "amountAdjustment"),
        number("paid_hours", "paidDurationHours"),
        day("pay_date", "date"),
    ],
    marks: &[Mark {
        kind: "job",
        column: "job_id",
    }],
};

/// Paid time without a job.
pub(crate) static NON_JOB_TIMESHEETS: CacheTable = CacheTable {
    name: "raw.st_non_job_timesheets",
    columns: &[
        id("employee_id", "employeeId"),
        text("employee_type", "employeeType"),
        id("timesheet_code_id", "timesheetCodeId"),
        instant("started_on", "startedOn"),
        instant("ended_on", "endedOn"),
    ],
    marks: &[],
};

/// Shifts.
pub(crate) static TECHNICIAN_SHIFTS: CacheTable = CacheTable {
    name: "raw.st_technician_shifts",
    columns: &[
        id("technician_id", "technicianId"),
        text("shift_type", "shiftType"),
        text("title", "title"),
        instant("start_time", "start"),
        instant("end_time", "end"),
        id("timesheet_code_id", "timesheetCodeId"),
    ],
    marks: &[],
};

/// Time that technicians are blocked.
pub(crate) static NON_JOB_APPOINTMENTS: CacheTable = CacheTable {
    name: "raw.st_non_job_appointments",
    columns: &[
        id("technician_id", "technicianId"),
        text("name", "name"),
        instant("start_time", "start"),
        instant("end_time", "*end_of"),
        flag("all_day", "allDay"),
        flag("blocks_capacity", "removeTechnicianFromCapacityPlanning"),
        id("timesheet_code_id", "timesheetCodeId"),
    ],
    marks: &[],
};

/// Equipment at customers' places.
pub(crate) static INSTALLED_EQUIPMENT: CacheTable = CacheTable {
    name: "raw.st_installed_equipment",
    columns: &[
        id("location_id", "locationId"),
        id("customer_id", "customerId"),
        id("invoice_item_id", "invoiceItemId"),
        text("name", "name"),
        text("equipment_type", "type"),
        text("status", "status"),
        text("manufacturer", "manufacturer"),
        text("model", "model"),
        text("serial_number", "serialNumber"),
        day("installed_on", "installedOn"),
    ],
    marks: &[],
};

/// Customers' ratings of technicians.
pub(crate) static TECHNICIAN_RATINGS: CacheTable = CacheTable {
    name: "raw.st_technician_ratings",
    columns: &[
        id("technician_id", "technicianId"),
        id("job_id", "jobId"),
        number("rating", "rating"),
    ],
    marks: &[],
};
