-- The store's own tables: what an order added to which day, sums per day and per stock code, stock per day, orders and
-- conversations with their clocks, customers' segments, activation. What only the passing of time changes (breached, days
-- of cover's alarm, life-cycle stage) is not stored: the views work it out, so that it cannot go stale.

create function warehouse.days_of_cover(available integer, units_30d integer) returns integer
    language sql immutable parallel safe
as $$
    select case
        when available <= 0 then 0
        when units_30d <= 0 then null
        else least(available::bigint * 30 / units_30d, 2000000000)::integer
    end
$$;

comment on function warehouse.days_of_cover(integer, integer) is
    'Whole days that stock lasts at the sales of the last 30 days; null without sales [days]';

revoke all on function warehouse.days_of_cover(integer, integer) from public;

create function warehouse.stock_velocity(units_30d integer) returns text
    language sql immutable parallel safe
as $$
    select case
        when units_30d <= 0 then 'stagnant'
        when units_30d >= 30 then 'fast'
        when units_30d * 4 >= 30 then 'medium'
        else 'slow'
    end
$$;

comment on function warehouse.stock_velocity(integer) is
    'fast from 1 unit a day, medium from a quarter, slow below, stagnant without a sale in 30 days [code]';

revoke all on function warehouse.stock_velocity(integer) from public;

grant execute on function warehouse.days_of_cover(integer, integer), warehouse.stock_velocity(integer)
    to authenticated, pitwall_sync, pitwall_ops, pitwall_bi;

grant execute on function warehouse.percent(bigint, bigint), warehouse.per(bigint, numeric) to pitwall_bi;

