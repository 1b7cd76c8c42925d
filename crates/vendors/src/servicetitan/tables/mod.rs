//! The tables of the cache and where each column's value stands in the vendor's record (reference C2, C7). Nested
//! references are paths: `customer.id`, `status.name`. What begins with `*` is worked out in `decode.rs`.

mod money;
mod people;
mod time;
mod work;

pub(crate) use money::{
    ESTIMATE_ITEMS, ESTIMATES, INVOICE_ITEMS, INVOICES, MEMBERSHIP_BILLING_OPTIONS,
    MEMBERSHIP_STATUS_CHANGES, MEMBERSHIP_TYPES, MEMBERSHIPS, PAYMENT_APPLICATIONS, PAYMENTS,
    RECURRING_SERVICE_EVENTS,
};
pub(crate) use people::{
    ARRIVAL_WINDOWS, BUSINESS_UNITS, CAMPAIGN_COSTS, CAMPAIGNS, EMPLOYEES, JOB_CANCEL_REASONS,
    JOB_TYPES, TAG_TYPES, TEAMS, TECHNICIANS, TIMESHEET_CODES, ZONES,
};
pub(crate) use time::{
    GROSS_PAY_ITEMS, INSTALLED_EQUIPMENT, JOB_SPLITS, JOB_TIMESHEETS, NON_JOB_APPOINTMENTS,
    NON_JOB_TIMESHEETS, TECHNICIAN_RATINGS, TECHNICIAN_SHIFTS,
};
pub(crate) use work::{
    APPOINTMENT_ASSIGNMENTS, APPOINTMENTS, BOOKINGS, CALLS, CUSTOMER_CONTACTS, CUSTOMERS,
    JOB_CANCELED_LOGS, JOB_HISTORY, JOBS, LEADS, LOCATION_CONTACTS, LOCATIONS, PROJECTS,
};

use domain::cache::{CacheColumn, CacheTable, Kind};

/// Every table, for tests that go through all of them.
pub static ALL: [&CacheTable; 44] = [
    &BUSINESS_UNITS,
    &TAG_TYPES,
    &EMPLOYEES,
    &TECHNICIANS,
    &JOB_TYPES,
    &JOB_CANCEL_REASONS,
    &CAMPAIGNS,
    &CAMPAIGN_COSTS,
    &ZONES,
    &TEAMS,
    &ARRIVAL_WINDOWS,
    &TIMESHEET_CODES,
    &MEMBERSHIP_TYPES,
    &MEMBERSHIP_BILLING_OPTIONS,
    &CUSTOMERS,
    &CUSTOMER_CONTACTS,
    &LOCATIONS,
    &LOCATION_CONTACTS,
    &LEADS,
    &BOOKINGS,
    &CALLS,
    &PROJECTS,
    &JOBS,
    &APPOINTMENTS,
    &APPOINTMENT_ASSIGNMENTS,
    &JOB_HISTORY,
    &JOB_CANCELED_LOGS,
    &ESTIMATES,
    &ESTIMATE_ITEMS,
    &MEMBERSHIPS,
    &MEMBERSHIP_STATUS_CHANGES,
    &RECURRING_SERVICE_EVENTS,
    &INVOICES,
    &INVOICE_ITEMS,
    &PAYMENTS,
    &PAYMENT_APPLICATIONS,
    &JOB_TIMESHEETS,
    &JOB_SPLITS,
    &GROSS_PAY_ITEMS,
    &NON_JOB_TIMESHEETS,
    &TECHNICIAN_SHIFTS,
    &NON_JOB_APPOINTMENTS,
    &INSTALLED_EQUIPMENT,
    &TECHNICIAN_RATINGS,
];

const fn column(name: &'static str, kind: Kind, from: &'static str) -> CacheColumn {
    CacheColumn { name, kind, from }
}

// One short name a kind keeps the tables readable.
macro_rules! columns {
    ($($function:ident => $kind:ident),* $(,)?) => {
        $(const fn $function(name: &'static str, from: &'static str) -> CacheColumn {
            column(name, Kind::$kind, from)
        })*
    };
}
columns! {
    id => Id, text => Text, flag => Flag, whole => Whole, cents => Cents, number => Number,
    degrees => Degrees, instant => Instant, day => Day, list => List, json => Json, span => Span,
    seconds => Seconds, clock => Clock,
}
