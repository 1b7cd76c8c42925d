//! The catalogue of what can be read: path, feed, switch of activity, filters (reference/servicetitan.md A3, A4).

use super::table::Listing;
use super::world::World;

/// The kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    BusinessUnits,
    TagTypes,
    Employees,
    Technicians,
    JobTypes,
    CancelReasons,
    Projects,
    Jobs,
    Appointments,
    History,
    CanceledLogs,
    Campaigns,
    CampaignCategories,
    CampaignCosts,
    Zones,
    Teams,
    ArrivalWindows,
    Assignments,
    Shifts,
    NonJobAppointments,
    TimesheetCodes,
    JobTimesheets,
    Splits,
    GrossPay,
    NonJobTimesheets,
    MembershipTypes,
    Memberships,
    StatusChanges,
    ServiceEvents,
    Customers,
    CustomerContacts,
    Locations,
    LocationContacts,
    Leads,
    Bookings,
    Calls,
    Estimates,
    Invoices,
    InvoiceItems,
    Payments,
    Installed,
    Ratings,
    PriceCategories,
    Services,
    Materials,
    Equipment,
}

/// How a list is told to show inactive rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    /// `active` = `True` (default), `Any`, `False`.
    Active,
    /// `activeState` = `ActiveOnly` (default), `InactiveOnly`, `All`.
    ActiveState,
    /// `includeInactive`, false by default.
    IncludeInactive,
    /// `activeOnly`, true by default.
    ActiveOnly,
    /// Shows active rows, whatever is asked.
    None,
}

/// One entity's place in the interface.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) module: &'static str,
    pub(crate) version: &'static str,
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    pub(crate) listed: bool,
    pub(crate) fed: bool,
    pub(crate) switch: Switch,
    /// Filters besides paging, times, ids and the switch.
    pub(crate) filters: &'static [&'static str],
}

const fn both(
    module: &'static str,
    path: &'static str,
    kind: Kind,
    filters: &'static [&'static str],
) -> Endpoint {
    Endpoint {
        module,
        version: "v2",
        path,
        kind,
        listed: true,
        fed: true,
        switch: Switch::Active,
        filters,
    }
}

const fn list_only(
    module: &'static str,
    path: &'static str,
    kind: Kind,
    filters: &'static [&'static str],
) -> Endpoint {
    Endpoint {
        fed: false,
        ..both(module, path, kind, filters)
    }
}

const fn feed_only(module: &'static str, path: &'static str, kind: Kind) -> Endpoint {
    Endpoint {
        listed: false,
        ..both(module, path, kind, &[])
    }
}

const fn switched(endpoint: Endpoint, switch: Switch) -> Endpoint {
    Endpoint { switch, ..endpoint }
}

const ADDRESS: [&str; 6] = ["street", "unit", "city", "state", "zip", "country"];

const JOB_FILTERS: &[&str] = &[
    "number",
    "projectId",
    "bookingId",
    "jobStatus",
    "appointmentStatus",
    "priority",
    "firstAppointmentStartsOnOrAfter",
    "firstAppointmentStartsBefore",
    "appointmentStartsOnOrAfter",
    "appointmentStartsBefore",
    "technicianId",
    "customerId",
    "locationId",
    "soldById",
    "jobTypeId",
    "campaignId",
    "businessUnitId",
    "invoiceId",
    "createdFromEstimateId",
    "estimateIds",
    "completedOnOrAfter",
    "completedBefore",
    "tagTypeIds",
    "hasUnusedAppointments",
    "externalDataApplicationGuid",
    "externalDataKey",
    "externalDataValues",
];

const CUSTOMER_FILTERS: &[&str] = &[
    "name",
    ADDRESS[0],
    ADDRESS[1],
    ADDRESS[2],
    ADDRESS[3],
    ADDRESS[4],
    ADDRESS[5],
    "excludeAccountingChangesFromModifiedDateRange",
    "externalDataApplicationGuid",
    "externalDataKey",
    "externalDataValues",
];

const LOCATION_FILTERS: &[&str] = &[
    "name",
    "customerId",
    ADDRESS[0],
    ADDRESS[1],
    ADDRESS[2],
    ADDRESS[3],
    ADDRESS[4],
    ADDRESS[5],
    "externalDataApplicationGuid",
    "externalDataKey",
    "externalDataValues",
];

