//! Jobs, their appointments, and what is logged about them.

use super::crm::{External, external_matches, print_external};
use super::filter::{any_id, before, from, same_flag, same_text};
use super::json::Object;
use super::moment::Moment;
use super::settings::times;
use super::table::{Form, Meta, Record};
use super::world::World;
use crate::{Cents, Stamp};

/// The states of a job. Not those of an appointment (Q15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobStatus {
    Scheduled,
    Dispatched,
    InProgress,
    Hold,
    Completed,
    Canceled,
}

impl JobStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Dispatched => "Dispatched",
            Self::InProgress => "InProgress",
            Self::Hold => "Hold",
            Self::Completed => "Completed",
            Self::Canceled => "Canceled",
        }
    }
}

/// The states of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VisitStatus {
    Scheduled,
    Dispatched,
    Working,
    Hold,
    Done,
    Canceled,
}

impl VisitStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Dispatched => "Dispatched",
            Self::Working => "Working",
            Self::Hold => "Hold",
            Self::Done => "Done",
            Self::Canceled => "Canceled",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) status: JobStatus,
    /// Set on some cancelled jobs too (Q16).
    pub(crate) completed_on: Option<Moment>,
    pub(crate) customer: i64,
    pub(crate) location: i64,
    pub(crate) business_unit: i64,
    pub(crate) job_type: i64,
    /// 0 for none.
    pub(crate) campaign: i64,
    pub(crate) project: Option<i64>,
    pub(crate) priority: &'static str,
    pub(crate) appointments: Vec<i64>,
    pub(crate) recall_for: Option<i64>,
    /// A job, despite the vendor's name for it.
    pub(crate) warranty_for: Option<i64>,
    pub(crate) generated_from: Option<(i64, i64)>,
    pub(crate) no_charge: bool,
    pub(crate) tags: Vec<i64>,
    pub(crate) lead_call: Option<i64>,
    pub(crate) booking: Option<i64>,
    pub(crate) sold_by: Option<i64>,
    pub(crate) invoice: Option<i64>,
    pub(crate) membership: Option<i64>,
    pub(crate) total: Option<Cents>,
    pub(crate) from_estimate: Option<i64>,
    pub(crate) estimates: Vec<i64>,
    pub(crate) summary: String,
    pub(crate) customer_po: Option<String>,
    pub(crate) external: Vec<External>,
}

impl Record for Job {
    fn print(&self, (meta, form): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        let first = self.appointments.first().copied().unwrap_or(0);
        let last = self.appointments.last().copied().unwrap_or(0);
        o.int("id", meta.id)
            .text("jobNumber", &job_number(meta.id))
            .opt_int("projectId", self.project)
            .int("customerId", self.customer)
            .int("locationId", self.location)
            .text("jobStatus", self.status.name())
            .opt_moment("completedOn", self.completed_on)
            .int("businessUnitId", self.business_unit)
            .int("jobTypeId", self.job_type)
            .text("priority", self.priority)
            .int("campaignId", self.campaign)
            .int("appointmentCount", self.appointments.len() as i64)
            .int("firstAppointmentId", first)
            .int("lastAppointmentId", last)
            .opt_int("recallForId", self.recall_for)
            .opt_int("warrantyId", self.warranty_for);
        match self.generated_from {
            Some((job, employee)) => o.object("jobGeneratedLeadSource", |o| {
                o.int("jobId", job).int("employeeId", employee);
            }),
            None => o.null("jobGeneratedLeadSource"),
        };
        o.flag("noCharge", self.no_charge)
            .flag("notificationsEnabled", true)
            .moment("createdOn", meta.created)
            .int("createdById", 3)
            .moment("modifiedOn", meta.modified)
            .ints("tagTypeIds", &self.tags)
            .opt_int("leadCallId", self.lead_call)
            .null("partnerLeadCallId")
            .opt_int("bookingId", self.booking)
            .opt_int("soldById", self.sold_by)
            .opt_text("customerPo", self.customer_po.as_deref())
            .int("invoiceId", self.invoice.unwrap_or(0))
            .opt_int("membershipId", self.membership)
            .opt_money("total", self.total)
            .opt_int("createdFromEstimateId", self.from_estimate)
            .text("summary", &self.summary)
            .empty_arrays(&["customFields"]);
        if !world.config.older_generation {
            o.ints("estimateIds", &self.estimates);
        }
        print_external(&self.external, form, o);
        if form.feed {
            o.flag("active", meta.active);
        }
    }

