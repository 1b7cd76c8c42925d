-- The state of a cached table behind a committed page. A run that is over ($8 is not null) clears what went wrong.
-- parameters: $1 shop_id, $2 tenant_id, $3 table, $4 mode, $5 token, $6 watermark, $7 last whole run, $8 rows received by
-- the run, $9 inserted, $10 updated, $11 unchanged, $12 stale, $13 tombstoned, $14 now
insert into raw.sync_state as s (
  shop_id, tenant_id, table_name, mode, status, continuation_token, watermark, last_full_sync, last_incremental_sync,
  records_synced, rows_inserted, rows_updated, rows_unchanged, rows_stale, rows_tombstoned, created_at, updated_at
)
values (
  $1, $2, $3, $4, case when $8::integer is null then 'running' else 'idle' end, $5, $6,
  case when $8 is not null then $7::timestamptz end, case when $8 is not null then $6::timestamptz end,
  coalesce($8, 0), $9, $10, $11, $12, $13, $14, $14
)
on conflict (shop_id, table_name) do update set
  mode = excluded.mode,
  status = excluded.status,
  continuation_token = excluded.continuation_token,
  watermark = excluded.watermark,
  last_full_sync = coalesce(excluded.last_full_sync, s.last_full_sync),
  last_incremental_sync = coalesce(excluded.last_incremental_sync, s.last_incremental_sync),
  records_synced = case when $8 is null then s.records_synced else excluded.records_synced end,
  last_error = case when $8 is null then s.last_error end,
  error_class = case when $8 is null then s.error_class end,
  consecutive_failures = case when $8 is null then s.consecutive_failures else 0 end,
  rows_inserted = s.rows_inserted + excluded.rows_inserted,
  rows_updated = s.rows_updated + excluded.rows_updated,
  rows_unchanged = s.rows_unchanged + excluded.rows_unchanged,
  rows_stale = s.rows_stale + excluded.rows_stale,
  rows_tombstoned = s.rows_tombstoned + excluded.rows_tombstoned,
  updated_at = excluded.updated_at
