//! The vendor's database: everything that is true of one tenant at one instant of simulated time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::config::{PlantedTruth, WorldConfig};
use super::crm::{Booking, Call, Contact, Customer, Lead, Location};
use super::jpm::{Appointment, Assignment, CanceledLog, HistoryEntry, Job, Project};
use super::ledger_flow::{MembershipBooks, OpenInvoice};
use super::ledger_time::WindowRoom;
use super::life::{Due, Event};
use super::money::{
    Estimate, Invoice, InvoiceItem, Membership, MembershipType, Payment, ServiceEvent, StatusChange,
};
use super::payroll::{
    GrossPay, InstalledEquipment, JobTimesheet, NonJobAppointment, NonJobTimesheet, Rating, Shift,
    Split,
};
use super::plan::Plan;
use super::settings::{
    ArrivalWindow, BusinessUnit, Campaign, CampaignCost, Employee, JobType, Named, PriceCategory,
    Sku, TagType, Technician, TimesheetCode, Zone,
};
use super::table::Table;
use crate::{Error, Result, Stamp};

/// A seeded, stateful company. Time passes by [`World::advance`] only; the same recipe and the same instant give the
/// same state, whatever the steps in between.
#[derive(Debug)]
pub struct World {
    pub(crate) config: WorldConfig,
    pub(crate) zone: TimeZone,
    pub(crate) now: Stamp,
    pub(crate) business_units: Table<BusinessUnit>,
    pub(crate) tag_types: Table<TagType>,
    pub(crate) employees: Table<Employee>,
    pub(crate) technicians: Table<Technician>,
    pub(crate) job_types: Table<JobType>,
    pub(crate) cancel_reasons: Table<Named>,
    pub(crate) campaigns: Table<Campaign>,
    pub(crate) campaign_categories: Table<Named>,
    pub(crate) campaign_costs: Table<CampaignCost>,
    pub(crate) zones: Table<Zone>,
    pub(crate) teams: Table<Named>,
    pub(crate) arrival_windows: Table<ArrivalWindow>,
    pub(crate) timesheet_codes: Table<TimesheetCode>,
    pub(crate) membership_types: Table<MembershipType>,
    pub(crate) services: Table<Sku>,
    pub(crate) materials: Table<Sku>,
    pub(crate) equipment: Table<Sku>,
    pub(crate) price_categories: Table<PriceCategory>,
    pub(crate) customers: Table<Customer>,
    pub(crate) customer_contacts: Table<Contact>,
    pub(crate) locations: Table<Location>,
    pub(crate) location_contacts: Table<Contact>,
    pub(crate) leads: Table<Lead>,
    pub(crate) bookings: Table<Booking>,
    pub(crate) calls: Table<Call>,
    pub(crate) projects: Table<Project>,
    pub(crate) jobs: Table<Job>,
    pub(crate) appointments: Table<Appointment>,
    pub(crate) assignments: Table<Assignment>,
    pub(crate) history: Table<HistoryEntry>,
    pub(crate) canceled_logs: Table<CanceledLog>,
    pub(crate) estimates: Table<Estimate>,
    pub(crate) memberships: Table<Membership>,
    pub(crate) status_changes: Table<StatusChange>,
    pub(crate) service_events: Table<ServiceEvent>,
    pub(crate) invoices: Table<Invoice>,
    pub(crate) invoice_items: Table<InvoiceItem>,
    pub(crate) payments: Table<Payment>,
    pub(crate) job_timesheets: Table<JobTimesheet>,
    pub(crate) splits: Table<Split>,
    pub(crate) gross_pay: Table<GrossPay>,
    pub(crate) non_job_timesheets: Table<NonJobTimesheet>,
    pub(crate) shifts: Table<Shift>,
    pub(crate) non_job_appointments: Table<NonJobAppointment>,
    pub(crate) installed: Table<InstalledEquipment>,
    pub(crate) ratings: Table<Rating>,
    /// What is still to come, by time.
    pub(crate) agenda: BinaryHeap<Reverse<Due>>,
    pub(crate) agenda_count: u64,
    /// Plans of jobs that are not finished, by job id.
    pub(crate) plans: HashMap<i64, Plan>,
    /// Assignments of each appointment.
    pub(crate) crews: HashMap<i64, Vec<i64>>,
    /// Timesheets of each job.
    pub(crate) sheets: HashMap<i64, Vec<i64>>,
    /// Invoices of each customer that are not paid yet.
    pub(crate) unpaid: HashMap<i64, Vec<i64>>,
    /// Jobs planned so far.
    pub(crate) jobs_planned: u64,
    /// Numbers of payment applications and estimate items.
    pub(crate) next_part: i64,
}

impl World {
    /// Builds a company and lets it live through its history up to the recipe's start.
    ///
    /// # Errors
    /// When the time zone is unknown.
    pub fn generate(config: WorldConfig) -> Result<Self> {
        let start = config.start;
        let mut world = Self::founded(config)?;
        world.advance(start);
        Ok(world)
    }

    /// A company on the first day of its history, with people and prices but without a job.
    ///
    /// # Errors
    /// When the time zone is unknown.
    pub fn founded(config: WorldConfig) -> Result<Self> {
        let mut world = Self::bare(config)?;
        super::founding::furnish(&mut world);
        Ok(world)
    }

