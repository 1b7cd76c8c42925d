//! A sync run: every connection, shop and stream of a plan, then snapshots and daily metrics.

use crate::alerts;
use crate::comparison::{self, Compare};
use crate::conform::{PageCounts, References, ShopContext};
use crate::drain;
use crate::lease;
use crate::nightly;
use crate::plan::{PlannedConnection, PlannedShop, SyncPlan};
use crate::report::{Drained, Event, Problem, StreamReport, StreamStatus, SyncReport};
use crate::retry::{self, StepError};
use crate::stream::{self, Extent, Run};
use crate::{cached, compose, conform, rates, reconcile, settle};
use domain::Clock;
use futures_util::StreamExt;
use futures_util::stream::iter;
use serde_json::{Value, json};
use store::load::entities::{self, EntityKind};
use store::log::{self, Closing};
use store::{Database, Identity, Session, StoreError, retention};
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;
use vendors::{Connector, Mode, Stream};

/// Shops of one connection that are read, or shops that are built, side by side.
pub const SHOPS_AT_ONCE: usize = 3;
/// Records that orders point at and nobody listed, fetched by id in one run.
const RESOLVED_AT_MOST: usize = 500;

/// From how many new records on the tables need new statistics before they are read.
const LARGE_LOAD: u64 = 1_000;

/// What every step of a run shares.
struct Shared<'a> {
    database: &'a Database,
    plan: &'a SyncPlan,
    clock: &'a Clock,
    stop: &'a CancellationToken,
    events: &'a Sender<Event>,
}

/// Runs a plan. Returns when the data is in and snapshots and daily tables have followed; failures are in the report.
pub async fn run(
    database: &Database,
    plan: &SyncPlan,
    clock: &Clock,
    stop: &CancellationToken,
    events: Sender<Event>,
) -> SyncReport {
    let shared = Shared {
        database,
        plan,
        clock,
        stop,
        events: &events,
    };
    // Without today's partition payloads go to the default one; a restricted login may not make any.
    let today = clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    if let Err(error) = retention::maintain_raw(database, today).await {
        tracing::debug!(%error, "partitions of raw payloads were not maintained");
    }
    if let Err(error) = retention::trim_sessions(database).await {
        tracing::debug!(%error, "ended sessions were not forgotten");
    }
    let connections = plan
        .connections
        .iter()
        .map(|connection| sync_connection(&shared, connection));
    let reports = futures_util::future::join_all(connections).await;
    reports.into_iter().collect()
}

async fn sync_connection(shared: &Shared<'_>, connection: &PlannedConnection) -> SyncReport {
    let connector = match Connector::new(connection.settings.clone(), shared.clock.clone()) {
        Ok(connector) => connector,
        Err(error) => {
            let problem = StepError::from(error).problem();
            return SyncReport {
                problems: vec![problem],
                ..SyncReport::default()
            };
        }
    };
    let shops = connection
        .shops
        .iter()
        .map(|shop| sync_shop(shared, (connection, &connector), shop));
    let reports: Vec<SyncReport> = iter(shops).buffer_unordered(SHOPS_AT_ONCE).collect().await;
    reports.into_iter().collect()
}

async fn sync_shop(
    shared: &Shared<'_>,
    (connection, connector): (&PlannedConnection, &Connector),
    shop: &PlannedShop,
) -> SyncReport {
    let mut report = SyncReport::default();
    let began = shared.clock.now();
    let wanted = |stream: &Stream| {
        shared
            .plan
            .streams
            .as_ref()
            .is_none_or(|only| only.contains(stream))
    };
    for stream in connector.streams().iter().copied().filter(wanted) {
        if shared.stop.is_cancelled() {
            break;
        }
        let ran = Box::pin(sync_stream(shared, (connection, connector), shop, stream)).await;
        let ends_shop = ran.problem.as_ref().is_some_and(|p| p.ends_shop);
        let _ = shared
            .events
            .send(Event::StreamFinished(Box::new(ran.clone())))
            .await;
        report.streams.push(ran);
        if ends_shop {
            // The other streams would fail alike, and each try counts against the vendor's limit.
            break;
        }
    }
    if connector.vendor().is_cached()
        && let Err(error) = Box::pin(compose_shop(shared, (connection, connector), shop)).await
    {
        report.problems.push(error.problem());
    }
    let created: u64 = report.streams.iter().map(|s| s.created).sum();
    if created >= LARGE_LOAD
        && let Err(error) = retention::analyze(shared.database).await
    {
        tracing::debug!(%error, "statistics were not made");
    }
    // Whatever came of the streams, what was committed is summed. A stop request lets the marks wait.
    match drain::drain_shop(shared.database, shop.shop_id, shared.clock, shared.stop).await {
        Ok(drained) => {
            let _ = shared
                .events
                .send(Event::Drained {
                    shop_id: shop.shop_id,
                    drained,
                })
                .await;
            report.drained.push((shop.shop_id, drained));
        }
        Err(error) => report.problems.push(StepError::from(error).problem()),
    }
    let whole_orders = connector.streams().contains(&Stream::RepairOrders);
    if whole_orders && report.problems.is_empty() && !shared.stop.is_cancelled() {
        match Box::pin(settle(shared, (connection, connector), shop, began)).await {
            Ok(drained) => report.drained.extend(drained.map(|d| (shop.shop_id, d))),
            Err(error) => {
                tracing::warn!(shop.id = shop.shop_id.0, %error, "orders were not read again");
            }
        }
    }
    look(shared, shop).await;
    if report.problems.is_empty() {
        compare(shared, connector, shop).await;
    }
    if shared.stop.is_cancelled() {
        report.problems.push(StepError::Stopped.problem());
    }
    report
}

