//! Faults by name, switched on and off while a simulator runs; what can go wrong is each vendor's own list.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use crate::dice::Dice;
use crate::{Error, Result};

/// How often a fault strikes, counted over the requests that it could strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// Every time. Text: `always`.
    Always,
    /// Never. Text: `off`.
    Off,
    /// The n-th, 2n-th, … request. Text: `every:3`.
    EveryNth(u32),
    /// In so many of 10,000 requests, by seed. Text: `chance:250` for 2.5 %.
    Chance(u32),
    /// The next n requests, then never. Text: `next:2`.
    NextN(u32),
}

impl FromStr for Rate {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self> {
        let unknown = || Error::Unknown {
            what: "rate",
            given: given.to_owned(),
        };
        let (word, number) = given
            .split_once(':')
            .map_or((given, None), |(word, n)| (word, Some(n)));
        let number = number
            .map(|text| text.parse::<u32>().map_err(|_| unknown()))
            .transpose()?;
        match (word, number) {
            ("always", None) => Ok(Self::Always),
            ("off", None) => Ok(Self::Off),
            ("every", Some(n)) if n > 0 => Ok(Self::EveryNth(n)),
            ("chance", Some(per_10_000)) if per_10_000 <= 10_000 => Ok(Self::Chance(per_10_000)),
            ("next", Some(n)) => Ok(Self::NextN(n)),
            _ => Err(unknown()),
        }
    }
}

/// A fault that is switched on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// How often.
    pub rate: Rate,
    /// Which kind, see the vendor's faults.
    pub variant: Option<String>,
    /// Only requests whose path contains this text.
    pub path: Option<String>,
}

impl From<Rate> for Setting {
    fn from(rate: Rate) -> Self {
        Self {
            rate,
            variant: None,
            path: None,
        }
    }
}

/// One hit of a fault.
#[derive(Debug, Clone)]
pub(crate) struct Strike {
    pub(crate) variant: Option<String>,
    /// The how-manieth hit, from 1.
    pub(crate) number: u64,
}

impl Strike {
    pub(crate) fn number_in_variant(&self) -> Option<u64> {
        self.variant.as_deref()?.parse().ok()
    }
}

#[derive(Debug)]
struct Active {
    setting: Setting,
    asked: u64,
}

#[derive(Debug)]
struct State<F> {
    active: BTreeMap<F, Active>,
    hits: BTreeMap<F, u64>,
    dice: Dice,
}

/// The faults that are switched on, and how often each has struck.
#[derive(Debug)]
pub struct Faults<F>(Mutex<State<F>>);

impl<F: Copy + Ord> Faults<F> {
    /// No faults; `seed` decides those that strike by chance.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let dice = Dice::new(seed, 0xfa17);
        Self(Mutex::new(State {
            active: BTreeMap::new(),
            hits: BTreeMap::new(),
            dice,
        }))
    }

    /// Switches a fault on by name; its counters start anew.
    ///
    /// # Errors
    /// [`Error::Unknown`] when there is no such fault.
    pub fn set(&self, name: &str, rate: Rate) -> Result<()>
    where
        F: FromStr<Err = Error>,
    {
        self.set_with(name.parse()?, rate.into());
        Ok(())
    }

    /// Switches a fault on with its variant and path.
    pub fn set_with(&self, fault: F, setting: Setting) {
        self.state()
            .active
            .insert(fault, Active { setting, asked: 0 });
    }

    /// Switches every fault off; the counts of hits stay.
    pub fn clear(&self) {
        self.state().active.clear();
    }

    /// How often a fault has struck.
    #[must_use]
    pub fn hits(&self, fault: F) -> u64 {
        self.state().hits.get(&fault).copied().unwrap_or(0)
    }

    /// What is switched on.
    #[must_use]
    pub fn active(&self) -> BTreeMap<F, Setting> {
        self.state()
            .active
            .iter()
            .map(|(fault, active)| (*fault, active.setting.clone()))
            .collect()
    }

    /// Whether a fault is switched on at all.
    pub(crate) fn is_on(&self, fault: F) -> bool {
        self.state().active.contains_key(&fault)
    }

    /// Whether a fault strikes this request.
    pub(crate) fn strikes(&self, fault: F, path: &str) -> Option<Strike> {
        let mut guard = self.state();
        let State { active, hits, dice } = &mut *guard;
        let on = active.get_mut(&fault)?;
        if on
            .setting
            .path
            .as_deref()
            .is_some_and(|wanted| !path.contains(wanted))
        {
            return None;
        }
        on.asked += 1;
        let strikes = match on.setting.rate {
            Rate::Always => true,
            Rate::Off => false,
            Rate::EveryNth(n) => on.asked % u64::from(n.max(1)) == 0,
            Rate::Chance(per_10_000) => dice.chance(per_10_000),
            Rate::NextN(n) => on.asked <= u64::from(n),
        };
        if !strikes {
            return None;
        }
        let number = hits.entry(fault).or_insert(0);
        *number += 1;
        Some(Strike {
            variant: on.setting.variant.clone(),
            number: *number,
        })
    }

    fn state(&self) -> MutexGuard<'_, State<F>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
