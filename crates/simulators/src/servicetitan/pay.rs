//! Payroll: hours become money on the Monday after, for some a week later, and now and then it is corrected.

use jiff::civil::Date;

use super::config::DAY;
use super::life::Event;
use super::moment::{Moment, later};
use super::payroll::GrossPay;
use super::plan::local;
use super::world::World;
use crate::{Cents, Decimal};

/// The payroll of a week (by its Monday): whoever is approved is paid now, the rest a week later.
pub(crate) fn payroll(world: &mut World, week: Date) {
    let next = later(week, 7);
    let due = local(world, later(next, 7), (10, 0));
    world.plan_event(due, Event::Payroll { week: next });
    let number = super::moment::midnight(week).0 / DAY;
    let paid: Vec<i64> = world
        .technicians
        .iter()
        .filter(|(_, row)| row.on_payroll)
        .map(|(meta, _)| meta.id)
        .collect();
    for technician in paid {
        let late = world.dice(40, number * 1_000 + technician).chance(1_000);
        let at = world.now.plus(if late { 7 * DAY } else { 0 });
        world.plan_event(at, Event::PaySheets { technician, week });
    }
}

/// Pays a technician's closed timesheets of a week.
pub(crate) fn pay_sheets(world: &mut World, technician: i64, week: Date) {
    let from = Moment::at(local(world, week, (0, 0)));
    let until = Moment::at(local(world, later(week, 7), (0, 0)));
    let Some(wage) = world
        .technicians
        .get(technician)
        .and_then(|row| row.hourly_rate)
    else {
        return;
    };
    let mut due = Vec::new();
    let sheets: Vec<(i64, _)> = world
        .job_timesheets
        .made_since(from.stamp())
        .filter(|(meta, row)| meta.active && row.technician == technician && row.canceled.is_none())
        .filter_map(|(meta, row)| Some((meta.id, (row.job, row.dispatched?, row.done?))))
        .filter(|(_, (_, start, _))| (from..until).contains(start))
        .collect();
    for (sheet, (job, start, end)) in sheets {
        let seconds = end.stamp().0 - start.stamp().0;
        let hours = Decimal(seconds * 10_000 / 3_600);
        due.push(GrossPay {
            payroll: super::moment::midnight(week).0 / DAY,
            employee: technician,
            date: start.date_in(&world.zone),
            amount: hours.times(wage),
            adjustment: None,
            kind: "TimesheetTime",
            hours: Some(hours),
            span: Some((start, end)),
            source: Some(sheet),
            job: Some(job),
            named: sheet % 5 != 0,
        });
    }
    for row in due {
        let id = world.gross_pay.add(world.now, row);
        let mut dice = world.dice(41, id);
        if dice.chance(300) {
            let at = world.now.plus(dice.between(2 * DAY, 12 * DAY));
            world.plan_event(at, Event::AdjustPay { item: id });
        }
    }
}

/// Somebody finds out that the hours were not right.
pub(crate) fn adjust(world: &mut World, item: i64) {
    let now = world.now;
    let by = Cents(world.dice(42, item).between(-800, 1_500));
    world
        .gross_pay
        .change(item, now, |row| row.adjustment = Some(by));
}
