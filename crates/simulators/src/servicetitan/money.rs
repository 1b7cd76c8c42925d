//! Invoices with their lines, payments, estimates, memberships.

use jiff::civil::Date;

use super::filter::{any_id, before, from, of_day, same_text};
use super::json::Object;
use super::moment::Moment;
use super::settings::times;
use super::table::{Form, Meta, Record};
use super::world::World;
use crate::{Cents, Decimal, Stamp};

#[derive(Debug)]
pub(crate) struct Invoice {
    pub(crate) job: Option<i64>,
    pub(crate) membership: Option<i64>,
    pub(crate) adjustment_to: Option<i64>,
    pub(crate) customer: i64,
    pub(crate) location: Option<i64>,
    pub(crate) business_unit: i64,
    pub(crate) date: Date,
    /// Printed instead of the day's midnight: an instant within that local day.
    pub(crate) date_clock: Option<Stamp>,
    pub(crate) due: Option<Date>,
    pub(crate) paid_on: Option<Date>,
    pub(crate) subtotal: Cents,
    pub(crate) tax: Cents,
    pub(crate) applied: Cents,
    pub(crate) discount: Cents,
    pub(crate) sync_status: &'static str,
    pub(crate) review_status: &'static str,
    pub(crate) items: Vec<i64>,
    pub(crate) summary: Option<String>,
}

impl Invoice {
    pub(crate) fn total(&self) -> Cents {
        self.subtotal + self.tax
    }

    pub(crate) fn balance(&self) -> Cents {
        self.total() - self.applied
    }

    fn configuration(&self) -> &'static str {
        match (self.job, self.membership) {
            (Some(_), _) => "JobInvoice",
            (None, Some(_)) => "MembershipInvoice",
            (None, None) => "CounterSales",
        }
    }
}

fn reference(world: &World, key: &str, id: Option<i64>, o: &mut Object<'_>) {
    let name = id.and_then(|id| match key {
        "customer" => world.customers.get(id).map(|row| row.name.as_str()),
        "location" => world.locations.get(id).map(|row| row.name.as_str()),
        _ => world.business_units.get(id).map(|row| row.name.as_str()),
    });
    match (id, name) {
        (Some(id), Some(name)) => o.named(key, id, name),
        _ => o.null(key),
    };
}

impl Record for Invoice {
    fn print(&self, (meta, _): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        let job = self.job.and_then(|id| Some((id, world.jobs.get(id)?)));
        let date = self
            .date_clock
            .map_or_else(|| of_day(Some(self.date)), |at| Some(Moment::at(at)));
        o.int("id", meta.id)
            .text("syncStatus", self.sync_status)
            .text("referenceNumber", &meta.id.to_string())
            .opt_moment("invoiceDate", date)
            .day("dueDate", self.due)
            .money_text("subTotal", self.subtotal)
            .money_text("salesTax", self.tax)
            .money_text("total", self.total())
            .money_text("balance", self.balance())
            .null("invoiceType");
        reference(world, "customer", Some(self.customer), o);
        reference(world, "location", self.location, o);
        reference(world, "businessUnit", Some(self.business_unit), o);
        o.moment("createdOn", meta.created);
        // Nobody has changed it since, so nobody says when (Q9).
        if meta.modified == meta.created {
            o.null("modifiedOn");
        } else {
            o.moment("modifiedOn", meta.modified);
        }
        o.opt_int("adjustmentToId", self.adjustment_to);
        match job {
            Some((id, job)) => o.object("job", |o| {
                let kind = world.job_types.get(job.job_type).map(|row| row.name);
                o.int("id", id)
                    .text("number", &super::jpm::job_number(id))
                    .opt_text("type", kind);
            }),
            None => o.null("job"),
        };
        o.null("projectId")
            .text("reviewStatus", self.review_status)
            .text("sentStatus", "Sent")
            .objects("items", &self.items, |o, id| {
                if let (Some(meta), Some(item)) =
                    (world.invoice_items.meta(*id), world.invoice_items.get(*id))
                {
                    item.print_fields(meta, world, o);
                }
            })
            .null("customFields")
            .flag("active", meta.active)
            .money_text("discountTotal", self.discount)
            .opt_int("membershipId", self.membership)
            .day("paidOn", self.paid_on)
            .nulls(&[
                "depositedOn",
                "assignedTo",
                "batch",
                "salesTaxCode",
                "royalty",
            ])
            .opt_text("summary", self.summary.as_deref());
        if !world.config.older_generation {
            o.text("invoiceConfiguration", self.configuration());
        }
    }

