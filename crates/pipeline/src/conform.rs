//! From a page of vendor records to canonical rows: what is equal is skipped, what does not fit is kept aside,
//! what is news is decoded, priced and loaded. One transaction with the cursor.

use crate::ahead::Ahead;
use crate::plan::{PlannedConnection, PlannedShop};
use crate::rates;
use domain::cost::{self, CostContext, CostedOrder, KeptRates};
use domain::issue::{Issue, Reject, RejectReason};
use domain::rate::RateBook;
use domain::record::RepairOrder;
use domain::{ShopDay, ShopZone};
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use store::load::entities::{self, Entities, EntityKind, EntityPage, StoredEntity};
use store::load::orders::{self, OrderPage, StoredOrder};
use store::load::{Loaded, OrderRow, Payload};
use store::reject::{self, Source};
use store::{Database, Identity, Session, StoreError};
use vendors::{Connector, Decoded, RawRecord, Stream, Vendor, VendorShopRef};

/// What loading a page needs to know of its shop.
pub struct ShopContext<'a> {
    /// Shop, by our number and the vendor's.
    pub shop: VendorShopRef,
    /// Connection's name.
    pub connection: &'a str,
    /// Vendor.
    pub vendor: Vendor,
    /// Zone.
    pub zone: &'a ShopZone,
    /// Decoder.
    pub connector: &'a Connector,
    /// Pay rates.
    pub rates: RateBook,
    /// Load equal records too: a replay from what is kept.
    pub replay: bool,
    /// Store the records as received; not where they are kept already.
    pub payloads: bool,
}

impl<'a> ShopContext<'a> {
    /// The context of a planned shop, with the pay rates as they stand now.
    ///
    /// # Errors
    /// [`StoreError`] when the rates cannot be read.
    pub async fn open(
        database: &Database,
        (connection, connector): (&'a PlannedConnection, &'a Connector),
        shop: &'a PlannedShop,
    ) -> Result<Self, StoreError> {
        let session = Session::begin(database, &Identity::Sync(shop.shop_id)).await?;
        let rates = rates::book(&session, shop.shop_id).await?;
        session.commit().await?;
        Ok(Self {
            shop: VendorShopRef {
                shop_id: shop.shop_id,
                vendor_id: shop.vendor_id,
            },
            connection: &connection.settings.name,
            vendor: connection.settings.vendor,
            zone: &shop.zone,
            connector,
            rates,
            replay: false,
            payloads: !connection.settings.vendor.is_cached(),
        })
    }
}

/// What a page came to.
#[derive(Clone, Debug, Default)]
pub struct PageCounts {
    /// Records in the page.
    pub fetched: u64,
    /// New and changed rows.
    pub loaded: Loaded,
    /// Equal or outdated records.
    pub skipped: u64,
    /// Refused records.
    pub rejected: u64,
    /// Quirks met, by code.
    pub quirks: BTreeMap<&'static str, u64>,
    /// Keys nobody knew, by path.
    pub unknown_keys: BTreeMap<String, u64>,
    /// Ids that loaded records point at.
    pub references: References,
}

/// Records that orders point at; who is not known is fetched by id after the stream.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// Customers.
    pub customers: HashSet<i64>,
    /// Vehicles.
    pub vehicles: HashSet<i64>,
    /// Employees.
    pub employees: HashSet<i64>,
}

impl PageCounts {
    /// Adds another page.
    pub fn add(&mut self, other: Self) {
        self.fetched += other.fetched;
        self.loaded += other.loaded;
        self.skipped += other.skipped;
        self.rejected += other.rejected;
        for (code, count) in other.quirks {
            *self.quirks.entry(code).or_default() += count;
        }
        for (key, count) in other.unknown_keys {
            *self.unknown_keys.entry(key).or_default() += count;
        }
        self.references.customers.extend(other.references.customers);
        self.references.vehicles.extend(other.references.vehicles);
        self.references.employees.extend(other.references.employees);
    }

    fn note<T>(&mut self, decoded: &Decoded<T>) {
        for issue in &decoded.issues {
            *self.quirks.entry(issue.code.code()).or_default() += 1;
        }
        for key in &decoded.unknown_keys {
            *self.unknown_keys.entry(key.clone()).or_default() += 1;
        }
    }
}

/// Records of one stream, and what was decoded of them beforehand.
#[derive(Clone, Copy, Debug)]
pub struct PageRecords<'a> {
    /// Stream.
    pub stream: Stream,
    /// As received.
    pub records: &'a [RawRecord],
    /// Decoded already, if anything was.
    pub ahead: &'a Ahead,
}

