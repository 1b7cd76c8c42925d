//! What is pulled, in which order and in which way (reference A3, A4, A7).

use crate::servicetitan::query::Parameter;
use crate::servicetitan::tables;
use crate::stream::Stream;
use domain::cache::CacheTable;

/// One stream.
#[derive(Debug)]
pub(crate) struct Spec {
    /// Its name: that of its table.
    pub(crate) name: &'static str,
    /// First part of the path.
    pub(crate) module: &'static str,
    /// How it is read.
    pub(crate) way: Way,
    /// Where its records go; none where only what is nested in them is kept.
    pub(crate) table: Option<&'static CacheTable>,
    /// Records inside its records.
    pub(crate) nested: Option<Nested>,
}

/// Records inside records.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nested {
    /// Where they stand.
    pub(crate) path: &'static str,
    /// Where they go.
    pub(crate) table: &'static CacheTable,
    /// What their absence means.
    pub(crate) nesting: Nesting,
}

/// What the absence of a nested record means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Nesting {
    /// Nothing: another stream or the future tells of it.
    Fill,
    /// It is gone; the column names its parent.
    Children(&'static str),
}

/// How a stream is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    /// An export feed with a continuation token: the only complete source of deletions.
    Feed {
        /// After `/export/`.
        path: &'static str,
        /// It hides inactive rows unless told otherwise (quirk Q2).
        hides: bool,
    },
    /// Pages of a list.
    List {
        /// After the tenant.
        path: &'static str,
        /// How inactive rows are asked for (quirk Q2).
        switch: Switch,
        /// How changes are found.
        changes: Changes,
    },
}

/// The spellings of "inactive rows, too".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    /// The list has none.
    None,
    /// `active=Any`.
    Active,
    /// `includeInactive=true`.
    IncludeInactive,
    /// `activeOnly=false`.
    ActiveOnly,
}

/// How the changes of a list are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Changes {
    /// They are not: a short list is read whole every time.
    Unknown,
    /// By time of change.
    Modified,
    /// By time of change, and by a moving window up to this parameter: some changes move no time (quirk Q10).
    Window(Parameter),
}

const fn feed(path: &'static str) -> Way {
    Way::Feed { path, hides: false }
}

const fn feed_of_all(path: &'static str) -> Way {
    Way::Feed { path, hides: true }
}

const fn list(path: &'static str, switch: Switch, changes: Changes) -> Way {
    Way::List {
        path,
        switch,
        changes,
    }
}