    fn matches(&self, meta: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "statuses" => same_text(self.sync_status, value),
            "reviewStatuses" => same_text(self.review_status, value),
            "invoiceConfigurations" => same_text(self.configuration(), value),
            "jobId" => any_id(value, self.job),
            "jobNumber" => self
                .job
                .is_some_and(|id| super::jpm::job_number(id) == value),
            "businessUnitId" => any_id(value, Some(self.business_unit)),
            "customerId" => any_id(value, Some(self.customer)),
            "invoicedOnOrAfter" => from(of_day(Some(self.date)), value),
            "invoicedOnBefore" => before(of_day(Some(self.date)), value),
            "adjustmentToId" => any_id(value, self.adjustment_to),
            "number" => meta.id.to_string() == value,
            "dueDateOnOrAfter" => from(of_day(self.due), value),
            "dueDateBefore" => before(of_day(self.due), value),
            _ => return None,
        })
    }
}

/// A line of an invoice. Money has up to four digits here.
#[derive(Debug)]
pub(crate) struct InvoiceItem {
    pub(crate) invoice: i64,
    pub(crate) kind: &'static str,
    pub(crate) sku: i64,
    pub(crate) name: String,
    pub(crate) quantity: Decimal,
    pub(crate) price: Decimal,
    pub(crate) total: Decimal,
    pub(crate) cost: Option<Decimal>,
    pub(crate) total_cost: Option<Decimal>,
    pub(crate) taxable: bool,
    pub(crate) chargeable: bool,
    pub(crate) account: &'static str,
    pub(crate) account_type: &'static str,
    /// 0 for none.
    pub(crate) membership_type: i64,
    /// In hundredths.
    pub(crate) sold_hours: Option<i64>,
    pub(crate) business_unit: Option<i64>,
    pub(crate) technician: Option<i64>,
}

impl InvoiceItem {
    /// The line in whole cents, half away from zero.
    pub(crate) fn total_cents(&self) -> Cents {
        self.total.times(Cents(100))
    }

    fn print_fields(&self, meta: &Meta, world: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("type", self.kind)
            .int("skuId", self.sku)
            .text("skuName", &self.name)
            .text("displayName", &self.name)
            .text("description", "")
            .decimal_text("quantity", self.quantity)
            .decimal_text("price", self.price)
            .decimal_text("total", self.total)
            .opt_decimal_text("cost", self.cost)
            .opt_decimal_text("totalCost", self.total_cost)
            .null("memberPrice")
            .flag("taxable", self.taxable)
            .flag("inventory", false)
            .flag("isChargeable", self.chargeable)
            .flag("addOn", false)
            .object("generalLedgerAccount", |o| {
                o.int("id", 1)
                    .text("name", self.account)
                    .text("number", "4000")
                    .text("type", self.account_type)
                    .text("detailType", "Service");
            })
            .nulls(&["costOfSaleAccount", "assetAccount"])
            .int("membershipTypeId", self.membership_type)
            .null("itemGroup");
        match self.sold_hours {
            Some(hours) => o.decimal("soldHours", Decimal::hundredths(hours)),
            None => o.null("soldHours"),
        };
        reference(world, "businessUnit", self.business_unit, o);
        o.opt_int("technicianId", self.technician)
            .nulls(&["installedEquipmentId", "estimateItemId", "serviceDate"])
            .int("order", 0);
        times(meta, o);
    }
}

impl Record for InvoiceItem {
    fn print(&self, (meta, form): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        if form.feed {
            o.int("invoiceId", self.invoice).flag("active", meta.active);
        }
        self.print_fields(meta, world, o);
    }
}

/// A part of a payment that pays an invoice.
#[derive(Debug, Clone)]
pub(crate) struct Application {
    pub(crate) id: i64,
    pub(crate) invoice: i64,
    pub(crate) amount: Cents,
    pub(crate) on: Date,
}

#[derive(Debug)]
pub(crate) struct Payment {
    pub(crate) date: Date,
    pub(crate) total: Cents,
    pub(crate) kind: &'static str,
    pub(crate) kind_id: i64,
    pub(crate) customer: i64,
    pub(crate) business_unit: i64,
    pub(crate) applications: Vec<Application>,
    pub(crate) refunded: Option<i64>,
    pub(crate) memo: Option<String>,
}

impl Payment {
    pub(crate) fn applied(&self) -> Cents {
        self.applications.iter().map(|part| part.amount).sum()
    }
}

