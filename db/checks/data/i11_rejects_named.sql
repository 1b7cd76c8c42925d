-- I11: a refused record is kept with its reason and payload, and closed once a repaired version is loaded
-- Gives rejects without a reason or payload, and open ones of records that were loaded later. Parameter: $1 shop_id.
select
  format('%s %s', r.stream, r.record_number) as key,
  'has no reason or no payload' as fault
from ops.rejects r
where r.shop_id = $1 and (r.reason_code = '' or r.reason_text = '' or r.payload is null)
union all
select
  format('%s %s', r.stream, r.record_number),
  'is open although a later version was loaded'
from ops.rejects r
where r.shop_id = $1 and r.closed_at is null
  and exists (
    select 1 from raw.payloads p
    where p.shop_id = $1 and p.entity_id = r.entity_id and p.fetched_at > r.last_seen_at
      and p.entity = case r.stream
        when 'repair_orders' then 'repair_order' when 'customers' then 'customer'
        when 'vehicles' then 'vehicle' when 'employees' then 'employee' end
  )
