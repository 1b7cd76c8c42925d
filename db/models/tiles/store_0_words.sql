-- How the views of a web shop are dressed: owner, grants, and a comment with its unit on every column. Words that many
-- views share are explained here once; a view explains its own words beside itself.

-- Made by its owner: a hosted platform opens what the migrator makes to its own roles.
set local role pitwall_owner;

create or replace procedure ops.store_view(relation regclass, description text, own_words text)
    language plpgsql
    set search_path = ''
as $$
declare
    words  text[] := string_to_array($w$
shop_id                         shop [id]
organization_id                 organization [id]
metric_date                     day [shop-local date]
snapshot_date                   day of the stock [shop-local date]
currency                        currency of the amounts: the shop's [ISO 4217]
total_revenue                   net sales: goods less discounts less returns of the day, without tax and shipping [cents]
revenue                         net sales, without tax and shipping [cents]
revenue_30d                     net sales of 30 days [cents]
revenue_share_pct               share of the shop's revenue [percent 0-100]
order_count                     orders placed [count]
orders                          orders [count]
customers                       customers [count]
avg_order_value                 revenue per order, from sums [cents per order]
avg_price                       revenue per unit, from sums [cents per unit]
fulfillment_rate_pct            orders complete, of those not cancelled [percent 0-100]
revenue_growth_pct              revenue against the earlier one; null without it [percent]
order_growth_pct                orders against the earlier ones; null without them [percent]
orders_pending                  of the day's orders: partial, scheduled or on hold [count]
orders_unfulfilled              of the day's orders: nothing shipped [count]
has_data                        the day has a row; without one the zeros mean unknown [flag]
is_stale                        the newest day is before today [flag]
is_partial                      still running [flag]
shopify_product_id              product [vendor id]
shopify_variant_id              variant [vendor id]
shopify_customer_id             customer [vendor id]
shopify_order_id                order [vendor id]
chatwoot_conversation_id        conversation [vendor id]
sku                             stock code [text]
sku_key                         the variant's number; without one `line:` and the stock code or title [key]
title                           title of the product [text]
product_title                   title of the product [text]
category_l1                     major category; Uncategorised without one [text]
category_l2                     group in it [text]
category_l3                     kind in it [text]
units_sold_7d                   units sold in 7 days [count]
units_sold_30d                  units sold in 30 days [count]
quantity_available              may be sold, over all places; negative when oversold [count]
quantity_incoming               on the way in [count]
days_of_cover                   how long stock lasts; 0 when none, null without sales [days]
inventory_velocity              fast, medium, slow or stagnant [code]
order_name                      number that buyers see [text]
fulfillment_status              fulfilled, partial, unfulfilled, scheduled, on_hold or cancelled [code]
display_status                  the vendor's own label [vendor code]
order_total                     the vendor's total after edits, with tax [cents]
sla_breached                    late by now [flag]
sla_threshold_days              days allowed [days]
has_issue                       somebody reported an issue [flag]
issue_type                      delayed_shipping, missing_items, damaged_goods, wrong_address, inventory_shortage [code]
issue_description               what is wrong [text]
customer_segment                segment of the customer; unknown without one [code]
primary_segment                 segment [code]
lifecycle_stage                 new, active, at_risk, churned or reactivated, by now [code]
customer_count                  customers [count]
operator_email                  who acted, else whom it was assigned to [text]
operator_name                   his name, where known [text]
window_start                    first day [shop-local date]
window_end                      last day [shop-local date]
detected                        breaches of the reply time [count]
resolved                        of these, resolved [count]
resolution_rate_pct             resolved, of all [percent 0-100]
days_active                     days with an action [days]
median_minutes_to_action        breach to first act, median, linear between values [minutes]
p90_minutes_to_action           breach to first act, nine in ten are as fast [minutes]
p95_minutes_to_action           breach to first act, 19 in 20 are as fast [minutes]
efficiency_score                0.6 x resolution rate + 0.4 x speed, where 15 minutes are 100 and 120 are 0 [points 0-100]
performance_tier                TOP_PERFORMER from 85, STRONG 70, AVERAGE 50, NEEDS_IMPROVEMENT [code]
severity                        critical, high, medium or low [code]
check_name                      check [code]
issue_count                     rows at fault, 0 when all is well [count]
$w$, E'\n');
    line   text;
    chosen text := '';
    word   text;
begin
    execute format('alter view %s owner to pitwall_owner', relation);
    execute format('grant select on %s to authenticated, pitwall_sync, pitwall_ops', relation);
    foreach line in array words || string_to_array(own_words, E'\n') loop
        word := split_part(btrim(line), ' ', 1);
        continue when word = '';
        -- A shared word is passed over where the view has no such column; a view's own words must be columns.
        if exists (
            select from pg_catalog.pg_attribute a where a.attrelid = relation and a.attname = word and a.attnum > 0
        ) or line <> all(words) then
            chosen := chosen || btrim(line) || E'\n';
        end if;
    end loop;
    call ops.describe(relation, description, chosen);
end
$$;

revoke all on procedure ops.store_view(regclass, text, text) from public;

comment on procedure ops.store_view(regclass, text, text) is
    'Owner, grants and comments of a view of a web shop; shared words are explained in it. For models';

reset role;

-- Fenced off: taken apart, `today` would be an expression over a zone, which may not be looked up in an index below
-- row-level security, and every question would read a shop's whole history.
create or replace view warehouse.v_stores with (security_invoker = true) as
select
    s.shop_id,
    s.organization_id,
    s.name,
    s.timezone,
    s.currency::text as currency,
    warehouse.clock_now() as now_at,
    warehouse.shop_day(warehouse.clock_now(), s.timezone) as today
from warehouse.shops s
where s.vendor = 'shopify'
offset 0;

call ops.store_view('warehouse.v_stores', 'Web shops with their own today: the views of a store begin here', $$
    name      display name [text]
    timezone  zone that decides the shop's day [IANA zone]
    now_at    the time that views go by [UTC]
    today     the shop's today [shop-local date]
$$);
