-- Snapshots: one order's profit at the moment it was posted or completed, revised when its inputs change.
-- grain: (shop, order, day, trigger) · source: repair_orders after order_sums.sql · units: cents, hours
-- run: for the orders in ops.dirty_orders, in the transaction that drains them; marks the days it touched
-- parameters: $1 shop_id, $2 order ids, $3 now (an argument: a volatile call is refused on a distributed table)
-- decisions: D.8 variance, D.9 triggers and superseding, D.13 warranty class; contract 17, 18
with
  figures as (
    select
      o.*,
      o.vendor_total_sales - coalesce(o.vendor_taxes, 0) as vendor_net,
      coalesce(o.vendor_labor_sales, 0) + coalesce(o.vendor_parts_sales, 0) + coalesce(o.vendor_sublet_sales, 0)
        + coalesce(o.vendor_fee_total, 0) - coalesce(o.vendor_discount_total, 0) as vendor_parts_of_net
    from unnest($2::bigint[]) as k (id)
    join warehouse.repair_orders o on o.shop_id = $1 and o.id = k.id
  ),
  -- An order's one or two moments. Everything about a moment stands on its row: sets of the same orders are not
  -- joined to each other, so that the cost is that of the orders given and one plan serves any number.
  due as (
    select f.*, t.snapshot_trigger, t.snapshot_date
    from figures f
    cross join lateral (values
      ('posted', f.posted_date, f.status in ('POSTED', 'ACCRECV')),
      ('completed', f.completed_date, f.status not in ('DELETED', 'SAVEDFORLATER'))
    ) as t (snapshot_trigger, snapshot_date, applies)
    where t.applies and t.snapshot_date is not null and not f.is_deleted
  ),
  todo as (
    select
      d.*,
      h.revision as held_revision,
      p.gp_percent as vendor_gp_percent,
      h.repair_order_id is null
        or h.input_hash is distinct from d.input_hash
        or h.calc_version is distinct from d.calc_version
        or h.superseded_at is not null as revises
    from due d
    -- What the vendor itself reports is no input: it is written beside the figures without a revision.
    cross join lateral (
      select case when d.snapshot_trigger = 'posted' and d.vendor_profit is not null and d.vendor_profit_retail > 0
        then round(d.vendor_profit * 100.0 / d.vendor_profit_retail, 4) end as gp_percent
    ) p
    -- The plan is made once, perhaps while the tables are nearly empty and any index does: a look-up fenced off by its
    -- offset always takes the whole key.
    left join lateral (
      select h.*
      from warehouse.ro_snapshots h
      where h.shop_id = $1 and h.repair_order_id = d.id
        and h.snapshot_date = d.snapshot_date and h.snapshot_trigger = d.snapshot_trigger
      offset 0
    ) h on true
    where h.repair_order_id is null
      or h.input_hash is distinct from d.input_hash
      or h.calc_version is distinct from d.calc_version
      or h.superseded_at is not null
      or p.gp_percent is distinct from h.tm_reported_gp_percent
  ),
  kept_revisions as (
    insert into warehouse.ro_snapshot_revisions
      (shop_id, repair_order_id, snapshot_date, snapshot_trigger, revision, payload, input_hash, reason, created_at)
    select
      h.shop_id, h.repair_order_id, h.snapshot_date, h.snapshot_trigger, h.revision, to_jsonb(h), h.input_hash,
      case when h.calc_version is distinct from t.calc_version then 'calc_version'
        else coalesce(q.reason, 'vendor_edit') end,
      $3
    from todo t
    cross join lateral (
      select h.*
      from warehouse.ro_snapshots h
      where h.shop_id = $1 and h.repair_order_id = t.id
        and h.snapshot_date = t.snapshot_date and h.snapshot_trigger = t.snapshot_trigger
      offset 0
    ) h
    left join lateral (
      select q.reason from ops.dirty_orders q where q.shop_id = $1 and q.repair_order_id = t.id
      offset 0
    ) q on true
    where t.revises
    on conflict (shop_id, repair_order_id, snapshot_date, snapshot_trigger, revision) do nothing
  ),
  -- What the order no longer says.
  stale as materialized (
    select
      f.id, h.snapshot_date, m.snapshot_trigger, h.ro_number, h.ro_status,
      case
        when f.is_deleted or f.status = 'DELETED' then 'deleted'
        when m.due_date is not null then case m.snapshot_trigger when 'posted' then 'reposted' else 'recompleted' end
        when m.snapshot_trigger = 'posted' then 'unposted'
        else 'uncompleted'
      end as reason
    from figures f
    cross join lateral (values
      ('posted', case when f.status in ('POSTED', 'ACCRECV') and not f.is_deleted then f.posted_date end),
      ('completed',
        case when f.status not in ('DELETED', 'SAVEDFORLATER') and not f.is_deleted then f.completed_date end)
    ) as m (snapshot_trigger, due_date)
    cross join lateral (
      select h.snapshot_date, h.ro_number, h.ro_status, h.superseded_at
      from warehouse.ro_snapshots h
      where h.shop_id = $1 and h.repair_order_id = f.id and h.snapshot_trigger = m.snapshot_trigger
      offset 0
    ) h
    where h.superseded_at is null and h.snapshot_date is distinct from m.due_date
  ),
  -- Every one of these rows is there. An update would find them by a plan that may have been made while there were
  -- none, and then walks all snapshots of the shop; a conflict is always found by its key.
  gone as (
    insert into warehouse.ro_snapshots
      (shop_id, repair_order_id, snapshot_date, snapshot_trigger, ro_number, ro_status, superseded_at,
        superseded_reason, updated_at)
    select $1, g.id, g.snapshot_date, g.snapshot_trigger, g.ro_number, g.ro_status, $3, g.reason, $3
    from stale g
    on conflict (shop_id, repair_order_id, snapshot_date, snapshot_trigger) do update set
      superseded_at = excluded.superseded_at,
      superseded_reason = excluded.superseded_reason,
      updated_at = excluded.updated_at
    returning snapshot_date
  ),
  written as (
    insert into warehouse.ro_snapshots (
      shop_id, repair_order_id, snapshot_date, snapshot_trigger, ro_status, ro_number,
      vehicle_description, advisor_name, service_advisor_id,
      authorized_revenue, authorized_cost, authorized_profit, authorized_job_count,
      parts_revenue, parts_cost, labor_revenue, labor_cost, labor_hours, sublet_revenue, sublet_cost,
      fees_total, tax_total, gross_sales, discount_total, invoice_total,
      potential_revenue, potential_job_count, pending_revenue, declined_revenue, declined_job_count,
      labor_line_count, labor_lines_assigned, labor_lines_shop_avg, labor_lines_default, missing_cost_count,
      pending_job_count, warranty_class,
      vendor_net_sales, revenue_variance, variance_bridge, variance_codes,
      tm_reported_gp_percent, variance_percent, variance_reason,
      calculation_method, calc_version, input_hash, revision, superseded_at, superseded_reason, created_at, updated_at
    )
    select
      t.shop_id, t.id, t.snapshot_date, t.snapshot_trigger, t.status, t.ro_number,
      nullif(concat_ws(' ', v.year, v.make, v.model), ''), nullif(concat_ws(' ', e.first_name, e.last_name), ''),
      t.service_advisor_id,
      t.net_sales, t.authorized_cost, t.authorized_profit, t.authorized_job_count,
      t.authorized_parts_total, t.authorized_parts_cost, t.authorized_labor_total, t.authorized_labor_cost,
      t.authorized_labor_hours, t.authorized_sublet_total, t.authorized_sublet_cost,
      t.authorized_fees_total, coalesce(t.vendor_taxes, 0), t.gross_sales, t.authorized_discount, t.invoice_total,
      t.potential_total, t.potential_job_count, t.pending_total, t.declined_total, t.declined_job_count,
      t.labor_lines_assigned + t.labor_lines_shop_avg + t.labor_lines_default,
      t.labor_lines_assigned, t.labor_lines_shop_avg, t.labor_lines_default, t.missing_cost_count,
      t.pending_job_count,
      case
        when t.net_sales <= 0 and t.authorized_job_count > 0 then 'no_charge'
        when t.net_sales > 0 and t.authorized_profit * 100.0 <= s.low_margin_percent * t.net_sales then 'low_margin'
        when s.warranty_labels <> '{}' and (
          lower(t.custom_label) = any (select lower(l) from unnest(s.warranty_labels) l)
          or exists (
            select 1 from warehouse.jobs j
            where j.shop_id = $1 and j.repair_order_id = t.id and not j.is_deleted
              and j.authorization_state = 'AUTHORIZED'
              and lower(j.job_category_name) = any (select lower(l) from unnest(s.warranty_labels) l)
          )
        ) then 'label'
        else 'normal'
      end,
      t.vendor_net, n.variance,
      jsonb_strip_nulls(jsonb_build_object(
        'vendor_sum_mismatch', nullif(n.mismatch, 0),
        'declined_included', nullif(n.declined, 0),
        'sublet_unattributed', nullif(n.sublets, 0),
        'rounding', nullif(n.rounding, 0)
      )),
      array_remove(array[
        case when n.mismatch <> 0 then 'vendor_sum_mismatch' end,
        case when n.declined <> 0 then 'declined_included' end,
        case when n.sublets <> 0 then 'sublet_unattributed' end,
        case when n.rounding <> 0 then 'rounding' end,
        case when t.authorized_profit < 0 and t.net_sales <= 0 then 'negative_profit_possible_warranty' end,
        case when t.authorized_profit < 0 and t.net_sales > 0 then 'negative_profit' end
      ], null),
      p.gp_percent,
      case when t.net_sales > 0 then round(t.authorized_profit * 100.0 / t.net_sales, 2) - round(p.gp_percent, 2) end,
      case when t.net_sales > 0
          and abs(round(t.authorized_profit * 100.0 / t.net_sales, 2) - round(p.gp_percent, 2)) > 0.5 then
        concat_ws(', ',
          case when p.fees <> 0 then 'fees_included ' || to_char(p.fees, 'FMSG999999999990') end,
          case when p.discounts <> 0 then 'discount_treatment ' || to_char(p.discounts, 'FMSG999999999990') end,
          case when p.labor_cost <> 0 then p.labor_reason || ' ' || to_char(p.labor_cost, 'FMSG999999999990') end,
          case when p.other_cost <> 0 then p.other_reason || ' ' || to_char(p.other_cost, 'FMSG999999999990') end,
          case when p.rest <> 0 then 'other ' || to_char(p.rest, 'FMSG999999999990') end)
      end,
      'TRUE_GP', t.calc_version, t.input_hash, coalesce(t.held_revision, 0) + t.revises::int, null, null, $3, $3
    from todo t
    join warehouse.shops s on s.shop_id = t.shop_id
    -- The difference to the vendor's own figure, in three parts that add up to it exactly.
    left join lateral (
      select
        t.net_sales - t.vendor_net as variance,
        t.authorized_sublet_total - coalesce(t.vendor_sublet_sales, 0) as sublets,
        t.vendor_parts_of_net - t.vendor_net as own_sum,
        t.net_sales - t.authorized_sublet_total
          - (t.vendor_parts_of_net - coalesce(t.vendor_sublet_sales, 0)) as lines
    ) b on t.snapshot_trigger = 'posted' and t.vendor_net is not null
    -- Only a difference in the lines asks for the declined jobs: hardly any order has one.
    left join lateral (
      select case
        when b.lines = 0 then null
        when b.lines = -(
          select sum(j.job_revenue) from warehouse.jobs j
          where j.shop_id = $1 and j.repair_order_id = t.id and not j.is_deleted
            and j.authorization_state = 'DECLINED'
        ) then 'declined_included'
        when abs(b.lines) <= t.part_line_count then 'rounding'
        else 'vendor_sum_mismatch'
      end as cause
    ) g on b.lines is not null
    left join lateral (
      select
        b.variance,
        b.sublets,
        case when g.cause = 'declined_included' then b.lines else 0 end as declined,
        case when g.cause = 'rounding' then b.lines else 0 end as rounding,
        b.own_sum + case when g.cause = 'vendor_sum_mismatch' then b.lines else 0 end as mismatch
    ) n on b.lines is not null
    -- Profit against the vendor's own profit, where a comparison source gave one: a bridge of reasons and cents.
    left join lateral (
      select
        t.vendor_gp_percent as gp_percent,
        t.authorized_fees_total as fees,
        -t.authorized_discount as discounts,
        -- Where the vendor does not tell labour apart, the gap in cost is taken for labour's: parts have one cost.
        coalesce(t.vendor_profit_labor_cost - t.authorized_labor_cost, t.vendor_profit_cost - t.authorized_cost)
          as labor_cost,
        coalesce(
          t.vendor_profit_cost - t.vendor_profit_labor_cost - (t.authorized_cost - t.authorized_labor_cost), 0
        ) as other_cost,
        t.authorized_profit - t.vendor_profit - t.authorized_fees_total + t.authorized_discount
          - (t.vendor_profit_cost - t.authorized_cost) as rest,
        case
          when t.labor_lines_shop_avg > 0 then 'labor_rate_shop_avg'
          when t.labor_lines_default > 0 then 'labor_rate_default'
          else 'labor_rate_differs'
        end as labor_reason,
        case
          when t.missing_cost_count > 0 then 'missing_cost'
          when t.authorized_sublet_cost <> 0 then 'sublet_cost'
          else 'post_edit'
        end as other_reason
    ) p on t.snapshot_trigger = 'posted' and t.vendor_profit is not null
    left join lateral (
      select v.year, v.make, v.model
      from warehouse.vehicles v where v.shop_id = $1 and v.id = t.vehicle_id
      offset 0
    ) v on true
    left join lateral (
      select e.first_name, e.last_name
      from warehouse.employee_records e where e.shop_id = $1 and e.id = t.service_advisor_id
      offset 0
    ) e on true
    on conflict (shop_id, repair_order_id, snapshot_date, snapshot_trigger) do update set
      ro_status = excluded.ro_status,
      ro_number = excluded.ro_number,
      vehicle_description = excluded.vehicle_description,
      advisor_name = excluded.advisor_name,
      service_advisor_id = excluded.service_advisor_id,
      authorized_revenue = excluded.authorized_revenue,
      authorized_cost = excluded.authorized_cost,
      authorized_profit = excluded.authorized_profit,
      authorized_job_count = excluded.authorized_job_count,
      parts_revenue = excluded.parts_revenue,
      parts_cost = excluded.parts_cost,
      labor_revenue = excluded.labor_revenue,
      labor_cost = excluded.labor_cost,
      labor_hours = excluded.labor_hours,
      sublet_revenue = excluded.sublet_revenue,
      sublet_cost = excluded.sublet_cost,
      fees_total = excluded.fees_total,
      tax_total = excluded.tax_total,
      gross_sales = excluded.gross_sales,
      discount_total = excluded.discount_total,
      invoice_total = excluded.invoice_total,
      potential_revenue = excluded.potential_revenue,
      potential_job_count = excluded.potential_job_count,
      pending_revenue = excluded.pending_revenue,
      declined_revenue = excluded.declined_revenue,
      declined_job_count = excluded.declined_job_count,
      labor_lines_assigned = excluded.labor_lines_assigned,
      labor_lines_shop_avg = excluded.labor_lines_shop_avg,
      labor_lines_default = excluded.labor_lines_default,
      missing_cost_count = excluded.missing_cost_count,
      labor_line_count = excluded.labor_line_count,
      pending_job_count = excluded.pending_job_count,
      warranty_class = excluded.warranty_class,
      vendor_net_sales = excluded.vendor_net_sales,
      revenue_variance = excluded.revenue_variance,
      variance_bridge = excluded.variance_bridge,
      variance_codes = excluded.variance_codes,
      tm_reported_gp_percent = excluded.tm_reported_gp_percent,
      variance_percent = excluded.variance_percent,
      variance_reason = excluded.variance_reason,
      calc_version = excluded.calc_version,
      input_hash = excluded.input_hash,
      revision = excluded.revision,
      superseded_at = null,
      superseded_reason = null,
      updated_at = excluded.updated_at
    returning snapshot_date, revision
  ),
  marked as (
    insert into ops.dirty_days (shop_id, metric_date, marked_at)
    select $1, d.snapshot_date, $3
    from (select snapshot_date from gone union select snapshot_date from written) d
    on conflict (shop_id, metric_date) do nothing
  )
select
  (select count(*) from todo where held_revision is null) as created,
  (select count(*) from todo where held_revision is not null and revises) as revised,
  (select count(*) from gone) as superseded
