//! The books of time: technicians' days (M1), arrivals (M4), open capacity (M7).

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::jpm::{JobStatus, VisitStatus};
use super::moment::{Moment, later};
use super::plan::local;
use super::spans::Spans;
use super::world::World;
use crate::Stamp;

/// A technician's day, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TechnicianDay {
    /// On shift and not away.
    pub available_s: i64,
    /// Arrived to done.
    pub work_s: i64,
    /// Work within the available time.
    pub work_in_available_s: i64,
    /// Dispatched to arrived, outside work.
    pub drive_s: i64,
    /// Promised to customers within the available time.
    pub booked_s: i64,
}

/// The arrivals of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OnTimeDay {
    /// Before the window.
    pub early: u64,
    /// Within it, both ends included.
    pub on_time: u64,
    /// After it.
    pub late: u64,
    /// Done, but nobody knows when they came.
    pub no_record: u64,
    /// Not there yet.
    pub pending: u64,
}

/// A technician's room in an arrival window, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct WindowRoom {
    /// Available within the window.
    pub capacity_s: i64,
    /// Thereof promised.
    pub booked_s: i64,
    /// Thereof open.
    pub open_s: i64,
    /// The longest open span.
    pub longest_gap_s: i64,
}

/// The spans of one technician by kind.
#[derive(Debug, Default)]
struct Kinds {
    shift: Vec<(i64, i64)>,
    away: Vec<(i64, i64)>,
    work: Vec<(i64, i64)>,
    drive: Vec<(i64, i64)>,
    booked: Vec<(i64, i64)>,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Shift,
    Away,
    Work,
    Drive,
    Booked,
}

impl Kinds {
    fn of(&mut self, what: What) -> &mut Vec<(i64, i64)> {
        match what {
            What::Shift => &mut self.shift,
            What::Away => &mut self.away,
            What::Work => &mut self.work,
            What::Drive => &mut self.drive,
            What::Booked => &mut self.booked,
        }
    }
}

fn micros(at: Stamp) -> i64 {
    Moment::at(at).micros()
}

/// Every span of every technician.
fn spans(world: &World, mut take: impl FnMut(i64, What, (i64, i64))) {
    for (meta, shift) in world.shifts.iter() {
        let span = (micros(shift.start), micros(shift.end));
        match shift.kind {
            "Normal" if meta.active => take(shift.technician, What::Shift, span),
            "TimeOff" if meta.active => take(shift.technician, What::Away, span),
            _ => {}
        }
    }
    for (meta, block) in world.non_job_appointments.iter() {
        if meta.active && block.blocks_capacity {
            let span = (micros(block.start), micros(block.start.plus(block.seconds)));
            take(block.technician, What::Away, span);
        }
    }
    for (meta, sheet) in world.job_timesheets.iter() {
        if !meta.active || sheet.canceled.is_some() {
            continue;
        }
        let at = |moment: Option<Moment>| moment.map(Moment::micros);
        if let (Some(arrived), Some(done)) = (at(sheet.arrived), at(sheet.done)) {
            take(sheet.technician, What::Work, (arrived, done));
        }
        if let (Some(left), Some(arrived)) = (at(sheet.dispatched), at(sheet.arrived)) {
            take(sheet.technician, What::Drive, (left, arrived));
        }
    }
    for (meta, sent) in world.assignments.iter() {
        let Some(visit) = world.appointments.get(sent.appointment) else {
            continue;
        };
        let live = meta.active
            && world
                .appointments
                .meta(sent.appointment)
                .is_some_and(|meta| meta.active);
        let stands =
            !visit.unused && !matches!(visit.status, VisitStatus::Canceled | VisitStatus::Hold);
        if live && stands {
            take(
                sent.technician,
                What::Booked,
                (micros(visit.start), micros(visit.end)),
            );
        }
    }
}