impl Record for Payment {
    fn print(&self, (meta, _): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .flag("active", meta.active)
            .day("date", Some(self.date))
            .money_text("total", self.total)
            .money_text("unappliedAmount", self.total - self.applied())
            .text("type", self.kind)
            .text("typeId", &self.kind_id.to_string());
        reference(world, "customer", Some(self.customer), o);
        reference(world, "businessUnit", Some(self.business_unit), o);
        o.objects("appliedTo", &self.applications, |o, part| {
            o.int("appliedId", part.id)
                .int("appliedTo", part.invoice)
                .money_text("appliedAmount", part.amount)
                .day("appliedOn", Some(part.on))
                .text("appliedBy", "office")
                .text("appliedToReferenceNumber", &part.invoice.to_string());
        })
        .nulls(&[
            "batch",
            "deposit",
            "generalLedgerAccount",
            "referenceNumber",
        ])
        .opt_text("memo", self.memo.as_deref())
        .nulls(&["authCode", "checkNumber"])
        .text("createdBy", "office")
        .text("syncStatus", "Posted");
        times(meta, o);
        if !world.config.older_generation {
            o.opt_int("refundedPaymentId", self.refunded);
        }
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "appliedToInvoiceIds" => {
                let mut parts = self.applications.iter();
                parts.any(|part| any_id(value, Some(part.invoice)))
            }
            "businessUnitIds" => any_id(value, Some(self.business_unit)),
            "customerId" => any_id(value, Some(self.customer)),
            "paidOnAfter" => from(of_day(Some(self.date)), value),
            "paidOnBefore" => before(of_day(Some(self.date)), value),
            _ => return None,
        })
    }
}

#[derive(Debug)]
pub(crate) struct EstimateItem {
    pub(crate) id: i64,
    pub(crate) sku: i64,
    pub(crate) name: &'static str,
    pub(crate) price: Cents,
    pub(crate) cost: Cents,
}

#[derive(Debug)]
pub(crate) struct Estimate {
    pub(crate) job: Option<i64>,
    pub(crate) customer: i64,
    pub(crate) location: i64,
    pub(crate) business_unit: i64,
    pub(crate) name: &'static str,
    pub(crate) status: &'static str,
    pub(crate) sold_on: Option<Stamp>,
    pub(crate) sold_by: Option<i64>,
    pub(crate) items: Vec<EstimateItem>,
    pub(crate) created: Moment,
}

impl Estimate {
    pub(crate) fn subtotal(&self) -> Cents {
        self.items.iter().map(|item| item.price).sum()
    }

    pub(crate) fn print_item(&self, item: &EstimateItem, o: &mut Object<'_>) {
        o.int("id", item.id)
            .object("sku", |o| {
                o.int("id", item.sku)
                    .text("name", item.name)
                    .text("displayName", item.name)
                    .text("type", "Equipment")
                    .int("soldHours", 2);
            })
            .text("skuAccount", "Service income")
            .text("description", "")
            .null("membershipTypeId")
            .int("qty", 1)
            .money("unitRate", item.price)
            .money("total", item.price)
            .money("unitCost", item.cost)
            .money("totalCost", item.cost)
            .nulls(&[
                "itemGroupName",
                "itemGroupRootId",
                "chargeable",
                "invoiceItemId",
            ])
            .moment("createdOn", self.created)
            .moment("modifiedOn", self.created);
    }
}

impl Record for Estimate {
    fn print(&self, (meta, _): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        let unit = world.business_units.get(self.business_unit);
        let value = match self.status {
            "Open" => 0,
            "Sold" => 1,
            _ => 2,
        };
        o.int("id", meta.id)
            .opt_int("jobId", self.job)
            .null("projectId")
            .int("locationId", self.location)
            .int("customerId", self.customer)
            .text("name", self.name)
            .opt_text("jobNumber", self.job.map(super::jpm::job_number).as_deref())
            .object("status", |o| {
                o.int("value", value).text("name", self.status);
            })
            .text("reviewStatus", "None")
            .text("summary", "");
        times(meta, o);
        o.opt_moment("soldOn", self.sold_on.map(Moment::at))
            .opt_int("soldBy", self.sold_by)
            .objects("items", &self.items, |o, item| self.print_item(item, o))
            .empty_arrays(&["externalLinks"])
            .money("subtotal", self.subtotal());
        if !world.config.older_generation {
            o.flag("active", meta.active)
                .int("tax", 0)
                .int("businessUnitId", self.business_unit)
                .opt_text("businessUnitName", unit.map(|row| row.name.as_str()))
                .flag("isRecommended", true)
                .flag("isChangeOrder", false);
        }
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "jobId" => any_id(value, self.job),
            "jobNumber" => self
                .job
                .is_some_and(|id| super::jpm::job_number(id) == value),
            "locationId" => any_id(value, Some(self.location)),
            "soldById" => any_id(value, self.sold_by),
            "soldAfter" => from(self.sold_on.map(Moment::at), value),
            "soldBefore" => before(self.sold_on.map(Moment::at), value),
            "status" => same_text(self.status, value),
            _ => return None,
        })
    }
}

