//! Binary COPY: rows go to the server in its own format, without a text in between.

use crate::error::StoreError;
use bytes::{BufMut, Bytes, BytesMut};
use domain::decimal::SCALE;
use domain::{Cents, Hours, Quantity, ShopDay};
use futures_util::SinkExt;
use jiff::Timestamp;
use jiff::civil::date;
use std::pin::pin;
use tokio_postgres::{Client, Statement};

const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// 2000-01-01T00:00:00Z in microseconds since 1970: the server's epoch.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// Rows of one table, encoded.
#[derive(Debug)]
pub struct CopyRows {
    buffer: BytesMut,
    columns: i16,
    rows: u64,
}

impl CopyRows {
    /// An empty set of rows of `columns` columns.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        let mut buffer = BytesMut::with_capacity(64 * 1024);
        buffer.put_slice(HEADER);
        let columns = i16::try_from(columns).expect("a table has fewer than 1,600 columns");
        Self {
            buffer,
            columns,
            rows: 0,
        }
    }

    /// Begins a row; exactly the table's columns must follow, in order.
    pub fn row(&mut self) -> &mut Self {
        self.buffer.put_i16(self.columns);
        self.rows += 1;
        self
    }

    /// How many rows.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.rows
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Appends one value.
    pub fn put(&mut self, value: impl CopyValue) -> &mut Self {
        let at = self.buffer.len();
        self.buffer.put_i32(0);
        if value.encode(&mut self.buffer) {
            let written = self.buffer.len() - at - 4;
            let length = i32::try_from(written).expect("a value is shorter than 2 GiB");
            self.buffer[at..at + 4].copy_from_slice(&length.to_be_bytes());
        } else {
            self.buffer[at..at + 4].copy_from_slice(&(-1_i32).to_be_bytes());
        }
        self
    }

    /// Sends the rows with `copy … from stdin (format binary)`; `statement` names the step in an error.
    ///
    /// # Errors
    /// [`StoreError`] when the server refuses a row; the transaction is lost then.
    pub async fn send(
        mut self,
        client: &Client,
        prepared: &Statement,
        statement: &str,
    ) -> Result<u64, StoreError> {
        self.buffer.put_i16(-1);
        let step = || StoreError::at(format!("bulk load: {statement}"));
        let sink = client.copy_in::<_, Bytes>(prepared).await.map_err(step())?;
        let mut sink = pin!(sink);
        sink.send(self.buffer.freeze()).await.map_err(step())?;
        sink.as_mut().finish().await.map_err(step())
    }
}

/// A value in the server's binary format.
pub trait CopyValue {
    /// Writes the value; `false` means NULL, and nothing was written.
    fn encode(&self, out: &mut BytesMut) -> bool;
}

impl<T: CopyValue> CopyValue for Option<T> {
    fn encode(&self, out: &mut BytesMut) -> bool {
        self.as_ref().is_some_and(|value| value.encode(out))
    }
}

impl<T: CopyValue + ?Sized> CopyValue for &T {
    fn encode(&self, out: &mut BytesMut) -> bool {
        (**self).encode(out)
    }
}

// Fixed-width numbers differ in their `put_…` only.
macro_rules! copy_number {
    ($($type:ty => $put:ident),*) => {
        $(impl CopyValue for $type {
            fn encode(&self, out: &mut BytesMut) -> bool {
                out.$put(*self);
                true
            }
        })*
    };
}
copy_number!(i64 => put_i64, i32 => put_i32, i16 => put_i16);

impl CopyValue for bool {
    fn encode(&self, out: &mut BytesMut) -> bool {
        out.put_u8(u8::from(*self));
        true
    }
}

impl CopyValue for str {
    fn encode(&self, out: &mut BytesMut) -> bool {
        out.put_slice(self.as_bytes());
        true
    }
}

impl CopyValue for String {
    fn encode(&self, out: &mut BytesMut) -> bool {
        self.as_str().encode(out)
    }
}

impl CopyValue for [u8] {
    fn encode(&self, out: &mut BytesMut) -> bool {
        out.put_slice(self);
        true
    }
}

impl CopyValue for Cents {
    fn encode(&self, out: &mut BytesMut) -> bool {
        self.0.encode(out)
    }
}

impl CopyValue for Timestamp {
    fn encode(&self, out: &mut BytesMut) -> bool {
        out.put_i64(self.as_microsecond() - EPOCH_MICROS);
        true
    }
}

impl CopyValue for ShopDay {
    fn encode(&self, out: &mut BytesMut) -> bool {
        let since = self.since(date(2000, 1, 1)).map(|span| span.get_days());
        out.put_i32(since.expect("days between two calendar dates fit 32 bits"));
        true
    }
}

