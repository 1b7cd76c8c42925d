//! A table as Parquet, a row group at a time: amounts as whole cents, percents and hours as decimals, days as dates.

use super::table::{Cell, Column, Kind, Row};
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use std::fs::File;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// Rows of a group: what is held in memory at once.
const GROUP_ROWS: usize = 20_000;
/// Days from the epoch of Parquet's dates, 1970-01-01.
const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);

/// Writes the rows that come into `file`.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(
    columns: &[Column],
    rows: &Receiver<Vec<Row>>,
    file: File,
) -> Result<(), ParquetError> {
    let properties = WriterProperties::builder()
        .set_created_by("pitwall".to_owned())
        .build();
    let mut writer = SerializedFileWriter::new(file, schema(columns)?, Arc::new(properties))?;
    let mut group: Vec<Row> = Vec::new();
    for page in rows {
        group.extend(page);
        if group.len() >= GROUP_ROWS {
            write_group(&mut writer, columns, &group)?;
            group.clear();
        }
    }
    if !group.is_empty() {
        write_group(&mut writer, columns, &group)?;
    }
    writer.close().map(drop)
}

fn schema(columns: &[Column]) -> Result<TypePtr, ParquetError> {
    let fields = columns
        .iter()
        .map(|column| field(column).map(Arc::new))
        .collect::<Result<Vec<_>, _>>()?;
    let schema = Type::group_type_builder("pitwall")
        .with_fields(fields)
        .build()?;
    Ok(Arc::new(schema))
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Whole | Kind::Cents => (Physical::INT64, None),
        Kind::Percent => (Physical::INT64, Some((2, 18))),
        Kind::Hours => (Physical::INT64, Some((4, 18))),
        Kind::Text => return plain(column, Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Day => return plain(column, Physical::INT32, Some(LogicalType::Date)),
        Kind::Instant => {
            let instant = LogicalType::timestamp(true, TimeUnit::MICROS);
            return plain(column, Physical::INT64, Some(instant));
        }
        Kind::Flag => (Physical::BOOLEAN, None),
    };
    let Some((scale, precision)) = logical else {
        return plain(column, physical, None);
    };
    Type::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(LogicalType::decimal(scale, precision)))
        .with_scale(scale)
        .with_precision(precision)
        .build()
}

fn plain(
    column: &Column,
    physical: Physical,
    logical: Option<LogicalType>,
) -> Result<Type, ParquetError> {
    Type::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

fn write_group(
    writer: &mut SerializedFileWriter<File>,
    columns: &[Column],
    rows: &[Row],
) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for (at, column) in columns.iter().enumerate() {
        let Some(mut cells) = group.next_column()? else {
            break;
        };
        write_column(
            &mut cells,
            column.kind,
            rows.iter().filter_map(|row| row.get(at)),
        )?;
        cells.close()?;
    }
    group.close().map(drop)
}

fn write_column<'a>(
    writer: &mut SerializedColumnWriter<'_>,
    kind: Kind,
    cells: impl Iterator<Item = &'a Cell>,
) -> Result<(), ParquetError> {
    match kind {
        Kind::Whole | Kind::Cents | Kind::Percent | Kind::Hours => {
            values::<Int64Type>(writer, cells, |cell| match cell {
                Cell::Whole(value) => Some(*value),
                _ => None,
            })
        }
        Kind::Text => values::<ByteArrayType>(writer, cells, |cell| match cell {
            Cell::Text(text) => Some(ByteArray::from(text.as_str())),
            _ => None,
        }),
        Kind::Day => values::<Int32Type>(writer, cells, |cell| match cell {
            Cell::Day(day) => Some((*day - EPOCH).get_days()),
            _ => None,
        }),
        Kind::Instant => values::<Int64Type>(writer, cells, |cell| match cell {
            Cell::Instant(instant) => Some(instant.as_microsecond()),
            _ => None,
        }),
        Kind::Flag => values::<BoolType>(writer, cells, |cell| match cell {
            Cell::Flag(flag) => Some(*flag),
            _ => None,
        }),
    }
}

/// Values that are there, and for every cell whether it is.
fn values<'a, T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    cells: impl Iterator<Item = &'a Cell>,
    value: impl Fn(&Cell) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let mut present = Vec::new();
    let mut levels = Vec::new();
    for cell in cells {
        let value = value(cell);
        levels.push(i16::from(value.is_some()));
        present.extend(value);
    }
    writer
        .typed::<T>()
        .write_batch(&present, Some(&levels), None)
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::routes::export::table::{Cell, Kind, column};
    use jiff::civil::date;
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::Field;
    use std::sync::mpsc::sync_channel;

    #[test]
    fn rows_are_read_back_as_they_were_written() {
        let columns = [
            column("id", Kind::Whole),
            column("authorized_gp_percent", Kind::Percent),
            column("name", Kind::Text),
            column("posted_on", Kind::Day),
            column("created_at", Kind::Instant),
            column("open", Kind::Flag),
        ];
        let rows = vec![
            vec![
                Cell::Whole(7),
                Cell::Whole(-5_250),
                Cell::Text("=1".into()),
                Cell::Day(date(2026, 7, 10)),
                Cell::Instant("2026-07-11T02:17:45Z".parse().expect("an instant")),
                Cell::Flag(true),
            ],
            vec![Cell::Empty; 6],
        ];
        let (sender, receiver) = sync_channel(1);
        sender.send(rows).expect("room for a page");
        drop(sender);
        let file = tempfile::tempfile().expect("a file");
        write(&columns, &receiver, file.try_clone().expect("a handle")).expect("a table");
        let reader = SerializedFileReader::new(file).expect("a reader");
        let rows: Vec<Vec<Field>> = reader
            .get_row_iter(None)
            .expect("rows")
            .map(|row| {
                let row = row.expect("a row");
                row.get_column_iter()
                    .map(|(_, field)| field.clone())
                    .collect()
            })
            .collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0][0], Field::Long(7));
        assert_eq!(rows[0][1].to_string(), "-52.50");
        assert_eq!(rows[0][2], Field::Str("=1".into()));
        assert_eq!(rows[0][3].to_string(), "2026-07-10");
        assert_eq!(rows[0][5], Field::Bool(true));
        assert!(rows[1].iter().all(|field| *field == Field::Null));
    }
}