/// What a membership costs, by length and rhythm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BillingOption {
    pub(crate) id: i64,
    pub(crate) months: Option<i64>,
    pub(crate) frequency: &'static str,
    pub(crate) sale: Cents,
    pub(crate) billing: Cents,
}

#[derive(Debug)]
pub(crate) struct MembershipType {
    pub(crate) name: &'static str,
    pub(crate) recognition: &'static str,
    pub(crate) options: Vec<BillingOption>,
}

impl MembershipType {
    pub(crate) fn print_options(&self, o: &mut Object<'_>) {
        o.objects("durationBilling", &self.options, |o, option| {
            o.int("id", option.id)
                .opt_int("duration", option.months)
                .text("billingFrequency", option.frequency)
                .money("salePrice", option.sale)
                .money("billingPrice", option.billing)
                .int("renewalPrice", 0)
                .flag("active", true);
        });
    }
}

impl Record for MembershipType {
    fn print(&self, (meta, form): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("name", self.name)
            .text("displayName", self.name)
            .flag("active", meta.active)
            .text("discountMode", "Basic")
            .int("discount", 10)
            .text("locationTarget", "LocationOfBilling")
            .text("revenueRecognitionMode", self.recognition)
            .null("billingTemplateId");
        if form.with_billing {
            self.print_options(o);
        } else {
            o.null("durationBilling");
        }
        times(meta, o);
    }
}

#[derive(Debug)]
pub(crate) struct Membership {
    pub(crate) kind: i64,
    pub(crate) status: &'static str,
    /// The vendor's billing flag, which outlives the membership (Q23).
    pub(crate) billing: bool,
    pub(crate) customer: i64,
    pub(crate) location: i64,
    pub(crate) business_unit: i64,
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
    pub(crate) cancelled: Option<Date>,
    pub(crate) next_bill: Option<Date>,
    pub(crate) frequency: &'static str,
    pub(crate) months: Option<i64>,
    pub(crate) sold_by: Option<i64>,
    pub(crate) activated_from: Option<i64>,
}

impl Record for Membership {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("status", self.status)
            .flag("active", self.billing)
            .int("customerId", self.customer)
            .int("businessUnitId", self.business_unit)
            .int("membershipTypeId", self.kind)
            .int("locationId", self.location)
            .day("from", Some(self.from))
            .day("to", self.to)
            .day("cancellationDate", self.cancelled)
            .day("nextScheduledBillDate", self.next_bill)
            // The vendor's spelling of none (Q11).
            .text("followUpOn", "0001-01-01T00:00:00Z")
            .text("followUpStatus", "NotAttempted")
            .text("billingFrequency", self.frequency)
            .null("renewalBillingFrequency")
            .opt_int("duration", self.months)
            .null("renewalDuration")
            .int("initialDeferredRevenue", 0)
            .opt_int("soldById", self.sold_by)
            .opt_int("activatedFromId", self.activated_from)
            .nulls(&[
                "billingTemplateId",
                "cancellationInvoiceId",
                "cancellationBalanceInvoiceId",
            ])
            .nulls(&["renewedById", "paymentMethodId"])
            .empty_arrays(&["customFields"]);
        times(meta, o);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "customerIds" => any_id(value, Some(self.customer)),
            "status" => same_text(self.status, value),
            "duration" => any_id(value, self.months),
            "billingFrequency" => same_text(self.frequency, value),
            _ => return None,
        })
    }
}

/// Append-only: no time of change.
#[derive(Debug)]
pub(crate) struct StatusChange {
    pub(crate) membership: i64,
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
}

impl Record for StatusChange {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .int("membershipId", self.membership)
            .text("oldStatus", self.old)
            .text("newStatus", self.new)
            .null("note")
            .moment("createdOn", meta.created)
            .int("createdById", 3);
    }
}

#[derive(Debug)]
pub(crate) struct ServiceEvent {
    pub(crate) membership: i64,
    pub(crate) status: &'static str,
    pub(crate) date: Date,
    pub(crate) job: Option<i64>,
}

impl Record for ServiceEvent {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .int("locationRecurringServiceId", self.membership)
            .int("membershipId", self.membership)
            .text("status", self.status)
            .day("date", Some(self.date))
            .opt_int("jobId", self.job)
            .flag("active", meta.active);
        times(meta, o);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        (name == "status").then(|| same_text(self.status, value))
    }
}
