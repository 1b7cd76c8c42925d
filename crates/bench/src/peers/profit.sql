-- Posted orders: their number, and their profit from jobs and order-level lines.
select concat_ws('/', count(*), sum(
  coalesce((select sum(j.job_profit) from warehouse.jobs j
    where j.shop_id = o.shop_id and j.repair_order_id = o.id and j.authorization_state = 'AUTHORIZED'), 0)
  + coalesce((select sum(f.total) from warehouse.job_fees f
    where f.shop_id = o.shop_id and f.repair_order_id = o.id and f.job_id is null), 0)
  - coalesce((select sum(d.total) from warehouse.job_discounts d
    where d.shop_id = o.shop_id and d.repair_order_id = o.id and d.job_id is null), 0)
)::bigint)
from warehouse.repair_orders o
where o.posted_date is not null
