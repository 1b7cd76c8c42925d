//! Which records a list holds (reference/tekmetric.md A.7).

use super::entity::{Customer, Employee, Order, Status, Vehicle};
use super::params::{Answer, Params, Window};
use super::world::{Slot, World};

/// Parameters of `GET /repair-orders`.
pub(crate) const ORDER_PARAMS: &[&str] = &[
    "start",
    "end",
    "postedDateStart",
    "postedDateEnd",
    "updatedDateStart",
    "updatedDateEnd",
    "deletedDateStart",
    "deletedDateEnd",
    "repairOrderNumber",
    "repairOrderStatusId",
    "customerId",
    "vehicleId",
    "search",
];

/// Parameters of `GET /customers`.
pub(crate) const CUSTOMER_PARAMS: &[&str] = &[
    "search",
    "okForMarketing",
    "eligibleForAccountsReceivable",
    "customerTypeId",
    "updatedDateStart",
    "updatedDateEnd",
    "deletedDateStart",
    "deletedDateEnd",
];

/// Parameters of `GET /vehicles`.
pub(crate) const VEHICLE_PARAMS: &[&str] = &[
    "customerId",
    "search",
    "updatedDateStart",
    "updatedDateEnd",
    "deletedDateStart",
    "deletedDateEnd",
];

/// Parameters of `GET /jobs`.
pub(crate) const JOB_PARAMS: &[&str] = &[
    "vehicleId",
    "repairOrderId",
    "customerId",
    "authorized",
    "authorizedDateStart",
    "authorizedDateEnd",
    "updatedDateStart",
    "updatedDateEnd",
    "repairOrderStatusId",
];

/// Parameters of `GET /employees`.
pub(crate) const EMPLOYEE_PARAMS: &[&str] = &["search", "updatedDateStart", "updatedDateEnd"];

/// Parameters of `GET /appointments`.
pub(crate) const APPOINTMENT_PARAMS: &[&str] = &[
    "customerId",
    "vehicleId",
    "start",
    "end",
    "updatedDateStart",
    "updatedDateEnd",
    "includeDeleted",
];

/// The shops whose records a list may hold.
#[derive(Debug, Clone)]
pub(crate) struct Scope(Option<i64>);

impl Scope {
    pub(crate) fn new(shop: Option<i64>) -> Self {
        Self(shop)
    }

    pub(crate) fn holds(&self, shop_id: i64) -> bool {
        self.0.is_none_or(|wanted| wanted == shop_id)
    }
}

/// The time windows of a list with deletions: any `deletedDate*` makes it hold deleted rows only,
/// whatever other dates are given (A.6.6).
#[derive(Debug, Clone)]
struct Changes {
    updated: Window,
    deleted: Window,
}

impl Changes {
    fn read(params: &Params) -> Answer<Self> {
        Ok(Self {
            updated: params.window("updatedDateStart", "updatedDateEnd")?,
            deleted: params.window("deletedDateStart", "deletedDateEnd")?,
        })
    }
}

/// Filter of repair orders.
#[derive(Debug, Clone)]
pub(crate) struct OrderFilter {
    scope: Scope,
    created: Window,
    posted: Window,
    changes: Changes,
    number: Option<i64>,
    statuses: Vec<i64>,
    customer_id: Option<i64>,
    vehicle_id: Option<i64>,
    search: Option<String>,
}

impl OrderFilter {
    pub(crate) fn read(params: &Params, scope: Scope) -> Answer<Self> {
        Ok(Self {
            scope,
            created: params.window("start", "end")?,
            posted: params.window("postedDateStart", "postedDateEnd")?,
            changes: Changes::read(params)?,
            number: params.int("repairOrderNumber")?,
            statuses: params.ints("repairOrderStatusId")?,
            customer_id: params.int("customerId")?,
            vehicle_id: params.int("vehicleId")?,
            search: params.text("search").map(str::to_lowercase),
        })
    }

    pub(crate) fn updated(&self) -> Window {
        self.changes.updated
    }

