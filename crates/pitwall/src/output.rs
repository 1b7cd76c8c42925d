//! The answer on standard output, talk on standard error.

use crate::cli::Global;
use crate::config::Environment;
use crate::failure::Failure;
use crate::lifecycle::has_color;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use serde_json::{Value, json};
use std::io::Write;

/// Spaces between two columns.
const GAP: usize = 2;

/// How this run speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    style: Style,
    quiet: bool,
}

/// Who listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A person at a terminal: colour and animation are fine.
    Terminal,
    /// A file or a pipe: plain lines.
    Plain,
    /// A program: JSON.
    Json,
}

impl Output {
    pub(crate) fn new(global: &Global, environment: &Environment) -> Self {
        let style = match (global.json, has_color(global, environment)) {
            (true, _) => Style::Json,
            (false, true) => Style::Terminal,
            (false, false) => Style::Plain,
        };
        Self {
            style,
            quiet: global.quiet,
        }
    }

    pub(crate) const fn style(self) -> Style {
        self.style
    }

    pub(crate) const fn is_json(self) -> bool {
        matches!(self.style, Style::Json)
    }

    pub(crate) const fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Something a person may want to know; not part of the answer.
    pub(crate) fn say(self, words: &str) {
        if self.quiet {
            return;
        }
        if self.is_json() {
            self.event(&json!({ "event": "message", "message": words }));
        } else {
            let _ = writeln!(std::io::stderr(), "{words}");
        }
    }

    /// A line of progress for a program.
    pub(crate) fn event(self, event: &Value) {
        let _ = writeln!(std::io::stderr(), "{event}");
    }

    /// The answer, in the form that was asked for.
    pub(crate) fn answer(self, json: &Value, text: impl FnOnce() -> String) {
        // Nobody reading on is no error of ours.
        let _ = if self.is_json() {
            writeln!(std::io::stdout(), "{json}")
        } else {
            let text = text();
            writeln!(std::io::stdout(), "{}", text.trim_end())
        };
    }

    /// Why the command failed.
    pub(crate) fn failure(self, failure: &Failure) {
        if self.is_json() {
            self.event(
                &json!({ "event": "error", "error": failure.message, "hint": failure.hint }),
            );
            return;
        }
        let _ = writeln!(std::io::stderr(), "error: {}", failure.message);
        if let Some(hint) = &failure.hint {
            let _ = writeln!(std::io::stderr(), "  to do: {hint}");
        }
    }
}

/// Rows under headings, first column to the left, the others to the right where they are numbers.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    lay_out(
        &headings.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>(),
        rows,
    )
}

/// The same; where the terminal is too narrow, headings stand at the side instead.
pub(crate) fn wide_table(headings: &[String], rows: &[Vec<String>]) -> String {
    let text = lay_out(headings, rows);
    let width = text
        .lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0);
    // No terminal, no limit.
    let room =
        rustix::termios::tcgetwinsize(std::io::stdout()).map(|size| usize::from(size.ws_col));
    if room.is_ok_and(|room| width <= room) || room.is_err() {
        return text;
    }
    let mut turned_headings = vec![one_line(&headings[0])];
    turned_headings.extend(rows.iter().map(|row| row[0].clone()));
    let turned: Vec<Vec<String>> = (1..headings.len())
        .map(|column| {
            let mut line = vec![one_line(&headings[column])];
            line.extend(rows.iter().map(|row| row[column].clone()));
            line
        })
        .collect();
    lay_out(&turned_headings, &turned)
}

fn one_line(heading: &str) -> String {
    heading.replace('\n', " ")
}

fn lay_out(headings: &[String], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    let is_number = |column: usize| {
        column > 0
            && rows
                .iter()
                .any(|row| row.get(column).is_some_and(|c| starts_like_number(c)))
            && rows.iter().all(|row| {
                row.get(column)
                    .is_none_or(|c| c.is_empty() || c == "–" || starts_like_number(c))
            })
    };
    let cell = |column: usize, text: &String| {
        let alignment = if is_number(column) {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        };
        Cell::new(text).set_alignment(alignment)
    };
    table.set_header(headings.iter().enumerate().map(|(c, h)| cell(c, h)));
    for row in rows {
        table.add_row(row.iter().enumerate().map(|(c, text)| cell(c, text)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, u16::try_from(GAP).unwrap_or(2)));
    }
    let lines = table.lines().map(|line| line.trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

fn starts_like_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && !text.contains(':')
        && !(text.len() == 10 && text.as_bytes()[4] == b'-')
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn numbers_stand_to_the_right_and_dates_to_the_left() {
        let rows = vec![
            vec!["a".to_owned(), "7".to_owned(), "2026-01-01".to_owned()],
            vec![
                "bcd".to_owned(),
                "1,234".to_owned(),
                "2026-01-02".to_owned(),
            ],
        ];
        let expected = "name  count  day\na         7  2026-01-01\nbcd   1,234  2026-01-02";
        assert_eq!(table(&["name", "count", "day"], &rows), expected);
    }
}
