-- One text per table: what a loader could get wrong without the sums of the vendor's own figures noticing.
select
  (select concat_ws(' ', count(*), sum(amount_paid), count(posted_date), min(posted_date), max(posted_date),
      sum(hashtextextended(encode(payload_hash, 'hex') || encode(input_hash, 'hex') || status, 0)))
    from warehouse.repair_orders),
  (select concat_ws(' ', sum(job_cost), sum(labor_hours), count(sold_date), max(sold_date),
      sum(hashtextextended(authorization_state || name, id)))
    from warehouse.jobs),
  (select concat_ws(' ', sum(cost_total), sum(quantity), count(*) filter (where missing_cost),
      sum(hashtextextended(line_key || name, job_id)))
    from warehouse.job_parts),
  (select concat_ws(' ', sum(labor_cost), sum(hours), sum(hashtextextended(line_key || rate_source, job_id)))
    from warehouse.job_labor),
  (select concat_ws(' ', sum(cost), sum(hashtextextended(line_key, repair_order_id))) from warehouse.job_sublets),
  (select concat_ws(' ', sum(job_key), sum(hashtextextended(line_key || name, total))) from warehouse.job_fees),
  (select concat_ws(' ', sum(job_key), sum(hashtextextended(line_key || name, total))) from warehouse.job_discounts),
  (select concat_ws(' ', count(*), sum(hashtextextended(encode(payload_hash, 'hex'), id))) from warehouse.customers),
  (select concat_ws(' ', count(*), sum(hashtextextended(encode(payload_hash, 'hex'), id))) from warehouse.vehicles),
  (select concat_ws(' ', count(*), sum(hashtextextended(encode(payload_hash, 'hex'), id))) from warehouse.employees),
  (select concat_ws(' ', count(*), sum(hashtextextended(body::text, entity_id))) from raw.payloads)
