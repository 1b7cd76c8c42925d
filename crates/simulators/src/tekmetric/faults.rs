//! Faults by name, switched on and off while the simulator runs.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use crate::dice::Dice;
use crate::{Error, Result};

/// What can go wrong on the wire or in a record. Where a variant is named, it is the text to pass
/// as [`Setting::variant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 429, empty body. `Retry-After` by variant: `seconds:N`, `date:N` (HTTP date N s ahead),
    /// `absent` (default), `0`, `negative`, `garbage`.
    RateLimit,
    /// An HTML page with 500, 502, 503, 504 in turn, or the status named by the variant.
    ServerError,
    /// The connection closes in the middle of the body.
    Reset,
    /// The answer comes late, by the variant's milliseconds (300).
    Slow,
    /// The answer does not come, for the variant's seconds (3,600).
    Hang,
    /// A well-formed HTTP answer whose JSON ends early.
    TruncatedJson,
    /// 200 with a gateway's HTML page.
    Html200,
    /// 200 without a body.
    Empty200,
    /// 400 when `updatedDateStart` is older than the variant's days (180) before now (A.6.5).
    HistoryWindow400,
    /// Up to five changes of the world after a list page was served.
    PageDrift,
    /// The last row of a page comes again at the head of the next; on a first page, the first row
    /// comes again at the end.
    DuplicateRows,
    /// Every integer of the rows is printed as `8907.0` (B-1).
    FloatNumbers,
    /// Rows hold keys that nobody documented (B-56).
    ExtraKeys,
    /// Rows lack optional keys.
    MissingKeys,
    /// Times of the rows come without zone (B-40).
    ZonelessDates,
    /// Names of parts, labour and fees are null (B-6).
    NullNames,
    /// One name holds a NUL character.
    NulInText,
    /// One optional time is malformed (B-41).
    MalformedTime,
    /// One order has a status that nobody knows.
    UnknownStatus,
    /// One row cannot be read: `fraction` in a money field (default), `no_id`, or `garbage` text as money.
    BadRecord,
    /// `totalElements` is wrong.
    WrongTotalElements,
    /// `last` is true on a page that is not the last.
    EarlyLast,
    /// A page ends with an older version of one of its rows.
    OldVersionAfterNew,
    /// 401 with an empty body; the token is void, the next one is new.
    TokenExpiry,
    /// The token endpoint refuses the credentials.
    InvalidClient,
    /// 404 on reads of single records.
    SingleRead404,
    /// The sums of posted orders do not follow their jobs yet (B-19).
    StaleSums,
}

const NAMES: [(&str, Fault); 27] = [
    ("rate_limit", Fault::RateLimit),
    ("server_error", Fault::ServerError),
    ("reset", Fault::Reset),
    ("slow", Fault::Slow),
    ("hang", Fault::Hang),
    ("truncated_json", Fault::TruncatedJson),
    ("html_200", Fault::Html200),
    ("empty_200", Fault::Empty200),
    ("history_window_400", Fault::HistoryWindow400),
    ("page_drift", Fault::PageDrift),
    ("duplicate_rows", Fault::DuplicateRows),
    ("float_numbers", Fault::FloatNumbers),
    ("extra_keys", Fault::ExtraKeys),
    ("missing_keys", Fault::MissingKeys),
    ("zoneless_dates", Fault::ZonelessDates),
    ("null_names", Fault::NullNames),
    ("nul_in_text", Fault::NulInText),
    ("malformed_time", Fault::MalformedTime),
    ("unknown_status", Fault::UnknownStatus),
    ("bad_record", Fault::BadRecord),
    ("wrong_total_elements", Fault::WrongTotalElements),
    ("early_last", Fault::EarlyLast),
    ("old_version_after_new", Fault::OldVersionAfterNew),
    ("token_expiry", Fault::TokenExpiry),
    ("invalid_client", Fault::InvalidClient),
    ("single_read_404", Fault::SingleRead404),
    ("stale_sums", Fault::StaleSums),
];

impl Fault {
    /// The names of all faults.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().map(|(name, _)| name)
    }
}

impl FromStr for Fault {
    type Err = Error;

    /// By name; `429`, `5xx` and `401` are other words for the obvious ones.
    fn from_str(given: &str) -> Result<Self> {
        let name = match given {
            "429" => "rate_limit",
            "5xx" | "500" => "server_error",
            "401" => "token_expiry",
            other => other,
        };
        let found = NAMES.into_iter().find(|(known, _)| *known == name);
        found.map(|(_, fault)| fault).ok_or_else(|| Error::Unknown {
            what: "fault",
            given: given.to_owned(),
        })
    }
}

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
    /// Which kind, see [`Fault`].
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
struct State {
    active: BTreeMap<Fault, Active>,
    hits: BTreeMap<Fault, u64>,
    dice: Dice,
}

/// The faults that are switched on, and how often each has struck.
#[derive(Debug)]
pub struct Faults(Mutex<State>);

impl Faults {
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
    pub fn set(&self, name: &str, rate: Rate) -> Result<()> {
        self.set_with(name.parse()?, rate.into());
        Ok(())
    }

    /// Switches a fault on with its variant and path.
    pub fn set_with(&self, fault: Fault, setting: Setting) {
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
    pub fn hits(&self, fault: Fault) -> u64 {
        self.state().hits.get(&fault).copied().unwrap_or(0)
    }

    /// What is switched on.
    #[must_use]
    pub fn active(&self) -> BTreeMap<Fault, Setting> {
        self.state()
            .active
            .iter()
            .map(|(fault, active)| (*fault, active.setting.clone()))
            .collect()
    }

    /// Whether a fault is switched on at all.
    pub(crate) fn is_on(&self, fault: Fault) -> bool {
        self.state().active.contains_key(&fault)
    }

    /// Whether a fault strikes this request.
    pub(crate) fn strikes(&self, fault: Fault, path: &str) -> Option<Strike> {
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

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, Rate};

    #[test]
    fn every_name_is_known_and_rates_are_read() {
        for name in Fault::names() {
            assert!(name.parse::<Fault>().is_ok(), "{name}");
        }
        assert!("gremlins".parse::<Fault>().is_err());
        assert_eq!(
            "every:3".parse::<Rate>().expect("a rate"),
            Rate::EveryNth(3)
        );
        assert!("every:0".parse::<Rate>().is_err());
        assert!("sometimes".parse::<Rate>().is_err());
    }

    #[test]
    fn a_fault_strikes_as_often_as_told() {
        let faults = Faults::new(1);
        faults.set("429", Rate::EveryNth(3)).expect("a fault");
        let struck: Vec<bool> = (0..6)
            .map(|_| faults.strikes(Fault::RateLimit, "/x").is_some())
            .collect();
        assert_eq!(struck, [false, false, true, false, false, true]);
        faults.set("429", Rate::NextN(1)).expect("a fault");
        assert!(faults.strikes(Fault::RateLimit, "/x").is_some());
        assert!(faults.strikes(Fault::RateLimit, "/x").is_none());
        assert_eq!(faults.hits(Fault::RateLimit), 3);
    }
}