/// The vendor's own profit beside ours, where the connection has a source for it.
async fn compare(shared: &Shared<'_>, connector: &Connector, shop: &PlannedShop) {
    comparison::run(&Compare {
        database: shared.database,
        connector,
        shop,
        clock: shared.clock,
        stop: shared.stop,
        holder: &shared.plan.holder,
    })
    .await;
}

/// Holds the shop against its rules; a failure is made up for by the next look.
async fn look(shared: &Shared<'_>, shop: &PlannedShop) {
    if let Err(error) = alerts::look_and_tell(shared.database, shop.shop_id, shared.clock).await {
        tracing::warn!(shop.id = shop.shop_id.0, %error, "the rules were not looked at");
    }
}

/// Reads orders again whose sums the vendor had not finished, and sums them.
async fn settle(
    shared: &Shared<'_>,
    (connection, connector): (&PlannedConnection, &Connector),
    shop: &PlannedShop,
    began: jiff::Timestamp,
) -> Result<Option<Drained>, StepError> {
    let (database, stream) = (shared.database, Stream::RepairOrders);
    let late = settle::late(database, shop, (began, shared.clock.now())).await?;
    if late.is_empty() {
        return Ok(None);
    }
    let holder = &shared.plan.holder;
    let acquire = || store::lease::acquire(database, shop.shop_id, stream.as_str(), holder);
    let lease = retry::steadily(acquire).await?;
    let open = || ShopContext::open(database, (connection, connector), shop);
    let context = retry::steadily(open).await?;
    let run = Run {
        database,
        context: &context,
        stream,
        lease: &lease,
        clock: shared.clock,
        stop: shared.stop,
        events: shared.events,
    };
    let settling_time = connection.settings.tuning.settling_time;
    if settle::read_again(&run, &late, settling_time).await? == 0 {
        return Ok(None);
    }
    let drained = drain::drain_shop(database, shop.shop_id, shared.clock, shared.stop).await?;
    Ok(Some(drained))
}

async fn sync_stream(
    shared: &Shared<'_>,
    (connection, connector): (&PlannedConnection, &Connector),
    shop: &PlannedShop,
    stream: Stream,
) -> StreamReport {
    let began = shared.clock.now();
    let started = std::time::Instant::now();
    let name = connection.settings.name.clone();
    let _ = shared
        .events
        .send(Event::StreamStarted {
            connection: name.clone(),
            shop_id: shop.shop_id,
            stream: stream.as_str(),
        })
        .await;
    let mut counts = PageCounts::default();
    let result = Box::pin(leased_stream(
        shared,
        (connection, connector),
        shop,
        stream,
        &mut counts,
    ))
    .await;
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (status, problem) = match result {
        Ok(open_rejects) if counts.rejected > 0 || open_rejects > 0 => {
            (StreamStatus::Partial, None)
        }
        Ok(_) => (StreamStatus::Completed, None),
        Err(StepError::Stopped) => (StreamStatus::Cancelled, Some(StepError::Stopped.problem())),
        Err(error) => {
            note_failure(shared, (shop, stream), &error).await;
            (StreamStatus::Failed, Some(error.problem()))
        }
    };
    tracing::info!(
        shop.id = shop.shop_id.0, vendor = %connection.settings.vendor, stream = %stream,
        fetched = counts.fetched, created = counts.loaded.created, updated = counts.loaded.updated,
        rejected = counts.rejected, duration_ms, since = %began, status = status.as_str(), "stream ended"
    );
    StreamReport {
        connection: name,
        shop_id: shop.shop_id,
        stream: stream.as_str(),
        status,
        fetched: counts.fetched,
        created: counts.loaded.created,
        updated: counts.loaded.updated,
        skipped: counts.skipped,
        rejected: counts.rejected,
        duration_ms,
        problem,
    }
}

