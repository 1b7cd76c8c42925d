//! Keeping a lease while a stream runs.

use crate::retry::StepError;
use std::time::Duration;
use store::Database;
use store::lease::Lease;

/// How often a lease is renewed: several times within its life.
const RENEW_EVERY: Duration = Duration::from_secs(2);

/// Runs `work` while the lease is renewed beside it; gives the lease back at the end.
///
/// # Errors
/// What `work` fails with, or that the lease was lost to another run.
pub async fn hold<T>(
    database: &Database,
    lease: &Lease,
    work: impl Future<Output = Result<T, StepError>>,
) -> Result<T, StepError> {
    let keep = async {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            match lease.renew(database).await {
                Ok(()) => {}
                // The work itself notices a lost database, with its own retries.
                Err(error) if error.is_transient() => {
                    tracing::warn!(%error, "a lease could not be renewed")
                }
                Err(error) => return error,
            }
        }
    };
    let result = tokio::select! {
        result = work => result,
        lost = keep => Err(StepError::Store(lost)),
    };
    if let Err(error) = lease.release(database).await {
        tracing::warn!(%error, shop.id = lease.shop.0, stream = %lease.stream, "a lease was not given back; it ends by itself");
    }
    result
}