/// A JSON text for a `jsonb` column.
#[derive(Clone, Copy, Debug)]
pub struct Jsonb<'a>(pub &'a str);

impl CopyValue for Jsonb<'_> {
    fn encode(&self, out: &mut BytesMut) -> bool {
        out.put_u8(1);
        out.put_slice(self.0.as_bytes());
        true
    }
}

/// A `text[]`.
#[derive(Clone, Copy, Debug)]
pub struct TextArray<'a>(pub &'a [String]);

impl CopyValue for TextArray<'_> {
    fn encode(&self, out: &mut BytesMut) -> bool {
        const TEXT_OID: i32 = 25;
        let count = i32::try_from(self.0.len()).expect("an array has fewer than 2^31 elements");
        out.put_i32(i32::from(count > 0));
        out.put_i32(0);
        out.put_i32(TEXT_OID);
        if count > 0 {
            out.put_i32(count);
            out.put_i32(1);
        }
        for text in self.0 {
            out.put_i32(i32::try_from(text.len()).expect("a text is shorter than 2 GiB"));
            out.put_slice(text.as_bytes());
        }
        true
    }
}

impl CopyValue for Hours {
    fn encode(&self, out: &mut BytesMut) -> bool {
        numeric_four(self.ten_thousandths(), out)
    }
}

impl CopyValue for Quantity {
    fn encode(&self, out: &mut BytesMut) -> bool {
        numeric_four(self.ten_thousandths(), out)
    }
}

/// A decimal text (an optional minus, digits, at most one point) for a `numeric` column of any scale.
#[derive(Clone, Copy, Debug)]
pub struct Decimal<'a>(pub &'a str);

impl CopyValue for Decimal<'_> {
    fn encode(&self, out: &mut BytesMut) -> bool {
        const SIGN_NEGATIVE: u16 = 0x4000;
        let (negative, digits) = match self.0.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, self.0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let before = whole.len().div_ceil(4);
        let after = fraction.len().div_ceil(4);
        let padded = format!("{whole:0>0$}{fraction:0<1$}", before * 4, after * 4);
        let groups: Vec<u16> = (0..before + after)
            .map(|at| padded[at * 4..at * 4 + 4].parse().unwrap_or(0))
            .collect();
        let first = groups.iter().position(|g| *g != 0).unwrap_or(groups.len());
        let last = groups
            .iter()
            .rposition(|g| *g != 0)
            .map_or(first, |at| at + 1);
        let count = |n: usize| i16::try_from(n).unwrap_or(i16::MAX);
        out.put_i16(count(last - first));
        out.put_i16(if first == last {
            0
        } else {
            count(before) - 1 - count(first)
        });
        out.put_u16(if negative && first < last {
            SIGN_NEGATIVE
        } else {
            0
        });
        out.put_i16(count(fraction.len()));
        for group in &groups[first..last] {
            out.put_u16(*group);
        }
        true
    }
}

/// Microseconds for an `interval` column.
#[derive(Clone, Copy, Debug)]
pub struct Interval(pub i64);

impl CopyValue for Interval {
    fn encode(&self, out: &mut BytesMut) -> bool {
        out.put_i64(self.0);
        out.put_i32(0);
        out.put_i32(0);
        true
    }
}

/// A `numeric(…,4)`: base-10000 digits, so the four decimals are exactly the last digit.
fn numeric_four(value: i64, out: &mut BytesMut) -> bool {
    const SIGN_NEGATIVE: u16 = 0x4000;
    let scale = SCALE.unsigned_abs();
    let mut rest = value.unsigned_abs();
    let mut digits = [0_u16; 6];
    let mut first = digits.len();
    while rest > 0 {
        first -= 1;
        digits[first] = u16::try_from(rest % scale).unwrap_or(0);
        rest /= scale;
    }
    let digits = &digits[first..];
    // The last digit stands at 10000^-1; leading digits raise the weight.
    let weight = i16::try_from(digits.len()).unwrap_or(0) - 2;
    let kept = digits
        .iter()
        .rposition(|d| *d != 0)
        .map_or(0, |last| last + 1);
    out.put_i16(i16::try_from(kept).unwrap_or(0));
    out.put_i16(if kept == 0 { 0 } else { weight });
    out.put_u16(if value < 0 { SIGN_NEGATIVE } else { 0 });
    out.put_i16(4);
    for digit in &digits[..kept] {
        out.put_u16(*digit);
    }
    true
}
