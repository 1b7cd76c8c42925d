//! What a company has before its first job: units, people, types, prices, a first circle of customers.

use super::life::Event;
use super::moment::later;
use super::money::{BillingOption, MembershipType};
use super::settings::{
    ArrivalWindow, BusinessUnit, Campaign, Employee, JobType, Named, PriceCategory, Sku, TagType,
    Technician, TimesheetCode, Zone,
};
use super::world::World;
use crate::Cents;

const UNITS: [(&str, &str); 2] = [("HVAC Service", "HVAC"), ("Plumbing", "Plumbing")];

const FIRST_NAMES: [&str; 16] = [
    "Avery", "Blake", "Casey", "Devon", "Ellis", "Frankie", "Gray", "Harper", "Indigo", "Jules",
    "Kendall", "Logan", "Morgan", "Noel", "Oakley", "Parker",
];

const TEAMS: [&str; 2] = ["North", "South"];

/// Service, sold hours in hundredths, price and whether it installs.
const SERVICES: [(&str, &str, i64, i64); 6] = [
    ("DIAG", "Diagnosis", 100, 8_900),
    ("REP-S", "Repair, small", 150, 28_900),
    ("REP-L", "Repair, large", 300, 56_400),
    ("TUNE", "Tune-up", 125, 12_900),
    ("DRAIN", "Drain cleaning", 150, 21_500),
    ("INST", "Installation labour", 800, 145_000),
];

const MATERIALS: [(&str, &str, i64, i64); 6] = [
    ("CAP-45", "Capacitor 45 MFD", 14_650, 6_210),
    ("FLT-16", "Filter 16x25", 2_999, 840),
    ("VLV-34", "Ball valve 3/4", 6_667, 1_905),
    ("CNT-40", "Contactor 40 A", 18_733, 4_455),
    ("PVC-10", "PVC pipe 10 ft", 1_995, 613),
    ("TRAP", "P-trap", 4_533, 1_127),
];

const EQUIPMENT: [(&str, &str, i64, i64); 3] = [
    ("AC-3T", "Condenser 3 ton", 420_000, 231_550),
    ("WH-50", "Water heater 50 gal", 189_900, 93_475),
    ("FUR-80", "Furnace 80k", 365_000, 187_725),
];

/// Fills the empty tables and puts the first day on the agenda.
pub(crate) fn furnish(world: &mut World) {
    let now = world.now;
    for (name, trade) in UNITS {
        let name = name.to_owned();
        world.business_units.add(now, BusinessUnit { name, trade });
    }
    for (name, zips) in [
        ("North side", &["00001", "00002"]),
        ("South side", &["00003", "A1B"]),
    ] {
        world.zones.add(now, Zone { name, zips });
    }
    for name in TEAMS {
        world.teams.add(now, Named { name });
    }
    for name in ["VIP", "Gate code", "Second opinion"] {
        let name = name.to_owned();
        world.tag_types.add(now, TagType { name });
    }
    people(world);
    kinds_of_work(world);
    prices(world);
    memberships(world);
    for index in 0..60 {
        let mut dice = world.dice(1, index);
        super::callers::new_customer(world, &mut dice);
    }
    let first = now.date_in(&world.zone);
    world.plan_event(now, Event::OpenDay(later(first, 1)));
    world.plan_event(now, Event::Month(first));
    world.plan_event(
        now,
        Event::Payroll {
            week: monday(first),
        },
    );
}

/// The Monday of a day's week.
pub(crate) fn monday(day: jiff::civil::Date) -> jiff::civil::Date {
    later(day, -i64::from(day.weekday().to_monday_zero_offset()))
}

fn people(world: &mut World) {
    let now = world.now;
    for (index, (name, role)) in [("Office One", "Dispatch"), ("Office Two", "CSR")]
        .into_iter()
        .enumerate()
    {
        let user_id = 1_301 + index as i64;
        let name = name.to_owned();
        world.employees.add(
            now,
            Employee {
                user_id,
                name,
                role,
            },
        );
    }
    let units: Vec<i64> = world
        .business_units
        .iter()
        .map(|(meta, _)| meta.id)
        .collect();
    let zones: Vec<i64> = world.zones.iter().map(|(meta, _)| meta.id).collect();
    for ordinal in 0..world.config.technicians {
        let rates = world.config.rates(ordinal);
        let first = FIRST_NAMES[ordinal % FIRST_NAMES.len()];
        let technician = Technician {
            user_id: 1_501 + ordinal as i64,
            name: format!("{first} Example{}", ordinal + 1),
            business_unit: units[ordinal % units.len()],
            zone: zones[ordinal % zones.len()],
            team: TEAMS[ordinal % TEAMS.len()],
            hourly_rate: rates.map(|(wage, _)| wage),
            burden_rate: rates.map(|(_, burden)| burden),
            positions: &["Service"],
            hired: now.plus(-400 * super::config::DAY),
            on_payroll: rates.is_some() && ordinal % 4 < 2,
            memo: None,
        };
        world.technicians.add(now, technician);
    }
}

