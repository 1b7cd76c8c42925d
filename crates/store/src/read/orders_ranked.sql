-- Posted orders of a range by an amount, largest first. One row an order.
-- parameters: $1 shop, $2 to $6 the ranges, $7 advisor, $8 class, $9 $10 the last amount and order seen,
--   $11 rows at most, $12 the amount: net_sales or gross_profit
{periods},
  ranked as (
    select s.*, case $12 when 'gross_profit' then s.authorized_profit else s.authorized_revenue end as amount
    from warehouse.ro_snapshots s
    where s.shop_id = $1 and s.superseded_at is null and s.snapshot_trigger = 'posted'
      and s.snapshot_date >= (select p.from_on from periods p where p.kind = 0)
      and s.snapshot_date <= (select p.to_on from periods p where p.kind = 0)
      and ($7::bigint is null or s.service_advisor_id = $7)
      and ($8::text is null or s.warranty_class = $8)
  ),
  page as (
    select r.*
    from ranked r
    where (r.amount, r.repair_order_id) < ($9::bigint, $10::bigint)
    order by r.amount desc, r.repair_order_id desc
    limit $11::bigint
  )
select {head}, {posted_order}
from header h
left join page s on true
{posted_joins}
order by s.amount desc, s.repair_order_id desc