create table warehouse.store_order_days (
    shop_id         bigint not null,
    metric_date     date not null,
    order_id        bigint not null,
    customer_id     bigint,
    gross_sales     bigint not null default 0,
    discounts       bigint not null default 0,
    returns         bigint not null default 0,
    shipping        bigint not null default 0,
    taxes           bigint not null default 0,
    duties          bigint not null default 0,
    fees            bigint not null default 0,
    tips            bigint not null default 0,
    gift_cards_sold bigint not null default 0,
    ledger_total    bigint not null default 0,
    units_sold      integer not null default 0,
    units_returned  integer not null default 0,
    is_placed       boolean not null default false,
    is_cancelled    boolean not null default false,
    primary key (shop_id, metric_date, order_id),
    constraint store_order_days_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

-- Not by the shop first: an index that a day could be looked for in would be taken while the table is empty.
create index store_order_days_order_idx on warehouse.store_order_days (order_id, shop_id);

create table warehouse.sales_metrics_daily (
    shop_id                bigint not null,
    metric_date            date not null,
    total_revenue          bigint not null default 0,
    gross_sales            bigint not null default 0,
    discounts              bigint not null default 0,
    returns                bigint not null default 0,
    shipping               bigint not null default 0,
    taxes                  bigint not null default 0,
    duties                 bigint not null default 0,
    fees                   bigint not null default 0,
    tips                   bigint not null default 0,
    gift_cards_sold        bigint not null default 0,
    kept_sales             bigint not null default 0,
    total_sales            bigint generated always as
        (total_revenue + shipping + taxes + duties + fees + tips) stored,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    order_count            integer not null default 0,
    orders_cancelled       integer not null default 0,
    orders_fulfilled       integer not null default 0,
    orders_pending         integer not null default 0,
    orders_unfulfilled     integer not null default 0,
    orders_of_day_cancelled integer not null default 0,
    unique_skus_sold       integer not null default 0,
    total_units_sold       integer not null default 0,
    units_returned         integer not null default 0,
    orders_new_customer    integer not null default 0,
    orders_returning       integer not null default 0,
    orders_guest           integer not null default 0,
    avg_order_value        bigint generated always as (warehouse.per(total_revenue, order_count)) stored,
    aov_before_returns     bigint generated always as (warehouse.per(gross_sales - discounts, order_count)) stored,
    aov_kept               bigint generated always as
        (warehouse.per(kept_sales, order_count - orders_of_day_cancelled)) stored,
    fulfillment_rate       numeric(9, 4) generated always as
        (warehouse.percent(orders_fulfilled, order_count - orders_of_day_cancelled)) stored,
    revenue_growth_pct     numeric(20, 2),
    order_growth_pct       numeric(20, 2),
    currency               char(3) not null default 'USD',
    primary key (shop_id, metric_date),
    constraint sales_metrics_daily_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table warehouse.sku_performance (
    shop_id            bigint not null,
    metric_date        date not null,
    shopify_product_id bigint,
    shopify_variant_id bigint,
    revenue            bigint not null default 0,
    gross_sales        bigint not null default 0,
    discounts          bigint not null default 0,
    returns            bigint not null default 0,
    avg_price          bigint generated always as (warehouse.per(gross_sales - discounts, units_sold)) stored,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    units_sold         integer not null default 0,
    units_returned     integer not null default 0,
    order_count        integer not null default 0,
    revenue_rank       integer,
    velocity_rank      integer,
    sku_key            text collate "C" not null,
    sku                text not null default '',
    product_title      text not null default 'UNKNOWN',
    primary key (shop_id, metric_date, sku_key),
    constraint sku_performance_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table warehouse.inventory_snapshots (
    shop_id             bigint not null,
    snapshot_date       date not null,
    shopify_variant_id  bigint not null,
    shopify_product_id  bigint,
    unit_cost           bigint,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    quantity_available  integer not null default 0,
    quantity_committed  integer not null default 0,
    quantity_on_hand    integer not null default 0,
    quantity_reserved   integer not null default 0,
    quantity_incoming   integer not null default 0,
    units_sold_7d       integer not null default 0,
    units_sold_30d      integer not null default 0,
    lead_time_days      integer not null default 14,
    reorder_point       integer not null default 0,
    optimal_stock_level integer not null default 0,
    avg_daily_sales     numeric(12, 4) generated always as (units_sold_30d / 30.0) stored,
    days_of_cover       integer generated always as
        (warehouse.days_of_cover(quantity_available, units_sold_30d)) stored,
    inventory_velocity  text generated always as (warehouse.stock_velocity(units_sold_30d)) stored,
    sku                 text not null default '',
    product_title       text not null default 'UNKNOWN',
    primary key (shop_id, snapshot_date, shopify_variant_id),
    constraint inventory_snapshots_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table warehouse.fulfillment_tracking (
    shop_id                  bigint not null,
    shopify_order_id         bigint not null,
    shopify_customer_id      bigint,
    order_total              bigint not null default 0,
    order_created_at         timestamptz not null,
    fulfillment_started_at   timestamptz,
    fulfillment_completed_at timestamptz,
    issue_resolved_at        timestamptz,
    delivered_at             timestamptz,
    created_at               timestamptz not null default now(),
    updated_at               timestamptz not null default now(),
    target_ship_date         date,
    actual_ship_date         date,
    days_to_fulfill          integer,
    sla_threshold_days       integer not null default 2,
    units_ordered            integer not null default 0,
    units_shipped            integer not null default 0,
    has_issue                boolean not null default false,
    order_name               text not null,
    fulfillment_status       text not null default 'unfulfilled',
    display_status           text not null default 'UNFULFILLED',
    issue_type               text,
    issue_description        text,
    carrier                  text,
    tracking_number          text,
    currency                 char(3) not null default 'USD',
    primary key (shop_id, shopify_order_id),
    constraint fulfillment_tracking_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint fulfillment_tracking_status_known check
        (fulfillment_status in ('fulfilled', 'partial', 'unfulfilled', 'scheduled', 'on_hold', 'cancelled'))
);

create index fulfillment_tracking_created_idx on warehouse.fulfillment_tracking (shop_id, order_created_at);

create index fulfillment_tracking_open_idx on warehouse.fulfillment_tracking (shop_id, order_created_at)
    where fulfillment_status in ('partial', 'unfulfilled', 'scheduled', 'on_hold');

create table warehouse.cx_conversations (
    shop_id                  bigint not null,
    chatwoot_conversation_id bigint not null,
    account_id               bigint not null default 0,
    inbox_id                 bigint not null default 0,
    contact_id               bigint,
    shopify_customer_id      bigint,
    shopify_order_id         bigint,
    created_at               timestamptz not null,
    response_clock_from      timestamptz,
    first_response_at        timestamptz,
    resolved_at              timestamptz,
    escalated_at             timestamptz,
    last_message_at          timestamptz,
    updated_at               timestamptz not null default now(),
    open_minutes             numeric(14, 2),
    time_to_first_response_minutes numeric(14, 2) generated always as
        (round(extract(epoch from first_response_at - coalesce(response_clock_from, created_at)) / 60, 2)) stored,
    time_to_resolution_minutes numeric(14, 2) generated always as
        (round(extract(epoch from resolved_at - created_at) / 60, 2)) stored,
    sentiment_score          numeric(3, 2),
    sla_target_minutes       integer not null default 120,
    message_count            integer not null default 0,
    reopen_count             integer not null default 0,
    csat_rating              integer,
    is_survey_sent           boolean not null default false,
    is_escalation            boolean not null default false,
    status                   text not null default 'open',
    escalation_reason        text,
    sentiment                text,
    priority                 text,
    category                 text,
    operator_email           text,
    tags                     text[] not null default '{}',
    primary key (shop_id, chatwoot_conversation_id),
    constraint cx_conversations_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint cx_conversations_status_known check (status in ('open', 'pending', 'snoozed', 'resolved', 'closed')),
    constraint cx_conversations_priority_known check (priority in ('low', 'medium', 'high', 'urgent')),
    constraint cx_conversations_sentiment_known check
        (sentiment in ('positive', 'neutral', 'negative', 'very_negative'))
);

create index cx_conversations_created_idx on warehouse.cx_conversations (shop_id, created_at);

create index cx_conversations_open_idx on warehouse.cx_conversations (shop_id, created_at)
    where status in ('open', 'pending', 'snoozed');

create index cx_conversations_customer_idx on warehouse.cx_conversations (shopify_customer_id, shop_id);

create table warehouse.operator_sla_resolution (
    shop_id                  bigint not null,
    chatwoot_conversation_id bigint not null,
    sla_breach_detected_at   timestamptz not null,
    operator_action_at       timestamptz,
    resolved_at              timestamptz,
    created_at               timestamptz not null default now(),
    minutes_to_action        numeric(14, 2) generated always as
        (round(extract(epoch from operator_action_at - sla_breach_detected_at) / 60, 2)) stored,
    minutes_to_resolution    numeric(14, 2) generated always as
        (round(extract(epoch from resolved_at - sla_breach_detected_at) / 60, 2)) stored,
    metric_date              date not null,
    operator_email           text,
    operator_name            text,
    conversation_status      text,
    action_type              text,
    primary key (shop_id, chatwoot_conversation_id, sla_breach_detected_at),
    constraint operator_sla_resolution_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index operator_sla_resolution_day_idx on warehouse.operator_sla_resolution (shop_id, metric_date);

create table warehouse.shop_activation_metrics (
    shop_id                bigint not null,
    metric_date            date not null,
    revenue_in_window      bigint not null default 0,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    activation_date        date,
    last_order_date        date,
    last_login_date        date,
    orders_in_window       integer not null default 0,
    window_days            integer not null default 7,
    is_active              boolean not null default false,
    is_activated_in_window boolean not null default false,
    primary key (shop_id, metric_date),
    constraint shop_activation_metrics_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table warehouse.category_rules (
    shop_id               bigint not null,
    id                    bigint not null,
    precedence            integer not null default 100,
    is_performance_part   boolean not null default false,
    is_restoration_part   boolean not null default false,
    is_custom_fabrication boolean not null default false,
    field                 text not null default 'product_type',
    pattern               text not null,
    category_l1           text not null,
    category_l2           text,
    category_l3           text,
    primary key (shop_id, id),
    constraint category_rules_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint category_rules_field_known check (field in ('product_type', 'title', 'brand', 'tag'))
);

create table warehouse.product_categories (
    shop_id               bigint not null,
    shopify_product_id    bigint not null,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    margin_pct            numeric(9, 4),
    fits_vehicle_years    integer[] not null default '{}',
    fits_makes            text[] not null default '{}',
    fits_models           text[] not null default '{}',
    is_performance_part   boolean not null default false,
    is_restoration_part   boolean not null default false,
    is_custom_fabrication boolean not null default false,
    category_l1           text not null,
    category_l2           text,
    category_l3           text,
    source                text not null default 'rule',
    primary key (shop_id, shopify_product_id),
    constraint product_categories_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint product_categories_source_known check (source in ('tag', 'rule', 'type', 'operator'))
);

create table warehouse.customer_segments (
    shop_id               bigint not null,
    shopify_customer_id   bigint not null,
    total_revenue         bigint not null default 0,
    avg_order_value       bigint generated always as (warehouse.per(total_revenue, total_orders)) stored,
    first_order_at        timestamptz,
    last_order_at         timestamptz,
    reactivated_at        timestamptz,
    segmented_at          timestamptz not null default now(),
    total_orders          integer not null default 0,
    support_tickets_count integer not null default 0,
    segment_confidence    numeric(3, 2) not null default 0.50,
    performance_share_pct numeric(9, 4),
    season_share_pct      numeric(9, 4),
    primary_vehicle_year  integer,
    prefers_performance   boolean not null default false,
    prefers_restoration   boolean not null default false,
    primary_segment       text not null,
    top_category_l1       text,
    top_category_l2       text,
    primary_vehicle_make  text,
    primary_vehicle_model text,
    primary key (shop_id, shopify_customer_id),
    constraint customer_segments_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint customer_segments_segment_known check (primary_segment in
        ('diy_builder', 'professional_shop', 'enthusiast_collector', 'first_time_builder', 'racing_enthusiast'))
);

create table warehouse.customer_segment_history (
    shop_id             bigint not null,
    snapshot_date       date not null,
    shopify_customer_id bigint not null,
    total_revenue       bigint not null default 0,
    total_orders        integer not null default 0,
    primary_segment     text not null,
    lifecycle_stage     text not null,
    primary key (shop_id, snapshot_date, shopify_customer_id),
    constraint customer_segment_history_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table ops.dirty_store_keys (
    shop_id   bigint not null,
    key       bigint not null,
    marked_at timestamptz not null default now(),
    kind      text collate "C" not null,
    primary key (shop_id, kind, key),
    constraint dirty_store_keys_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint dirty_store_keys_kind_known check (kind in ('order', 'product', 'variant', 'customer', 'conversation'))
);

create table ops.dirty_store_days (
    shop_id     bigint not null,
    marked_at   timestamptz not null default now(),
    metric_date date not null,
    primary key (shop_id, metric_date),
    constraint dirty_store_days_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

do $$
declare
    relation text;
begin
    foreach relation in array array[
        'store_order_days', 'sales_metrics_daily', 'sku_performance', 'inventory_snapshots', 'fulfillment_tracking',
        'cx_conversations', 'operator_sla_resolution', 'shop_activation_metrics', 'category_rules',
        'product_categories', 'customer_segments', 'customer_segment_history']
    loop
        call ops.wall(('warehouse.' || relation)::regclass, 'current_shops', '{select,insert,update,delete}');
        execute format('grant select on warehouse.%I to authenticated, pitwall_ops, pitwall_bi', relation);
        execute format('grant select, insert, update, delete on warehouse.%I to pitwall_sync', relation);
    end loop;
    foreach relation in array array['dirty_store_keys', 'dirty_store_days'] loop
        call ops.wall(('ops.' || relation)::regclass, null, '{select,insert,update,delete}');
        execute format('grant select on ops.%I to pitwall_ops', relation);
        execute format('grant select, insert, update, delete on ops.%I to pitwall_sync', relation);
    end loop;
end
$$;

call ops.describe('warehouse.store_order_days',
    'What an order added to a day: sales on the day it was placed, edits and refunds on theirs. Test and deleted orders have no row', $$
    shop_id          shop [id]
    metric_date      day of the bookings [shop-local date]
    order_id         order [vendor id]
    customer_id      buyer, null for a guest [vendor id]
    gross_sales      goods before discounts and tax [cents]
    discounts        discounts on them [cents]
    returns          goods given back and goodwill, positive [cents]
    shipping         shipping, signed, without tax [cents]
    taxes            tax, signed, of everything but gift cards [cents]
    duties           duties, signed, without tax [cents]
    fees             fees, signed, without tax [cents]
    tips             tips, signed [cents]
    gift_cards_sold  gift cards, a liability [cents]
    ledger_total     sum of all bookings, which the columns before add up to [cents]
    units_sold       units sold, gift cards left out [count]
    units_returned   units given back, positive [count]
    is_placed        placed on this day [flag]
    is_cancelled     cancelled on this day [flag]
$$);

call ops.describe('warehouse.sales_metrics_daily', 'Sales of a store by shop-local day, from the ledger', $$
    shop_id                  shop [id]
    metric_date              day [shop-local date]
    total_revenue            net sales: goods less discounts less returns booked that day, without tax and shipping [cents]
    gross_sales              goods before discounts and tax [cents]
    discounts                discounts on them [cents]
    returns                  goods given back and goodwill that day, whenever sold [cents]
    shipping                 shipping less shipping given back, without tax [cents]
    taxes                    tax less tax given back [cents]
    duties                   duties, signed [cents]
    fees                     fees, signed [cents]
    tips                     tips, signed [cents]
    gift_cards_sold          gift cards sold: a liability, in no revenue [cents]
    kept_sales               goods after discounts, before returns, of the day's orders not cancelled [cents]
    total_sales              revenue + shipping + taxes + duties + fees + tips [cents]
    created_at               when the row was inserted [UTC]
    updated_at               when the row was last changed [UTC]
    order_count              orders placed, cancelled ones too, test ones not [count]
    orders_cancelled         orders cancelled on this day, whenever placed [count]
    orders_fulfilled         of the day's orders: complete [count]
    orders_pending           of the day's orders: partial, scheduled or on hold [count]
    orders_unfulfilled       of the day's orders: nothing shipped [count]
    orders_of_day_cancelled  of the day's orders: cancelled since; not asked to be fulfilled [count]
    unique_skus_sold         different stock codes sold [count]
    total_units_sold         units sold [count]
    units_returned           units given back that day [count]
    orders_new_customer      of the day's orders not cancelled: the customer's first that counts [count]
    orders_returning         of the day's orders: of a customer with an earlier one that was not cancelled [count]
    orders_guest             of the day's orders: without a customer [count]
    avg_order_value          total_revenue per order [cents per order]
    aov_before_returns       goods after discounts, before returns, per order [cents per order]
    aov_kept                 kept_sales per order not cancelled [cents per order]
    fulfillment_rate         orders_fulfilled of the day's orders not cancelled [percent 0-100]
    revenue_growth_pct       revenue against the same weekday a week before; null without it [percent]
    order_growth_pct         orders against the same weekday a week before; null without it [percent]
    currency                 currency of the amounts: the shop's [ISO 4217]
$$);

call ops.describe('warehouse.sku_performance', 'Sales by variant and day; lines without a variant by their stock code', $$
    shop_id             shop [id]
    metric_date         day of the bookings [shop-local date]
    shopify_product_id  product, null once deleted [vendor id]
    shopify_variant_id  variant, null once deleted and on custom lines [vendor id]
    revenue             net sales: after discounts and returns of the day, without tax [cents]
    gross_sales         before discounts [cents]
    discounts           discounts [cents]
    returns             given back that day [cents]
    avg_price           after discounts, before returns, per unit sold [cents per unit]
    created_at          when the row was inserted [UTC]
    updated_at          when the row was last changed [UTC]
    units_sold          units sold [count]
    units_returned      units given back that day [count]
    order_count         orders with it [count]
    revenue_rank        place of the day by revenue, 1 is best [rank]
    velocity_rank       place of the day by units sold, 1 is best [rank]
    sku_key             the variant's number; without one `line:` and the stock code or title [key]
    sku                 stock code as sold; may be empty and is not unique [text]
    product_title       title as sold [text]
$$);

call ops.describe('warehouse.inventory_snapshots', 'Stock of a variant over all places at the end of a day, or now for today', $$
    shop_id              shop [id]
    snapshot_date        day [shop-local date]
    shopify_variant_id   variant [vendor id]
    shopify_product_id   product [vendor id]
    unit_cost            cost of one that day [cents]
    created_at           when the row was inserted [UTC]
    updated_at           when the row was last changed [UTC]
    quantity_available   may be sold, over all places, negatives included [count]
    quantity_committed   sold and not shipped [count]
    quantity_on_hand     in the house [count]
    quantity_reserved    set aside [count]
    quantity_incoming    on the way in [count]
    units_sold_7d        units sold in the 7 days before this one [count]
    units_sold_30d       units sold in the 30 days before this one [count]
    lead_time_days       days from ordering to having it [days]
    reorder_point        units at which to reorder: the shop's own, else worked out from sales and lead time [count]
    optimal_stock_level  reorder point plus the economic order quantity [count]
    avg_daily_sales      units_sold_30d a day [units per day]
    days_of_cover        how long stock lasts; 0 when none, null without sales [days]
    inventory_velocity   fast, medium, slow or stagnant [code]
    sku                  stock code [text]
    product_title        title [text]
$$);

call ops.describe('warehouse.fulfillment_tracking', 'Orders on their way to the buyer; v_fulfillment_state adds what the clock says', $$
    shop_id                   shop [id]
    shopify_order_id          order [vendor id]
    shopify_customer_id       buyer, null for a guest [vendor id]
    order_total               the vendor's total after edits, with tax [cents]
    order_created_at          when it was placed [UTC]
    fulfillment_started_at    when the first parcel left [UTC]
    fulfillment_completed_at  when the parcel left that made it complete [UTC]
    issue_resolved_at         when its issue was put right, null while open [UTC]
    delivered_at              when the last parcel arrived, null until all have [UTC]
    created_at                when the row was inserted [UTC]
    updated_at                when the row was last changed [UTC]
    target_ship_date          day it is due to leave, where one was set [shop-local date]
    actual_ship_date          day it was complete [shop-local date]
    days_to_fulfill           whole days from placed to complete, null while open [days]
    sla_threshold_days        days allowed [days]
    units_ordered             units still wanted that need shipping [count]
    units_shipped             of these, shipped [count]
    has_issue                 somebody reported an issue [flag]
    order_name                number that buyers see [text]
    fulfillment_status        fulfilled, partial, unfulfilled, scheduled, on_hold or cancelled [code]
    display_status            the vendor's own label [vendor code]
    issue_type                delayed_shipping, missing_items, damaged_goods, wrong_address, inventory_shortage [code]
    issue_description         what is wrong [text]
    carrier                   carrier of the last parcel [text]
    tracking_number           number of the last parcel [text]
    currency                  currency of the amounts: the shop's [ISO 4217]
$$);

call ops.describe('warehouse.cx_conversations',
    'Conversations with their clocks, from messages and changes of state; v_cx_state adds what the clock says. Names stand in contacts', $$
    shop_id                         shop [id]
    chatwoot_conversation_id        conversation [vendor id]
    account_id                      account of the desk [vendor id]
    inbox_id                        inbox [vendor id]
    contact_id                      who wrote [vendor id]
    shopify_customer_id             the same person as a customer [vendor id]
    shopify_order_id                order it is about [vendor id]
    created_at                      when it began [UTC]
    response_clock_from             hand-off or reopening that the first reply is measured from, null for the beginning [UTC]
    first_response_at               first public reply of a person [UTC]
    resolved_at                     when it was last resolved, null while it is not [UTC]
    escalated_at                    when it was escalated [UTC]
    last_message_at                 last message that is no note [UTC]
    updated_at                      when the row was last changed [UTC]
    open_minutes                    time not resolved, added up, up to the last resolution; null while open [minutes]
    time_to_first_response_minutes  first reply less where its clock began [minutes]
    time_to_resolution_minutes      last resolution less the beginning [minutes]
    sentiment_score                 of the rating: -1 to 1 [number]
    sla_target_minutes              time to the first reply that the inbox promises [minutes]
    message_count                   messages, notes and changes of state left out [count]
    reopen_count                    how often it was reopened [count]
    csat_rating                     answer to the survey, 1 to 5 [points]
    is_survey_sent                  a survey was sent [flag]
    is_escalation                   labelled or reported as escalated [flag]
    status                          open, pending, snoozed, resolved; closed from imports only [code]
    escalation_reason               label or event that escalated it [text]
    sentiment                       positive, neutral, negative, very_negative: of the rating, else as the desk says [code]
    priority                        low, medium, high, urgent [code]
    category                        product_issue, shipping, return, general_inquiry and the like [code]
    operator_email                  who replied first, else whom it is assigned to [text]
    tags                            labels [list of text]
$$);

call ops.describe('warehouse.operator_sla_resolution', 'Breaches of the reply time and who dealt with them; one nobody touched has no action', $$
    shop_id                   shop [id]
    chatwoot_conversation_id  conversation [vendor id]
    sla_breach_detected_at    when the promised time was over [UTC]
    operator_action_at        first act of a person after that, null if none [UTC]
    resolved_at               when the conversation was resolved after that [UTC]
    created_at                when the row was inserted [UTC]
    minutes_to_action         breach to first act [minutes]
    minutes_to_resolution     breach to resolution [minutes]
    metric_date               day of the breach [shop-local date]
    operator_email            who acted, else whom it is assigned to [text]
    operator_name             his name, where known [text]
    conversation_status       status of the conversation [code]
    action_type               message, escalation, assignment or resolution [code]
$$);

call ops.describe('warehouse.shop_activation_metrics', 'Whether people work with a store: opened its page, took a decision, by day', $$
    shop_id                 shop [id]
    metric_date             last day of the window [shop-local date]
    revenue_in_window       net sales of the window [cents]
    created_at              when the row was inserted [UTC]
    updated_at              when the row was last changed [UTC]
    activation_date         first day of the window with a decision [shop-local date]
    last_order_date         last day of the window with an order [shop-local date]
    last_login_date         last day of the window somebody opened the page [shop-local date]
    orders_in_window        orders of the window [count]
    window_days             length of the window of orders and revenue [days]
    is_active               somebody opened the page on this day [flag]
    is_activated_in_window  somebody took a decision on this day; v_activation_rate_7d makes the window [flag]
$$);

call ops.describe('warehouse.category_rules', 'What makes a product belong to a category, first match by precedence; tags of the product go first', $$
    shop_id                shop [id]
    id                     rule [id]
    precedence             lower goes first [number]
    is_performance_part    such products are performance parts [flag]
    is_restoration_part    such products are restoration parts [flag]
    is_custom_fabrication  such products are made to order [flag]
    field                  what is compared: product_type, title, brand or tag [code]
    pattern                words of the field, with % for anything, whatever the case [LIKE pattern]
    category_l1            major it gives [text]
    category_l2            group it gives [text]
    category_l3            kind it gives [text]
$$);

call ops.describe('warehouse.product_categories', 'Category and vehicle fit of a product; those without a row wait in v_product_review_queue', $$
    shop_id                shop [id]
    shopify_product_id     product [vendor id]
    created_at             when the row was inserted [UTC]
    updated_at             when the row was last changed [UTC]
    margin_pct             prices less costs of its variants with a known cost, of their prices [percent 0-100]
    fits_vehicle_years     model years it fits [list of years]
    fits_makes             makes it fits [list of text]
    fits_models            models it fits [list of text]
    is_performance_part    performance part [flag]
    is_restoration_part    restoration part [flag]
    is_custom_fabrication  made to order [flag]
    category_l1            major [text]
    category_l2            group [text]
    category_l3            kind [text]
    source                 tag, rule, type, or operator: set by a person, whom no rule overrules [code]
$$);

call ops.describe('warehouse.customer_segments', 'What kind of customer each is; v_customer_segments adds the days and the life-cycle stage', $$
    shop_id                shop [id]
    shopify_customer_id    customer [vendor id]
    total_revenue          net sales of all orders [cents]
    avg_order_value        net sales per order [cents per order]
    first_order_at         first order that counts [UTC]
    last_order_at          last order that counts [UTC]
    reactivated_at         first order after the last pause of 180 days or more [UTC]
    segmented_at           when the row was last changed [UTC]
    total_orders           orders, test, deleted and cancelled ones left out [count]
    support_tickets_count  conversations with support [count]
    segment_confidence     how clear the case is [fraction 0-1]
    performance_share_pct  share of performance parts in goods bought [percent 0-100]
    season_share_pct       share of orders in March to September [percent 0-100]
    primary_vehicle_year   model year of the goods most bought [year]
    prefers_performance    half or more of the goods bought are performance parts [flag]
    prefers_restoration    half or more of the goods bought are restoration parts [flag]
    primary_segment        professional_shop, racing_enthusiast, enthusiast_collector, diy_builder, first_time_builder [code]
    top_category_l1        major most bought [text]
    top_category_l2        group most bought [text]
    primary_vehicle_make   make of the goods most bought [text]
    primary_vehicle_model  model of the goods most bought [text]
$$);

call ops.describe('warehouse.customer_segment_history', 'Segments as they stood, written once a week', $$
    shop_id              shop [id]
    snapshot_date        day it was written [shop-local date]
    shopify_customer_id  customer [vendor id]
    total_revenue        net sales up to then [cents]
    total_orders         orders up to then [count]
    primary_segment      segment then [code]
    lifecycle_stage      life-cycle stage then [code]
$$);

call ops.describe('ops.dirty_store_keys', 'Records of a store whose tables have to be worked out again', $$
    shop_id    shop [id]
    key        number of the record [vendor id]
    marked_at  when it was marked [UTC]
    kind       order, product, variant, customer or conversation [code]
$$);

call ops.describe('ops.dirty_store_days', 'Days of a store that have to be summed again', $$
    shop_id      shop [id]
    marked_at    when it was marked [UTC]
    metric_date  day [shop-local date]
$$);
