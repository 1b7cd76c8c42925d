-- Posted orders of a range by their class: no charge, low margin, labelled, normal (D.13). One row a class.
-- parameters: $1 shop, $2 to $6 the ranges
{periods}
select
  {head}, h.from_on, h.to_on, s.class, s.ro_count, s.revenue, s.cost, s.profit, s.hours
from periods h
left join lateral (
  select
    coalesce(s.warranty_class, 'normal') as class,
    count(*) as ro_count,
    sum(s.authorized_revenue)::bigint as revenue,
    sum(s.authorized_cost)::bigint as cost,
    sum(s.authorized_profit)::bigint as profit,
    sum(s.labor_hours * 10000)::bigint as hours
  from warehouse.ro_snapshots s
  where s.shop_id = $1 and s.superseded_at is null and s.snapshot_trigger = 'posted'
    and s.snapshot_date between h.from_on and h.to_on
  group by 1
) s on true
where h.kind = 0
order by s.class
