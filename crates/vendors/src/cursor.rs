//! Where a stream stands, whatever its vendor.

use crate::error::VendorError;
use crate::stream::{Mode, Stream, Vendor};
use crate::{servicetitan, tekmetric};
use jiff::Timestamp;
use serde_json::Value;

/// Where a stream stands. Opaque to the caller, who stores [`Cursor::to_json`] with every page.
#[derive(Clone, Debug)]
pub enum Cursor {
    /// Of a Tekmetric stream.
    Tekmetric(tekmetric::Cursor),
    /// Of a ServiceTitan stream.
    ServiceTitan(servicetitan::Cursor),
}

impl Cursor {
    /// Starts a run, or goes on with the one that `saved` holds where the mode allows it.
    pub(crate) fn begin(
        vendor: Vendor,
        stream: Stream,
        saved: Option<&Value>,
        mode: Mode,
    ) -> Result<Self, VendorError> {
        match vendor {
            Vendor::Tekmetric => tekmetric::Cursor::begin(stream, saved, mode).map(Self::Tekmetric),
            Vendor::ServiceTitan => {
                servicetitan::Cursor::begin(stream, saved, mode).map(Self::ServiceTitan)
            }
        }
    }

    /// Reads a stored cursor.
    ///
    /// # Errors
    /// [`VendorError::Cursor`] when it is none, or one of another stream.
    pub fn from_json(vendor: Vendor, stream: Stream, json: &Value) -> Result<Self, VendorError> {
        match vendor {
            Vendor::Tekmetric => tekmetric::Cursor::from_json(stream, json).map(Self::Tekmetric),
            Vendor::ServiceTitan => {
                servicetitan::Cursor::from_json(stream, json).map(Self::ServiceTitan)
            }
        }
    }

    /// What to store.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Tekmetric(cursor) => cursor.to_json(),
            Self::ServiceTitan(cursor) => cursor.to_json(),
        }
    }

    /// Everything up to here has been read, apart from what the next run's overlap will show.
    #[must_use]
    pub const fn high_water(&self) -> Option<Timestamp> {
        match self {
            Self::Tekmetric(cursor) => cursor.high_water(),
            Self::ServiceTitan(cursor) => cursor.watermark,
        }
    }

    /// Whether the whole history is being read.
    #[must_use]
    pub fn in_backfill(&self) -> bool {
        match self {
            Self::Tekmetric(cursor) => cursor.in_backfill(),
            Self::ServiceTitan(cursor) => cursor.in_backfill(),
        }
    }

    /// The vendor's own token behind the last page, where it has such.
    #[must_use]
    pub fn continuation(&self) -> Option<&str> {
        match self {
            Self::Tekmetric(_) => None,
            Self::ServiceTitan(cursor) => cursor.token.as_deref(),
        }
    }

    /// When the last complete read of everything began, where that is known.
    #[must_use]
    pub const fn last_whole(&self) -> Option<Timestamp> {
        match self {
            Self::Tekmetric(_) => None,
            Self::ServiceTitan(cursor) => cursor.whole_at,
        }
    }
}

impl From<tekmetric::Cursor> for Cursor {
    fn from(cursor: tekmetric::Cursor) -> Self {
        Self::Tekmetric(cursor)
    }
}

impl From<servicetitan::Cursor> for Cursor {
    fn from(cursor: servicetitan::Cursor) -> Self {
        Self::ServiceTitan(cursor)
    }
}
