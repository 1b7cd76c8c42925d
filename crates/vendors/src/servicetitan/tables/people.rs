//! Dictionaries and people.

use super::{cents, clock, day, flag, id, json, list, number, span, text, whole};
use domain::cache::{CacheTable, Mark};

/// Business units.
pub(crate) static BUSINESS_UNITS: CacheTable = CacheTable {
    name: "raw.st_business_units",
    columns: &[
        text("name", "name"),
        text("official_name", "officialName"),
        text("currency", "currency"),
        text("trade", "trade.name"),
        text("division", "division.name"),
        number("default_tax_rate", "defaultTaxRate"),
        text("account_code", "accountCode"),
        text("quickbooks_class", "quickbooksClass"),
    ],
    marks: &[],
};

/// Tags.
pub(crate) static TAG_TYPES: CacheTable = CacheTable {
    name: "raw.st_tag_types",
    columns: &[
        text("name", "name"),
        text("color", "color"),
        text("code", "code"),
        text("importance", "importance"),
        flag("is_conversion_opportunity", "isConversionOpportunity"),
    ],
    marks: &[],
};

/// Office staff.
pub(crate) static EMPLOYEES: CacheTable = CacheTable {
    name: "raw.st_employees",
    columns: &[
        text("name", "name"),
        id("user_id", "userId"),
        text("role", "role"),
        id("business_unit_id", "businessUnitId"),
        text("email", "email"),
        text("phone", "phoneNumber"),
    ],
    marks: &[],
};

/// Technicians.
pub(crate) static TECHNICIANS: CacheTable = CacheTable {
    name: "raw.st_technicians",
    columns: &[
        text("name", "name"),
        text("first_name", "firstName"),
        text("last_name", "lastName"),
        text("email", "email"),
        text("phone", "phoneNumber"),
        text("mobile", "mobilePhone"),
        id("business_unit_id", "businessUnitId"),
        id("zone_id", "mainZoneId"),
        json("skills", "skills"),
        text("role", "positions.0"),
        day("hire_date", "startDate"),
        id("user_id", "userId"),
        id("main_zone_id", "mainZoneId"),
        list("zone_ids", "zoneIds"),
        text("team_name", "team"),
        flag("is_managed", "isManagedTech"),
        text("license_type", "licenseType"),
        list("positions", "positions"),
        cents("daily_goal_cents", "dailyGoal"),
        number("hourly_rate", "hourlyRate"),
        number("burden_rate", "burdenRate"),
        number("commission_rate", "commissionRate"),
        text("payroll_id", "payrollId"),
    ],
    marks: &[Mark {
        kind: "technician",
        column: "st_id",
    }],
};

/// Job types.
pub(crate) static JOB_TYPES: CacheTable = CacheTable {
    name: "raw.st_job_types",
    columns: &[
        text("name", "name"),
        text("class", "class"),
        text("priority", "priority"),
        whole("duration_raw", "duration"),
        cents("sold_threshold_cents", "soldThreshold"),
        flag("no_charge", "noCharge"),
        list("business_unit_ids", "businessUnitIds"),
        list("skills", "skills"),
    ],
    marks: &[],
};

/// Why jobs are cancelled.
pub(crate) static JOB_CANCEL_REASONS: CacheTable = CacheTable {
    name: "raw.st_job_cancel_reasons",
    columns: &[text("name", "name")],
    marks: &[],
};

/// Marketing campaigns.
pub(crate) static CAMPAIGNS: CacheTable = CacheTable {
    name: "raw.st_campaigns",
    columns: &[
        text("name", "name"),
        id("category_id", "category.id"),
        text("category_name", "category.name"),
        text("medium", "medium"),
        text("source", "source"),
    ],
    marks: &[],
};

/// What campaigns cost a day, month by month.
pub(crate) static CAMPAIGN_COSTS: CacheTable = CacheTable {
    name: "raw.st_campaign_costs",
    columns: &[
        id("campaign_id", "campaignId"),
        day("month", "*campaign_month"),
        cents("daily_cost_cents", "dailyCost"),
    ],
    marks: &[],
};

/// Dispatch zones.
pub(crate) static ZONES: CacheTable = CacheTable {
    name: "raw.st_zones",
    columns: &[
        text("name", "name"),
        list("zips", "zips"),
        list("business_unit_ids", "businessUnits"),
        list("technician_ids", "technicians"),
    ],
    marks: &[],
};

/// Teams.
pub(crate) static TEAMS: CacheTable = CacheTable {
    name: "raw.st_teams",
    columns: &[text("name", "name")],
    marks: &[],
};

/// Promised windows of arrival, as local clock times.
pub(crate) static ARRIVAL_WINDOWS: CacheTable = CacheTable {
    name: "raw.st_arrival_windows",
    columns: &[
        clock("start_local", "start"),
        span("duration", "duration"),
        list("business_unit_ids", "businessUnitIds"),
    ],
    marks: &[],
};

/// Codes of time sheets.
pub(crate) static TIMESHEET_CODES: CacheTable = CacheTable {
    name: "raw.st_timesheet_codes",
    columns: &[
        text("code", "code"),
        text("description", "description"),
        text("code_type", "type"),
    ],
    marks: &[],
};
