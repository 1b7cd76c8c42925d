//! A table as CSV.

use super::table::{Cell, Column, Kind, Row};
use crate::routes::csv;
use domain::Hours;

/// The line of headings.
pub(super) fn headings(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    csv::line(&names)
}

/// Rows as lines: amounts in cents, percents with two decimals, hours as decimals, instants in UTC.
pub(super) fn lines(columns: &[Column], rows: &[Row]) -> String {
    let mut text = String::with_capacity(rows.len() * columns.len() * 8);
    for row in rows {
        for (at, (cell, column)) in row.iter().zip(columns).enumerate() {
            if at > 0 {
                text.push(',');
            }
            csv::push(&mut text, &written(cell, column.kind));
        }
        text.push_str("\r\n");
    }
    text
}

fn written(cell: &Cell, kind: Kind) -> String {
    match (cell, kind) {
        (Cell::Empty, _) => String::new(),
        (Cell::Whole(value), Kind::Percent) => hundredths(*value),
        (Cell::Whole(value), Kind::Hours) => Hours::from_ten_thousandths(*value).to_string(),
        (Cell::Whole(value), _) => value.to_string(),
        (Cell::Text(text), _) => text.clone(),
        (Cell::Day(day), _) => day.to_string(),
        (Cell::Instant(instant), _) => instant.to_string(),
        (Cell::Flag(flag), _) => flag.to_string(),
    }
}

fn hundredths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let size = value.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

#[cfg(test)]
mod tests {
    use super::{Kind, headings, lines};
    use crate::routes::export::table::{Cell, column};

    #[test]
    fn cells_are_written_by_their_kind() {
        let columns = [
            column("authorized_net_sales_cents", Kind::Cents),
            column("authorized_gp_percent", Kind::Percent),
            column("authorized_billed_hours", Kind::Hours),
            column("advisor_name", Kind::Text),
        ];
        let rows = [
            vec![
                Cell::Whole(-500),
                Cell::Whole(-5),
                Cell::Whole(15_000),
                Cell::Text("=HYPERLINK(\"x\")".into()),
            ],
            vec![Cell::Empty, Cell::Empty, Cell::Whole(0), Cell::Empty],
        ];
        assert_eq!(
            headings(&columns),
            "authorized_net_sales_cents,authorized_gp_percent,authorized_billed_hours,advisor_name\r\n"
        );
        assert_eq!(
            lines(&columns, &rows),
            "-500,-0.05,1.5,\"'=HYPERLINK(\"\"x\"\")\"\r\n,,0,\r\n"
        );
    }
}