const INVOICE_FILTERS: &[&str] = &[
    "statuses",
    "reviewStatuses",
    "invoiceConfigurations",
    "jobId",
    "jobNumber",
    "businessUnitId",
    "customerId",
    "invoicedOnOrAfter",
    "invoicedOnBefore",
    "adjustmentToId",
    "number",
    "dueDateOnOrAfter",
    "dueDateBefore",
];

/// Everything that is served.
pub(crate) static ENDPOINTS: &[Endpoint] = &[
    both("settings", "business-units", Kind::BusinessUnits, &["name"]),
    both("settings", "tag-types", Kind::TagTypes, &[]),
    both(
        "settings",
        "employees",
        Kind::Employees,
        &["userIds", "name"],
    ),
    both(
        "settings",
        "technicians",
        Kind::Technicians,
        &["userIds", "name"],
    ),
    list_only("jpm", "job-types", Kind::JobTypes, &["name"]),
    list_only("jpm", "job-cancel-reasons", Kind::CancelReasons, &[]),
    switched(
        both(
            "jpm",
            "projects",
            Kind::Projects,
            &[
                "customerId",
                "locationId",
                "jobId",
                "businessUnitIds",
                "status",
            ],
        ),
        Switch::None,
    ),
    switched(both("jpm", "jobs", Kind::Jobs, JOB_FILTERS), Switch::None),
    both(
        "jpm",
        "appointments",
        Kind::Appointments,
        &[
            "jobId",
            "projectId",
            "number",
            "status",
            "startsOnOrAfter",
            "startsBefore",
            "customerId",
            "unused",
        ],
    ),
    feed_only("jpm", "job-history", Kind::History),
    feed_only("jpm", "job-canceled-logs", Kind::CanceledLogs),
    list_only("marketing", "campaigns", Kind::Campaigns, &["name"]),
    list_only("marketing", "categories", Kind::CampaignCategories, &[]),
    list_only(
        "marketing",
        "costs",
        Kind::CampaignCosts,
        &["year", "month", "campaignId"],
    ),
    list_only("dispatch", "zones", Kind::Zones, &[]),
    switched(
        list_only("dispatch", "teams", Kind::Teams, &[]),
        Switch::IncludeInactive,
    ),
    list_only("dispatch", "arrival-windows", Kind::ArrivalWindows, &[]),
    both(
        "dispatch",
        "appointment-assignments",
        Kind::Assignments,
        &["appointmentIds", "jobId"],
    ),
    list_only(
        "dispatch",
        "technician-shifts",
        Kind::Shifts,
        &[
            "startsOnOrAfter",
            "endsOnOrBefore",
            "shiftType",
            "technicianId",
            "titleContains",
            "noteContains",
        ],
    ),
    switched(
        list_only(
            "dispatch",
            "non-job-appointments",
            Kind::NonJobAppointments,
            &[
                "technicianId",
                "startsOnOrAfter",
                "startsOnOrBefore",
                "timesheetCodeId",
                "showOnTechnicianSchedule",
            ],
        ),
        Switch::ActiveOnly,
    ),
    both("payroll", "timesheet-codes", Kind::TimesheetCodes, &[]),
    both(
        "payroll",
        "jobs/timesheets",
        Kind::JobTimesheets,
        &["jobIds", "technicianId", "startedOn", "endedOn"],
    ),
    both("payroll", "jobs/splits", Kind::Splits, &["jobIds"]),
    switched(
        both(
            "payroll",
            "gross-pay-items",
            Kind::GrossPay,
            &[
                "employeeType",
                "employeeId",
                "payrollIds",
                "dateOnOrAfter",
                "dateOnOrBefore",
            ],
        ),
        Switch::None,
    ),
    list_only(
        "payroll",
        "non-job-timesheets",
        Kind::NonJobTimesheets,
        &["employeeId", "employeeType"],
    ),
    both(
        "memberships",
        "membership-types",
        Kind::MembershipTypes,
        &["includeDurationBilling"],
    ),
    both(
        "memberships",
        "memberships",
        Kind::Memberships,
        &["customerIds", "status", "duration", "billingFrequency"],
    ),
    feed_only(
        "memberships",
        "membership-status-changes",
        Kind::StatusChanges,
    ),
    both(
        "memberships",
        "recurring-service-events",
        Kind::ServiceEvents,
        &["status"],
    ),
    both("crm", "customers", Kind::Customers, CUSTOMER_FILTERS),
    both(
        "crm",
        "customers/contacts",
        Kind::CustomerContacts,
        &["customerIds"],
    ),
    both("crm", "locations", Kind::Locations, LOCATION_FILTERS),
    both(
        "crm",
        "locations/contacts",
        Kind::LocationContacts,
        &["locationIds"],
    ),
    both("crm", "leads", Kind::Leads, &["status"]),
    both("crm", "bookings", Kind::Bookings, &["status"]),
    switched(
        both(
            "telecom",
            "calls",
            Kind::Calls,
            &[
                "campaignId",
                "agentId",
                "callerPhoneNumber",
                "createdAfter",
                "modifiedAfter",
                "minDuration",
            ],
        ),
        Switch::ActiveOnly,
    ),
    Endpoint {
        version: "v3",
        ..list_only(
            "telecom",
            "calls",
            Kind::Calls,
            &[
                "campaignId",
                "agentId",
                "callerPhoneNumber",
                "createdAfter",
                "modifiedAfter",
                "minDuration",
            ],
        )
    },
    both(
        "sales",
        "estimates",
        Kind::Estimates,
        &[
            "jobId",
            "jobNumber",
            "locationId",
            "soldById",
            "soldAfter",
            "soldBefore",
            "status",
        ],
    ),
    switched(
        both("accounting", "invoices", Kind::Invoices, INVOICE_FILTERS),
        Switch::ActiveState,
    ),
    feed_only("accounting", "invoice-items", Kind::InvoiceItems),
    switched(
        both(
            "accounting",
            "payments",
            Kind::Payments,
            &[
                "appliedToInvoiceIds",
                "businessUnitIds",
                "customerId",
                "paidOnAfter",
                "paidOnBefore",
            ],
        ),
        Switch::ActiveState,
    ),
    both(
        "equipmentsystems",
        "installed-equipment",
        Kind::Installed,
        &["locationIds"],
    ),
    feed_only("customer-interactions", "technician-ratings", Kind::Ratings),
    both(
        "pricebook",
        "categories",
        Kind::PriceCategories,
        &["categoryType"],
    ),
    both("pricebook", "services", Kind::Services, &[]),
    both("pricebook", "materials", Kind::Materials, &[]),
    both("pricebook", "equipment", Kind::Equipment, &[]),
];

