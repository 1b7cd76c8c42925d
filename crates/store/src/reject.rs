//! `ops.rejects` and connector-raised issues: bad input is kept and named (invariant I11).

use crate::error::StoreError;
use crate::session::{Param, Session};
use domain::ShopId;
use domain::issue::{Issue, IssueCode, Reject};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Where a reject came from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Shop.
    pub shop: ShopId,
    /// Connection's name.
    pub connection: &'a str,
    /// Vendor's name.
    pub vendor: &'a str,
}

/// Keeps a refused record; the same one seen again updates its row, and reopens it.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn keep(
    session: &Session,
    source: Source<'_>,
    reject: &Reject,
    now: Timestamp,
) -> Result<(), StoreError> {
    // The payload may not even be JSON: it is kept as a JSON text then, so that nothing is lost.
    let payload = match serde_json::from_str::<&serde_json::value::RawValue>(&reject.payload) {
        Ok(_) => reject.payload.clone(),
        Err(_) => serde_json::Value::from(reject.payload.as_str()).to_string(),
    };
    let hash = Sha256::digest(payload.as_bytes());
    session
        .prepared(
            "insert into ops.rejects as r (shop_id, connection, vendor, stream, record_number, entity_id, \
               reason_code, reason_text, payload_hash, payload, first_seen_at, last_seen_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::json, $11, $11) \
             on conflict (shop_id, stream, record_number) do update set \
               connection = excluded.connection, entity_id = excluded.entity_id, \
               reason_code = excluded.reason_code, reason_text = excluded.reason_text, \
               payload_hash = excluded.payload_hash, payload = excluded.payload, \
               last_seen_at = excluded.last_seen_at, seen_count = r.seen_count + 1, closed_at = null",
            &[
                &source.shop.0,
                &source.connection,
                &source.vendor,
                &reject.stream,
                &reject.record_number,
                &reject.entity_id,
                &reject.reason.code(),
                &reject.detail,
                &&hash[..],
                &payload,
                &now,
            ],
        )
        .await?;
    Ok(())
}

/// Closes the rejects of records that load now.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn close(
    session: &Session,
    shop: ShopId,
    (stream, ids): (&str, &[i64]),
    now: Timestamp,
) -> Result<(), StoreError> {
    let parameters: Vec<Param> = vec![
        Box::new(shop.0),
        Box::new(stream.to_owned()),
        Box::new(ids.to_vec()),
        Box::new(now),
    ];
    session
        .dispatch(
            "update ops.rejects set closed_at = $4 \
             where shop_id = $1 and stream = $2 and entity_id = any($3) and closed_at is null",
            parameters,
        )
        .await
}

/// How many records of a stream are refused and not repaired yet.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn open_count(session: &Session, shop: ShopId, stream: &str) -> Result<i64, StoreError> {
    let rows = session
        .prepared(
            "select count(*) from ops.rejects where shop_id = $1 and stream = $2 and closed_at is null",
            &[&shop.0, &stream],
        )
        .await?;
    Ok(rows.first().map_or(0, |row| row.get(0)))
}

/// Records what is odd about loaded records, and resolves what has gone since.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn keep_issues(
    session: &Session,
    shop: ShopId,
    (entity, ids): (&str, &[i64]),
    issues: &[&Issue],
    now: Timestamp,
) -> Result<(), StoreError> {
    let kept: Vec<&&Issue> = issues.iter().filter(|i| i.code.per_record()).collect();
    let keyed: Vec<i64> = kept.iter().map(|i| i.entity_id).collect();
    let codes: Vec<&'static str> = kept.iter().map(|i| i.code.code()).collect();
    let parameters: Vec<Param> = vec![
        Box::new(shop.0),
        Box::new(entity.to_owned()),
        Box::new(ids.to_vec()),
        Box::new(keyed),
        Box::new(codes),
        Box::new(now),
    ];
    session
        .dispatch(
            "update warehouse.data_quality_issues set resolved_at = $6 \
             where shop_id = $1 and entity_type = $2 and entity_id = any($3) and resolved_at is null \
             and code in ('unknown_status', 'malformed_time', 'cleaned_text', 'labor_cost_unknown') \
             and not (entity_id, code) in (select * from unnest($4::bigint[], $5::text[]))",
            parameters,
        )
        .await?;
    for issue in kept {
        keep_issue(session, shop, issue, now).await?;
    }
    Ok(())
}

async fn keep_issue(
    session: &Session,
    shop: ShopId,
    issue: &Issue,
    now: Timestamp,
) -> Result<(), StoreError> {
    let severity = match issue.code {
        IssueCode::UnknownStatus => "error",
        _ => "warning",
    };
    session
        .prepared(
            "insert into warehouse.data_quality_issues \
               (shop_id, entity_type, entity_id, code, severity, details, first_seen_at, last_seen_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $7) \
             on conflict (shop_id, entity_type, entity_id, code) do update set \
               details = excluded.details, last_seen_at = excluded.last_seen_at, resolved_at = null",
            &[
                &shop.0,
                &issue.entity,
                &issue.entity_id,
                &issue.code.code(),
                &severity,
                &json!({ "detail": issue.detail }),
                &now,
            ],
        )
        .await?;
    Ok(())
}