/// Loads a page of any stream in the caller's session.
///
/// # Errors
/// [`StoreError`] when the database refuses; nothing of the page is kept then.
pub async fn load_page(
    session: &Session,
    context: &ShopContext<'_>,
    page: PageRecords<'_>,
    now: Timestamp,
) -> Result<PageCounts, StoreError> {
    let records = page.records;
    let mut counts = PageCounts {
        fetched: records.len() as u64,
        ..PageCounts::default()
    };
    match page.stream {
        Stream::RepairOrders => load_orders(session, context, page, now, &mut counts).await?,
        Stream::Customers => {
            load_entities(
                session,
                context,
                (EntityKind::Customer, records),
                now,
                &mut counts,
            )
            .await?
        }
        Stream::Vehicles => {
            load_entities(
                session,
                context,
                (EntityKind::Vehicle, records),
                now,
                &mut counts,
            )
            .await?
        }
        Stream::Employees => {
            load_entities(
                session,
                context,
                (EntityKind::Employee, records),
                now,
                &mut counts,
            )
            .await?
        }
        // Rows of the cache come in batches of their own (`cached.rs`).
        Stream::Cached(_) => {}
    }
    Ok(counts)
}

/// Keeps refused records.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn keep_rejects(
    session: &Session,
    context: &ShopContext<'_>,
    rejects: &[Reject],
    now: Timestamp,
) -> Result<(), StoreError> {
    let source = Source {
        shop: context.shop.shop_id,
        connection: context.connection,
        vendor: context.vendor.as_str(),
    };
    for reject in rejects {
        reject::keep(session, source, reject, now).await?;
    }
    Ok(())
}

/// Why a record would be refused, if it would.
pub fn refusal(
    (connector, shop): (&Connector, &VendorShopRef),
    stream: Stream,
    record: &RawRecord,
) -> Option<Box<Reject>> {
    match stream {
        Stream::Customers => connector.decode_customer(shop, record).err(),
        Stream::Vehicles => connector.decode_vehicle(shop, record).err(),
        Stream::Employees => connector.decode_employee(shop, record).err(),
        Stream::RepairOrders => connector.decode_order(shop, record).err(),
        Stream::Cached(_) => None,
    }
}

/// Whether a record belongs to another shop of the same account.
pub fn is_foreign(context: &ShopContext<'_>, stream: Stream, record: &RawRecord) -> bool {
    let refused = refusal((context.connector, &context.shop), stream, record);
    refused.is_some_and(|reject| reject.reason == RejectReason::ForeignShop)
}

/// The newest version of every id; records without an id stay, to be refused by name.
pub fn newest(records: &[RawRecord]) -> Vec<&RawRecord> {
    let mut by_id: HashMap<i64, usize> = HashMap::with_capacity(records.len());
    let mut kept: Vec<&RawRecord> = Vec::with_capacity(records.len());
    for record in records {
        match record.id.and_then(|id| by_id.get(&id).copied()) {
            Some(at)
                if (record.deleted, record.updated_at)
                    >= (kept[at].deleted, kept[at].updated_at) =>
            {
                kept[at] = record;
            }
            Some(_) => {}
            None => {
                if let Some(id) = record.id {
                    by_id.insert(id, kept.len());
                }
                kept.push(record);
            }
        }
    }
    kept
}

/// Whether a record is news for what is stored. The newest vendor version wins; a deletion wins over everything.
pub(crate) fn is_news(
    record: &RawRecord,
    hash: Option<[u8; 16]>,
    updated_at: Option<Timestamp>,
    deleted: bool,
) -> bool {
    if hash == Some(record.hash) {
        return false;
    }
    let outdated = record.updated_at < updated_at;
    !outdated || (record.deleted && !deleted)
}

/// An order beside the record that says it.
type Read<'a> = (&'a RawRecord, Cow<'a, Decoded<RepairOrder>>);

/// An order that is to be written.
struct News<'a> {
    raw: &'a RawRecord,
    decoded: Cow<'a, Decoded<RepairOrder>>,
    costed: CostedOrder,
    held: bool,
}

