-- Labour lines by the day their pay rate is looked up for: posted, else sold, else today.
-- parameters: $1 shop_id, $2 first day, $3 last day, $4 today
with
  orders as (
    select o.id, case when o.status in ('POSTED', 'ACCRECV') then o.posted_date end as posted_on
    from warehouse.repair_orders o
    where o.shop_id = $1
      and (o.posted_date between $2 and $3 or o.posted_date is null or o.status not in ('POSTED', 'ACCRECV'))
  )
select
  l.repair_order_id, l.job_id, l.line_key, l.technician_id, (l.hours * 10000)::bigint, l.cost_rate, l.rate_source,
  l.rate_effective_on, r.reference
from orders o
join warehouse.jobs j on j.shop_id = $1 and j.repair_order_id = o.id and not j.is_deleted
cross join lateral (select coalesce(o.posted_on, j.sold_date, $4::date) as reference) r
join warehouse.job_labor l on l.shop_id = $1 and l.repair_order_id = o.id and l.job_id = j.id
where r.reference between $2 and $3
  -- What the vendor states is not ours to price.
  and l.rate_source <> 'stated'