/// Class, status and short text of a failure, for the stream's own state; no secret and nothing out of a body.
async fn note_failure(shared: &Shared<'_>, of: (&PlannedShop, Stream), error: &StepError) {
    let class = match error {
        StepError::Vendor(error) => error.class(),
        StepError::Store(_) | StepError::Unfinished(_) | StepError::Stopped => "transient",
    };
    let text = error.problem().message;
    cached::note_failure(shared.database, of, (class, &text), shared.clock.now()).await;
}

/// Composes orders, customers and technicians from what the streams brought.
async fn compose_shop(
    shared: &Shared<'_>,
    planned: (&PlannedConnection, &Connector),
    shop: &PlannedShop,
) -> Result<(), StepError> {
    if shared.stop.is_cancelled() {
        return Ok(());
    }
    retry::steadily(|| follow_settings(shared, shop)).await?;
    let during = (shared.clock, shared.stop);
    let composed =
        compose::run(shared.database, planned, shop, during, &shared.plan.holder).await?;
    tracing::info!(
        shop.id = shop.shop_id.0,
        created = composed.loaded.created,
        updated = composed.loaded.updated,
        rejected = composed.rejected,
        "orders were composed"
    );
    Ok(())
}

/// Takes the lease, logs the run, reads the stream. Returns how many refused records of the stream are still open.
async fn leased_stream(
    shared: &Shared<'_>,
    (connection, connector): (&PlannedConnection, &Connector),
    shop: &PlannedShop,
    stream: Stream,
    counts: &mut PageCounts,
) -> Result<i64, StepError> {
    let holder = &shared.plan.holder;
    let lease = retry::steadily(|| {
        store::lease::acquire(shared.database, shop.shop_id, stream.as_str(), holder)
    })
    .await?;
    let work = async {
        let log_id = retry::steadily(|| open_log(shared, shop, stream)).await?;
        let started = std::time::Instant::now();
        let result = read_stream(
            shared,
            (connection, connector),
            shop,
            (stream, &lease),
            counts,
        )
        .await;
        let duration = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        let error = result.as_ref().err();
        let closed =
            retry::steadily(|| close_log(shared, shop, (log_id, duration), counts, error)).await;
        let open = result?;
        closed?;
        Ok(open)
    };
    Box::pin(lease::hold(shared.database, &lease, work)).await
}

async fn read_stream(
    shared: &Shared<'_>,
    (connection, connector): (&PlannedConnection, &Connector),
    shop: &PlannedShop,
    (stream, lease): (Stream, &store::lease::Lease),
    counts: &mut PageCounts,
) -> Result<i64, StepError> {
    if stream == Stream::RepairOrders {
        retry::steadily(|| follow_settings(shared, shop)).await?;
    }
    let open = || ShopContext::open(shared.database, (connection, connector), shop);
    let context = retry::steadily(open).await?;
    let run = Run {
        database: shared.database,
        context: &context,
        stream,
        lease,
        clock: shared.clock,
        stop: shared.stop,
        events: shared.events,
    };
    let extent = stream::run(&run, shared.plan.mode, counts).await?;
    if stream == Stream::RepairOrders {
        let references = counts.references.clone();
        counts.add(resolve(&run, &references).await?);
        // A back-fill has just read every order; the sweep begins with the run after it.
        if extent == Extent::Changes {
            reconcile::sweep_if_due(&run, counts).await?;
            nightly::rebuild_if_due(&run).await?;
        }
    }
    Ok(retry::steadily(|| open_rejects(&run)).await?)
}

async fn open_rejects(run: &Run<'_>) -> Result<i64, StoreError> {
    let shop = run.context.shop.shop_id;
    let session = Session::begin(run.database, &Identity::Sync(shop)).await?;
    let open = store::reject::open_count(&session, shop, run.stream.as_str()).await?;
    session.commit().await?;
    Ok(open)
}

