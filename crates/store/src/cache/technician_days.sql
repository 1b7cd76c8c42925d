-- Works marked days of technicians out again and keeps them; a day without anything left has no row. Equal rows stay.
-- parameters: $1 shop_id, $2 technicians and $3 days that belong together, $4 now
with
  marked as (
    select * from unnest($2::text[], $3::date[]) as m (technician_id, local_date)
  ),
  worked_out as materialized (
    select v.technician_id, v.local_date, v.available_s, v.work_s, v.work_in_available_s, v.drive_s, v.booked_s
    from analytics.v_technician_day v
    where v.shop_id = $1 and v.technician_id = any($2)
      and v.local_date between (select min(local_date) from marked) and (select max(local_date) from marked)
  ),
  fresh as (
    select w.* from worked_out w join marked m on m.technician_id = w.technician_id and m.local_date = w.local_date
  ),
  emptied as (
    delete from warehouse.field_technician_days d
    using marked m
    where d.shop_id = $1 and d.technician_id = m.technician_id and d.local_date = m.local_date
      and (d.technician_id, d.local_date) not in (select technician_id, local_date from fresh)
  ),
  taken as (
    delete from ops.dirty_technician_days q
    using marked m
    where q.shop_id = $1 and q.technician_id = m.technician_id and q.local_date = m.local_date
  ),
  written as (
    insert into warehouse.field_technician_days as d (shop_id, technician_id, local_date, available_s, work_s,
      work_in_available_s, drive_s, booked_s, updated_at)
    select $1, technician_id, local_date, available_s, work_s, work_in_available_s, drive_s, booked_s, $4::timestamptz
    from fresh
    on conflict (shop_id, local_date, technician_id) do update set available_s = excluded.available_s,
      work_s = excluded.work_s, work_in_available_s = excluded.work_in_available_s, drive_s = excluded.drive_s,
      booked_s = excluded.booked_s, updated_at = excluded.updated_at
    where (d.available_s, d.work_s, d.work_in_available_s, d.drive_s, d.booked_s)
      is distinct from
      (excluded.available_s, excluded.work_s, excluded.work_in_available_s, excluded.drive_s, excluded.booked_s)
    returning 1
  )
select count(*) from written