async fn load_orders(
    session: &Session,
    context: &ShopContext<'_>,
    page: PageRecords<'_>,
    now: Timestamp,
    counts: &mut PageCounts,
) -> Result<(), StoreError> {
    let shop = context.shop.shop_id;
    let records = newest(page.records);
    let ids: Vec<i64> = records.iter().filter_map(|r| r.id).collect();
    let stored = orders::stored(session, shop, &ids).await?;
    let (decoded, rejects) = decode_orders(context, (&records, page.ahead), &stored, counts);
    let mut news = price(context, decoded, &stored, now);
    keep_old_rates(session, context, &mut news, &stored, now).await?;
    keep_rejects(session, context, &rejects, now).await?;
    counts.rejected += rejects.len() as u64;
    counts.skipped += (records.len() - news.len() - rejects.len()) as u64;
    let good = without(&ids, &rejects);
    reject::close(session, shop, (Stream::RepairOrders.as_str(), &good), now).await?;
    write_orders(session, context, &news, now, counts).await
}

/// The ids of a page that were not refused: whatever was refused of them before is repaired, even where the
/// record equals the one we hold.
fn without(ids: &[i64], rejects: &[Reject]) -> Vec<i64> {
    let refused: HashSet<i64> = rejects.iter().filter_map(|r| r.entity_id).collect();
    ids.iter()
        .copied()
        .filter(|id| !refused.contains(id))
        .collect()
}

fn decode_orders<'a>(
    context: &ShopContext<'_>,
    (records, ahead): (&[&'a RawRecord], &'a Ahead),
    stored: &HashMap<i64, StoredOrder>,
    counts: &mut PageCounts,
) -> (Vec<Read<'a>>, Vec<Reject>) {
    let mut news = Vec::new();
    let mut rejects = Vec::new();
    let mut jobs = HashSet::new();
    for record in records {
        let held = record.id.and_then(|id| stored.get(&id));
        if !context.replay
            && held.is_some_and(|s| !is_news(record, s.payload_hash, s.updated_at, s.deleted))
        {
            continue;
        }
        let decoded = match ahead.order(record) {
            Some(decoded) => Ok(Cow::Borrowed(decoded)),
            None => context
                .connector
                .decode_order(&context.shop, record)
                .map(Cow::Owned),
        };
        match decoded {
            Err(reject) => rejects.push(*reject),
            Ok(decoded) => {
                let mut own = HashSet::new();
                let twice = decoded
                    .record
                    .jobs
                    .iter()
                    .find(|j| !own.insert(j.id) || jobs.contains(&j.id));
                if let Some(job) = twice {
                    rejects.push(duplicate_job(record, &decoded.record, job.id.0));
                    continue;
                }
                jobs.extend(own);
                counts.note(&decoded);
                news.push((*record, decoded));
            }
        }
    }
    (news, rejects)
}

fn duplicate_job(raw: &RawRecord, order: &RepairOrder, job: i64) -> Reject {
    Reject {
        stream: Stream::RepairOrders.as_str(),
        entity_id: Some(order.id.0),
        record_number: order.id.to_string(),
        reason: RejectReason::DuplicateJob,
        detail: format!("job {job} stands on two orders of one page, or twice on this one"),
        payload: raw.body.clone(),
    }
}

fn price<'a>(
    context: &ShopContext<'_>,
    decoded: Vec<Read<'a>>,
    stored: &HashMap<i64, StoredOrder>,
    now: Timestamp,
) -> Vec<News<'a>> {
    let today = context.zone.day_of(now);
    let none = KeptRates::new();
    let one = |(raw, decoded): Read<'a>| {
        let costed = cost::cost_order(&decoded.record, &cost_context(context, today), &none);
        let held = stored.contains_key(&decoded.record.id.0);
        News {
            raw,
            decoded,
            costed,
            held,
        }
    };
    decoded.into_iter().map(one).collect()
}

fn cost_context<'a>(context: &'a ShopContext<'_>, today: ShopDay) -> CostContext<'a> {
    CostContext {
        zone: context.zone,
        rates: &context.rates,
        today,
    }
}

/// A posted order whose own figures did not change keeps the rates it was priced with, whoever has left since.
async fn keep_old_rates(
    session: &Session,
    context: &ShopContext<'_>,
    news: &mut [News<'_>],
    stored: &HashMap<i64, StoredOrder>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let same = |one: &News<'_>| {
        let held = stored.get(&one.decoded.record.id.0);
        held.is_some_and(|s| s.posted && s.figures_hash == Some(one.costed.figures_hash))
    };
    let ids: Vec<i64> = news
        .iter()
        .filter(|n| same(n))
        .map(|n| n.decoded.record.id.0)
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let kept = orders::kept_rates(session, context.shop.shop_id, &ids).await?;
    let today = context.zone.day_of(now);
    for one in news.iter_mut().filter(|n| same(n)) {
        if let Some(rates) = kept.get(&one.decoded.record.id.0) {
            one.costed =
                cost::cost_order(&one.decoded.record, &cost_context(context, today), rates);
        }
    }
    Ok(())
}

