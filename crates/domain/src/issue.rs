//! What may be wrong with a record: rejects (nothing of it is loaded) and issues (it is loaded, and flagged).

/// Why a record was refused as a whole. The code is stable; the text is for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Stream it came from (`repair_orders`).
    pub stream: &'static str,
    /// Vendor's id, where it could be read.
    pub entity_id: Option<i64>,
    /// What names the record for a person: its id, or the printed number of an order without id.
    pub record_number: String,
    /// Why.
    pub reason: RejectReason,
    /// Which field, and what it held.
    pub detail: String,
    /// The record as received, share links redacted.
    pub payload: String,
}

/// The closed list of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RejectReason {
    /// Not JSON, or not of the shape at all.
    Malformed,
    /// No id.
    MissingId,
    /// A required field is missing or null.
    MissingField,
    /// A fraction in a field of whole cents or whole numbers.
    FractionalInteger,
    /// A number field holds no number, or one out of range.
    BadNumber,
    /// The record names another shop than the one asked for.
    ForeignShop,
    /// Two records of one page claim the same job.
    DuplicateJob,
}

impl RejectReason {
    /// The code stored in `ops.rejects.reason_code`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::MissingId => "missing_id",
            Self::MissingField => "missing_field",
            Self::FractionalInteger => "fractional_integer",
            Self::BadNumber => "bad_number",
            Self::ForeignShop => "foreign_shop",
            Self::DuplicateJob => "duplicate_job",
        }
    }
}

/// Something worth a look on a record that was loaded all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// `repair_order`, `customer`, …
    pub entity: &'static str,
    /// Vendor's id of the entity.
    pub entity_id: i64,
    /// What it is.
    pub code: IssueCode,
    /// Field or value, without personal data.
    pub detail: String,
}

/// Issues a connector raises while reading; those computed from figures are raised by SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IssueCode {
    /// A status outside the vendor's list (kept as UNKNOWN).
    UnknownStatus,
    /// A time that cannot be read (kept as NULL).
    MalformedTime,
    /// A time without zone, read as UTC.
    ZoneMissing,
    /// NUL or other unstorable characters were taken out of a text.
    CleanedText,
    /// An integer arrived as a float or a text.
    NumberAsFloat,
    /// A part without a name.
    NullName,
    /// A line without id; its key is made from position and content.
    LineWithoutId,
    /// A number with more decimals than we keep was rounded.
    RoundedDecimal,
    /// Work is on the books and nothing says what its labour cost.
    LaborCostUnknown,
}

impl IssueCode {
    /// The code stored in `data_quality_issues.code`; the same words as the reference's quirk list.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownStatus => "unknown_status",
            Self::MalformedTime => "malformed_time",
            Self::ZoneMissing => "zone_less_time",
            Self::CleanedText => "cleaned_text",
            Self::NumberAsFloat => "number_as_float",
            Self::NullName => "null_name",
            Self::LineWithoutId => "line_without_id",
            Self::RoundedDecimal => "rounded_decimal",
            Self::LaborCostUnknown => "labor_cost_unknown",
        }
    }

    /// Whether it is kept per record, or only counted per run (`sync_log.metadata.quirks`).
    #[must_use]
    pub const fn per_record(self) -> bool {
        match self {
            Self::UnknownStatus
            | Self::MalformedTime
            | Self::CleanedText
            | Self::LaborCostUnknown => true,
            Self::ZoneMissing
            | Self::NumberAsFloat
            | Self::NullName
            | Self::LineWithoutId
            | Self::RoundedDecimal => false,
        }
    }
}