    fn matches(&self, meta: &Meta, world: &World, (name, value): (&str, &str)) -> Option<bool> {
        let visits = || {
            self.appointments
                .iter()
                .filter_map(|id| world.appointments.get(*id))
        };
        Some(match name {
            "number" => job_number(meta.id) == value,
            "projectId" => any_id(value, self.project),
            "bookingId" => any_id(value, self.booking),
            "jobStatus" => same_text(self.status.name(), value),
            "appointmentStatus" => visits().any(|visit| same_text(visit.status.name(), value)),
            "priority" => same_text(self.priority, value),
            "firstAppointmentStartsOnOrAfter" => {
                from(visits().next().map(|visit| Moment::at(visit.start)), value)
            }
            "firstAppointmentStartsBefore" => {
                before(visits().next().map(|visit| Moment::at(visit.start)), value)
            }
            "appointmentStartsOnOrAfter" => {
                visits().any(|visit| from(Some(Moment::at(visit.start)), value))
            }
            "appointmentStartsBefore" => {
                visits().any(|visit| before(Some(Moment::at(visit.start)), value))
            }
            "technicianId" => world.crew_of(self).any(|id| any_id(value, Some(id))),
            "customerId" => any_id(value, Some(self.customer)),
            "locationId" => any_id(value, Some(self.location)),
            "soldById" => any_id(value, self.sold_by),
            "jobTypeId" => any_id(value, Some(self.job_type)),
            "campaignId" => any_id(value, Some(self.campaign)),
            "businessUnitId" => any_id(value, Some(self.business_unit)),
            "invoiceId" => any_id(value, self.invoice),
            "createdFromEstimateId" => any_id(value, self.from_estimate),
            "estimateIds" => self.estimates.iter().any(|id| any_id(value, Some(*id))),
            "completedOnOrAfter" => from(self.completed_on, value),
            "completedBefore" => before(self.completed_on, value),
            "tagTypeIds" => self.tags.iter().any(|id| any_id(value, Some(*id))),
            "hasUnusedAppointments" => same_flag(visits().any(|visit| visit.unused), value),
            _ => return external_matches(&self.external, (name, value)),
        })
    }
}

/// Usually the id as text.
pub(crate) fn job_number(id: i64) -> String {
    if id % 50 == 0 {
        format!("J-{id}")
    } else {
        id.to_string()
    }
}

#[derive(Debug)]
pub(crate) struct Appointment {
    pub(crate) job: i64,
    pub(crate) customer: i64,
    pub(crate) ordinal: usize,
    pub(crate) start: Stamp,
    pub(crate) end: Stamp,
    pub(crate) window: Option<(Stamp, Stamp)>,
    pub(crate) status: VisitStatus,
    pub(crate) special_instructions: Option<String>,
    pub(crate) unused: bool,
    pub(crate) confirmed: bool,
}

impl Record for Appointment {
    fn print(&self, (meta, _): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .int("jobId", self.job)
            .text(
                "appointmentNumber",
                &format!("{}-{}", job_number(self.job), self.ordinal),
            )
            .moment("start", Moment::at(self.start))
            .moment("end", Moment::at(self.end))
            .opt_moment(
                "arrivalWindowStart",
                self.window.map(|(start, _)| Moment::at(start)),
            )
            .opt_moment(
                "arrivalWindowEnd",
                self.window.map(|(_, end)| Moment::at(end)),
            )
            .text("status", self.status.name())
            .opt_text("specialInstructions", self.special_instructions.as_deref());
        times(meta, o);
        o.int("customerId", self.customer)
            .flag("unused", self.unused)
            .int("createdById", 3)
            .flag("isConfirmed", self.confirmed);
        if !world.config.older_generation {
            o.flag("active", meta.active);
        }
    }

