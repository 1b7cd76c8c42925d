//! Rows printed straight into bytes: lists hold hundreds of wide rows, and a tree of values for each would cost
//! more than everything else a page does.

use std::io::Write as _;

use jiff::civil::Date;

use super::moment::{Moment, midnight};
use crate::{Cents, Decimal};

/// A JSON object being printed. Keys come out in the order of the calls.
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

/// Prints one object.
pub(crate) fn object(out: &mut Vec<u8>, fill: impl FnOnce(&mut Object<'_>)) {
    out.push(b'{');
    fill(&mut Object { out, first: true });
    out.push(b'}');
}

/// Prints an array.
pub(crate) fn array<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut each: impl FnMut(&mut Vec<u8>, T),
) {
    out.push(b'[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        each(out, item);
    }
    out.push(b']');
}

fn string(out: &mut Vec<u8>, text: &str) {
    if serde_json::to_writer(&mut *out, text).is_err() {
        out.extend_from_slice(b"null");
    }
}

impl Object<'_> {
    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    fn print(&mut self, key: &str, value: impl std::fmt::Display) -> &mut Self {
        // Writing to a vector cannot fail.
        let _written = write!(self.key(key), "{value}");
        self
    }

    pub(crate) fn null(&mut self, key: &str) -> &mut Self {
        self.print(key, "null")
    }

    pub(crate) fn nulls(&mut self, keys: &[&str]) -> &mut Self {
        for key in keys {
            self.null(key);
        }
        self
    }

    pub(crate) fn int(&mut self, key: &str, value: i64) -> &mut Self {
        self.print(key, value)
    }

    pub(crate) fn opt_int(&mut self, key: &str, value: Option<i64>) -> &mut Self {
        match value {
            Some(value) => self.int(key, value),
            None => self.null(key),
        }
    }

    pub(crate) fn flag(&mut self, key: &str, value: bool) -> &mut Self {
        self.print(key, value)
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        string(self.key(key), value);
        self
    }

    pub(crate) fn opt_text(&mut self, key: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(key, value),
            None => self.null(key),
        }
    }

    pub(crate) fn moment(&mut self, key: &str, value: Moment) -> &mut Self {
        let out = self.key(key);
        out.push(b'"');
        value.write(out);
        out.push(b'"');
        self
    }

    pub(crate) fn opt_moment(&mut self, key: &str, value: Option<Moment>) -> &mut Self {
        match value {
            Some(value) => self.moment(key, value),
            None => self.null(key),
        }
    }

    /// A calendar day, printed as its midnight in UTC.
    pub(crate) fn day(&mut self, key: &str, value: Option<Date>) -> &mut Self {
        self.opt_moment(key, value.map(|day| Moment::at(midnight(day))))
    }

    /// Money as a decimal text, `"19.95"`.
    pub(crate) fn money_text(&mut self, key: &str, value: Cents) -> &mut Self {
        let out = self.key(key);
        out.push(b'"');
        write_money(out, value, false);
        out.push(b'"');
        self
    }

    /// Money as a JSON number; an integer when whole.
    pub(crate) fn money(&mut self, key: &str, value: Cents) -> &mut Self {
        let out = self.key(key);
        write_money(out, value, true);
        self
    }

    pub(crate) fn opt_money(&mut self, key: &str, value: Option<Cents>) -> &mut Self {
        match value {
            Some(value) => self.money(key, value),
            None => self.null(key),
        }
    }

    /// A decimal text, `"33.335"`.
    pub(crate) fn decimal_text(&mut self, key: &str, value: Decimal) -> &mut Self {
        let out = self.key(key);
        let _written = write!(out, "\"{value}\"");
        self
    }

    pub(crate) fn opt_decimal_text(&mut self, key: &str, value: Option<Decimal>) -> &mut Self {
        match value {
            Some(value) => self.decimal_text(key, value),
            None => self.null(key),
        }
    }

    /// A decimal as a JSON number.
    pub(crate) fn decimal(&mut self, key: &str, value: Decimal) -> &mut Self {
        self.print(key, value)
    }

    /// Hundredths of a percent as a fraction: 825 is `0.0825`.
    pub(crate) fn print_rate(&mut self, key: &str, basis_points: i64) -> &mut Self {
        self.decimal(key, Decimal(basis_points))
    }

    pub(crate) fn ints(&mut self, key: &str, values: &[i64]) -> &mut Self {
        let each = |out: &mut Vec<u8>, value: &i64| {
            let _written = write!(out, "{value}");
        };
        array(self.key(key), values, each);
        self
    }

    pub(crate) fn texts(&mut self, key: &str, values: &[&str]) -> &mut Self {
        array(self.key(key), values, |out, value| string(out, value));
        self
    }

    pub(crate) fn empty_arrays(&mut self, keys: &[&str]) -> &mut Self {
        for key in keys {
            self.key(key).extend_from_slice(b"[]");
        }
        self
    }

    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        object(self.key(key), fill);
        self
    }

    /// `{"id": …, "name": …}`, the vendor's nested reference.
    pub(crate) fn named(&mut self, key: &str, id: i64, name: &str) -> &mut Self {
        self.object(key, |o| {
            o.int("id", id).text("name", name);
        })
    }

    pub(crate) fn objects<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Object<'_>, T),
    ) -> &mut Self {
        array(self.key(key), items, |out, item| {
            object(out, |o| fill(o, item))
        });
        self
    }
}

fn write_money(out: &mut Vec<u8>, value: Cents, short: bool) {
    let sign = if value.0 < 0 { "-" } else { "" };
    let (whole, rest) = (value.0.unsigned_abs() / 100, value.0.unsigned_abs() % 100);
    let _written = match (short, rest % 10) {
        (true, _) if rest == 0 => write!(out, "{sign}{whole}"),
        (true, 0) => write!(out, "{sign}{whole}.{}", rest / 10),
        _ => write!(out, "{sign}{whole}.{rest:02}"),
    };
}

#[cfg(test)]
mod tests {
    use super::object;
    use crate::{Cents, Decimal};

    #[test]
    fn money_is_a_text_here_and_a_number_there() {
        let mut out = Vec::new();
        object(&mut out, |o| {
            o.money_text("a", Cents(1_995))
                .money_text("b", Cents(-5))
                .money("c", Cents(12_050))
                .money("d", Cents(-300))
                .decimal_text("e", Decimal(333_350))
                .ints("f", &[1, 2])
                .text("g", "a \"b\"");
        });
        assert_eq!(
            String::from_utf8(out).expect("UTF-8"),
            r#"{"a":"19.95","b":"-0.05","c":120.5,"d":-3,"e":"33.335","f":[1,2],"g":"a \"b\""}"#
        );
    }
}
