//! Hours and pay, shifts and blocked time, and what was installed and rated.

use jiff::civil::Date;

use super::filter::{any_id, before, from, of_day, same_flag, same_text};
use super::json::Object;
use super::moment::Moment;
use super::settings::times;
use super::table::{Form, Meta, Record};
use super::world::World;
use crate::{Cents, Decimal, Stamp};

/// A technician's time on an appointment: the only source of true arrival.
#[derive(Debug)]
pub(crate) struct JobTimesheet {
    pub(crate) job: i64,
    pub(crate) appointment: i64,
    pub(crate) technician: i64,
    pub(crate) dispatched: Option<Moment>,
    pub(crate) arrived: Option<Moment>,
    pub(crate) canceled: Option<Moment>,
    pub(crate) done: Option<Moment>,
}

impl Record for JobTimesheet {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .int("jobId", self.job)
            .int("appointmentId", self.appointment)
            .int("technicianId", self.technician)
            .opt_moment("dispatchedOn", self.dispatched)
            .opt_moment("arrivedOn", self.arrived)
            .opt_moment("canceledOn", self.canceled)
            .opt_moment("doneOn", self.done);
        times(meta, o);
        o.flag("active", meta.active);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "jobIds" => any_id(value, Some(self.job)),
            "technicianId" => any_id(value, Some(self.technician)),
            "startedOn" => from(self.dispatched.or(self.arrived), value),
            "endedOn" => before(self.done, value),
            _ => return None,
        })
    }
}

#[derive(Debug)]
pub(crate) struct NonJobTimesheet {
    pub(crate) employee: i64,
    pub(crate) code: i64,
    pub(crate) started: Stamp,
    pub(crate) ended: Option<Stamp>,
}

impl Record for NonJobTimesheet {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .int("employeeId", self.employee)
            .text("employeeType", "Technician")
            .int("timesheetCodeId", self.code)
            .moment("startedOn", Moment::at(self.started))
            .opt_moment("endedOn", self.ended.map(Moment::at))
            .flag("active", meta.active);
        times(meta, o);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "employeeId" => any_id(value, Some(self.employee)),
            "employeeType" => same_text("Technician", value),
            _ => return None,
        })
    }
}

/// A share of the credit for a job, in ten-thousandths of a percent.
#[derive(Debug)]
pub(crate) struct Split {
    pub(crate) job: i64,
    pub(crate) technician: i64,
    pub(crate) percent: Decimal,
}

impl Record for Split {
    fn print(&self, (meta, form): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .int("jobId", self.job)
            .int("technicianId", self.technician)
            .decimal("split", self.percent);
        times(meta, o);
        if form.feed {
            o.flag("active", meta.active);
        }
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        (name == "jobIds").then(|| any_id(value, Some(self.job)))
    }
}

/// A line of pay.
#[derive(Debug)]
pub(crate) struct GrossPay {
    pub(crate) payroll: i64,
    pub(crate) employee: i64,
    pub(crate) date: Date,
    pub(crate) amount: Cents,
    pub(crate) adjustment: Option<Cents>,
    pub(crate) kind: &'static str,
    pub(crate) hours: Option<Decimal>,
    pub(crate) span: Option<(Moment, Moment)>,
    pub(crate) source: Option<i64>,
    pub(crate) job: Option<i64>,
    /// Every fifth row comes without an id (Q26).
    pub(crate) named: bool,
}

impl Record for GrossPay {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        let paid = self.hours.is_some().then_some("Regular");
        o.opt_int("id", self.named.then_some(meta.id))
            .int("payrollId", self.payroll)
            .int("employeeId", self.employee)
            .text("employeeType", "Technician")
            .day("date", Some(self.date))
            .text("activity", "Working")
            .int("activityCodeId", 1)
            .money("amount", self.amount)
            .opt_money("amountAdjustment", self.adjustment)
            .text("grossPayItemType", self.kind);
        match self.hours {
            Some(hours) => o.decimal("paidDurationHours", hours),
            None => o.null("paidDurationHours"),
        };
        o.opt_text("paidTimeType", paid)
            .opt_moment("startedOn", self.span.map(|(start, _)| start))
            .opt_moment("endedOn", self.span.map(|(_, end)| end))
            .opt_int("sourceEntityId", self.source)
            .opt_int("jobId", self.job)
            .nulls(&["invoiceId", "invoiceItemId", "businessUnitName"]);
        times(meta, o);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "employeeType" => same_text("Technician", value),
            "employeeId" => any_id(value, Some(self.employee)),
            "payrollIds" => any_id(value, Some(self.payroll)),
            "dateOnOrAfter" => from(of_day(Some(self.date)), value),
            "dateOnOrBefore" => Moment::parse(value)
                .zip(of_day(Some(self.date)))
                .is_some_and(|(bound, date)| date <= bound),
            _ => return None,
        })
    }
}

