-- What every way of building must agree on: snapshots, shop days, technician days.
select concat_ws(' ',
  (select concat_ws('/', count(*), sum(authorized_revenue), sum(authorized_cost), sum(authorized_profit), sum(labor_hours))
    from warehouse.ro_snapshots),
  (select concat_ws('/', count(*), sum(authorized_profit), sum(ro_count),
      sum(hashtextextended(authorized_profit::text, (shop_id * 100000 + (metric_date - date '2000-01-01')))))
    from warehouse.daily_shop_metrics),
  (select concat_ws('/', count(*), sum(labor_revenue), sum(labor_cost), sum(hours_billed), sum(jobs_worked))
    from warehouse.tech_daily_metrics))