    fn matches(&self, _: &Meta, world: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "jobId" => any_id(value, Some(self.job)),
            "projectId" => any_id(value, world.jobs.get(self.job).and_then(|job| job.project)),
            "number" => format!("{}-{}", job_number(self.job), self.ordinal) == value,
            "status" => same_text(self.status.name(), value),
            "startsOnOrAfter" => from(Some(Moment::at(self.start)), value),
            "startsBefore" => before(Some(Moment::at(self.start)), value),
            "customerId" => any_id(value, Some(self.customer)),
            "unused" => same_flag(self.unused, value),
            _ => return None,
        })
    }
}

/// Who goes to an appointment. Taken away, it stays as history.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) technician: i64,
    pub(crate) status: VisitStatus,
    pub(crate) job: i64,
    pub(crate) appointment: i64,
    pub(crate) assigned_on: Stamp,
}

impl Record for Assignment {
    fn print(&self, (meta, _): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        let name = world.technicians.get(self.technician);
        // Assignments know no cancelled and no held state.
        let status = match self.status {
            VisitStatus::Canceled | VisitStatus::Hold => VisitStatus::Scheduled,
            other => other,
        };
        o.int("id", meta.id)
            .int("technicianId", self.technician)
            .opt_text("technicianName", name.map(|row| row.name.as_str()))
            .int("assignedById", 3)
            .moment("assignedOn", Moment::at(self.assigned_on))
            .text("status", status.name())
            .flag("isPaused", false)
            .int("jobId", self.job)
            .int("appointmentId", self.appointment);
        times(meta, o);
        o.flag("active", meta.active);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "appointmentIds" => any_id(value, Some(self.appointment)),
            "jobId" => any_id(value, Some(self.job)),
            _ => return None,
        })
    }
}

/// One entry of a job's history.
#[derive(Debug)]
pub(crate) struct HistoryEntry {
    pub(crate) job: i64,
    pub(crate) event: &'static str,
    pub(crate) at: Stamp,
}

impl HistoryEntry {
    pub(crate) fn print_entry(&self, meta: &Meta, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .int("employeeId", 3)
            .text("eventType", self.event)
            .moment("date", Moment::at(self.at))
            .text("usedSchedulingTool", "Manual");
    }
}

impl Record for HistoryEntry {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("jobId", self.job)
            .objects("history", [meta], |o, meta| self.print_entry(meta, o));
    }
}

#[derive(Debug)]
pub(crate) struct CanceledLog {
    pub(crate) job: i64,
    pub(crate) reason: i64,
    pub(crate) memo: Option<String>,
}

impl Record for CanceledLog {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .int("jobId", self.job)
            .int("reasonId", self.reason)
            .opt_text("memo", self.memo.as_deref())
            .moment("createdOn", meta.created)
            .int("createdById", 3)
            .flag("active", meta.active);
    }
}

#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) name: String,
    pub(crate) status: Option<&'static str>,
    pub(crate) customer: i64,
    pub(crate) location: i64,
    pub(crate) business_unit: i64,
    pub(crate) start: Stamp,
    pub(crate) jobs: Vec<i64>,
}

impl Record for Project {
    fn print(&self, (meta, form): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("number", &meta.id.to_string())
            .text("name", &self.name)
            .opt_text("status", self.status)
            .nulls(&["statusId", "subStatus", "projectTypeId"])
            .int("customerId", self.customer)
            .int("locationId", self.location)
            .empty_arrays(&["projectManagerIds"])
            .ints("businessUnitIds", &[self.business_unit])
            .moment("startDate", Moment::at(self.start))
            .nulls(&["targetCompletionDate", "actualCompletionDate"])
            .ints("jobIds", &self.jobs)
            .moment("createdOn", meta.created);
        // Nobody has changed it since, so nobody says when (Q9).
        if meta.modified == meta.created {
            o.null("modifiedOn");
        } else {
            o.moment("modifiedOn", meta.modified);
        }
        if form.feed {
            o.flag("active", meta.active);
        }
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        Some(match name {
            "customerId" => any_id(value, Some(self.customer)),
            "locationId" => any_id(value, Some(self.location)),
            "jobId" => self.jobs.iter().any(|id| any_id(value, Some(*id))),
            "businessUnitIds" => any_id(value, Some(self.business_unit)),
            "status" => self.status.is_some_and(|status| same_text(status, value)),
            _ => return None,
        })
    }
}