#[derive(Debug)]
pub(crate) struct Shift {
    pub(crate) kind: &'static str,
    pub(crate) title: &'static str,
    pub(crate) technician: i64,
    pub(crate) start: Stamp,
    pub(crate) end: Stamp,
}

impl Record for Shift {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("shiftType", self.kind)
            .text("title", self.title)
            .null("note")
            .int("technicianId", self.technician)
            .moment("start", Moment::at(self.start))
            .moment("end", Moment::at(self.end))
            .null("timesheetCodeId")
            .flag("active", meta.active);
        times(meta, o);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "startsOnOrAfter" => from(Some(Moment::at(self.start)), value),
            "endsOnOrBefore" => {
                Moment::parse(value).is_some_and(|bound| Moment::at(self.end) <= bound)
            }
            "shiftType" => same_text(self.kind, value),
            "technicianId" => any_id(value, Some(self.technician)),
            "titleContains" => super::filter::holds(self.title, value),
            "noteContains" => false,
            _ => return None,
        })
    }
}

#[derive(Debug)]
pub(crate) struct NonJobAppointment {
    pub(crate) technician: i64,
    pub(crate) start: Stamp,
    pub(crate) seconds: i64,
    pub(crate) name: &'static str,
    pub(crate) blocks_capacity: bool,
    pub(crate) code: i64,
}

impl Record for NonJobAppointment {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        let (hours, minutes) = (self.seconds / 3_600, self.seconds / 60 % 60);
        o.int("id", meta.id)
            .int("technicianId", self.technician)
            .moment("start", Moment::at(self.start))
            .text("name", self.name)
            .text("duration", &format!("{hours:02}:{minutes:02}:00"))
            .int("timesheetCodeId", self.code)
            .text("summary", "")
            .flag("allDay", false)
            .flag("removeTechnicianFromCapacityPlanning", self.blocks_capacity)
            .flag("clearDispatchBoard", false)
            .flag("clearTechnicianView", false)
            .flag("showOnTechnicianSchedule", true)
            .flag("active", meta.active);
        times(meta, o);
        o.int("createdById", 3);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "technicianId" => any_id(value, Some(self.technician)),
            "startsOnOrAfter" => from(Some(Moment::at(self.start)), value),
            "startsOnOrBefore" => {
                Moment::parse(value).is_some_and(|bound| Moment::at(self.start) <= bound)
            }
            "timesheetCodeId" => any_id(value, Some(self.code)),
            "showOnTechnicianSchedule" => same_flag(true, value),
            _ => return None,
        })
    }
}

#[derive(Debug)]
pub(crate) struct InstalledEquipment {
    pub(crate) equipment: i64,
    pub(crate) name: &'static str,
    pub(crate) location: i64,
    pub(crate) customer: i64,
    pub(crate) item: Option<i64>,
    pub(crate) installed: Date,
    pub(crate) cost: Cents,
}

impl Record for InstalledEquipment {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .flag("active", meta.active)
            .int("equipmentId", self.equipment)
            .int("locationId", self.location)
            .int("customerId", self.customer)
            .opt_int("invoiceItemId", self.item)
            .text("name", self.name)
            .null("type")
            .day("installedOn", Some(self.installed))
            .text("serialNumber", &format!("SN-{}", meta.id))
            .text("manufacturer", "Sample Works")
            .text("model", "M-1")
            .money("cost", self.cost)
            .text("status", "Installed")
            .nulls(&["manufacturerWarrantyStart", "manufacturerWarrantyEnd"])
            .nulls(&["serviceProviderWarrantyStart", "serviceProviderWarrantyEnd"])
            .null("predictedReplacementDate");
        times(meta, o);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        (name == "locationIds").then(|| any_id(value, Some(self.location)))
    }
}

/// Has no id (Q26).
#[derive(Debug)]
pub(crate) struct Rating {
    pub(crate) technician: i64,
    pub(crate) job: i64,
    pub(crate) rating: i64,
}

impl Record for Rating {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("technicianId", self.technician)
            .int("jobId", self.job)
            .int("rating", self.rating)
            .flag("active", meta.active);
        times(meta, o);
    }
}
