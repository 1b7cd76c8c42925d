//! Query parameters: each endpoint has its list, and nothing else is ever sent. The vendor ignores unknown ones without a
//! word and answers with everything (quirk Q1).

use crate::error::VendorError;
use crate::servicetitan::streams::{Changes, Spec, Switch, Way};
use jiff::Timestamp;

/// Every parameter that is ever sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    From,
    IncludeRecentChanges,
    Page,
    PageSize,
    IncludeTotal,
    Active,
    IncludeInactive,
    ActiveOnly,
    ModifiedOnOrAfter,
    StartsOnOrAfter,
    StartsOnOrBefore,
    EndsOnOrBefore,
    IncludeDurationBilling,
}

impl Parameter {
    /// As the vendor spells it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::IncludeRecentChanges => "includeRecentChanges",
            Self::Page => "page",
            Self::PageSize => "pageSize",
            Self::IncludeTotal => "includeTotal",
            Self::Active => "active",
            Self::IncludeInactive => "includeInactive",
            Self::ActiveOnly => "activeOnly",
            Self::ModifiedOnOrAfter => "modifiedOnOrAfter",
            Self::StartsOnOrAfter => "startsOnOrAfter",
            Self::StartsOnOrBefore => "startsOnOrBefore",
            Self::EndsOnOrBefore => "endsOnOrBefore",
            Self::IncludeDurationBilling => "includeDurationBilling",
        }
    }

    /// Whether the stream's endpoint has it.
    fn fits(self, spec: &Spec) -> bool {
        match spec.way {
            Way::Feed { hides, .. } => match self {
                Self::From | Self::IncludeRecentChanges => true,
                Self::Active => hides,
                _ => false,
            },
            Way::List {
                switch, changes, ..
            } => match self {
                Self::Page | Self::PageSize | Self::IncludeTotal => true,
                Self::Active => switch == Switch::Active,
                Self::IncludeInactive => switch == Switch::IncludeInactive,
                Self::ActiveOnly => switch == Switch::ActiveOnly,
                Self::ModifiedOnOrAfter => changes != Changes::Unknown,
                Self::StartsOnOrAfter => matches!(changes, Changes::Window(_)),
                Self::StartsOnOrBefore | Self::EndsOnOrBefore => changes == Changes::Window(self),
                Self::IncludeDurationBilling => spec.name == "st_membership_types",
                Self::From | Self::IncludeRecentChanges => false,
            },
        }
    }
}

/// The parameters of one call.
#[derive(Debug)]
pub(crate) struct Query {
    spec: &'static Spec,
    pairs: Vec<(&'static str, String)>,
}

impl Query {
    /// None yet.
    pub(crate) const fn of(spec: &'static Spec) -> Self {
        Self {
            spec,
            pairs: Vec::new(),
        }
    }

    /// Adds a parameter.
    ///
    /// # Errors
    /// [`VendorError::UnknownParameter`] where the endpoint does not have it.
    pub(crate) fn with(
        mut self,
        parameter: Parameter,
        value: impl ToString,
    ) -> Result<Self, VendorError> {
        if !parameter.fits(self.spec) {
            return Err(VendorError::UnknownParameter {
                stream: self.spec.name,
                parameter: parameter.name(),
            });
        }
        self.pairs.push((parameter.name(), value.to_string()));
        Ok(self)
    }

    /// A time filter: whole seconds and a `Z`, rounded down, so that nothing after it is left out.
    pub(crate) fn since(self, parameter: Parameter, at: Timestamp) -> Result<Self, VendorError> {
        self.with(parameter, at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }

    /// What is sent.
    pub(crate) fn pairs(&self) -> &[(&'static str, String)] {
        &self.pairs
    }
}

#[cfg(test)]
mod tests {
    use super::{Parameter, Query};
    use crate::error::VendorError;
    use crate::servicetitan::streams::spec;
    use crate::stream::Stream;

    #[test]
    fn q1_a_parameter_that_the_endpoint_does_not_have_is_refused_here() {
        let jobs = spec(Stream::Cached("st_jobs")).unwrap();
        let refused = Query::of(jobs).with(Parameter::ModifiedOnOrAfter, "2026-01-01");
        assert!(matches!(
            refused,
            Err(VendorError::UnknownParameter {
                stream: "st_jobs",
                parameter: "modifiedOnOrAfter"
            })
        ));
        assert!(Query::of(jobs).with(Parameter::From, "token").is_ok());
    }

    #[test]
    fn q2_every_list_asks_for_inactive_rows_in_its_own_spelling() {
        for (stream, parameter) in [
            ("st_job_types", Parameter::Active),
            ("st_teams", Parameter::IncludeInactive),
            ("st_non_job_appointments", Parameter::ActiveOnly),
            ("st_appointments", Parameter::Active),
        ] {
            let spec = spec(Stream::Cached(stream)).unwrap();
            assert!(Query::of(spec).with(parameter, "x").is_ok(), "{stream}");
            let others = [
                Parameter::Active,
                Parameter::IncludeInactive,
                Parameter::ActiveOnly,
            ];
            for other in others.into_iter().filter(|o| *o != parameter) {
                assert!(Query::of(spec).with(other, "x").is_err(), "{stream}");
            }
        }
    }
}
