//! Goals: a ratio or a figure, the bound it is held to, and whether it is met.

/// How much a goal gives way in a quick run, which shares its machine with others.
const QUICK: f64 = 0.8;

/// A bound.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// Met at or above.
    AtLeast(f64),
    /// Met at or below.
    AtMost(f64),
    /// Met by nothing but this; a quick run does not relax it.
    Exactly(f64),
}

/// A goal with what was measured.
#[derive(Clone, Debug)]
pub struct Goal {
    /// Number in design.md 7.
    pub id: &'static str,
    /// What is compared.
    pub what: String,
    /// The figure.
    pub value: f64,
    /// Its bound.
    pub bound: Bound,
    /// Unit of both.
    pub unit: &'static str,
}

impl Goal {
    /// The bound in force.
    pub fn bound(&self, quick: bool) -> Bound {
        match self.bound {
            Bound::AtLeast(least) if quick => Bound::AtLeast(least * QUICK),
            Bound::AtMost(most) if quick => Bound::AtMost(most / QUICK),
            bound => bound,
        }
    }

    /// Whether the figure holds its bound; one that could not be measured does not.
    pub fn met(&self, quick: bool) -> bool {
        match self.bound(quick) {
            Bound::AtLeast(least) => self.value >= least,
            Bound::AtMost(most) => self.value <= most,
            Bound::Exactly(wanted) => (self.value - wanted).abs() < f64::EPSILON,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Goal};

    fn goal(value: f64, bound: Bound) -> Goal {
        Goal {
            id: "G0",
            what: String::new(),
            value,
            bound,
            unit: "x",
        }
    }

    #[test]
    fn a_quick_run_gives_way_by_a_fifth_but_never_on_exact_goals() {
        assert!(!goal(0.7, Bound::AtLeast(0.75)).met(false));
        assert!(goal(0.7, Bound::AtLeast(0.75)).met(true));
        assert!(!goal(1.2, Bound::AtMost(1.0)).met(false));
        assert!(goal(1.2, Bound::AtMost(1.0)).met(true));
        assert!(!goal(1.0, Bound::Exactly(0.0)).met(true));
        assert!(!goal(f64::NAN, Bound::AtMost(1.0)).met(true));
    }
}
