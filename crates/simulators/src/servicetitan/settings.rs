//! The company's own records: business units, people, campaigns, zones, windows, codes.

use super::filter::{any_id, holds, same_text};
use super::json::Object;
use super::moment::Moment;
use super::table::{Form, Meta, Record};
use super::world::World;
use crate::{Cents, Stamp};

/// The ends that most rows share.
pub(crate) fn times(meta: &Meta, o: &mut Object<'_>) {
    o.moment("createdOn", meta.created)
        .moment("modifiedOn", meta.modified);
}

#[derive(Debug)]
pub(crate) struct BusinessUnit {
    pub(crate) name: String,
    pub(crate) trade: &'static str,
}

impl Record for BusinessUnit {
    fn print(&self, (meta, _): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .flag("active", meta.active)
            .text("name", &self.name)
            .text("officialName", &world.config.name)
            .null("email")
            .text("currency", "USD")
            .null("phoneNumber")
            .text("invoiceHeader", "<p>Thank you</p>")
            .nulls(&[
                "invoiceMessage",
                "address",
                "accountCode",
                "quickbooksClass",
            ])
            .print_rate("defaultTaxRate", world.config.tax_basis_points)
            .named("trade", 1, self.trade)
            .named("division", 2, "Service")
            .empty_arrays(&["tagTypeIds", "externalData"])
            .null("tenant");
        times(meta, o);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        (name == "name").then(|| holds(&self.name, value))
    }
}

#[derive(Debug)]
pub(crate) struct TagType {
    pub(crate) name: String,
}

impl Record for TagType {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("name", &self.name)
            .text("color", "#3366cc")
            .text("code", &self.name[..1])
            .null("importance")
            .flag("isConversionOpportunity", false)
            .flag("isVisibleOnDispatchBoard", true)
            .flag("active", meta.active);
        times(meta, o);
    }
}

#[derive(Debug)]
pub(crate) struct Employee {
    pub(crate) user_id: i64,
    pub(crate) name: String,
    pub(crate) role: &'static str,
}

impl Record for Employee {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .int("userId", self.user_id)
            .text("name", &self.name)
            .text("role", self.role)
            .ints("roleIds", &[3])
            .nulls(&["businessUnitId", "email", "phoneNumber"])
            .flag("active", meta.active);
        times(meta, o);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        match name {
            "userIds" => Some(any_id(value, Some(self.user_id))),
            "name" => Some(holds(&self.name, value)),
            _ => None,
        }
    }
}

/// A technician. Without an hourly rate nobody can cost the clock.
#[derive(Debug)]
pub(crate) struct Technician {
    pub(crate) user_id: i64,
    pub(crate) name: String,
    pub(crate) business_unit: i64,
    pub(crate) zone: i64,
    pub(crate) team: &'static str,
    pub(crate) hourly_rate: Option<Cents>,
    pub(crate) burden_rate: Option<Cents>,
    pub(crate) positions: &'static [&'static str],
    pub(crate) hired: Stamp,
    /// Paid through the vendor's payroll; otherwise only the clock tells what the work cost.
    pub(crate) on_payroll: bool,
    pub(crate) memo: Option<String>,
}

impl Record for Technician {
    fn print(&self, (meta, _): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        let (first, last) = self.name.split_once(' ').unwrap_or((&self.name, ""));
        o.int("id", meta.id)
            .int("userId", self.user_id)
            .text("name", &self.name)
            .ints("roleIds", &[2])
            .int("businessUnitId", self.business_unit)
            .int("mainZoneId", self.zone)
            .ints("zoneIds", &[self.zone]);
        times(meta, o);
        o.text(
            "email",
            &format!("{}@example.com", self.name.to_lowercase().replace(' ', ".")),
        )
        .null("phoneNumber")
        .text("loginName", &first.to_lowercase())
        .null("home")
        .int("dailyGoal", 1_500)
        .flag("isManagedTech", true)
        .empty_arrays(&["customFields"])
        .flag("active", meta.active)
        .opt_money("burdenRate", self.burden_rate)
        .text("team", self.team)
        .text("jobFilter", "AllScheduledDispatchedWorking")
        .null("permissions")
        .flag("accountLocked", false)
        .opt_text("memo", self.memo.as_deref());
        if !world.config.older_generation {
            o.text("firstName", first)
                .text("lastName", last)
                .null("mobilePhone")
                .opt_money("hourlyRate", self.hourly_rate)
                .money("commissionRate", Cents(0))
                .null("soldByRate")
                .text("licenseType", "ManagedTech")
                .texts("positions", self.positions)
                .objects("skills", [(1, "Repair")], |o, (id, name)| {
                    o.int("id", id).text("name", name);
                })
                .text("status", "Idle")
                .nulls(&["jobId", "appoitmentId"])
                .text("shiftStart", "08:00:00")
                .text("shiftEnd", "17:00:00")
                .moment("startDate", Moment::at(self.hired));
        }
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        match name {
            "userIds" => Some(any_id(value, Some(self.user_id))),
            "name" => Some(holds(&self.name, value)),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub(crate) struct JobType {
    pub(crate) name: &'static str,
    pub(crate) business_unit: i64,
    pub(crate) duration: i64,
    pub(crate) sold_threshold: Option<Cents>,
    pub(crate) no_charge: bool,
}

impl Record for JobType {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("name", self.name)
            .ints("businessUnitIds", &[self.business_unit])
            .empty_arrays(&["skills", "tagTypeIds"])
            .text("priority", "Normal")
            .int("duration", self.duration)
            .opt_money("soldThreshold", self.sold_threshold)
            .text("class", "Service")
            .text("summary", "")
            .flag("noCharge", self.no_charge)
            .null("enforceRecurringServiceEventSelection")
            .flag("invoiceSignaturesRequired", false)
            .flag("isSmartDispatched", false)
            .moment("modifiedOn", meta.modified)
            .moment("createdOn", meta.created)
            .empty_arrays(&["externalData"])
            .flag("active", meta.active);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        (name == "name").then(|| holds(self.name, value))
    }
}

/// A record that has little more than a name: cancel reasons, campaign categories, teams.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) name: &'static str,
}

impl Record for Named {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("name", self.name)
            .flag("active", meta.active);
        times(meta, o);
    }
}

