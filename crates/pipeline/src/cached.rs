//! Pages of a vendor whose records are cached: rows go to their tables, the state behind them to `raw.sync_state`.

use crate::conform::{PageCounts, ShopContext};
use jiff::Timestamp;
use store::cache::state::{self, Progress};
use store::cache::{self, Coverage, Merged, Place};
use store::load::Loaded;
use store::{Database, Session, StoreError, reject};
use vendors::{Step, Stream};

/// Whose rows they are.
pub fn place<'a>(context: &ShopContext<'a>, now: Timestamp) -> Place<'a> {
    Place {
        shop: context.shop.shop_id,
        tenant: context.shop.vendor_id,
        zone: context.zone,
        now,
    }
}

/// Merges a page's rows in the caller's session, which also moves the cursor.
///
/// # Errors
/// [`StoreError`] when the database refuses; nothing of the page is kept then.
pub async fn load_page(
    session: &Session,
    context: &ShopContext<'_>,
    step: &Step,
    now: Timestamp,
) -> Result<PageCounts, StoreError> {
    let place = place(context, now);
    let merged = cache::load(
        session,
        place,
        &step.page.batches,
        coverage(step.page.coverage),
    )
    .await?;
    let Some(first) = step.page.batches.first() else {
        return Ok(PageCounts::default());
    };
    let progress = Progress {
        table: first.table.bare_name(),
        mode: first.feed,
        token: step.next.continuation(),
        watermark: step.next.high_water(),
        last_whole: step.next.last_whole(),
        merged: merged.first().copied().unwrap_or_default(),
        received: step.done.then_some(step.progress.seen),
    };
    state::note(session, place, progress).await?;
    let keys = first.rows.iter().filter_map(|row| row.key.parse().ok());
    let keys: Vec<i64> = keys.collect();
    // What is shown again and fits repairs whatever was refused of it before.
    reject::close(session, place.shop, (first.table.bare_name(), &keys), now).await?;
    Ok(counts(&merged))
}

fn counts(merged: &[Merged]) -> PageCounts {
    let mut all = Merged::default();
    merged.iter().for_each(|m| all += *m);
    PageCounts {
        fetched: merged.first().map_or(0, |m| m.received),
        loaded: Loaded {
            created: all.inserted,
            updated: all.updated + all.tombstoned,
        },
        skipped: all.unchanged + all.stale + all.collapsed,
        ..PageCounts::default()
    }
}

const fn coverage(of: vendors::Coverage) -> Coverage {
    use vendors::Coverage as Of;
    Coverage {
        whole: !matches!(of, Of::Changes),
        begins: matches!(of, Of::WholeBegins | Of::WholeAtOnce),
        ends: matches!(of, Of::WholeEnds | Of::WholeAtOnce),
    }
}

/// Writes into the stream's state that its run failed; a database that is gone is no second failure.
pub async fn note_failure(
    database: &Database,
    context: (&crate::PlannedShop, Stream),
    (class, text): (&str, &str),
    now: Timestamp,
) {
    let (shop, Stream::Cached(table)) = context else {
        return;
    };
    let place = Place {
        shop: shop.shop_id,
        tenant: shop.vendor_id,
        zone: &shop.zone,
        now,
    };
    if let Err(error) = state::fail(database, place, table, (class, text)).await {
        tracing::warn!(%error, table, "the state of a failed stream could not be written");
    }
}
