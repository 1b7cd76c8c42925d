with
  header as (
    select
      v.shop_id, v.name, v.timezone, v.currency,
      warehouse.shop_day($2, v.timezone) as today,
      v.as_of, v.week_days
    from warehouse.v_shop_header v
    where v.shop_id = $1
  )
