-- I5: a job is the sum of its lines, per category
-- Gives the jobs that are not. Parameter: $1 shop_id. Units: cents, hours.
with
  parts as (
    select job_id, sum(total) as total, sum(cost_total) as cost, count(*) as lines
    from warehouse.job_parts where shop_id = $1 group by job_id
  ),
  labor as (
    select job_id, sum(total) as total, sum(labor_cost) as cost, sum(hours) as hours, count(*) as lines
    from warehouse.job_labor where shop_id = $1 group by job_id
  ),
  fees as (
    select job_id, sum(total) as total from warehouse.job_fees where shop_id = $1 and job_id is not null group by job_id
  ),
  discounts as (
    select job_id, sum(total) as total
    from warehouse.job_discounts where shop_id = $1 and job_id is not null group by job_id
  ),
  compared as (
    select
      j.id,
      j.repair_order_id,
      array[
        j.parts_total - coalesce(p.total, 0), j.parts_cost - coalesce(p.cost, 0),
        j.labor_total - coalesce(l.total, 0), j.labor_cost - coalesce(l.cost, 0),
        j.labor_hours - coalesce(l.hours, 0), j.fees_total - coalesce(f.total, 0),
        j.discount_total - coalesce(d.total, 0),
        j.job_revenue - (j.parts_total + j.labor_total + j.fees_total - j.discount_total),
        j.job_cost - (j.parts_cost + j.labor_cost), j.job_profit - (j.job_revenue - j.job_cost)
      ]::numeric[] as gaps
    from warehouse.jobs j
    left join parts p on p.job_id = j.id
    left join labor l on l.job_id = j.id
    left join fees f on f.job_id = j.id
    left join discounts d on d.job_id = j.id
    where j.shop_id = $1 and not j.is_deleted
  )
select
  format('order %s job %s', c.repair_order_id, c.id) as key,
  (
    select string_agg(format('%s %s', g.name, trim_scale(g.gap)), ', ')
    from unnest(
      array['parts', 'parts cost', 'labor', 'labor cost', 'hours', 'fees', 'discounts', 'revenue', 'cost', 'profit'],
      c.gaps
    ) as g (name, gap)
    where g.gap <> 0
  ) as fault
from compared c
where exists (select 1 from unnest(c.gaps) as g (gap) where g.gap <> 0)
