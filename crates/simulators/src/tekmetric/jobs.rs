//! The jobs of an order, with the oddities that the vendor's data really shows
//! (reference/tekmetric.md A.8.6 to A.8.8, B).

use super::catalog::{BRANDS, BUDGET_BRAND, PARTS, PartSpec, TEMPLATES, Template};
use super::config::{LeakKind, ShopSpec};
use super::entity::{Charge, Decision, Job, Labor, Part, PartKind, Text};
use super::roster::unknown_technician_id;
use crate::dice::Dice;
use crate::{Cents, Decimal, Stamp};

/// How a job will be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Authorized,
    Declined,
    Pending,
}

/// What the jobs of one order have in common.
pub(crate) struct JobMaker<'a> {
    pub(crate) spec: &'a ShopSpec,
    pub(crate) shop_index: usize,
    pub(crate) technicians: &'a [i64],
    pub(crate) created_at: Stamp,
    /// Ids of jobs, lines and charges count up from here, 64 per order.
    pub(crate) id_base: i64,
    pub(crate) next_id: i64,
    /// Warranty or internal work: nothing is charged.
    pub(crate) free: bool,
    /// Job discounts of this order are surcharges (B-4).
    pub(crate) surcharges: bool,
}

impl JobMaker<'_> {
    /// The next unused id within the order's range, in the vendor's order of magnitude.
    pub(crate) fn id(&mut self, magnitude: i64) -> i64 {
        self.next_id += 1;
        magnitude + self.id_base + self.next_id
    }

    pub(crate) fn charge(&mut self, name: &'static str, total: Cents) -> Charge {
        Charge {
            id: self.id(125_000),
            name: Text::Borrowed(name),
            total,
        }
    }

    /// A job, undecided yet; `fate` only decides whether anybody is put to work.
    pub(crate) fn job(&mut self, dice: &mut Dice, sort: i64, fate: Fate) -> Job {
        let weights: [u32; TEMPLATES.len()] = std::array::from_fn(|index| TEMPLATES[index].weight);
        let template = &TEMPLATES[dice.weighted(&weights)];
        let technician = *dice.pick(self.technicians);
        let labor = self.labor_lines(dice, template, technician, fate);
        let parts: Vec<Part> = template
            .parts
            .iter()
            .map(|index| self.part(dice, &PARTS[*index]))
            .collect();
        let hours: Decimal = labor.iter().map(|line| line.hours).sum();
        let fees = match template.fee {
            Some((name, cents)) if !self.free => vec![self.charge(name, Cents(cents))],
            _ => Vec::new(),
        };
        let discounts = self.job_discounts(dice, &labor, &parts);
        Job {
            id: self.id(1_180_000_000),
            name: Text::Borrowed(template.name),
            category: dice
                .chance(8_000)
                .then_some(Text::Borrowed(template.category)),
            note: None,
            decision: Decision::OPEN,
            selected: !(fate == Fate::Pending && dice.chance(1_700)),
            archived: fate == Fate::Declined && dice.chance(230),
            technician_id: (fate == Fate::Authorized).then_some(technician),
            logged_hours: dice
                .chance(4_000)
                .then(|| Decimal(hours.0 * dice.between(80, 120) / 10_000 * 100)),
            sort,
            labor,
            parts,
            fees,
            discounts,
            created_at: Some(self.created_at),
            updated_at: None,
            completed_at: None,
        }
    }

    fn labor_lines(
        &mut self,
        dice: &mut Dice,
        of: &Template,
        technician: i64,
        fate: Fate,
    ) -> Vec<Labor> {
        let mut lines = Vec::with_capacity(of.labor.len());
        let no_rate = dice.chance(15);
        for (name, hundredths) in of.labor {
            let hours = Decimal::hundredths(hundredths * dice.between(9, 12) / 10);
            let rate = if self.free || no_rate {
                Cents::ZERO
            } else {
                self.spec.labor_rate
            };
            lines.push(Labor {
                id: self.id(990_000_000),
                name: (!dice.chance(20)).then_some(Text::Borrowed(*name)),
                rate,
                hours,
                complete: false,
                technician_id: self.line_technician(dice, technician, fate),
            });
        }
        lines
    }

    /// Mostly the job's technician; sometimes another (B-10), nobody (B-8) or an unknown one (B-9).
    fn line_technician(&self, dice: &mut Dice, technician: i64, fate: Fate) -> Option<i64> {
        if fate != Fate::Authorized {
            return dice.chance(700).then_some(technician);
        }
        let leak = self
            .spec
            .leaks_at(LeakKind::UnassignedLabor, self.created_at);
        if dice.chance(if leak.is_some() { 1_800 } else { 50 }) {
            return None;
        }
        match dice.weighted(&[9_780, 190, 30]) {
            0 => Some(technician),
            1 => Some(*dice.pick(self.technicians)),
            _ => Some(unknown_technician_id(self.shop_index)),
        }
    }

    fn part(&mut self, dice: &mut Dice, spec: &'static PartSpec) -> Part {
        let brand = BRANDS[dice.weighted(&[45, 15, 12, 10, 18])];
        let percent = dice.between(92, 112);
        let mut cost = Some(Cents(spec.cost * percent / 100));
        let mut retail = Cents(spec.retail * percent / 100);
        let leaking = |kind| self.spec.leaks_at(kind, self.created_at).is_some();
        if brand == BUDGET_BRAND && leaking(LeakKind::ZeroCostBrand) {
            cost = Some(Cents::ZERO);
        } else if spec.kind == PartKind::Tire && leaking(LeakKind::TiresBelowCost) {
            retail = Cents(spec.cost * percent / 100 * 96 / 100);
        } else {
            match dice.weighted(&[9_886, 60, 24, 30]) {
                0 => {}
                1 => cost = Some(Cents::ZERO),
                2 => cost = None,
                _ => retail = Cents(spec.cost * percent / 100 - 150),
            }
        }
        Part {
            id: self.id(1_120_000_000),
            quantity: quantity(dice, spec),
            name: (!dice.chance(40)).then_some(Text::Borrowed(spec.name)),
            brand: dice.chance(9_000).then_some(Text::Borrowed(brand)),
            number: dice.chance(8_500).then_some(Text::Borrowed(spec.number)),
            cost,
            retail: if self.free { Cents::ZERO } else { retail },
            kind: spec.kind,
        }
    }

    fn job_discounts(&mut self, dice: &mut Dice, labor: &[Labor], parts: &[Part]) -> Vec<Charge> {
        if self.free {
            return Vec::new();
        }
        let gross: Cents = labor.iter().map(Labor::retail).sum::<Cents>()
            + parts.iter().map(Part::retail_extended).sum();
        if self.surcharges && dice.chance(6_300) {
            return vec![self.charge("Price match", -Cents(dice.between(50, 7_000)))];
        }
        if !self.surcharges && dice.chance(600) {
            return vec![self.charge("Coupon", gross.portion(dice.between(300, 1_500)))];
        }
        Vec::new()
    }
}

/// Volumes come in fractions (B-2); zero and null occur (B-3).
fn quantity(dice: &mut Dice, spec: &PartSpec) -> Option<Decimal> {
    match dice.below(6_000) {
        0 => return Some(Decimal::ZERO),
        1 => return None,
        _ => {}
    }
    if spec.fluid && dice.chance(1_800) {
        let halves = [
            Decimal::hundredths(spec.quantity * 100 + 50),
            Decimal::hundredths(spec.quantity * 100 - 50),
        ];
        return Some(if dice.chance(1_000) {
            Decimal::hundredths(33)
        } else {
            *dice.pick(&halves)
        });
    }
    Some(Decimal(spec.quantity * 10_000))
}
