//! Customers, their places, and how they call.

use super::filter::{any_id, from, holds, same_flag, same_text};
use super::json::Object;
use super::moment::Moment;
use super::settings::times;
use super::table::{Form, Meta, Record};
use super::world::World;
use crate::{Cents, Stamp};

/// An address. In reality its parts are missing now and then.
#[derive(Debug, Clone, Default)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) unit: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) zip: Option<String>,
    pub(crate) country: Option<String>,
    /// In ten-thousandths of a degree.
    pub(crate) position: Option<(i64, i64)>,
}

impl Address {
    fn print(&self, o: &mut Object<'_>) {
        o.text("street", &self.street)
            .opt_text("unit", self.unit.as_deref())
            .opt_text("city", self.city.as_deref())
            .opt_text("state", self.state.as_deref())
            .opt_text("zip", self.zip.as_deref())
            .opt_text("country", self.country.as_deref());
        match self.position {
            Some((latitude, longitude)) => o
                .decimal("latitude", crate::Decimal(latitude))
                .decimal("longitude", crate::Decimal(longitude)),
            None => o.nulls(&["latitude", "longitude"]),
        };
    }

    fn matches(&self, (name, value): (&str, &str)) -> Option<bool> {
        let part = match name {
            "street" => Some(self.street.as_str()),
            "unit" => self.unit.as_deref(),
            "city" => self.city.as_deref(),
            "state" => self.state.as_deref(),
            "zip" => self.zip.as_deref(),
            "country" => self.country.as_deref(),
            _ => return None,
        };
        Some(part.is_some_and(|part| holds(part, value)))
    }
}

/// What one application keeps with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct External {
    pub(crate) application: u64,
    pub(crate) key: String,
    pub(crate) value: String,
}

/// The number under which an application's GUID is kept.
pub(crate) fn application(guid: &str) -> u64 {
    guid.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Data of the application that asks, and no other's.
pub(crate) fn print_external(all: &[External], form: Form, o: &mut Object<'_>) {
    let shown = all
        .iter()
        .filter(|entry| form.application == Some(entry.application));
    o.objects("externalData", shown, |o, entry| {
        o.text("key", &entry.key).text("value", &entry.value);
    });
}

pub(crate) fn external_matches(all: &[External], (name, value): (&str, &str)) -> Option<bool> {
    match name {
        // The application only says whose data is meant; it hides no row.
        "externalDataApplicationGuid" => Some(true),
        "externalDataKey" => Some(all.iter().any(|entry| entry.key == value)),
        "externalDataValues" => Some(
            all.iter()
                .any(|entry| value.split(',').any(|one| one == entry.value)),
        ),
        _ => None,
    }
}

#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) address: Address,
    pub(crate) balance: Cents,
    pub(crate) do_not_service: bool,
    pub(crate) tags: Vec<i64>,
    pub(crate) merged_to: Option<i64>,
    pub(crate) locations: Vec<i64>,
    pub(crate) membership: Option<i64>,
    pub(crate) external: Vec<External>,
}

impl Record for Customer {
    fn print(&self, (meta, form): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .flag("active", meta.active)
            .text("name", &self.name)
            .text("type", self.kind)
            .object("address", |o| self.address.print(o))
            .objects("customFields", (meta.id % 3 == 0).then_some(9), |o, id| {
                o.int("typeId", id).text("name", "Gate").text("value", "A");
            })
            .money("balance", self.balance)
            .flag("taxExempt", false)
            .ints("tagTypeIds", &self.tags)
            .flag("doNotMail", false)
            .flag("doNotService", self.do_not_service)
            .flag("nationalAccount", false)
            .int("createdById", 3);
        times(meta, o);
        o.opt_int("mergedToId", self.merged_to)
            .null("paymentTermId");
        if !world.config.older_generation {
            o.nulls(&["creditLimit", "creditLimitBalance"]);
        }
        print_external(&self.external, form, o);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        match name {
            "name" => Some(holds(&self.name, value)),
            "excludeAccountingChangesFromModifiedDateRange" => Some(true),
            _ => external_matches(&self.external, (name, value))
                .or_else(|| self.address.matches((name, value))),
        }
    }
}

/// How to reach a customer or a location.
#[derive(Debug)]
pub(crate) struct Contact {
    pub(crate) owner: i64,
    pub(crate) of_location: bool,
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) memo: Option<&'static str>,
}

impl Contact {
    /// The list below one owner does not repeat who that is.
    pub(crate) fn print_without_owner(&self, meta: &Meta, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("type", self.kind)
            .text("value", &self.value)
            .opt_text("memo", self.memo);
        if self.kind == "Email" {
            o.null("phoneSettings");
        } else {
            o.object("phoneSettings", |o| {
                o.text("phoneNumber", &self.value).flag("doNotText", false);
            });
        }
        o.null("preferences");
        times(meta, o);
    }
}

impl Record for Contact {
    fn print(&self, (meta, form): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        self.print_without_owner(meta, o);
        let owner = if self.of_location {
            "locationId"
        } else {
            "customerId"
        };
        o.int(owner, self.owner);
        if form.feed {
            o.flag("active", meta.active);
        }
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        matches!(name, "customerIds" | "locationIds").then(|| any_id(value, Some(self.owner)))
    }
}