fn kinds_of_work(world: &mut World) {
    let now = world.now;
    let (cooling, plumbing) = (11, 12);
    for (name, business_unit, duration, threshold, no_charge) in [
        ("Repair", cooling, 7_200, Some(15_000), false),
        ("Tune-up", cooling, 5_400, None, false),
        ("Install", cooling, 28_800, Some(100_000), false),
        ("Plumbing repair", plumbing, 7_200, Some(15_000), false),
        ("Drain", plumbing, 5_400, Some(20_000), false),
        ("Water heater", plumbing, 14_400, Some(100_000), false),
        ("Recall", cooling, 3_600, None, true),
        ("Recall plumbing", plumbing, 3_600, None, true),
    ] {
        let sold_threshold = threshold.map(Cents);
        world.job_types.add(
            now,
            JobType {
                name,
                business_unit,
                duration,
                sold_threshold,
                no_charge,
            },
        );
    }
    for name in ["Customer request", "No parts", "Booked twice"] {
        world.cancel_reasons.add(now, Named { name });
    }
    for name in ["Mail", "Search"] {
        world.campaign_categories.add(now, Named { name });
    }
    for (name, category, medium) in [
        ("Spring mail", 5, "Print"),
        ("Search ads", 6, "Web"),
        ("Radio", 5, "Audio"),
    ] {
        world.campaigns.add(
            now,
            Campaign {
                name,
                category,
                medium,
            },
        );
    }
    for (start, start_hour) in [
        ("08:00:00", 8),
        ("10:00:00", 10),
        ("13:00:00", 13),
        ("15:00:00", 15),
    ] {
        world.arrival_windows.add(
            now,
            ArrivalWindow {
                start,
                start_hour,
                hours: 2,
            },
        );
    }
    for (code, kind) in [
        ("MEET", "Paid"),
        ("SHOP", "Paid"),
        ("LUNCH", "Unpaid"),
        ("PTO", "PaidTimeOff"),
    ] {
        world.timesheet_codes.add(now, TimesheetCode { code, kind });
    }
}

fn prices(world: &mut World) {
    let now = world.now;
    for (name, kind) in [
        ("Services", "Services"),
        ("Materials", "Materials"),
        ("Equipment", "Equipment"),
    ] {
        world
            .price_categories
            .add(now, PriceCategory { name, kind });
    }
    for (code, name, sold_hours, price) in SERVICES {
        world.services.add(
            now,
            Sku {
                code,
                name,
                price: Cents(price),
                cost: Cents::ZERO,
                sold_hours,
                category: 1,
            },
        );
    }
    for (code, name, price, cost) in MATERIALS {
        world.materials.add(
            now,
            Sku {
                code,
                name,
                price: Cents(price),
                cost: Cents(cost),
                sold_hours: 0,
                category: 2,
            },
        );
    }
    for (code, name, price, cost) in EQUIPMENT {
        world.equipment.add(
            now,
            Sku {
                code,
                name,
                price: Cents(price),
                cost: Cents(cost),
                sold_hours: 0,
                category: 3,
            },
        );
    }
}

fn memberships(world: &mut World) {
    let now = world.now;
    let option = |id, months, frequency, sale, billing| BillingOption {
        id,
        months,
        frequency,
        sale: Cents(sale),
        billing: Cents(billing),
    };
    world.membership_types.add(
        now,
        MembershipType {
            name: "Comfort",
            recognition: "Deferred",
            options: vec![
                option(1, Some(12), "Monthly", 0, 1_995),
                option(2, Some(12), "Annual", 0, 19_900),
                option(3, Some(24), "OneTime", 35_000, 0),
                option(4, None, "Quarterly", 0, 6_000),
            ],
        },
    );
    world.membership_types.add(
        now,
        MembershipType {
            name: "Basic",
            recognition: "PointOfSale",
            options: vec![option(5, Some(12), "Monthly", 0, 995)],
        },
    );
}