impl World {
    /// The records of a kind.
    pub(crate) fn listing(&self, kind: Kind) -> &dyn Listing {
        match kind {
            Kind::BusinessUnits => &self.business_units,
            Kind::TagTypes => &self.tag_types,
            Kind::Employees => &self.employees,
            Kind::Technicians => &self.technicians,
            Kind::JobTypes => &self.job_types,
            Kind::CancelReasons => &self.cancel_reasons,
            Kind::Projects => &self.projects,
            Kind::Jobs => &self.jobs,
            Kind::Appointments => &self.appointments,
            Kind::History => &self.history,
            Kind::CanceledLogs => &self.canceled_logs,
            Kind::Campaigns => &self.campaigns,
            Kind::CampaignCategories => &self.campaign_categories,
            Kind::CampaignCosts => &self.campaign_costs,
            Kind::Zones => &self.zones,
            Kind::Teams => &self.teams,
            Kind::ArrivalWindows => &self.arrival_windows,
            Kind::Assignments => &self.assignments,
            Kind::Shifts => &self.shifts,
            Kind::NonJobAppointments => &self.non_job_appointments,
            Kind::TimesheetCodes => &self.timesheet_codes,
            Kind::JobTimesheets => &self.job_timesheets,
            Kind::Splits => &self.splits,
            Kind::GrossPay => &self.gross_pay,
            Kind::NonJobTimesheets => &self.non_job_timesheets,
            Kind::MembershipTypes => &self.membership_types,
            Kind::Memberships => &self.memberships,
            Kind::StatusChanges => &self.status_changes,
            Kind::ServiceEvents => &self.service_events,
            Kind::Customers => &self.customers,
            Kind::CustomerContacts => &self.customer_contacts,
            Kind::Locations => &self.locations,
            Kind::LocationContacts => &self.location_contacts,
            Kind::Leads => &self.leads,
            Kind::Bookings => &self.bookings,
            Kind::Calls => &self.calls,
            Kind::Estimates => &self.estimates,
            Kind::Invoices => &self.invoices,
            Kind::InvoiceItems => &self.invoice_items,
            Kind::Payments => &self.payments,
            Kind::Installed => &self.installed,
            Kind::Ratings => &self.ratings,
            Kind::PriceCategories => &self.price_categories,
            Kind::Services => &self.services,
            Kind::Materials => &self.materials,
            Kind::Equipment => &self.equipment,
        }
    }
}