#[derive(Debug)]
pub(crate) struct Location {
    pub(crate) customer: i64,
    pub(crate) name: String,
    pub(crate) address: Address,
    pub(crate) zone: Option<i64>,
    pub(crate) merged_to: Option<i64>,
    pub(crate) tags: Vec<i64>,
    pub(crate) external: Vec<External>,
}

impl Record for Location {
    fn print(&self, (meta, form): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .int("customerId", self.customer)
            .flag("active", meta.active)
            .text("name", &self.name)
            .object("address", |o| self.address.print(o))
            .empty_arrays(&["customFields"]);
        times(meta, o);
        o.int("createdById", 3)
            .opt_int("mergedToId", self.merged_to)
            .opt_int("zoneId", self.zone)
            .null("taxZoneId")
            .flag("taxExempt", false)
            .ints("tagTypeIds", &self.tags);
        print_external(&self.external, form, o);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        match name {
            "name" => Some(holds(&self.name, value)),
            "customerId" => Some(any_id(value, Some(self.customer))),
            _ => external_matches(&self.external, (name, value))
                .or_else(|| self.address.matches((name, value))),
        }
    }
}

/// A telephone call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) received: Stamp,
    pub(crate) seconds: i64,
    pub(crate) direction: &'static str,
    /// `Booked`, `Unbooked`, …; none when nobody sorted it.
    pub(crate) kind: Option<&'static str>,
    pub(crate) from: String,
    pub(crate) campaign: i64,
    pub(crate) customer: Option<i64>,
    pub(crate) job: Option<i64>,
    pub(crate) agent: i64,
}

impl Record for Call {
    fn print(&self, (meta, _): (&Meta, Form), world: &World, o: &mut Object<'_>) {
        let (minutes, seconds) = (self.seconds / 60, self.seconds % 60);
        o.int("id", meta.id)
            .moment("receivedOn", Moment::at(self.received))
            .text("duration", &format!("00:{minutes:02}:{seconds:02}.2500000"))
            .text("from", &self.from)
            .text("to", "5550199")
            .text("direction", self.direction)
            .text("status", "Completed")
            .opt_text("type", self.kind)
            .nulls(&["reason", "location", "lead", "recordingUrl"]);
        match self
            .customer
            .and_then(|id| world.customers.get(id).map(|row| (id, row)))
        {
            Some((id, row)) => o.named("customer", id, &row.name),
            None => o.null("customer"),
        };
        match world.campaigns.get(self.campaign) {
            Some(row) => o.named("campaign", self.campaign, row.name),
            None => o.null("campaign"),
        };
        match self.job {
            Some(id) => o.object("job", |o| {
                o.int("id", id).text("number", &id.to_string());
            }),
            None => o.null("job"),
        };
        o.named("agent", self.agent, "Office One");
        times(meta, o);
        o.flag("active", meta.active);
    }

    fn matches(&self, meta: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        match name {
            "campaignId" => Some(any_id(value, Some(self.campaign))),
            "agentId" => Some(any_id(value, Some(self.agent))),
            "callerPhoneNumber" => Some(self.from == value),
            "createdAfter" => Some(from(Some(meta.created), value)),
            "modifiedAfter" => Some(from(Some(meta.modified), value)),
            "minDuration" => Some(value.parse().is_ok_and(|least: i64| self.seconds >= least)),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Lead {
    pub(crate) status: &'static str,
    pub(crate) customer: Option<i64>,
    pub(crate) business_unit: i64,
    pub(crate) job_type: i64,
    pub(crate) campaign: i64,
}

impl Record for Lead {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("status", self.status)
            .text("priority", "Normal")
            .opt_int("customerId", self.customer)
            .null("locationId")
            .int("businessUnitId", self.business_unit)
            .int("jobTypeId", self.job_type)
            .int("campaignId", self.campaign)
            .nulls(&["followUpDate", "callId", "bookingId"])
            .text("summary", "<p>Wants a quote</p>");
        times(meta, o);
        o.flag("active", meta.active);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        (name == "status").then(|| same_text(self.status, value))
    }
}

#[derive(Debug)]
pub(crate) struct Booking {
    pub(crate) status: &'static str,
    pub(crate) name: String,
    pub(crate) start: Stamp,
    pub(crate) business_unit: i64,
    pub(crate) job_type: i64,
    pub(crate) campaign: i64,
    pub(crate) job: Option<i64>,
}

impl Record for Booking {
    fn print(&self, (meta, _): (&Meta, Form), _: &World, o: &mut Object<'_>) {
        o.int("id", meta.id)
            .text("status", self.status)
            .text("source", "Web")
            .text("name", &self.name)
            .null("address")
            .moment("start", Moment::at(self.start))
            .int("campaignId", self.campaign)
            .int("businessUnitId", self.business_unit)
            .int("jobTypeId", self.job_type)
            .opt_int("jobId", self.job)
            .text("externalId", &format!("web-{}", meta.id))
            .int("bookingProviderId", 1);
        times(meta, o);
        o.flag("active", meta.active);
    }

    fn matches(&self, _: &Meta, _: &World, (name, value): (&str, &str)) -> Option<bool> {
        match name {
            "status" => Some(same_text(self.status, value)),
            "externalId" => Some(false),
            "doNotService" => Some(same_flag(false, value)),
            _ => None,
        }
    }
}
