-- Short ways to write the canonical rows of worked examples. Amounts in cents.

create schema t;

create sequence t.ids start 100000;

-- Orders of a day with their revenue on the first; the first `complete` of them need no shipping and are complete.
create function t.sale(shop bigint, day date, revenue bigint, orders int, complete int) returns void language plpgsql as $$
declare
    first_id bigint := nextval('t.ids');
begin
    perform setval('t.ids', first_id + orders + 1);
    insert into warehouse.store_orders (shop_id, id, order_name, placed_at, total_price, fulfillment_status)
    select shop, first_id + n, '#' || first_id + n, day + time '10:00', 0,
        case when n <= complete then 'fulfilled' else 'unfulfilled' end
    from generate_series(1, orders) n;
    if revenue <> 0 then
        insert into warehouse.store_order_lines (shop_id, order_id, id, unit_price, quantity, current_quantity, sku, requires_shipping)
        values (shop, first_id + 1, 1, revenue, 1, 1, 'MISC', false);
    end if;
end
$$;

-- One complete order of some units of a variant; the discount makes the revenue exact.
create function t.sell(shop bigint, day date, product bigint, variant bigint, code text, units int, revenue bigint)
    returns bigint language plpgsql as $$
declare
    order_id bigint := nextval('t.ids');
    price bigint := (revenue + units - 1) / units;
begin
    insert into warehouse.store_orders (shop_id, id, order_name, placed_at, fulfillment_status)
    values (shop, order_id, '#' || order_id, day + time '11:00', 'fulfilled');
    insert into warehouse.store_order_lines
        (shop_id, order_id, id, product_id, variant_id, unit_price, discount, quantity, current_quantity, sku, title, requires_shipping)
    values (shop, order_id, 1, product, variant, price, price * units - revenue, units, units, code, code, false);
    return order_id;
end
$$;

-- A variant with its stock and what was sold of it in the 7 and 30 days before 15 October 2025.
create function t.stock(shop bigint, code text, available int, incoming int, u7 int, u30 int, reorder int) returns void
    language plpgsql as $$
declare
    variant bigint := nextval('t.ids');
begin
    insert into warehouse.store_variants (shop_id, id, product_id, sku, reorder_point) values (shop, variant, variant, code, reorder);
    insert into warehouse.store_inventory_levels (shop_id, variant_id, location_id, available, incoming)
    values (shop, variant, 1, available, incoming);
    if u7 > 0 then perform t.sell(shop, '2025-10-12', variant, variant, code, u7, 0); end if;
    if u30 > u7 then perform t.sell(shop, '2025-09-20', variant, variant, code, u30 - u7, 0); end if;
end
$$;

-- An order with its state; a parcel makes it complete.
create function t.parcel(shop bigint, number bigint, state text, placed timestamptz, complete timestamptz, due timestamptz)
    returns void language plpgsql as $$
begin
    insert into warehouse.store_orders (shop_id, id, order_name, placed_at, fulfillment_status, fulfill_by, cancelled_at)
    values (shop, number, '#' || number, placed, state, due, case when state = 'cancelled' then placed end);
    insert into warehouse.store_order_lines (shop_id, order_id, id, unit_price, sku) values (shop, number, 1, 1000, 'PART');
    if complete is not null then
        insert into warehouse.store_fulfillments (shop_id, order_id, id, shipped_at) values (shop, number, number, complete);
        insert into warehouse.store_fulfillment_lines (shop_id, order_id, fulfillment_id, order_line_id) values (shop, number, number, 1);
    end if;
end
$$;

-- A conversation with a person's reply and its end.
create function t.talk(
    shop bigint, number bigint, state text, began timestamptz, reply timestamptz, done timestamptz, mood text, urgency text,
    operator text
) returns void language plpgsql as $$
begin
    insert into warehouse.conversations (shop_id, id, inbox_id, created_at, status, sentiment, priority, assignee_email)
    values (shop, number, 1, began, state, mood, urgency, operator);
    insert into warehouse.messages (shop_id, conversation_id, id, created_at, direction, sender_kind)
    values (shop, number, 1, began, 'incoming', 'contact'),
           (shop, number, 2, began + interval '1 second', 'outgoing', 'bot');
    if reply is not null then
        insert into warehouse.messages (shop_id, conversation_id, id, created_at, direction, sender_kind, sender_email)
        values (shop, number, 3, reply, 'outgoing', 'human', operator);
    end if;
    if done is not null then
        insert into warehouse.conversation_events (shop_id, conversation_id, event_key, happened_at, kind)
        values (shop, number, 'end', done, 'resolved');
    end if;
end
$$;

-- A product with one variant, priced and costed for a margin.
create function t.product(shop bigint, number bigint, major text, family text, margin int) returns void language plpgsql as $$
begin
    insert into warehouse.store_products (shop_id, id, title, tags)
    values (shop, number, 'Product ' || number, array['l1:' || major] || case when family is null then '{}' else array['l2:' || family] end);
    insert into warehouse.store_variants (shop_id, id, product_id, price, unit_cost, is_tracked)
    values (shop, number, number, 10000, 10000 - margin * 100, false);
end
$$;