async fn write_orders(
    session: &Session,
    context: &ShopContext<'_>,
    news: &[News<'_>],
    now: Timestamp,
    counts: &mut PageCounts,
) -> Result<(), StoreError> {
    if news.is_empty() {
        return Ok(());
    }
    let shop = context.shop.shop_id;
    for one in news {
        let order = &one.decoded.record;
        counts
            .references
            .customers
            .extend(order.customer_id.map(|c| c.0));
        counts
            .references
            .vehicles
            .extend(order.vehicle_id.map(|v| v.0));
        counts
            .references
            .employees
            .extend(order.advisor_id.map(|a| a.0));
        counts
            .references
            .employees
            .extend(cost::technicians(order).map(|t| t.0));
    }
    let employees: Vec<i64> = counts.references.employees.iter().copied().collect();
    entities::stub_employees(session, shop, &employees, now).await?;
    let row = |one: &News<'_>| one.held;
    let rows = |held: bool| -> Vec<OrderRow<'_>> {
        let of = news.iter().filter(|one| row(one) == held);
        of.map(|one| OrderRow {
            payload: payload(one.raw, one.decoded.record.id.0),
            order: &one.decoded.record,
            costed: &one.costed,
            issues: &one.decoded.issues,
        })
        .collect()
    };
    let (fresh, changed) = (rows(false), rows(true));
    let page = OrderPage {
        shop,
        vendor: context.vendor.as_str(),
        fresh: &fresh,
        changed: &changed,
        store_payloads: context.payloads,
        now,
    };
    counts.loaded += orders::write(session, &page).await?;
    let ids: Vec<i64> = news.iter().map(|n| n.decoded.record.id.0).collect();
    let issues: Vec<&Issue> = news.iter().flat_map(|n| &n.decoded.issues).collect();
    reject::keep_issues(session, shop, ("repair_order", &ids), &issues, now).await
}

fn payload(raw: &RawRecord, id: i64) -> Payload<'_> {
    Payload {
        entity_id: id,
        hash: raw.hash,
        body: &raw.body,
    }
}

async fn load_entities(
    session: &Session,
    context: &ShopContext<'_>,
    (kind, records): (EntityKind, &[RawRecord]),
    now: Timestamp,
    counts: &mut PageCounts,
) -> Result<(), StoreError> {
    let shop = context.shop.shop_id;
    let records = newest(records);
    let ids: Vec<i64> = records.iter().filter_map(|r| r.id).collect();
    let stored = entities::stored(session, shop, kind, &ids).await?;
    let news: Vec<&RawRecord> = records
        .iter()
        .copied()
        .filter(|r| context.replay || entity_is_news(r, r.id.and_then(|id| stored.get(&id)), kind))
        .collect();
    counts.skipped += (records.len() - news.len()) as u64;
    // A record that equals the one we hold repairs whatever was refused of it in between.
    let equal: Vec<i64> = ids
        .iter()
        .copied()
        .filter(|id| !news.iter().any(|r| r.id == Some(*id)))
        .collect();
    reject::close(session, shop, (stream_of(kind).as_str(), &equal), now).await?;
    let connector = context.connector;
    let at = (session, context, now);
    match kind {
        EntityKind::Customer => {
            let decode = |r: &RawRecord| connector.decode_customer(&context.shop, r);
            write_entities(at, (kind, &news), decode, |c| c.id, counts).await
        }
        EntityKind::Vehicle => {
            let decode = |r: &RawRecord| connector.decode_vehicle(&context.shop, r);
            write_entities(at, (kind, &news), decode, |v| v.id, counts).await
        }
        EntityKind::Employee => {
            let decode = |r: &RawRecord| connector.decode_employee(&context.shop, r);
            write_entities(at, (kind, &news), decode, |e| e.id, counts).await
        }
    }
}

/// The same for a customer, a vehicle or an employee.
pub fn entity_is_news(record: &RawRecord, stored: Option<&StoredEntity>, kind: EntityKind) -> bool {
    let Some(stored) = stored else { return true };
    // Somebody who is listed again works again, even if nothing else about him changed.
    let returned = kind == EntityKind::Employee && !stored.live;
    returned || is_news(record, stored.payload_hash, stored.updated_at, !stored.live)
}

