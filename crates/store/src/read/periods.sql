with
  header as (
    select
      v.shop_id, v.name, v.timezone, v.currency,
      warehouse.shop_day($2, v.timezone) as today,
      v.as_of, v.week_days
    from warehouse.v_shop_header v
    where v.shop_id = $1
  ),
  periods as (
    select
      h.shop_id, h.name, h.timezone, h.currency, h.today, h.as_of, h.week_days, p.kind, p.from_on, p.to_on
    from header h
    join unnest($3::date[], $4::smallint[], $5::date[], $6::date[]) as p (today, kind, from_on, to_on)
      on p.today = h.today
  )