    /// A company in which nothing has happened yet.
    fn bare(config: WorldConfig) -> Result<Self> {
        let zone = TimeZone::get(&config.timezone).map_err(|source| Error::TimeZone {
            shop_id: config.tenant_id,
            zone: config.timezone.clone(),
            source,
        })?;
        let now = config
            .start
            .plus(-i64::from(config.history_days) * super::config::DAY);
        Ok(Self {
            zone,
            now,
            business_units: Table::new(11),
            tag_types: Table::new(41),
            employees: Table::new(301),
            technicians: Table::new(super::config::FIRST_TECHNICIAN),
            job_types: Table::new(21),
            cancel_reasons: Table::new(91),
            campaigns: Table::new(51),
            campaign_categories: Table::new(5),
            campaign_costs: Table::new(1),
            zones: Table::new(12),
            teams: Table::new(61),
            arrival_windows: Table::new(1),
            timesheet_codes: Table::new(81),
            membership_types: Table::new(31),
            services: Table::new(401),
            materials: Table::new(2_401),
            equipment: Table::new(4_401),
            price_categories: Table::new(1),
            customers: Table::new(70_001),
            customer_contacts: Table::new(81_001),
            // The two kinds of contacts count for themselves, so that ids meet.
            location_contacts: Table::new(81_001),
            locations: Table::new(271_001),
            leads: Table::new(471_001),
            bookings: Table::new(571_001),
            calls: Table::new(671_001),
            projects: Table::new(771_001),
            jobs: Table::new(900_001),
            appointments: Table::new(1_910_001),
            assignments: Table::new(3_920_001),
            history: Table::new(5_930_001),
            canceled_logs: Table::new(7_940_001),
            estimates: Table::new(9_960_001),
            memberships: Table::new(9_970_001),
            status_changes: Table::new(9_980_001),
            service_events: Table::new(9_990_001),
            invoices: Table::new(9_300_001),
            // Above 2^53: no float may come near them (Q25).
            invoice_items: Table::new(9_007_199_254_740_993),
            payments: Table::new(9_400_001),
            job_timesheets: Table::new(11_000_001),
            splits: Table::new(12_000_001),
            gross_pay: Table::new(13_000_001),
            non_job_timesheets: Table::new(14_000_001),
            shifts: Table::new(15_000_001),
            non_job_appointments: Table::new(16_000_001),
            installed: Table::new(17_000_001),
            ratings: Table::new(18_000_001),
            agenda: BinaryHeap::new(),
            agenda_count: 0,
            plans: HashMap::new(),
            crews: HashMap::new(),
            sheets: HashMap::new(),
            unpaid: HashMap::new(),
            jobs_planned: 0,
            next_part: 9_500_001,
            config,
        })
    }

    /// The simulated instant.
    #[must_use]
    pub fn now(&self) -> Stamp {
        self.now
    }

    /// The tenant's number.
    #[must_use]
    pub fn tenant_id(&self) -> i64 {
        self.config.tenant_id
    }

    /// How many jobs there are, deleted ones included.
    #[must_use]
    pub fn job_count(&self) -> usize {
        self.jobs.len()
    }

    /// What was planted, for the demo's story.
    #[must_use]
    pub fn planted_truths(&self) -> Vec<PlantedTruth> {
        self.config.planted_truths()
    }

    /// M6: the memberships that count at the start of a day of the tenant, by id.
    #[must_use]
    pub fn memberships_at(&self, day: Date) -> BTreeMap<i64, MembershipBooks> {
        super::ledger_flow::memberships_at(self, day)
    }

    /// M9: the invoices that are open on a day, by id.
    #[must_use]
    pub fn receivables(&self, day: Date) -> BTreeMap<i64, OpenInvoice> {
        super::ledger_flow::receivables(self, day)
    }

    /// M7: room on a day, by arrival window (its id) and technician.
    #[must_use]
    pub fn open_capacity(&self, day: Date) -> BTreeMap<(i64, i64), WindowRoom> {
        super::ledger_time::open_capacity(self, day)
    }

    /// Lets life go on until `to`. Going back in time does nothing.
    pub fn advance(&mut self, to: Stamp) {
        while let Some(Reverse(due)) = self.agenda.peek() {
            if due.at > to {
                break;
            }
            let Some(Reverse(due)) = self.agenda.pop() else {
                break;
            };
            self.now = self.now.max(due.at);
            super::life::happen(self, due.event);
        }
        self.now = self.now.max(to);
    }

    /// Puts something on the agenda; what is overdue happens next.
    pub(crate) fn plan_event(&mut self, at: Stamp, event: Event) {
        self.agenda_count += 1;
        self.agenda.push(Reverse(Due {
            at: at.max(self.now),
            order: self.agenda_count,
            event,
        }));
    }

    /// The technicians who are or were assigned to a job and not taken away.
    pub(crate) fn crew_of<'a>(&'a self, job: &'a Job) -> impl Iterator<Item = i64> + 'a {
        let visits = job.appointments.iter().filter_map(|id| self.crews.get(id));
        visits.flatten().filter_map(|id| {
            let active = self.assignments.meta(*id).is_some_and(|meta| meta.active);
            self.assignments
                .get(*id)
                .filter(|_| active)
                .map(|row| row.technician)
        })
    }

    /// A number for a part of something: an application, an estimate's line.
    pub(crate) fn part_id(&mut self) -> i64 {
        self.next_part += 1;
        self.next_part
    }
}