const fn stream_of(kind: EntityKind) -> Stream {
    match kind {
        EntityKind::Customer => Stream::Customers,
        EntityKind::Vehicle => Stream::Vehicles,
        EntityKind::Employee => Stream::Employees,
    }
}

/// Records of a kind as the store wants them.
trait Batch: Sized {
    fn batch<'a>(list: &'a [(Payload<'a>, &'a Self)]) -> Entities<'a>;
}

impl Batch for domain::record::Customer {
    fn batch<'a>(list: &'a [(Payload<'a>, &'a Self)]) -> Entities<'a> {
        Entities::Customers(list)
    }
}

impl Batch for domain::record::Vehicle {
    fn batch<'a>(list: &'a [(Payload<'a>, &'a Self)]) -> Entities<'a> {
        Entities::Vehicles(list)
    }
}

impl Batch for domain::record::Employee {
    fn batch<'a>(list: &'a [(Payload<'a>, &'a Self)]) -> Entities<'a> {
        Entities::Employees(list)
    }
}

async fn write_entities<T: Batch>(
    (session, context, now): (&Session, &ShopContext<'_>, Timestamp),
    (kind, news): (EntityKind, &[&RawRecord]),
    decode: impl Fn(&RawRecord) -> Result<Decoded<T>, Box<Reject>>,
    id_of: impl Fn(&T) -> i64,
    counts: &mut PageCounts,
) -> Result<(), StoreError> {
    let mut rejects = Vec::new();
    let mut good: Vec<(&RawRecord, Decoded<T>)> = Vec::new();
    for record in news {
        match decode(record) {
            Ok(decoded) => {
                counts.note(&decoded);
                good.push((record, decoded));
            }
            Err(reject) => rejects.push(*reject),
        }
    }
    let list: Vec<(Payload<'_>, &T)> = good
        .iter()
        .map(|(raw, d)| (payload(raw, id_of(&d.record)), &d.record))
        .collect();
    let page = EntityPage {
        shop: context.shop.shop_id,
        vendor: context.vendor.as_str(),
        entities: T::batch(&list),
        store_payloads: context.payloads,
        now,
    };
    counts.loaded += entities::write(session, &page).await?;
    counts.rejected += rejects.len() as u64;
    keep_rejects(session, context, &rejects, now).await?;
    if good.is_empty() {
        return Ok(());
    }
    let shop = context.shop.shop_id;
    let ids: Vec<i64> = good.iter().map(|(_, d)| id_of(&d.record)).collect();
    let issues: Vec<&Issue> = good.iter().flat_map(|(_, d)| &d.issues).collect();
    reject::keep_issues(session, shop, (kind.as_str(), &ids), &issues, now).await?;
    reject::close(session, shop, (stream_of(kind).as_str(), &ids), now).await
}

#[cfg(test)]
mod tests {
    use super::{is_news, newest};
    use jiff::Timestamp;
    use vendors::RawRecord;

    fn record(id: i64, updated: Option<i64>, deleted: bool) -> RawRecord {
        let updated_at = updated.map(|s| Timestamp::from_second(s).unwrap());
        let tag = u8::try_from(updated.unwrap_or(0)).unwrap();
        RawRecord {
            id: Some(id),
            updated_at,
            deleted,
            hash: [tag; 16],
            body: String::new(),
        }
    }

    #[test]
    fn b29_one_version_of_an_id_is_left_and_a_deletion_wins() {
        let page = [
            record(1, Some(5), false),
            record(1, Some(3), false),
            record(2, None, false),
            record(1, Some(4), true),
        ];
        let kept = newest(&page);
        assert_eq!(kept.len(), 2);
        assert!(kept[0].deleted);
    }

    #[test]
    fn a6_an_old_version_after_a_new_one_is_no_news() {
        let at = |s| Some(Timestamp::from_second(s).unwrap());
        assert!(!is_news(
            &record(1, Some(3), false),
            Some([9; 16]),
            at(5),
            false
        ));
        assert!(is_news(
            &record(1, Some(6), false),
            Some([9; 16]),
            at(5),
            false
        ));
        assert!(is_news(
            &record(1, Some(3), true),
            Some([9; 16]),
            at(5),
            false
        ));
        assert!(!is_news(
            &record(1, None, false),
            Some([9; 16]),
            at(5),
            false
        ));
        assert!(is_news(&record(1, None, false), Some([9; 16]), None, false));
    }
}
