select (
    select count(*) from warehouse.jobs j
    where not exists (select 1 from warehouse.repair_orders o where o.shop_id = j.shop_id and o.id = j.repair_order_id)
  ) + (
    select count(*)
    from (
      select shop_id, repair_order_id, job_id from warehouse.job_parts
      union all
      select shop_id, repair_order_id, job_id from warehouse.job_labor
      union all
      select shop_id, repair_order_id, job_id from warehouse.job_fees where job_id is not null
      union all
      select shop_id, repair_order_id, job_id from warehouse.job_discounts where job_id is not null
    ) line
    where not exists (
      select 1 from warehouse.jobs j
      where j.shop_id = line.shop_id and j.id = line.job_id and j.repair_order_id = line.repair_order_id
        and not j.is_deleted
    )
  ) as orphans
