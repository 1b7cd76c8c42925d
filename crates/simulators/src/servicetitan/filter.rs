//! How one value of a filter is compared with one field.

use jiff::civil::Date;

use super::moment::{Moment, midnight};

/// A comma list of ids holds this one.
pub(crate) fn any_id(list: &str, id: Option<i64>) -> bool {
    let Some(id) = id else { return false };
    list.split(',').any(|part| part.trim().parse() == Ok(id))
}

/// Substring, whatever the case.
pub(crate) fn holds(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

/// One of a comma list of names, whatever the case.
pub(crate) fn same_text(text: &str, list: &str) -> bool {
    list.split(',')
        .any(|one| one.trim().eq_ignore_ascii_case(text))
}

/// `true`, `True`, `false`, `False`.
pub(crate) fn same_flag(flag: bool, value: &str) -> bool {
    value.eq_ignore_ascii_case(if flag { "true" } else { "false" })
}

/// At or after the instant given as text; an unreadable one lets nothing pass.
pub(crate) fn from(at: Option<Moment>, value: &str) -> bool {
    matches!((at, Moment::parse(value)), (Some(at), Some(bound)) if at >= bound)
}

/// Before the instant given as text.
pub(crate) fn before(at: Option<Moment>, value: &str) -> bool {
    matches!((at, Moment::parse(value)), (Some(at), Some(bound)) if at < bound)
}

/// A day as the instant that the vendor compares.
pub(crate) fn of_day(day: Option<Date>) -> Option<Moment> {
    day.map(|day| Moment::at(midnight(day)))
}