/// What changed in our own settings since the last run: the zone, the pay rates.
async fn follow_settings(shared: &Shared<'_>, shop: &PlannedShop) -> Result<(), StoreError> {
    let (database, clock) = (shared.database, shared.clock);
    let session = Session::begin(database, &Identity::Sync(shop.shop_id)).await?;
    let settled = store::cursor::load(&session, shop.shop_id, "settings").await?;
    let state = json!({ "zone": shop.zone.name() });
    if settled.as_ref().is_some_and(|s| *s != state) {
        let moved =
            store::shops::follow_zone(&session, shop.shop_id, shop.zone.name(), clock.now())
                .await?;
        store::cache::days::mark_all(&session, shop.shop_id).await?;
        tracing::warn!(
            shop.id = shop.shop_id.0,
            orders = moved,
            "the shop's zone changed, its days were worked out again"
        );
    }
    if settled.as_ref() != Some(&state) {
        let position = store::cursor::Position {
            stream: "settings",
            state: &state,
            high_water: None,
            now: clock.now(),
        };
        store::cursor::save(&session, shop.shop_id, position).await?;
    }
    retention::trim_shop(&session, shop.shop_id, clock.now()).await?;
    session.commit().await?;
    let lines = rates::apply_changes(database, shop.shop_id, &shop.zone, clock).await?;
    if lines > 0 {
        tracing::info!(
            shop.id = shop.shop_id.0,
            lines,
            "labour was priced again after a change of rates"
        );
    }
    Ok(())
}

/// Fetches by id what loaded orders point at and no list has brought: the vendor's lists miss records never changed.
async fn resolve(run: &Run<'_>, references: &References) -> Result<PageCounts, StepError> {
    let (mut counts, context) = (PageCounts::default(), run.context);
    for (stream, kind, ids) in [
        (
            Stream::Customers,
            EntityKind::Customer,
            &references.customers,
        ),
        (Stream::Vehicles, EntityKind::Vehicle, &references.vehicles),
    ] {
        let wanted: Vec<i64> = ids.iter().copied().collect();
        let missing = retry::steadily(|| missing(run, kind, &wanted)).await?;
        for id in missing.into_iter().take(RESOLVED_AT_MOST) {
            if run.stop.is_cancelled() {
                return Ok(counts);
            }
            let Some(record) = context
                .connector
                .fetch_one(context.shop, stream, id)
                .await?
            else {
                continue;
            };
            // An order may point at another shop's customer: he is not ours to hold, and no fault of the record.
            if conform::is_foreign(context, stream, &record) {
                continue;
            }
            let loaded = stream::load_beside(run, (stream, &[record])).await?;
            counts.add(PageCounts {
                fetched: 0,
                skipped: 0,
                ..loaded
            });
        }
    }
    Ok(counts)
}

async fn missing(run: &Run<'_>, kind: EntityKind, wanted: &[i64]) -> Result<Vec<i64>, StoreError> {
    let shop = run.context.shop.shop_id;
    let session = Session::begin(run.database, &Identity::Sync(shop)).await?;
    let missing = entities::missing(&session, shop, kind, wanted).await?;
    session.commit().await?;
    Ok(missing)
}

async fn open_log(
    shared: &Shared<'_>,
    shop: &PlannedShop,
    stream: Stream,
) -> Result<i64, StoreError> {
    let kind = match shared.plan.mode {
        Mode::Full => "full",
        Mode::Incremental | Mode::Since(_) => "incremental",
    };
    let session = Session::begin(shared.database, &Identity::Sync(shop.shop_id)).await?;
    let id = log::begin(
        &session,
        shop.shop_id,
        (kind, stream.as_str()),
        shared.clock.now(),
    )
    .await?;
    session.commit().await?;
    Ok(id)
}

async fn close_log(
    shared: &Shared<'_>,
    shop: &PlannedShop,
    (id, duration_ms): (i64, i64),
    counts: &PageCounts,
    error: Option<&StepError>,
) -> Result<(), StoreError> {
    let problem: Option<Problem> = error.map(StepError::problem);
    let status = match error {
        None if counts.rejected > 0 => StreamStatus::Partial,
        None => StreamStatus::Completed,
        Some(StepError::Stopped) => StreamStatus::Cancelled,
        Some(_) => StreamStatus::Failed,
    };
    let errors: Option<Value> = problem.map(|p| json!([{ "error": p.message, "hint": p.hint }]));
    let metadata = json!({ "quirks": counts.quirks, "schema_drift": counts.unknown_keys });
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let session = Session::begin(shared.database, &Identity::Sync(shop.shop_id)).await?;
    let closing = Closing {
        id,
        status: status.as_str(),
        counts: [
            number(counts.fetched),
            number(counts.loaded.created),
            number(counts.loaded.updated),
            number(counts.skipped),
            number(counts.rejected) + i64::from(error.is_some()),
        ],
        errors: errors.as_ref(),
        metadata: &metadata,
        duration_ms,
        now: shared.clock.now(),
    };
    log::close(&session, shop.shop_id, closing).await?;
    session.commit().await
}