#[derive(Debug)]
pub(crate) struct Campaign {
    pub(crate) name: &'static str,
    pub(crate) category: i64,
    pub(crate) medium: &'static str,
}

impl Record for Campaign {
    fn print(&self, (meta, _): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        let category = world.campaign_categories.get(self.category);
        o.int("id", meta.id).text("name", self.name);
        times(meta, o);
        o.flag("active", meta.active)
            .flag("isDefaultCampaign", false)
            .object("category", |o| {
                o.int("id", self.category)
                    .opt_text("name", category.map(|row| row.name))
                    .flag("active", true);
            })
            .text("source", "Other")
            .nulls(&["otherSource", "businessUnit", "otherMedium"])
            .text("medium", self.medium)
            .empty_arrays(&["campaignPhoneNumbers"]);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        (name == "name").then(|| holds(self.name, value))
    }
}

#[derive(Debug)]
pub(crate) struct CampaignCost {
    pub(crate) campaign: i64,
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) daily_cost: Cents,
}

impl Record for CampaignCost {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .int("campaignId", self.campaign)
            .int("year", self.year)
            .int("month", self.month)
            .money("dailyCost", self.daily_cost);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        match name {
            "year" => Some(any_id(value, Some(self.year))),
            "month" => Some(any_id(value, Some(self.month))),
            "campaignId" => Some(any_id(value, Some(self.campaign))),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Zone {
    pub(crate) name: &'static str,
    pub(crate) zips: &'static [&'static str],
}

impl Record for Zone {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .flag("active", meta.active)
            .text("name", self.name)
            .texts("zips", self.zips)
            .nulls(&["cities", "territoryNumbers", "locnNumbers", "serviceDays"])
            .empty_arrays(&["businessUnits", "technicians"]);
        times(meta, o);
    }
}

/// A promised window; its clock is the tenant's.
#[derive(Debug)]
pub(crate) struct ArrivalWindow {
    pub(crate) start: &'static str,
    pub(crate) start_hour: i8,
    pub(crate) hours: i64,
}

impl Record for ArrivalWindow {
    fn print(&self, (meta, _): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        let units: Vec<i64> = world
            .business_units
            .iter()
            .map(|(meta, _)| meta.id)
            .collect();
        o.int("id", meta.id)
            .text("start", self.start)
            .text("duration", &format!("{:02}:00:00", self.hours))
            .ints("businessUnitIds", &units)
            .flag("active", meta.active);
    }
}

#[derive(Debug)]
pub(crate) struct TimesheetCode {
    pub(crate) code: &'static str,
    pub(crate) kind: &'static str,
}

impl Record for TimesheetCode {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("code", self.code)
            .null("description")
            .text("type", self.kind)
            .text("applicableEmployeeType", "Technician")
            .object("rateInfo", |o| {
                o.text("hourlyRate", "TechnicianRate")
                    .null("customHourlyRate");
            })
            .flag("active", meta.active);
        times(meta, o);
    }
}

/// A row of the price book: a service, a material, a piece of equipment.
#[derive(Debug)]
pub(crate) struct Sku {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) price: Cents,
    pub(crate) cost: Cents,
    /// In hundredths.
    pub(crate) sold_hours: i64,
    pub(crate) category: i64,
}

impl Record for Sku {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("code", self.code)
            .text("displayName", self.name)
            .text("description", self.name)
            .money("price", self.price)
            .money("memberPrice", self.price.portion(9_000))
            .money("addOnPrice", self.price)
            .money("cost", self.cost)
            .decimal("hours", crate::Decimal::hundredths(self.sold_hours))
            .flag("taxable", self.cost > Cents::ZERO)
            .text("account", "Service income")
            .ints("categories", &[self.category])
            .empty_arrays(&["assets"])
            .flag("active", meta.active);
        times(meta, o);
    }
}

#[derive(Debug)]
pub(crate) struct PriceCategory {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
}

impl Record for PriceCategory {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("name", self.name)
            .null("parentId")
            .int("position", 0)
            .text("categoryType", self.kind)
            .flag("active", meta.active)
            .empty_arrays(&["subcategories"]);
        times(meta, o);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        (name == "categoryType").then(|| same_text(self.kind, value))
    }
}
