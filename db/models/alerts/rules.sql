-- What is worth knowing now: the last eight days, the running month, the vehicles in work, the sync, the issues.
-- grain: (shop, rule, day) · sources: v_alert_rules, v_shop_header, daily_shop_metrics, goals, repair_orders,
-- data_quality_issues · run: after every drain and every minute, over a window that does not grow with the history
-- parameters: $1 shop_id, $2 now · decisions: F19, D.14 · gives one row for each alert raised or changed
with
  shop as (
    select v.shop_id, v.timezone, v.as_of, d.today, d.today - (extract(isodow from d.today)::int - 1) as monday
    from warehouse.v_shop_header v
    cross join lateral (select warehouse.shop_day($2, v.timezone) as today) d
    where v.shop_id = $1
  ),
  rules as (
    select r.rule, r.threshold, r.critical from warehouse.v_alert_rules r where r.shop_id = $1 and r.is_enabled
  ),
  -- Enough for a line through 14 days with data, for two whole weeks and for the running month.
  days as (
    select m.metric_date, m.authorized_revenue as revenue, m.authorized_profit as profit,
      round(m.authorized_gp_percent, 2) as gp_percent
    from shop s
    -- Fenced off, so that the days are an index condition whatever the plan was made on (B28); so are those below.
    cross join lateral (
      select m.* from warehouse.daily_shop_metrics m
      where m.shop_id = $1 and m.metric_date between s.today - 45 and s.today and m.authorized_revenue > 0
      offset 0
    ) m
  ),
  line as (
    select regr_slope(l.gp_percent::float8, l.n::float8)::numeric as slope, count(*) as days
    from (
      select d.gp_percent, row_number() over (order by d.metric_date) as n
      from (select * from days d order by d.metric_date desc limit 14) d
    ) l
  ),
  weeks as (
    select
      round(100.0 * sum(d.profit) filter (where d.metric_date >= s.monday - 7)
        / sum(d.revenue) filter (where d.metric_date >= s.monday - 7), 2) as last,
      round(100.0 * sum(d.profit) filter (where d.metric_date < s.monday - 7)
        / sum(d.revenue) filter (where d.metric_date < s.monday - 7), 2) as before
    from shop s
    join days d on d.metric_date between s.monday - 14 and s.monday - 1
    group by s.shop_id
  ),
  month as (
    select g.period_start, g.target, round(100.0 * sum(d.profit) / sum(d.revenue), 2) as gp_percent
    from shop s
    join warehouse.goals g
      on g.shop_id = $1 and g.scope = 'shop' and g.subject_key = 0 and g.metric = 'gp_percent' and g.period = 'month'
      and g.period_start = date_trunc('month', s.today::timestamp)::date
    join days d on d.metric_date >= g.period_start
    group by g.period_start, g.target
  ),
  late as (
    select count(*) as orders, (array_agg(o.id order by o.promised_date))[:20] as ids
    from (values ('ESTIMATE'), ('WORKINPROGRESS')) as w (status)
    cross join lateral (
      select o.id, o.promised_date from warehouse.repair_orders o
      where o.shop_id = $1 and o.status = w.status and o.status in ('ESTIMATE', 'WORKINPROGRESS')
        and not o.is_deleted and o.authorized_job_count > 0 and o.promised_date < $2
      offset 0
    ) o
  ),
  uncosted as (
    select o.posted_date, sum(o.missing_cost_count) as lines, (array_agg(o.id order by o.id))[:20] as ids
    from shop s
    cross join lateral (
      select o.id, o.posted_date, o.missing_cost_count from warehouse.repair_orders o
      where o.shop_id = $1 and o.posted_date between s.today - 7 and s.today and not o.is_deleted
        and o.status in ('POSTED', 'ACCRECV') and o.missing_cost_count > 0
      offset 0
    ) o
    group by o.posted_date
  ),
  issues as (
    select count(*) as issues
    from warehouse.data_quality_issues i
    where i.shop_id = $1 and i.first_seen_at > $2 - interval '24 hours' and i.severity <> 'info'
      and i.resolved_at is null
      -- What a first load finds has been there all along.
      and exists (
        select 1 from warehouse.sync_log l where l.shop_id = $1 and l.started_at <= $2 - interval '24 hours'
      )
  ),
  measured (rule, metric_date, metric, value, is_low, message, details) as (
    select 'gp_low', d.metric_date, 'gp_percent', d.gp_percent, true,
      format('GP %% of %s is %s', d.metric_date, d.gp_percent),
      jsonb_build_object('net_sales_cents', d.revenue, 'gross_profit_cents', d.profit)
    from shop s join days d on d.metric_date >= s.today - 7
    union all
    select 'gp_falling', s.monday, 'gp_percent', round(-l.slope, 4), false,
      format('GP %% falls by %s points a day', round(-l.slope, 2)), jsonb_build_object('days', l.days)
    from shop s cross join line l where l.days >= 7 and l.slope < 0
    union all
    select case when w.last < w.before then 'gp_week_drop' else 'gp_week_rise' end, s.monday - 7, 'gp_percent',
      abs(w.last - w.before), false,
      format('GP %% of the week of %s is %s after %s the week before', s.monday - 7, w.last, w.before),
      jsonb_build_object('gp_percent', w.last, 'gp_percent_before', w.before)
    from shop s cross join weeks w where w.last <> w.before
    union all
    select 'gp_under_goal', m.period_start, 'gp_percent', m.target - m.gp_percent, false,
      format('GP %% of the month so far is %s, the goal is %s', m.gp_percent, trim_scale(m.target)),
      jsonb_build_object('gp_percent', m.gp_percent, 'goal', m.target)
    from month m where m.gp_percent < m.target
    union all
    select 'zero_cost_parts', u.posted_date, null, u.lines, false,
      format('%s part lines of orders posted on %s have no cost', u.lines, u.posted_date),
      jsonb_build_object('repair_orders', u.ids)
    from uncosted u
    union all
    select 'promised_late', s.today, null, l.orders, false,
      format('%s vehicles in work are past their promised time', l.orders),
      jsonb_build_object('repair_orders', l.ids)
    from shop s cross join late l
    union all
    -- Whole hours: an alert that says the same is not written again.
    select 'sync_stale', s.today, null, floor(extract(epoch from $2 - s.as_of) / 3600), false,
      format('orders were last read to their end at %s', to_char(s.as_of at time zone s.timezone, 'YYYY-MM-DD HH24:MI')),
      null::jsonb
    from shop s where s.as_of < $2
    union all
    select 'issue_burst', s.today, null, i.issues, false,
      format('%s data-quality issues appeared within 24 hours', i.issues), null::jsonb
    from shop s cross join issues i
  ),
  found as (
    select m.rule, m.metric_date, m.metric, m.value, m.message, m.details, c.severity,
      case c.severity when 'critical' then r.critical else r.threshold end as threshold
    from measured m
    join rules r on r.rule = m.rule
    cross join lateral (
      select case
        when m.is_low and m.value < r.critical or not m.is_low and m.value >= r.critical then 'critical'
        when m.rule = 'gp_week_rise' and m.value > r.threshold then 'info'
        when m.is_low and m.value < r.threshold
          or not m.is_low and (case when m.metric is null then m.value >= r.threshold else m.value > r.threshold end)
          then 'warning'
      end as severity
    ) c
    where c.severity is not null
  ),
  gone as (
    select a.alert_id
    from shop s
    cross join (values ('gp_low'), ('gp_falling'), ('gp_week_drop'), ('gp_week_rise'), ('gp_under_goal'),
      ('zero_cost_parts'), ('promised_late'), ('sync_stale'), ('issue_burst')) as r (rule)
    cross join lateral (
      select k.alert_id, k.rule, k.metric_date from warehouse.alerts k
      where k.shop_id = $1 and k.rule = r.rule and k.resolved_at is null
      offset 0
    ) a
    where (a.metric_date >= s.today - 7
        or a.rule in ('promised_late', 'sync_stale', 'issue_burst', 'gp_under_goal')
        or a.rule in ('gp_falling', 'gp_week_drop', 'gp_week_rise') and a.metric_date >= s.monday - 7)
      -- Not "not exists": a set that is not correlated is hashed.
      and (a.rule, a.metric_date) not in (select f.rule, f.metric_date from found f)
  ),
  resolved as (
    update warehouse.alerts a
    set resolved_at = $2
    where a.shop_id = $1 and a.alert_id = any(array(select g.alert_id from gone g))
    returning 1
  )
insert into warehouse.alerts as a
  (shop_id, rule, metric_date, severity, metric, value, threshold, message, details, fired_at)
select $1, f.rule, f.metric_date, f.severity, f.metric, f.value, f.threshold, f.message, f.details, $2
from found f
left join lateral (
  select k.* from warehouse.alerts k
  where k.shop_id = $1 and k.rule = f.rule and k.metric_date = f.metric_date and coalesce(k.subject_id, 0) = 0
  offset 0
) known on true
where known.shop_id is null or known.resolved_at is not null
  or (known.severity, known.value, known.threshold, known.details)
    is distinct from (f.severity, f.value::numeric(20, 4), f.threshold::numeric(20, 4), f.details)
on conflict (shop_id, rule, metric_date, coalesce(subject_id, 0)) do update set
  severity = excluded.severity,
  value = excluded.value,
  threshold = excluded.threshold,
  message = excluded.message,
  details = excluded.details,
  resolved_at = null
returning a.alert_id
