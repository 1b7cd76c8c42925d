//! Pay rates: the book a shop's labour is priced from, and what a changed rate restates (contract 9, 10).

use domain::rate::{RateBook, RateSource};
use domain::record::CostRate;
use domain::{Clock, EmployeeId, ShopDay, ShopId, ShopZone};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeSet;
use store::rates::{self, NOBODY, PricedLine, RateSettings};
use store::{Database, Identity, Session, StoreError};

/// Lines re-priced in one statement.
const LINES_AT_ONCE: usize = 5_000;

/// Reads a shop's rates into a book.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn book(session: &Session, shop: ShopId) -> Result<RateBook, StoreError> {
    let entered = rates::entered(session, shop).await?;
    let settings = rates::settings(session, shop).await?;
    Ok(book_of(entered, &settings))
}

fn book_of(entered: Vec<CostRate>, settings: &RateSettings) -> RateBook {
    let averaged: BTreeSet<EmployeeId> = settings.averaged.iter().copied().collect();
    let own: Vec<CostRate> = entered
        .into_iter()
        .filter(|r| r.employee_id != NOBODY)
        .collect();
    RateBook::new(&own, &averaged, settings.default)
}

/// Re-prices what a change of rates touches since they were last applied; returns how many labour lines changed.
///
/// A line follows its own technician's rates; a line priced by the shop average follows the rates of those who
/// make the average. Nothing else moves: a leaver restates nothing.
///
/// # Errors
/// [`StoreError`] when the database refuses; the next run finds the same change again.
pub async fn apply_changes(
    database: &Database,
    shop: ShopId,
    zone: &ShopZone,
    clock: &Clock,
) -> Result<u64, StoreError> {
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    let entered = rates::entered(&session, shop).await?;
    let applied = rates::applied(&session, shop).await?;
    if entered == applied {
        return Ok(0);
    }
    let changed = changes(&entered, &applied);
    let settings = rates::settings(&session, shop).await?;
    let book = book_of(entered, &settings);
    let oldest = rates::oldest_reference(&session, shop).await?;
    session.commit().await?;
    let affected = Affected {
        technicians: changed.iter().map(|r| r.employee_id).collect(),
        average: settings
            .averaged
            .iter()
            .any(|e| changed.iter().any(|r| r.employee_id == *e)),
        default: changed.iter().any(|r| r.employee_id == NOBODY),
    };
    let today = zone.day_of(clock.now());
    let first = changed.iter().map(|r| r.effective_from).min();
    let ranges = match (oldest, first) {
        (Some(oldest), Some(first)) => months(first.max(oldest), today),
        // Without a labour line nothing can be priced again.
        (None, _) | (_, None) => Vec::new(),
    };
    let mut total = 0;
    for range in ranges {
        total += reprice_range(database, shop, (range, today), (&book, &affected), clock).await?;
    }
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    rates::set_applied(&session, shop).await?;
    session.commit().await?;
    Ok(total)
}

/// Rates that stand in one list and not in the other.
fn changes(entered: &[CostRate], applied: &[CostRate]) -> Vec<CostRate> {
    let added = entered.iter().filter(|r| !applied.contains(r));
    let removed = applied.iter().filter(|r| !entered.contains(r));
    added.chain(removed).copied().collect()
}

/// What a change of rates can reach.
struct Affected {
    technicians: BTreeSet<EmployeeId>,
    average: bool,
    default: bool,
}

impl Affected {
    fn reaches(&self, line: &PricedLine) -> bool {
        let own = line
            .technician_id
            .is_some_and(|t| self.technicians.contains(&t));
        let shared = match line.rate.source {
            RateSource::Assigned | RateSource::Stated => false,
            RateSource::ShopAverage => self.average,
            RateSource::Default => self.average || self.default,
        };
        own || shared
    }
}

/// Calendar months from `first` on; the last range reaches past today, for orders posted ahead of the clock.
fn months(first: ShopDay, today: ShopDay) -> Vec<(ShopDay, ShopDay)> {
    let mut ranges = Vec::new();
    let mut start = first;
    while start <= today {
        let end = start.last_of_month();
        ranges.push((start, end));
        start = end.saturating_add(1.day());
    }
    ranges.push((start, Date::MAX));
    ranges
}

async fn reprice_range(
    database: &Database,
    shop: ShopId,
    (range, today): ((ShopDay, ShopDay), ShopDay),
    (book, affected): (&RateBook, &Affected),
    clock: &Clock,
) -> Result<u64, StoreError> {
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    let lines = rates::lines_in(&session, shop, range, today).await?;
    let changed: Vec<PricedLine> = lines
        .into_iter()
        .filter(|line| affected.reaches(line))
        .filter_map(|mut line| {
            let rate = book.resolve(line.technician_id, line.reference);
            let same = (rate.hourly_cost, rate.source) == (line.rate.hourly_cost, line.rate.source);
            line.rate = rate;
            (!same).then_some(line)
        })
        .collect();
    for batch in changed.chunks(LINES_AT_ONCE) {
        rates::reprice(&session, shop, batch, clock.now()).await?;
    }
    session.commit().await?;
    Ok(changed.len() as u64)
}
