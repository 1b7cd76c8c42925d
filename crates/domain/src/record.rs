//! Canonical records: our shape of a record, the same for every vendor.
//!
//! Texts are trimmed and never empty; times are UTC instants; money is cents. A record says what the vendor
//! said, in our words; everything computed from it (line totals, sums, states) lives in [`crate::cost`].

use crate::decimal::{Hours, Quantity};
use crate::id::{CustomerId, EmployeeId, JobId, OrderId, VehicleId};
use crate::money::Cents;
use jiff::Timestamp;
use jiff::civil::Date;

/// Where a repair order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderStatus {
    /// An estimate.
    Estimate,
    /// Being worked on.
    WorkInProgress,
    /// Work done, not invoiced.
    Complete,
    /// Put aside.
    SavedForLater,
    /// Closed to the books.
    Posted,
    /// Closed to the books, on account.
    AccountsReceivable,
    /// Removed at the vendor.
    Deleted,
    /// A status the vendor invented after us; the order is kept and an issue raised.
    Unknown,
}

impl OrderStatus {
    /// The word stored in `repair_orders.status`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Estimate => "ESTIMATE",
            Self::WorkInProgress => "WORKINPROGRESS",
            Self::Complete => "COMPLETE",
            Self::SavedForLater => "SAVEDFORLATER",
            Self::Posted => "POSTED",
            Self::AccountsReceivable => "ACCRECV",
            Self::Deleted => "DELETED",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// Posted to the books, paid or on account: the statuses that count as revenue.
    #[must_use]
    pub const fn is_posted(self) -> bool {
        matches!(self, Self::Posted | Self::AccountsReceivable)
    }

    /// Work is over: completed or posted.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(
            self,
            Self::Complete | Self::Posted | Self::AccountsReceivable
        )
    }
}

/// The vendor's own sums of an order, kept untouched for the tie-out. Cents; `None` where not sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VendorSums {
    /// Retail labour.
    pub labor_sales: Option<Cents>,
    /// Retail parts.
    pub parts_sales: Option<Cents>,
    /// Retail sublets.
    pub sublet_sales: Option<Cents>,
    /// Fees of jobs and order.
    pub fee_total: Option<Cents>,
    /// Discounts of jobs and order; negative acts as a surcharge.
    pub discount_total: Option<Cents>,
    /// Tax.
    pub taxes: Option<Cents>,
    /// Invoice total with tax.
    pub total_sales: Option<Cents>,
}

/// One visit of one vehicle: the order's own fields.
#[derive(Clone, Debug)]
pub struct RepairOrder {
    /// Vendor's id.
    pub id: OrderId,
    /// Number printed for the customer; not unique over time.
    pub number: i64,
    /// Our word for its state.
    pub status: OrderStatus,
    /// The vendor's status number.
    pub status_id: Option<i32>,
    /// References by the vendor's id; the record behind may not be known (yet).
    pub customer_id: Option<CustomerId>,
    /// Vehicle, if any.
    pub vehicle_id: Option<VehicleId>,
    /// The advisor who sold it.
    pub advisor_id: Option<EmployeeId>,
    /// Default technician.
    pub technician_id: Option<EmployeeId>,
    /// Created at the vendor.
    pub created_at: Option<Timestamp>,
    /// Last change at the vendor; `None` until the first change.
    pub updated_at: Option<Timestamp>,
    /// Posted to the books.
    pub posted_at: Option<Timestamp>,
    /// Work completed; may lie after posting.
    pub completed_at: Option<Timestamp>,
    /// Removed at the vendor.
    pub deleted_at: Option<Timestamp>,
    /// Promised to the customer.
    pub promised_at: Option<Timestamp>,
    /// The vendor's own sums.
    pub vendor: VendorSums,
    /// Paid so far.
    pub amount_paid: Cents,
    /// Workflow label: text and vendor's number.
    pub label: Option<String>,
    /// Number of the label.
    pub label_id: Option<i64>,
    /// The shop's own label.
    pub custom_label: Option<String>,
    /// Key tag.
    pub keytag: Option<String>,
    /// Colour on the vendor's board.
    pub color: Option<String>,
    /// What the customer complained of, a line each.
    pub customer_concern: Option<String>,
    /// What the technician found, a line each.
    pub tech_notes: Option<String>,
    /// Marketing source.
    pub lead_source: Option<String>,
    /// Linked appointment.
    pub appointment_id: Option<i64>,
    /// Odometer at arrival, miles.
    pub miles_in: Option<i64>,
    /// Odometer at departure, miles.
    pub miles_out: Option<i64>,
    /// When the estimate link was sent.
    pub estimate_shared_at: Option<Timestamp>,
    /// When the inspection link was sent.
    pub inspection_shared_at: Option<Timestamp>,
    /// When the invoice link was sent.
    pub invoice_shared_at: Option<Timestamp>,
    /// Jobs with their lines.
    pub jobs: Vec<Job>,
    /// Work bought from others.
    pub sublets: Vec<Sublet>,
    /// Fees of the order itself.
    pub fees: Vec<Charge>,
    /// Discounts of the order itself.
    pub discounts: Vec<Charge>,
    /// Keys we have no column for, as a JSON object.
    pub extra: Option<String>,
}