    pub(crate) fn holds(&self, world: &World, slot: &Slot) -> bool {
        let head = &slot.head;
        let dates = if self.changes.deleted.is_given() {
            self.changes.deleted.holds(head.deleted_at)
        } else {
            self.created.holds(Some(head.created_at))
                && self.posted.holds(head.posted_at)
                && self.changes.updated.holds(head.updated_at)
        };
        dates
            && self.scope.holds(head.shop_id)
            && self.number.is_none_or(|number| number == head.number)
            && (self.statuses.is_empty() || self.statuses.contains(&head.status.id()))
            && self.customer_id.is_none_or(|id| id == head.customer_id)
            && self.vehicle_id.is_none_or(|id| Some(id) == head.vehicle_id)
            && self
                .search
                .as_deref()
                .is_none_or(|text| self.finds(world, slot, text))
    }

    /// The fuzzy search: a part of the number or of the customer's name (B-61).
    fn finds(&self, world: &World, slot: &Slot, text: &str) -> bool {
        let customer = world
            .customers
            .iter()
            .find(|customer| customer.id == slot.head.customer_id);
        slot.head.number.to_string().contains(text)
            || customer.is_some_and(|found| names(found).contains(text))
    }
}

fn names(customer: &Customer) -> String {
    let last = customer.last_name.as_deref().unwrap_or_default();
    format!("{} {last}", customer.first_name).to_lowercase()
}

/// Filter of customers.
#[derive(Debug, Clone)]
pub(crate) struct CustomerFilter {
    scope: Scope,
    changes: Changes,
    search: Option<String>,
    marketing: Option<bool>,
    on_account: Option<bool>,
    type_id: Option<i64>,
}

impl CustomerFilter {
    pub(crate) fn read(params: &Params, scope: Scope) -> Answer<Self> {
        Ok(Self {
            scope,
            changes: Changes::read(params)?,
            search: params.text("search").map(str::to_lowercase),
            marketing: params.flag("okForMarketing")?,
            on_account: params.flag("eligibleForAccountsReceivable")?,
            type_id: params.int("customerTypeId")?,
        })
    }

    /// Deleted customers stand in no list but that of deletions.
    pub(crate) fn holds(&self, customer: &Customer) -> bool {
        let dates = match self.changes.deleted.is_given() {
            true => self.changes.deleted.holds(customer.deleted_at),
            false => {
                customer.deleted_at.is_none() && self.changes.updated.holds(customer.updated_at)
            }
        };
        let type_id = if customer.business { 2 } else { 1 };
        dates
            && self.scope.holds(customer.shop_id)
            && self
                .marketing
                .is_none_or(|wanted| wanted == customer.marketing)
            && self
                .on_account
                .is_none_or(|wanted| wanted == customer.business)
            && self.type_id.is_none_or(|wanted| wanted == type_id)
            && self.search.as_deref().is_none_or(|text| {
                let reach = [customer.email.as_deref(), customer.phone.as_deref()];
                names(customer).contains(text)
                    || reach.iter().flatten().any(|field| field.contains(text))
            })
    }
}

/// Filter of vehicles.
#[derive(Debug, Clone)]
pub(crate) struct VehicleFilter {
    scope: Scope,
    changes: Changes,
    customer_id: Option<i64>,
    search: Option<String>,
}

impl VehicleFilter {
    pub(crate) fn read(params: &Params, scope: Scope) -> Answer<Self> {
        Ok(Self {
            scope,
            changes: Changes::read(params)?,
            customer_id: params.int("customerId")?,
            search: params.text("search").map(str::to_lowercase),
        })
    }

    pub(crate) fn holds(&self, vehicle: &Vehicle) -> bool {
        let dates = match self.changes.deleted.is_given() {
            true => self.changes.deleted.holds(vehicle.deleted_at),
            false => vehicle.deleted_at.is_none() && self.changes.updated.holds(vehicle.updated_at),
        };
        let words = || {
            let year = vehicle
                .year
                .map(|year| year.to_string())
                .unwrap_or_default();
            format!("{year} {} {}", vehicle.make, vehicle.model).to_lowercase()
        };
        dates
            && self.scope.holds(vehicle.shop_id)
            && self.customer_id.is_none_or(|id| id == vehicle.customer_id)
            && self
                .search
                .as_deref()
                .is_none_or(|text| words().contains(text))
    }
}

