//! What a generated company is made of, and the truths planted in it.

use serde::Serialize;

use crate::{Cents, Stamp};

/// Seconds in 24 hours.
pub(crate) const DAY: i64 = 86_400;

/// A generated company's recipe. The same recipe gives the same world, byte for byte.
#[derive(Debug, Clone)]
pub struct WorldConfig {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// The vendor's tenant number.
    pub tenant_id: i64,
    /// The company's name.
    pub name: String,
    /// IANA time zone of the whole company.
    pub timezone: String,
    /// Where history ends and the clock starts.
    pub start: Stamp,
    /// Length of the history before `start`, in days.
    pub history_days: u32,
    /// Technicians; even ones work in the first business unit, odd ones in the second.
    pub technicians: usize,
    /// How full a technician's day is: so many of 10,000 slots of two hours are booked.
    pub booked_slots: u32,
    /// Sales tax on materials and equipment, hundredths of a percent.
    pub tax_basis_points: i64,
    /// Rows come without the fields that only the newer generation of the interface has (`N*`).
    pub older_generation: bool,
    /// What is planted here.
    pub plants: Vec<Plant>,
}

/// Something that goes wrong in the company, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plant {
    /// Which way.
    pub kind: PlantKind,
    /// The first instant at which it happens.
    pub since: Stamp,
}

/// The ways of losing money that can be planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlantKind {
    /// A quarter of the repairs of the fifth technician come back within 30 days.
    Recalls,
    /// The second technician arrives after the promised window on half of the visits.
    LateArrivals,
    /// One in twelve completed jobs of the second business unit is never invoiced.
    NoInvoice,
    /// The two youngest technicians have no rate and no payroll: their work looks free.
    UncostedTechnicians,
    /// A third of the jobs is shared by two or three technicians.
    SplitJobs,
    /// One payment in eight is larger than what it pays, and nobody applies the rest.
    UnappliedPayments,
}

/// A planted truth, as the demo explains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlantedTruth {
    /// The tenant.
    pub tenant_id: i64,
    /// A stable code.
    pub code: &'static str,
    /// What happens, in a sentence.
    pub description: &'static str,
    /// The technicians whom it concerns; empty for all.
    pub technician_ids: Vec<i64>,
    /// The first instant at which it happens.
    pub since: Stamp,
}

impl WorldConfig {
    /// Example Comfort in Chicago: two business units, twelve technicians, two years of history ending at `start`,
    /// and every kind of [`PlantKind`] planted.
    #[must_use]
    pub fn demo(seed: u64, start: Stamp) -> Self {
        let plant = |kind, days: i64| Plant {
            kind,
            since: start.plus(-days * DAY),
        };
        Self {
            plants: vec![
                plant(PlantKind::Recalls, 365),
                plant(PlantKind::LateArrivals, 150),
                plant(PlantKind::NoInvoice, 120),
                plant(PlantKind::UncostedTechnicians, 730),
                plant(PlantKind::SplitJobs, 200),
                plant(PlantKind::UnappliedPayments, 240),
            ],
            ..Self::plain(seed, start)
        }
    }

    /// The demo's company with nothing planted.
    #[must_use]
    pub fn plain(seed: u64, start: Stamp) -> Self {
        Self {
            seed,
            tenant_id: 1_001,
            name: "Example Comfort".to_owned(),
            timezone: "America/Chicago".to_owned(),
            start,
            history_days: 730,
            technicians: 12,
            booked_slots: 7_400,
            tax_basis_points: 825,
            older_generation: false,
            plants: Vec::new(),
        }
    }

    /// A small company for tests: four technicians with `history_days` of history, everything planted.
    #[must_use]
    pub fn small(seed: u64, start: Stamp, history_days: u32) -> Self {
        Self {
            history_days,
            technicians: 4,
            ..Self::demo(seed, start)
        }
    }

    /// Whether something planted happens at an instant.
    pub(crate) fn has(&self, kind: PlantKind, at: Stamp) -> bool {
        self.plants
            .iter()
            .any(|plant| plant.kind == kind && plant.since <= at)
    }

    /// Whether it is planted at all.
    pub(crate) fn plants(&self, kind: PlantKind) -> bool {
        self.plants.iter().any(|plant| plant.kind == kind)
    }

    /// The planted truths, for the demo's story and its tests.
    #[must_use]
    pub fn planted_truths(&self) -> Vec<PlantedTruth> {
        let tell = |plant: &Plant| {
            let (code, description, technicians) = plant.kind.tell();
            let ids = technicians
                .iter()
                .map(|ordinal| self.technician(*ordinal))
                .collect();
            PlantedTruth {
                tenant_id: self.tenant_id,
                code,
                description,
                technician_ids: ids,
                since: plant.since,
            }
        };
        self.plants.iter().map(tell).collect()
    }

    /// The id of a technician by ordinal, from the end when negative; the last one where there are not so many.
    pub(crate) fn technician(&self, ordinal: i64) -> i64 {
        let count = self.technicians as i64;
        let place = if ordinal < 0 {
            count + ordinal
        } else {
            ordinal.min(count - 1)
        };
        FIRST_TECHNICIAN + place.max(0)
    }

    /// An hour's wage of a technician, and the burden on it. Together never a multiple of three cents: the clock's
    /// hours then have a finite decimal form wherever a cent is halved, and everybody rounds alike.
    pub(crate) fn rates(&self, ordinal: usize) -> Option<(Cents, Cents)> {
        let uncosted =
            self.plants(PlantKind::UncostedTechnicians) && ordinal + 2 >= self.technicians;
        let wage = 2_400 + 100 * (ordinal as i64 * 7 % 12);
        let burden = 650 + i64::from((wage + 650) % 3 == 0) * 20;
        (!uncosted).then_some((Cents(wage), Cents(burden)))
    }
}

/// The id of the first technician.
pub(crate) const FIRST_TECHNICIAN: i64 = 501;

impl PlantKind {
    /// Code, sentence, and the technicians by ordinal (negative: from the end).
    fn tell(self) -> (&'static str, &'static str, &'static [i64]) {
        match self {
            Self::Recalls => (
                "recalls",
                "a quarter of one technician's repairs come back within 30 days",
                &[4],
            ),
            Self::LateArrivals => (
                "late_arrivals",
                "one technician arrives after the promised window on half of the visits",
                &[1],
            ),
            Self::NoInvoice => (
                "no_invoice",
                "one in twelve completed jobs of the second business unit is never invoiced",
                &[],
            ),
            Self::UncostedTechnicians => (
                "uncosted_technicians",
                "two technicians have no rate and no payroll: their work looks free",
                &[-2, -1],
            ),
            Self::SplitJobs => (
                "split_jobs",
                "a third of the jobs is shared by two or three technicians",
                &[],
            ),
            Self::UnappliedPayments => (
                "unapplied_payments",
                "one payment in eight is larger than what it pays, and the rest lies about",
                &[],
            ),
        }
    }
}
