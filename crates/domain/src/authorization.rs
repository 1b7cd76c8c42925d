//! The customer's decision on a job or sublet (reference A.8.6, D.4).

use crate::record::OrderStatus;

/// What the customer decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Authorization {
    /// Accepted: counts as revenue.
    Authorized,
    /// Refused: potential only.
    Declined,
    /// Not decided yet: potential only.
    Pending,
}

impl Authorization {
    /// State of a job: the vendor's date is the time of approval **or** of refusal.
    #[must_use]
    pub fn of_job(authorized: Option<bool>, dated: bool) -> Self {
        match (authorized, dated) {
            (Some(true), _) => Self::Authorized,
            (Some(false) | None, true) => Self::Declined,
            (Some(false) | None, false) => Self::Pending,
        }
    }

    /// State of a sublet: an unanswered one counts as authorized once the order is closed (contract 12).
    #[must_use]
    pub fn of_sublet(authorized: Option<bool>, dated: bool, status: OrderStatus) -> Self {
        match (authorized, dated) {
            (Some(true), _) => Self::Authorized,
            (None, _) if status.is_closed() => Self::Authorized,
            (Some(false), true) => Self::Declined,
            (Some(false), false) | (None, _) => Self::Pending,
        }
    }

    /// The word stored in `authorization_state`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorized => "AUTHORIZED",
            Self::Declined => "DECLINED",
            Self::Pending => "PENDING",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Authorization;
    use crate::record::OrderStatus;

    #[test]
    fn b18_a_dated_refusal_is_declined_not_pending() {
        assert_eq!(
            Authorization::of_job(Some(false), true),
            Authorization::Declined
        );
        assert_eq!(Authorization::of_job(None, true), Authorization::Declined);
        assert_eq!(Authorization::of_job(None, false), Authorization::Pending);
        assert_eq!(
            Authorization::of_job(Some(true), false),
            Authorization::Authorized
        );
    }

    #[test]
    fn unanswered_sublet_follows_the_order() {
        let state = |status| Authorization::of_sublet(None, false, status);
        assert_eq!(state(OrderStatus::Posted), Authorization::Authorized);
        assert_eq!(state(OrderStatus::Complete), Authorization::Authorized);
        assert_eq!(state(OrderStatus::WorkInProgress), Authorization::Pending);
    }
}