/// Every stream, parents first. The cache has no foreign keys between them: the order is a convenience.
pub(crate) static SPECS: [Spec; COUNT] = [
    Spec {
        name: "st_business_units",
        module: "settings",
        way: feed("business-units"),
        table: Some(&tables::BUSINESS_UNITS),
        nested: None,
    },
    Spec {
        name: "st_tag_types",
        module: "settings",
        way: feed("tag-types"),
        table: Some(&tables::TAG_TYPES),
        nested: None,
    },
    Spec {
        name: "st_employees",
        module: "settings",
        way: feed("employees"),
        table: Some(&tables::EMPLOYEES),
        nested: None,
    },
    Spec {
        name: "st_technicians",
        module: "settings",
        way: feed("technicians"),
        table: Some(&tables::TECHNICIANS),
        nested: None,
    },
    Spec {
        name: "st_job_types",
        module: "jpm",
        way: list("job-types", Switch::Active, Changes::Unknown),
        table: Some(&tables::JOB_TYPES),
        nested: None,
    },
    Spec {
        name: "st_job_cancel_reasons",
        module: "jpm",
        way: list("job-cancel-reasons", Switch::Active, Changes::Unknown),
        table: Some(&tables::JOB_CANCEL_REASONS),
        nested: None,
    },
    Spec {
        name: "st_campaigns",
        module: "marketing",
        way: list("campaigns", Switch::Active, Changes::Unknown),
        table: Some(&tables::CAMPAIGNS),
        nested: None,
    },
    Spec {
        name: "st_campaign_costs",
        module: "marketing",
        way: list("costs", Switch::None, Changes::Unknown),
        table: Some(&tables::CAMPAIGN_COSTS),
        nested: None,
    },
    Spec {
        name: "st_zones",
        module: "dispatch",
        way: list("zones", Switch::Active, Changes::Unknown),
        table: Some(&tables::ZONES),
        nested: None,
    },
    Spec {
        name: "st_teams",
        module: "dispatch",
        way: list("teams", Switch::IncludeInactive, Changes::Unknown),
        table: Some(&tables::TEAMS),
        nested: None,
    },
    Spec {
        name: "st_arrival_windows",
        module: "dispatch",
        way: list("arrival-windows", Switch::Active, Changes::Unknown),
        table: Some(&tables::ARRIVAL_WINDOWS),
        nested: None,
    },
    Spec {
        name: "st_timesheet_codes",
        module: "payroll",
        way: feed("timesheet-codes"),
        table: Some(&tables::TIMESHEET_CODES),
        nested: None,
    },
    Spec {
        name: "st_membership_types",
        module: "memberships",
        way: list("membership-types", Switch::Active, Changes::Unknown),
        table: Some(&tables::MEMBERSHIP_TYPES),
        nested: Some(Nested {
            path: "durationBilling",
            table: &tables::MEMBERSHIP_BILLING_OPTIONS,
            nesting: Nesting::Children("membership_type_id"),
        }),
    },
    Spec {
        name: "st_customers",
        module: "crm",
        way: feed("customers"),
        table: Some(&tables::CUSTOMERS),
        nested: None,
    },
    Spec {
        name: "st_customer_contacts",
        module: "crm",
        way: feed("customers/contacts"),
        table: Some(&tables::CUSTOMER_CONTACTS),
        nested: None,
    },
    Spec {
        name: "st_locations",
        module: "crm",
        way: feed("locations"),
        table: Some(&tables::LOCATIONS),
        nested: None,
    },
    Spec {
        name: "st_location_contacts",
        module: "crm",
        way: feed("locations/contacts"),
        table: Some(&tables::LOCATION_CONTACTS),
        nested: None,
    },
    Spec {
        name: "st_leads",
        module: "crm",
        way: feed("leads"),
        table: Some(&tables::LEADS),
        nested: None,
    },
    Spec {
        name: "st_bookings",
        module: "crm",
        way: feed("bookings"),
        table: Some(&tables::BOOKINGS),
        nested: None,
    },
    Spec {
        name: "st_calls",
        module: "telecom",
        way: feed("calls"),
        table: Some(&tables::CALLS),
        nested: None,
    },
    Spec {
        name: "st_projects",
        module: "jpm",
        way: feed("projects"),
        table: Some(&tables::PROJECTS),
        nested: None,
    },
    Spec {
        name: "st_jobs",
        module: "jpm",
        way: feed("jobs"),
        table: Some(&tables::JOBS),
        nested: None,
    },
    Spec {
        name: "st_appointments",
        module: "jpm",
        way: feed_of_all("appointments"),
        table: Some(&tables::APPOINTMENTS),
        nested: None,
    },
    Spec {
        name: "st_appointment_assignments",
        module: "dispatch",
        way: feed_of_all("appointment-assignments"),
        table: Some(&tables::APPOINTMENT_ASSIGNMENTS),
        nested: None,
    },
    Spec {
        name: "st_job_history",
        module: "jpm",
        way: feed("job-history"),
        table: None,
        nested: Some(Nested {
            path: "history",
            table: &tables::JOB_HISTORY,
            nesting: Nesting::Fill,
        }),
    },
    Spec {
        name: "st_job_canceled_logs",
        module: "jpm",
        way: feed("job-canceled-logs"),
        table: Some(&tables::JOB_CANCELED_LOGS),
        nested: None,
    },
    Spec {
        name: "st_estimates",
        module: "sales",
        way: feed("estimates"),
        table: Some(&tables::ESTIMATES),
        nested: Some(Nested {
            path: "items",
            table: &tables::ESTIMATE_ITEMS,
            nesting: Nesting::Children("estimate_id"),
        }),
    },
    Spec {
        name: "st_memberships",
        module: "memberships",
        way: feed("memberships"),
        table: Some(&tables::MEMBERSHIPS),
        nested: None,
    },
    Spec {
        name: "st_membership_status_changes",
        module: "memberships",
        way: feed("membership-status-changes"),
        table: Some(&tables::MEMBERSHIP_STATUS_CHANGES),
        nested: None,
    },
    Spec {
        name: "st_recurring_service_events",
        module: "memberships",
        way: feed("recurring-service-events"),
        table: Some(&tables::RECURRING_SERVICE_EVENTS),
        nested: None,
    },
    // Before the invoices that hold the same lines: those are new or newer then, or not written at all.
    Spec {
        name: "st_invoice_items",
        module: "accounting",
        way: feed("invoice-items"),
        table: Some(&tables::INVOICE_ITEMS),
        nested: None,
    },
    Spec {
        name: "st_invoices",
        module: "accounting",
        way: feed("invoices"),
        table: Some(&tables::INVOICES),
        nested: Some(Nested {
            path: "items",
            table: &tables::INVOICE_ITEMS,
            nesting: Nesting::Fill,
        }),
    },
    Spec {
        name: "st_payments",
        module: "accounting",
        way: feed("payments"),
        table: Some(&tables::PAYMENTS),
        nested: Some(Nested {
            path: "appliedTo",
            table: &tables::PAYMENT_APPLICATIONS,
            nesting: Nesting::Children("payment_id"),
        }),
    },
    Spec {
        name: "st_job_timesheets",
        module: "payroll",
        way: feed("jobs/timesheets"),
        table: Some(&tables::JOB_TIMESHEETS),
        nested: None,
    },
    Spec {
        name: "st_job_splits",
        module: "payroll",
        way: feed("jobs/splits"),
        table: Some(&tables::JOB_SPLITS),
        nested: None,
    },
    Spec {
        name: "st_gross_pay_items",
        module: "payroll",
        way: feed("gross-pay-items"),
        table: Some(&tables::GROSS_PAY_ITEMS),
        nested: None,
    },
    Spec {
        name: "st_non_job_timesheets",
        module: "payroll",
        way: list("non-job-timesheets", Switch::Active, Changes::Modified),
        table: Some(&tables::NON_JOB_TIMESHEETS),
        nested: None,
    },
    Spec {
        name: "st_technician_shifts",
        module: "dispatch",
        way: list(
            "technician-shifts",
            Switch::Active,
            Changes::Window(Parameter::EndsOnOrBefore),
        ),
        table: Some(&tables::TECHNICIAN_SHIFTS),
        nested: None,
    },
    Spec {
        name: "st_non_job_appointments",
        module: "dispatch",
        way: list(
            "non-job-appointments",
            Switch::ActiveOnly,
            Changes::Window(Parameter::StartsOnOrBefore),
        ),
        table: Some(&tables::NON_JOB_APPOINTMENTS),
        nested: None,
    },
    Spec {
        name: "st_installed_equipment",
        module: "equipmentsystems",
        way: feed("installed-equipment"),
        table: Some(&tables::INSTALLED_EQUIPMENT),
        nested: None,
    },
    Spec {
        name: "st_technician_ratings",
        module: "customer-interactions",
        way: feed("technician-ratings"),
        table: Some(&tables::TECHNICIAN_RATINGS),
        nested: None,
    },
];

const COUNT: usize = 41;

/// The same as streams.
pub(crate) static STREAMS: [Stream; COUNT] = {
    let mut streams = [Stream::RepairOrders; COUNT];
    let mut at = 0;
    while at < COUNT {
        streams[at] = Stream::Cached(SPECS[at].name);
        at += 1;
    }
    streams
};

/// The stream of this name.
pub(crate) fn spec(stream: Stream) -> Option<&'static Spec> {
    let Stream::Cached(name) = stream else {
        return None;
    };
    SPECS.iter().find(|spec| spec.name == name)
}

/// What a job is composed of.
pub(crate) static JOB_STREAMS: [Stream; 9] = [
    Stream::Cached("st_jobs"),
    Stream::Cached("st_appointments"),
    Stream::Cached("st_appointment_assignments"),
    Stream::Cached("st_job_canceled_logs"),
    Stream::Cached("st_invoice_items"),
    Stream::Cached("st_invoices"),
    Stream::Cached("st_job_timesheets"),
    Stream::Cached("st_job_splits"),
    Stream::Cached("st_gross_pay_items"),
];