/// Filter of employees; those who left are in no list.
#[derive(Debug, Clone)]
pub(crate) struct EmployeeFilter {
    scope: Scope,
    updated: Window,
    search: Option<String>,
}

impl EmployeeFilter {
    pub(crate) fn read(params: &Params, scope: Scope) -> Answer<Self> {
        Ok(Self {
            scope,
            updated: params.window("updatedDateStart", "updatedDateEnd")?,
            search: params.text("search").map(str::to_lowercase),
        })
    }

    pub(crate) fn holds(&self, world: &World, person: &Employee) -> bool {
        let name = || format!("{} {}", person.first_name, person.last_name).to_lowercase();
        person.is_listed(world.now)
            && self.scope.holds(person.shop_id)
            && self.updated.holds(person.updated_at)
            && self
                .search
                .as_deref()
                .is_none_or(|text| name().contains(text))
    }
}

/// Filter of jobs; it looks at the job's own `updatedDate`.
#[derive(Debug, Clone)]
pub(crate) struct JobFilter {
    scope: Scope,
    order_id: Option<i64>,
    customer_id: Option<i64>,
    vehicle_id: Option<i64>,
    authorized: Option<bool>,
    authorized_at: Window,
    updated: Window,
    statuses: Vec<i64>,
}

impl JobFilter {
    pub(crate) fn read(params: &Params, scope: Scope) -> Answer<Self> {
        Ok(Self {
            scope,
            order_id: params.int("repairOrderId")?,
            customer_id: params.int("customerId")?,
            vehicle_id: params.int("vehicleId")?,
            authorized: params.flag("authorized")?,
            authorized_at: params.window("authorizedDateStart", "authorizedDateEnd")?,
            updated: params.window("updatedDateStart", "updatedDateEnd")?,
            statuses: params.ints("repairOrderStatusId")?,
        })
    }

    /// Jobs of deleted orders are gone from the list.
    pub(crate) fn holds_order(&self, slot: &Slot) -> bool {
        let head = &slot.head;
        head.deleted_at.is_none()
            && head.status != Status::Deleted
            && self.scope.holds(head.shop_id)
            && self.order_id.is_none_or(|id| id == slot.id)
            && self.customer_id.is_none_or(|id| id == head.customer_id)
            && self.vehicle_id.is_none_or(|id| Some(id) == head.vehicle_id)
            && (self.statuses.is_empty() || self.statuses.contains(&head.status.id()))
    }

    /// Positions of an order's jobs that the list holds.
    pub(crate) fn jobs_of(&self, order: &Order) -> Vec<usize> {
        let holds = |job: &super::entity::Job| {
            self.authorized
                .is_none_or(|wanted| job.decision.authorized.unwrap_or(false) == wanted)
                && self.authorized_at.holds(job.decision.decided_at)
                && self.updated.holds(job.updated_at)
        };
        order
            .jobs
            .iter()
            .enumerate()
            .filter(|(_, job)| holds(job))
            .map(|(index, _)| index)
            .collect()
    }
}

/// Filter of appointments; `includeDeleted` is true unless told otherwise (A.6.6).
#[derive(Debug, Clone)]
pub(crate) struct AppointmentFilter {
    scope: Scope,
    customer_id: Option<i64>,
    vehicle_id: Option<i64>,
    starts: Window,
    updated: Window,
    deleted_too: bool,
}

impl AppointmentFilter {
    pub(crate) fn read(params: &Params, scope: Scope) -> Answer<Self> {
        Ok(Self {
            scope,
            customer_id: params.int("customerId")?,
            vehicle_id: params.int("vehicleId")?,
            starts: params.window("start", "end")?,
            updated: params.window("updatedDateStart", "updatedDateEnd")?,
            deleted_too: params.flag("includeDeleted")?.unwrap_or(true),
        })
    }

    pub(crate) fn holds(&self, appointment: &super::entity::Appointment) -> bool {
        self.scope.holds(appointment.shop_id)
            && self
                .customer_id
                .is_none_or(|id| id == appointment.customer_id)
            && self
                .vehicle_id
                .is_none_or(|id| Some(id) == appointment.vehicle_id)
            && self.starts.holds(Some(appointment.starts_at))
            && self.updated.holds(appointment.updated_at)
            && (self.deleted_too || appointment.deleted_at.is_none())
    }
}