/// M1, cut at the tenant's midnights.
pub(crate) fn technician_days(world: &World) -> BTreeMap<String, BTreeMap<i64, TechnicianDay>> {
    let mut days: BTreeMap<(Date, i64), Kinds> = BTreeMap::new();
    let mut midnights: BTreeMap<Date, i64> = BTreeMap::new();
    let mut midnight = |day: Date| {
        *midnights
            .entry(day)
            .or_insert_with(|| micros(local(world, day, (0, 0))))
    };
    spans(world, |technician, what, (start, end)| {
        if end <= start {
            return;
        }
        let mut day = Stamp(start.div_euclid(1_000_000)).date_in(&world.zone);
        let mut from = start;
        while from < end {
            let until = midnight(later(day, 1)).min(end);
            days.entry((day, technician))
                .or_default()
                .of(what)
                .push((from, until));
            from = until;
            day = later(day, 1);
        }
    });
    let mut books: BTreeMap<String, BTreeMap<i64, TechnicianDay>> = BTreeMap::new();
    for ((day, technician), kinds) in days {
        let available = Spans::union(kinds.shift).without(&Spans::union(kinds.away));
        let work = Spans::union(kinds.work);
        let row = TechnicianDay {
            available_s: available.seconds(),
            work_s: work.seconds(),
            work_in_available_s: work.and(&available).seconds(),
            drive_s: Spans::union(kinds.drive).without(&work).seconds(),
            booked_s: Spans::union(kinds.booked).and(&available).seconds(),
        };
        books
            .entry(day.to_string())
            .or_default()
            .insert(technician, row);
    }
    books
}

/// M4, without tolerance and grace.
pub(crate) fn on_time_days(world: &World) -> BTreeMap<String, OnTimeDay> {
    let mut first: BTreeMap<i64, i64> = BTreeMap::new();
    for (meta, sheet) in world.job_timesheets.iter() {
        if let (Some(arrived), true, None) = (sheet.arrived, meta.active, sheet.canceled) {
            let at = first.entry(sheet.appointment).or_insert(i64::MAX);
            *at = arrived.micros().min(*at);
        }
    }
    let mut days: BTreeMap<String, OnTimeDay> = BTreeMap::new();
    for (meta, visit) in world.appointments.iter() {
        let (Some((start, end)), Some(job)) = (visit.window, world.jobs.get(visit.job)) else {
            continue;
        };
        let job_stands = job.status != JobStatus::Canceled
            && world.jobs.meta(visit.job).is_some_and(|meta| meta.active);
        let off = visit.unused || matches!(visit.status, VisitStatus::Canceled | VisitStatus::Hold);
        if !meta.active || off || !job_stands {
            continue;
        }
        let day = days
            .entry(start.date_in(&world.zone).to_string())
            .or_default();
        match first.get(&meta.id) {
            None if visit.status == VisitStatus::Done => day.no_record += 1,
            None => day.pending += 1,
            Some(at) if *at < micros(start) => day.early += 1,
            Some(at) if *at > micros(end) => day.late += 1,
            Some(_) => day.on_time += 1,
        }
    }
    days
}

/// M7: room by arrival window (its id) and technician, on one day.
pub(crate) fn open_capacity(world: &World, day: Date) -> BTreeMap<(i64, i64), WindowRoom> {
    let whole = (
        micros(local(world, day, (0, 0))),
        micros(local(world, later(day, 1), (0, 0))),
    );
    let mut people: BTreeMap<i64, Kinds> = BTreeMap::new();
    spans(world, |technician, what, span| {
        if span.0 < whole.1 && span.1 > whole.0 {
            people.entry(technician).or_default().of(what).push(span);
        }
    });
    let mut rooms = BTreeMap::new();
    for (technician, kinds) in people {
        let available = Spans::union(kinds.shift).without(&Spans::union(kinds.away));
        let booked = Spans::union(kinds.booked);
        for (meta, window) in world.arrival_windows.iter().filter(|(meta, _)| meta.active) {
            let start = local(world, day, (window.start_hour, 0));
            let span = Spans::union(vec![(
                micros(start),
                micros(start.plus(window.hours * 3_600)),
            )]);
            let room = available.and(&span);
            if room.seconds() > 0 {
                let open = room.without(&booked);
                rooms.insert(
                    (meta.id, technician),
                    WindowRoom {
                        capacity_s: room.seconds(),
                        booked_s: room.and(&booked).seconds(),
                        open_s: open.seconds(),
                        longest_gap_s: open.longest(),
                    },
                );
            }
        }
    }
    rooms
}