impl RepairOrder {
    /// Whether the order is gone at the vendor, by status or by date.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.status == OrderStatus::Deleted || self.deleted_at.is_some()
    }
}

/// One piece of work, accepted or declined as a whole.
#[derive(Clone, Debug)]
pub struct Job {
    /// Vendor's id.
    pub id: JobId,
    /// Name, never empty.
    pub name: String,
    /// Note.
    pub description: Option<String>,
    /// Category.
    pub category_name: Option<String>,
    /// Canned job it came from.
    pub canned_job_id: Option<i64>,
    /// The vendor's word: accepted, refused, or nothing yet.
    pub authorized: Option<bool>,
    /// When the customer decided, either way.
    pub authorized_at: Option<Timestamp>,
    /// Was presented to the customer.
    pub selected: Option<bool>,
    /// Taken out of follow-up marketing.
    pub archived: Option<bool>,
    /// Technician of the job; a line's own technician wins.
    pub technician_id: Option<EmployeeId>,
    /// Clocked time.
    pub logged_hours: Option<Hours>,
    /// Created.
    pub created_at: Option<Timestamp>,
    /// Last change of the job row itself.
    pub updated_at: Option<Timestamp>,
    /// Completed.
    pub completed_at: Option<Timestamp>,
    /// Display order.
    pub sort_order: Option<i32>,
    /// The vendor's own subtotal, for the tie-out.
    pub vendor_subtotal: Option<Cents>,
    /// Parts.
    pub parts: Vec<Part>,
    /// Labour.
    pub labor: Vec<Labor>,
    /// Fees of the job.
    pub fees: Vec<Charge>,
    /// Discounts of the job; a negative one is a surcharge.
    pub discounts: Vec<Charge>,
    /// Keys we have no column for, as a JSON object.
    pub extra: Option<String>,
}

/// A part line. Prices are per unit.
#[derive(Clone, Debug)]
pub struct Part {
    /// Stable key of the line within its job.
    pub line_key: String,
    /// Vendor's id, if it has one.
    pub id: Option<i64>,
    /// Name, never empty.
    pub name: String,
    /// Part number.
    pub part_number: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Brand.
    pub manufacturer: Option<String>,
    /// Units; zero and negatives are legal.
    pub quantity: Quantity,
    /// Retail per unit.
    pub retail: Cents,
    /// Cost per unit; `None` where the vendor has none.
    pub cost: Option<Cents>,
    /// Kind of part, the vendor's word.
    pub part_type: Option<String>,
    /// Kind of part, the vendor's number.
    pub part_type_id: Option<i16>,
    /// Tire attributes as a JSON object.
    pub tire: Option<String>,
}

/// What the vendor itself says a labour line came to. It wins over hours and rates: a vendor may price work as a
/// whole, and know from its payroll what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Charged for the line, before tax.
    pub retail: Cents,
    /// What the line cost.
    pub cost: Cents,
}

/// A labour line.
#[derive(Clone, Debug)]
pub struct Labor {
    /// Stable key of the line within its job.
    pub line_key: String,
    /// Vendor's id, if it has one.
    pub id: Option<i64>,
    /// Name, never empty.
    pub name: String,
    /// Billed hours.
    pub hours: Hours,
    /// Retail per hour.
    pub rate: Cents,
    /// Who is credited.
    pub technician_id: Option<EmployeeId>,
    /// Done.
    pub complete: Option<bool>,
    /// The line's amounts, where the vendor states them: then no pay rate prices it.
    pub stated: Option<Stated>,
}

/// Work bought from another company. Hangs on the order.
#[derive(Clone, Debug)]
pub struct Sublet {
    /// Stable key of the line within the order.
    pub line_key: String,
    /// Vendor's id, if it has one.
    pub id: Option<i64>,
    /// Name, never empty.
    pub name: String,
    /// Note.
    pub description: Option<String>,
    /// Who does the work: number and name.
    pub supplier_id: Option<i64>,
    /// Name of the supplier.
    pub supplier_name: Option<String>,
    /// The vendor's word: accepted, refused, or nothing.
    pub authorized: Option<bool>,
    /// When the customer decided.
    pub authorized_at: Option<Timestamp>,
    /// Was presented to the customer.
    pub selected: Option<bool>,
    /// Price as sent.
    pub price: Option<Cents>,
    /// Cost as sent.
    pub cost: Option<Cents>,
    /// What it consists of: price and cost of each item.
    pub items: Vec<SubletItem>,
    /// The items as received, a JSON array.
    pub items_json: Option<String>,
}

