-- Lists of posted orders go by day and order, page by page. With the order in the index a page is read off it; without,
-- every page sorts the days before it.

drop index warehouse.ro_snapshots_day_idx;

create index ro_snapshots_day_idx on warehouse.ro_snapshots (shop_id, snapshot_date, repair_order_id)
    where superseded_at is null;
