-- Posted orders of a range, one page or all of them: what a day or a period is made of.
-- Figures are those of the snapshot, which is what the days sum. One row an order, newest day first.
-- parameters: $1 shop, $2 to $6 the ranges, $7 advisor, $8 class, $9 $10 the last order seen or the largest values, $11 rows at most
{periods},
  page as (
    select s.*
    from warehouse.ro_snapshots s
    where s.shop_id = $1 and s.superseded_at is null and s.snapshot_trigger = 'posted'
      and s.snapshot_date >= (select p.from_on from periods p where p.kind = 0)
      and s.snapshot_date <= (select p.to_on from periods p where p.kind = 0)
      and ($7::bigint is null or s.service_advisor_id = $7)
      and ($8::text is null or s.warranty_class = $8)
      -- Neither `is null or` nor coalesce: as one leakproof comparison it is where the index is entered.
      and (s.snapshot_date, s.repair_order_id) < ($9::date, $10::bigint)
    order by s.snapshot_date desc, s.repair_order_id desc
    limit $11::bigint
  )
select {head}, {posted_order}
from header h
left join page s on true
{posted_joins}
order by s.snapshot_date desc, s.repair_order_id desc