/// One item of a sublet.
#[derive(Clone, Copy, Debug, Default)]
pub struct SubletItem {
    /// Price.
    pub price: Option<Cents>,
    /// Cost.
    pub cost: Option<Cents>,
}

/// A fee or a discount: a named amount.
#[derive(Clone, Debug)]
pub struct Charge {
    /// Stable key of the line within its scope.
    pub line_key: String,
    /// Vendor's id, if it has one.
    pub id: Option<i64>,
    /// Name, never empty.
    pub name: String,
    /// Final amount.
    pub total: Cents,
}

/// A customer.
#[derive(Clone, Debug, Default)]
pub struct Customer {
    /// Vendor's id.
    pub id: i64,
    /// Personal data from here on.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Company, for businesses.
    pub company_name: Option<String>,
    /// Contact of a business: first name.
    pub contact_first_name: Option<String>,
    /// Contact of a business: last name.
    pub contact_last_name: Option<String>,
    /// E-mail addresses.
    pub email: Vec<String>,
    /// Telephone numbers in the vendor's order.
    pub phones: Vec<Phone>,
    /// Address.
    pub address: Address,
    /// Kind: 1 person, 2 business.
    pub customer_type_id: Option<i32>,
    /// Kind in words.
    pub customer_type_name: Option<String>,
    /// May be written to.
    pub ok_for_marketing: Option<bool>,
    /// May buy on account.
    pub ar_eligible: Option<bool>,
    /// Credit limit.
    pub credit_limit: Option<Cents>,
    /// Birthday as sent.
    pub birthday: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Times of the record.
    pub times: RecordTimes,
    /// Keys we have no column for, as a JSON object.
    pub extra: Option<String>,
}

/// A telephone number.
#[derive(Clone, Debug, Default)]
pub struct Phone {
    /// The number as written.
    pub number: String,
    /// Cell, Home, …
    pub kind: Option<String>,
    /// The one to call first.
    pub primary: bool,
}

/// A postal address.
#[derive(Clone, Debug, Default)]
pub struct Address {
    /// First line.
    pub line1: Option<String>,
    /// Second line.
    pub line2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
}

/// When a record was created, changed and removed at the vendor.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordTimes {
    /// Created.
    pub created_at: Option<Timestamp>,
    /// Last change; `None` until the first.
    pub updated_at: Option<Timestamp>,
    /// Removed.
    pub deleted_at: Option<Timestamp>,
}

/// A vehicle.
#[derive(Clone, Debug, Default)]
pub struct Vehicle {
    /// Vendor's id.
    pub id: i64,
    /// Owner; moves when the car is sold.
    pub customer_id: Option<CustomerId>,
    /// Model year.
    pub year: Option<i32>,
    /// Make.
    pub make: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Trim.
    pub sub_model: Option<String>,
    /// Engine.
    pub engine: Option<String>,
    /// Transmission.
    pub transmission: Option<String>,
    /// Drive.
    pub drive_type: Option<String>,
    /// Body.
    pub body_type: Option<String>,
    /// Personal data: identification number.
    pub vin: Option<String>,
    /// Personal data: plate.
    pub license_plate: Option<String>,
    /// State of the plate.
    pub license_state: Option<String>,
    /// Fleet number.
    pub unit_number: Option<String>,
    /// Colour.
    pub color: Option<String>,
    /// Odometer, miles.
    pub odometer: Option<i64>,
    /// Notes.
    pub notes: Option<String>,
    /// Times of the record.
    pub times: RecordTimes,
    /// Keys we have no column for, as a JSON object.
    pub extra: Option<String>,
}

/// An employee.
#[derive(Clone, Debug, Default)]
pub struct Employee {
    /// Vendor's id; two shops may use the same one.
    pub id: i64,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Vendor's role number: 3 is Technician everywhere.
    pub role_id: Option<i32>,
    /// The role's code as sent.
    pub role_code: Option<String>,
    /// The role in words.
    pub role_name: Option<String>,
    /// May be put on labour lines.
    pub can_perform_work: Option<bool>,
    /// Certification number.
    pub certification_number: Option<String>,
    /// Times of the record.
    pub times: RecordTimes,
    /// Keys we have no column for, as a JSON object.
    pub extra: Option<String>,
}

/// A shop as the vendor lists it; zone and currency come from our configuration.
#[derive(Clone, Debug, Default)]
pub struct VendorShop {
    /// Vendor's number of the shop.
    pub id: i64,
    /// Name at the vendor.
    pub name: Option<String>,
    /// The whole object as received.
    pub body: String,
}

/// A pay rate: what an hour of an employee costs the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostRate {
    /// Vendor's id of the employee, who need not be known yet.
    pub employee_id: EmployeeId,
    /// First day it holds, shop-local.
    pub effective_from: Date,
    /// Last day it holds; `None` while open.
    pub effective_to: Option<Date>,
    /// Cost of one hour.
    pub hourly_cost: Cents,
}
