//! Estimates, memberships, invoices, payments.

use super::{cents, day, flag, id, instant, number, text, whole};
use domain::cache::{CacheTable, Mark};

/// Estimates.
pub(crate) static ESTIMATES: CacheTable = CacheTable {
    name: "raw.st_estimates",
    columns: &[
        text("name", "name"),
        id("job_id", "jobId"),
        id("project_id", "projectId"),
        id("customer_id", "customerId"),
        id("location_id", "locationId"),
        id("business_unit_id", "businessUnitId"),
        text("status_name", "status.name"),
        text("review_status", "reviewStatus"),
        instant("sold_on", "soldOn"),
        id("sold_by_id", "soldBy"),
        cents("subtotal_cents", "subtotal"),
        cents("tax_cents", "tax"),
    ],
    marks: &[Mark {
        kind: "job",
        column: "job_id",
    }],
};

/// Lines of estimates.
pub(crate) static ESTIMATE_ITEMS: CacheTable = CacheTable {
    name: "raw.st_estimate_items",
    columns: &[
        text("estimate_id", "*parent"),
        id("sku_id", "sku.id"),
        text("sku_name", "sku.name"),
        text("item_type", "sku.type"),
        number("qty", "qty"),
        cents("total_cents", "total"),
        cents("total_cost_cents", "totalCost"),
        number("sold_hours", "sku.soldHours"),
    ],
    marks: &[],
};

/// Kinds of memberships.
pub(crate) static MEMBERSHIP_TYPES: CacheTable = CacheTable {
    name: "raw.st_membership_types",
    columns: &[
        text("name", "name"),
        text("revenue_recognition", "revenueRecognitionMode"),
        text("discount_mode", "discountMode"),
    ],
    marks: &[],
};

/// Prices of membership types.
pub(crate) static MEMBERSHIP_BILLING_OPTIONS: CacheTable = CacheTable {
    name: "raw.st_membership_billing_options",
    columns: &[
        text("membership_type_id", "*parent"),
        whole("duration_months", "duration"),
        text("billing_frequency", "billingFrequency"),
        cents("sale_price_cents", "salePrice"),
        cents("billing_price_cents", "billingPrice"),
        cents("renewal_price_cents", "renewalPrice"),
    ],
    marks: &[],
};

/// Memberships.
pub(crate) static MEMBERSHIPS: CacheTable = CacheTable {
    name: "raw.st_memberships",
    columns: &[
        id("membership_type_id", "membershipTypeId"),
        id("customer_id", "customerId"),
        id("location_id", "locationId"),
        id("business_unit_id", "businessUnitId"),
        text("status", "status"),
        text("billing_frequency", "billingFrequency"),
        whole("duration_months", "duration"),
        day("starts_on", "from"),
        day("ends_on", "to"),
        day("cancelled_on", "cancellationDate"),
        day("next_bill_on", "nextScheduledBillDate"),
        id("sold_by_id", "soldById"),
    ],
    marks: &[],
};

/// Changes of memberships' status, append-only.
pub(crate) static MEMBERSHIP_STATUS_CHANGES: CacheTable = CacheTable {
    name: "raw.st_membership_status_changes",
    columns: &[
        id("membership_id", "membershipId"),
        text("old_status", "oldStatus"),
        text("new_status", "newStatus"),
    ],
    marks: &[],
};

/// Visits that memberships bring.
pub(crate) static RECURRING_SERVICE_EVENTS: CacheTable = CacheTable {
    name: "raw.st_recurring_service_events",
    columns: &[
        id("membership_id", "membershipId"),
        id("job_id", "jobId"),
        text("status", "status"),
        day("event_on", "date"),
    ],
    marks: &[],
};

/// Invoices.
pub(crate) static INVOICES: CacheTable = CacheTable {
    name: "raw.st_invoices",
    columns: &[
        text("invoice_number", "referenceNumber"),
        day("invoice_date", "invoiceDate"),
        day("due_date", "dueDate"),
        day("paid_on", "paidOn"),
        day("deposited_on", "depositedOn"),
        cents("subtotal_cents", "subTotal"),
        cents("sales_tax_cents", "salesTax"),
        cents("total_cents", "total"),
        cents("balance_cents", "balance"),
        cents("discount_cents", "discountTotal"),
        id("customer_id", "customer.id"),
        id("location_id", "location.id"),
        id("business_unit_id", "businessUnit.id"),
        id("job_id", "job.id"),
        id("project_id", "projectId"),
        id("membership_id", "membershipId"),
        id("adjustment_to_id", "adjustmentToId"),
        text("configuration", "invoiceConfiguration"),
        text("sync_status", "syncStatus"),
        text("review_status", "reviewStatus"),
        text("sent_status", "sentStatus"),
    ],
    marks: &[Mark {
        kind: "job",
        column: "job_id",
    }],
};

/// Lines of invoices.
pub(crate) static INVOICE_ITEMS: CacheTable = CacheTable {
    name: "raw.st_invoice_items",
    columns: &[
        text("invoice_id", "*parent_or:invoiceId"),
        text("item_type", "type"),
        id("sku_id", "skuId"),
        text("sku_name", "skuName"),
        number("quantity", "quantity"),
        number("price", "price"),
        cents("total_cents", "total"),
        cents("total_cost_cents", "totalCost"),
        id("gl_account_id", "generalLedgerAccount.id"),
        text("gl_account_name", "generalLedgerAccount.name"),
        text("gl_account_type", "generalLedgerAccount.type"),
        id("membership_type_id", "membershipTypeId"),
        id("business_unit_id", "businessUnit.id"),
        id("technician_id", "technicianId"),
        number("sold_hours", "soldHours"),
        day("service_date", "serviceDate"),
        flag("chargeable", "isChargeable"),
        flag("add_on", "addOn"),
        id("estimate_item_id", "estimateItemId"),
    ],
    marks: &[Mark {
        kind: "invoice",
        column: "invoice_id",
    }],
};

/// Payments.
pub(crate) static PAYMENTS: CacheTable = CacheTable {
    name: "raw.st_payments",
    columns: &[
        day("paid_on", "date"),
        cents("total_cents", "total"),
        cents("unapplied_cents", "unappliedAmount"),
        text("type_name", "type"),
        text("type_id", "typeId"),
        id("customer_id", "customer.id"),
        id("business_unit_id", "businessUnit.id"),
        id("refunded_payment_id", "refundedPaymentId"),
    ],
    marks: &[],
};

/// What part of a payment went to which invoice.
pub(crate) static PAYMENT_APPLICATIONS: CacheTable = CacheTable {
    name: "raw.st_payment_applications",
    columns: &[
        text("payment_id", "*parent"),
        id("invoice_id", "appliedTo"),
        cents("applied_cents", "appliedAmount"),
        day("applied_on", "appliedOn"),
    ],
    marks: &[],
};
