//! A table as an Excel workbook, row by row in constant memory: real dates, money in the currency's units. Cells are
//! written as texts and numbers, never as formulas.

use super::table::{Cell, Column, Kind, Row};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::fs::File;
use std::sync::mpsc::Receiver;

/// Rows of a sheet, the headings counted; a longer list goes on in another sheet.
const SHEET_ROWS: u32 = 1_048_576;
/// Excel cuts longer texts with an error.
const TEXT_LIMIT: usize = 32_767;

/// Formats by kind of column.
struct Formats {
    heading: Format,
    money: Format,
    percent: Format,
    hours: Format,
    day: Format,
    instant: Format,
    plain: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            heading: Format::new().set_bold(),
            money: Format::new().set_num_format("#,##0.00"),
            percent: Format::new().set_num_format("0.00"),
            hours: Format::new().set_num_format("0.00##"),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            plain: Format::new(),
        }
    }

    const fn of(&self, kind: Kind) -> &Format {
        match kind {
            Kind::Cents => &self.money,
            Kind::Percent => &self.percent,
            Kind::Hours => &self.hours,
            Kind::Day => &self.day,
            Kind::Instant => &self.instant,
            Kind::Whole | Kind::Text | Kind::Flag => &self.plain,
        }
    }
}

/// Writes the rows that come into a workbook in `file`.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(
    name: &str,
    columns: &[Column],
    rows: &Receiver<Vec<Row>>,
    file: File,
) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let formats = Formats::new();
    let mut sheet = 0;
    let mut next = SHEET_ROWS;
    for page in rows {
        for row in page {
            if next == SHEET_ROWS {
                sheet += 1;
                let name = if sheet == 1 {
                    name.to_owned()
                } else {
                    format!("{name} {sheet}")
                };
                begin(&mut workbook, &name, columns, &formats)?;
                next = 1;
            }
            let worksheet = workbook.worksheet_from_index(sheet - 1)?;
            write_row(worksheet, next, &row, (columns, &formats))?;
            next += 1;
        }
    }
    if sheet == 0 {
        begin(&mut workbook, name, columns, &formats)?;
    }
    workbook.save_to_writer(file)
}

fn begin(
    workbook: &mut Workbook,
    name: &str,
    columns: &[Column],
    formats: &Formats,
) -> Result<(), XlsxError> {
    let worksheet = workbook.add_worksheet_with_constant_memory()?;
    worksheet.set_name(name)?;
    worksheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0_u16..).zip(columns) {
        worksheet.set_column_width(at, width(column))?;
    }
    for (at, column) in (0_u16..).zip(columns) {
        let heading = match column.kind {
            Kind::Cents => column.name.trim_end_matches("_cents"),
            _ => column.name,
        };
        worksheet.write_string_with_format(0, at, heading, &formats.heading)?;
    }
    Ok(())
}

fn width(column: &Column) -> f64 {
    let least = match column.kind {
        Kind::Instant => 20,
        Kind::Text => 16,
        _ => 11,
    };
    let letters = column.name.len().max(least);
    f64::from(u32::try_from(letters).unwrap_or(20))
}

fn write_row(
    worksheet: &mut Worksheet,
    at: u32,
    row: &Row,
    (columns, formats): (&[Column], &Formats),
) -> Result<(), XlsxError> {
    for ((place, cell), column) in (0_u16..).zip(row).zip(columns) {
        let format = formats.of(column.kind);
        match cell {
            Cell::Empty => {}
            Cell::Whole(value) => {
                worksheet.write_number_with_format(
                    at,
                    place,
                    shown(*value, column.kind),
                    format,
                )?;
            }
            Cell::Text(text) => {
                let text: String = text.chars().take(TEXT_LIMIT).collect();
                worksheet.write_string(at, place, text)?;
            }
            Cell::Day(day) => {
                let day = excel_day(*day)?;
                worksheet.write_datetime_with_format(at, place, day, format)?;
            }
            Cell::Instant(instant) => {
                let instant = ExcelDateTime::from_timestamp(instant.as_second())?;
                worksheet.write_datetime_with_format(at, place, instant, format)?;
            }
            Cell::Flag(flag) => {
                worksheet.write_boolean(at, place, *flag)?;
            }
        }
    }
    Ok(())
}

/// A cell of a spreadsheet is a double whatever is written: the exact integer becomes one here, at the last step, and
/// is only ever shown.
fn shown(value: i64, kind: Kind) -> f64 {
    let scale = match kind {
        Kind::Cents | Kind::Percent => 100.0,
        Kind::Hours => 10_000.0,
        Kind::Whole | Kind::Text | Kind::Day | Kind::Instant | Kind::Flag => 1.0,
    };
    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "exact up to 90 trillion in the currency's units"
    )]
    let exact = value as f64;
    exact / scale
}

fn excel_day(day: jiff::civil::Date) -> Result<ExcelDateTime, XlsxError> {
    let part = |value: i8| u8::try_from(value).unwrap_or(1);
    let year = u16::try_from(day.year()).unwrap_or(1900);
    ExcelDateTime::from_ymd(year, part(day.month()), part(day.day()))
}
