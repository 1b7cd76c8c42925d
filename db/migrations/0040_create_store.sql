-- What a web shop's system of record tells, in neutral words: orders with lines, refunds, fulfilments and sales ledger;
-- products, variants and stock; customers. Instants only: the shop-local day is worked out by the models, so that no
-- connector can get it wrong. Amounts are cents of the shop's currency, whatever the buyer paid in.

create table warehouse.store_orders (
    shop_id              bigint not null,
    id                   bigint not null,
    customer_id          bigint,
    total_price          bigint not null default 0,
    current_total        bigint,
    shipping_total       bigint not null default 0,
    shipping_tax         bigint not null default 0,
    placed_at            timestamptz not null,
    processed_at         timestamptz,
    cancelled_at         timestamptz,
    fulfill_by           timestamptz,
    vendor_updated_at    timestamptz,
    deleted_at           timestamptz,
    last_synced_at       timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    is_test              boolean not null default false,
    is_edited            boolean not null default false,
    is_deleted           boolean not null default false,
    taxes_included       boolean not null default false,
    has_ledger           boolean not null default false,
    order_name           text not null,
    fulfillment_status   text not null default 'unfulfilled',
    display_status       text not null default 'UNFULFILLED',
    financial_status     text,
    cancel_reason        text,
    source_name          text,
    presentment_currency char(3),
    tags                 text[] not null default '{}',
    issue_type           text,
    issue_description    text,
    issue_resolved_at    timestamptz,
    payload_hash         bytea,
    primary key (shop_id, id),
    constraint store_orders_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint store_orders_fulfillment_known check
        (fulfillment_status in ('fulfilled', 'partial', 'unfulfilled', 'scheduled', 'on_hold', 'cancelled'))
);

-- These begin with what they are for and not with the shop, or an empty table would be searched by key in them.
create index store_orders_customer_idx on warehouse.store_orders (customer_id, shop_id, placed_at);

create table warehouse.store_order_lines (
    shop_id           bigint not null,
    order_id          bigint not null,
    id                bigint not null,
    product_id        bigint,
    variant_id        bigint,
    unit_price        bigint not null default 0,
    discount          bigint not null default 0,
    tax               bigint not null default 0,
    quantity          integer not null default 1,
    current_quantity  integer not null default 1,
    is_gift_card      boolean not null default false,
    requires_shipping boolean not null default true,
    title             text not null default 'UNKNOWN',
    variant_title     text,
    sku               text,
    primary key (shop_id, order_id, id),
    constraint store_order_lines_order_fkey foreign key (shop_id, order_id)
        references warehouse.store_orders (shop_id, id) on delete cascade
);

create index store_order_lines_product_idx on warehouse.store_order_lines (product_id, shop_id);

create table warehouse.store_refunds (
    shop_id          bigint not null,
    order_id         bigint not null,
    id               bigint not null,
    total_refunded   bigint not null default 0,
    shipping_amount  bigint not null default 0,
    shipping_tax     bigint not null default 0,
    discrepancy      bigint not null default 0,
    refunded_at      timestamptz not null,
    primary key (shop_id, order_id, id),
    constraint store_refunds_order_fkey foreign key (shop_id, order_id)
        references warehouse.store_orders (shop_id, id) on delete cascade
);

create table warehouse.store_refund_lines (
    shop_id       bigint not null,
    order_id      bigint not null,
    refund_id     bigint not null,
    order_line_id bigint,
    subtotal      bigint not null default 0,
    tax           bigint not null default 0,
    quantity      integer not null default 0,
    line_key      text collate "C" not null,
    restock_type  text,
    primary key (shop_id, order_id, refund_id, line_key),
    constraint store_refund_lines_refund_fkey foreign key (shop_id, order_id, refund_id)
        references warehouse.store_refunds (shop_id, order_id, id) on delete cascade
);

create table warehouse.store_fulfillments (
    shop_id         bigint not null,
    order_id        bigint not null,
    id              bigint not null,
    shipped_at      timestamptz not null,
    in_transit_at   timestamptz,
    delivered_at    timestamptz,
    status          text not null default 'success',
    display_status  text,
    carrier         text,
    tracking_number text,
    primary key (shop_id, order_id, id),
    constraint store_fulfillments_order_fkey foreign key (shop_id, order_id)
        references warehouse.store_orders (shop_id, id) on delete cascade,
    constraint store_fulfillments_status_known check
        (status in ('success', 'cancelled', 'error', 'failure', 'pending', 'open', 'unknown'))
);

create table warehouse.store_fulfillment_lines (
    shop_id        bigint not null,
    order_id       bigint not null,
    fulfillment_id bigint not null,
    order_line_id  bigint not null,
    quantity       integer not null default 1,
    primary key (shop_id, order_id, fulfillment_id, order_line_id),
    constraint store_fulfillment_lines_fulfillment_fkey foreign key (shop_id, order_id, fulfillment_id)
        references warehouse.store_fulfillments (shop_id, order_id, id) on delete cascade
);

-- One booking of money: what was sold, changed or given back, on its own instant, signed.
create table warehouse.store_ledger (
    shop_id       bigint not null,
    order_id      bigint not null,
    order_line_id bigint,
    amount        bigint not null default 0,
    tax           bigint not null default 0,
    discount      bigint not null default 0,
    happened_at   timestamptz not null,
    quantity      integer not null default 0,
    is_derived    boolean not null default false,
    entry_key     text collate "C" not null,
    reason        text not null default 'order',
    action_type   text not null default 'order',
    line_type     text not null default 'product',
    primary key (shop_id, order_id, entry_key),
    constraint store_ledger_order_fkey foreign key (shop_id, order_id)
        references warehouse.store_orders (shop_id, id) on delete cascade,
    constraint store_ledger_reason_known check (reason in ('order', 'order_edit', 'refund', 'return', 'unknown')),
    constraint store_ledger_action_known check (action_type in ('order', 'return', 'update', 'unknown')),
    constraint store_ledger_line_known check (line_type in
        ('product', 'tip', 'gift_card', 'shipping', 'duty', 'additional_fee', 'fee', 'adjustment', 'unknown'))
);

create table warehouse.store_products (
    shop_id           bigint not null,
    id                bigint not null,
    vendor_created_at timestamptz,
    vendor_updated_at timestamptz,
    last_synced_at    timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    is_gift_card      boolean not null default false,
    is_deleted        boolean not null default false,
    title             text not null,
    handle            text,
    brand             text,
    product_type      text,
    status            text,
    tags              text[] not null default '{}',
    payload_hash      bytea,
    primary key (shop_id, id),
    constraint store_products_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table warehouse.store_variants (
    shop_id           bigint not null,
    id                bigint not null,
    product_id        bigint not null,
    inventory_item_id bigint,
    price             bigint,
    compare_at_price  bigint,
    unit_cost         bigint,
    vendor_updated_at timestamptz,
    last_synced_at    timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    lead_time_days    integer not null default 14,
    reorder_point     integer,
    is_tracked        boolean not null default true,
    sells_below_zero  boolean not null default false,
    is_deleted        boolean not null default false,
    title             text,
    sku               text,
    barcode           text,
    payload_hash      bytea,
    primary key (shop_id, id),
    constraint store_variants_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index store_variants_product_idx on warehouse.store_variants (product_id, shop_id);

create table warehouse.store_inventory_levels (
    shop_id           bigint not null,
    variant_id        bigint not null,
    location_id       bigint not null,
    vendor_updated_at timestamptz,
    updated_at        timestamptz not null default now(),
    available         integer not null default 0,
    committed         integer not null default 0,
    on_hand           integer not null default 0,
    reserved          integer not null default 0,
    incoming          integer not null default 0,
    location_name     text,
    primary key (shop_id, variant_id, location_id),
    constraint store_inventory_levels_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table warehouse.store_customers (
    shop_id           bigint not null,
    id                bigint not null,
    merged_into_id    bigint,
    vendor_created_at timestamptz,
    vendor_updated_at timestamptz,
    last_synced_at    timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    is_tax_exempt     boolean not null default false,
    is_deleted        boolean not null default false,
    first_name        text,
    last_name         text,
    email             text,
    phone             text,
    tags              text[] not null default '{}',
    payload_hash      bytea,
    primary key (shop_id, id),
    constraint store_customers_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

call ops.wall('warehouse.store_customers', 'current_shops_managed', '{select,insert,update,delete}');

do $$
declare
    relation text;
begin
    foreach relation in array array[
        'store_orders', 'store_order_lines', 'store_refunds', 'store_refund_lines', 'store_fulfillments',
        'store_fulfillment_lines', 'store_ledger', 'store_products', 'store_variants', 'store_inventory_levels']
    loop
        call ops.wall(('warehouse.' || relation)::regclass, 'current_shops', '{select,insert,update,delete}');
        execute format('grant select on warehouse.%I to authenticated, pitwall_ops, pitwall_bi', relation);
        execute format('grant select, insert, update, delete on warehouse.%I to pitwall_sync', relation);
    end loop;
end
$$;

grant select on warehouse.store_customers to authenticated, pitwall_ops;

grant select, insert, update, delete on warehouse.store_customers to pitwall_sync;

call ops.describe('warehouse.store_orders', 'Orders of a web shop, without the buyer''s name and address', $$
    shop_id               shop [id]
    id                    the vendor's order number, not the one buyers see [vendor id]
    customer_id           buyer, null for a guest [vendor id]
    total_price           the vendor's total before returns, with tax [cents]
    current_total         the vendor's total after edits, removals and returns, with tax [cents]
    shipping_total        shipping charged after discounts, without tax; read only where there is no ledger [cents]
    shipping_tax          tax on shipping; read only where there is no ledger [cents]
    placed_at             checkout finished; fixed for ever, its shop-local day is the order's day [UTC]
    processed_at          the vendor's business date of an imported order [UTC]
    cancelled_at          when it was cancelled [UTC]
    fulfill_by            when it is due to leave, where the vendor or the buyer set a time [UTC]
    vendor_updated_at     the vendor's time of last change [UTC]
    deleted_at            when it was found to be deleted at the vendor [UTC]
    last_synced_at        when a sync last wrote this row [UTC]
    updated_at            when the row was last changed [UTC]
    is_test               made through a test gateway; in no figure [flag]
    is_edited             changed after checkout [flag]
    is_deleted            deleted at the vendor; in no figure [flag]
    taxes_included        prices contain tax [flag]
    has_ledger            the vendor's ledger was read; otherwise a model derives one [flag]
    order_name            number that buyers see, such as #1001 [text]
    fulfillment_status    fulfilled, partial, unfulfilled, scheduled, on_hold or cancelled [code]
    display_status        the vendor's own label [vendor code]
    financial_status      the vendor's state of payment [vendor code]
    cancel_reason         why it was cancelled [vendor code]
    source_name           where it was sold: web, pos or an app [vendor code]
    presentment_currency  currency the buyer saw; amounts here are the shop's [ISO 4217]
    tags                  labels of the order [list of text]
    issue_type            delayed_shipping, missing_items, damaged_goods, wrong_address, inventory_shortage [code]
    issue_description     what is wrong [text]
    issue_resolved_at     when it was put right, null while open [UTC]
    payload_hash          fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
$$);

call ops.describe('warehouse.store_order_lines', 'Lines of orders, as sold: names and prices do not follow the product', $$
    shop_id            shop [id]
    order_id           order [vendor id]
    id                 line [vendor id]
    product_id         product, null once deleted and on custom lines [vendor id]
    variant_id         variant, null once deleted and on custom lines [vendor id]
    unit_price         price of one before discounts [cents]
    discount           share of all discounts, codes and order level included [cents]
    tax                tax on the line as ordered [cents]
    quantity           units ordered, with those refunded or removed later [count]
    current_quantity   units after refunds and removals [count]
    is_gift_card       a liability, not revenue [flag]
    requires_shipping  has to be shipped [flag]
    title              product's title when sold [text]
    variant_title      variant's title when sold [text]
    sku                stock code when sold [text]
$$);

call ops.describe('warehouse.store_refunds', 'Refunds of orders; some give back goods, some only money', $$
    shop_id          shop [id]
    order_id         order [vendor id]
    id               refund [vendor id]
    total_refunded   money paid out, with tax [cents]
    shipping_amount  shipping given back, without tax [cents]
    shipping_tax     tax on that shipping [cents]
    discrepancy      the lines' sum less the money paid; negative is goodwill [cents]
    refunded_at      when it was recorded; its shop-local day bears it [UTC]
$$);

call ops.describe('warehouse.store_refund_lines', 'Units given back by a refund', $$
    shop_id        shop [id]
    order_id       order [vendor id]
    refund_id      refund [vendor id]
    order_line_id  line given back [vendor id]
    subtotal       amount given back, without tax [cents]
    tax            tax given back [cents]
    quantity       units given back [count]
    line_key       the vendor's id of the refund line, else its position [key]
    restock_type   whether the goods came back [vendor code]
$$);

call ops.describe('warehouse.store_fulfillments', 'Parcels of orders', $$
    shop_id          shop [id]
    order_id         order [vendor id]
    id               fulfilment [vendor id]
    shipped_at       when it left [UTC]
    in_transit_at    first sign of the carrier [UTC]
    delivered_at     when it arrived [UTC]
    status           success, cancelled, error, failure, pending, open, unknown; only success was shipped [code]
    display_status   the vendor's own label [vendor code]
    carrier          company that carries it [text]
    tracking_number  number at the carrier [text]
$$);

call ops.describe('warehouse.store_fulfillment_lines', 'Units in a parcel', $$
    shop_id         shop [id]
    order_id        order [vendor id]
    fulfillment_id  fulfilment [vendor id]
    order_line_id   line shipped [vendor id]
    quantity        units shipped [count]
$$);

call ops.describe('warehouse.store_ledger',
    'Sales ledger: every booking with its own instant and sign. A day''s revenue comes from here and nowhere else', $$
    shop_id        shop [id]
    order_id       order [vendor id]
    order_line_id  line booked, on product and gift card entries [vendor id]
    amount         signed, after discount, with tax [cents]
    tax            signed tax in it [cents]
    discount       signed discount, without its tax [cents]
    happened_at    when it was booked; its shop-local day bears it [UTC]
    quantity       signed units [count]
    is_derived     worked out from lines and refunds, because the vendor has no ledger [flag]
    entry_key      the vendor's id of the entry [key]
    reason         order, order_edit, refund, return or unknown [code]
    action_type    order, return, update or unknown [code]
    line_type      product, tip, gift_card, shipping, duty, additional_fee, fee, adjustment or unknown [code]
$$);

call ops.describe('warehouse.store_products', 'Products of a web shop; marked when deleted, never removed', $$
    shop_id            shop [id]
    id                 product [vendor id]
    vendor_created_at  the vendor's time of creation [UTC]
    vendor_updated_at  the vendor's time of last change [UTC]
    last_synced_at     when a sync last wrote this row [UTC]
    updated_at         when the row was last changed [UTC]
    is_gift_card       a liability, not revenue [flag]
    is_deleted         deleted at the vendor [flag]
    title              title [text]
    handle             name in addresses [text]
    brand              maker [text]
    product_type       the shop's own classification [text]
    status             the vendor's state [vendor code]
    tags               labels; year:, make:, model: and l1: ones say fit and category [list of text]
    payload_hash       fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
$$);

call ops.describe('warehouse.store_variants', 'Variants of products: what is bought and stocked', $$
    shop_id            shop [id]
    id                 variant [vendor id]
    product_id         product [vendor id]
    inventory_item_id  the vendor's number on the stock side [vendor id]
    price              price now [cents]
    compare_at_price   price crossed out [cents]
    unit_cost          cost of one now, null where unknown [cents]
    vendor_updated_at  the vendor's time of last change [UTC]
    last_synced_at     when a sync last wrote this row [UTC]
    updated_at         when the row was last changed [UTC]
    lead_time_days     days from ordering to having it [days]
    reorder_point      units at which the shop reorders; null lets the model work it out [count]
    is_tracked         its stock is counted [flag]
    sells_below_zero   may be sold when there is none [flag]
    is_deleted         deleted at the vendor [flag]
    title              title; Default Title on a single one [text]
    sku                stock code; neither required nor unique [text]
    barcode            barcode [text]
    payload_hash       fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
$$);

call ops.describe('warehouse.store_inventory_levels', 'Stock of a variant at a place, now', $$
    shop_id            shop [id]
    variant_id         variant [vendor id]
    location_id        place [vendor id]
    vendor_updated_at  the vendor's time of last change [UTC]
    updated_at         when the row was last changed [UTC]
    available          units that may be sold; negative when oversold [count]
    committed          units sold and not yet shipped [count]
    on_hand            units in the house [count]
    reserved           units set aside [count]
    incoming           units on their way in [count]
    location_name      name of the place [text]
$$);

call ops.describe('warehouse.store_customers', 'Customers of a web shop. Personal data: for owners and managers only', $$
    shop_id            shop [id]
    id                 customer [vendor id]
    merged_into_id     survivor of a merge [vendor id]
    vendor_created_at  the vendor's time of creation [UTC]
    vendor_updated_at  the vendor's time of last change [UTC]
    last_synced_at     when a sync last wrote this row [UTC]
    updated_at         when the row was last changed [UTC]
    is_tax_exempt      pays no sales tax [flag]
    is_deleted         deleted at the vendor [flag]
    first_name         given name [text]
    last_name          family name [text]
    email              address [text]
    phone              number [text]
    tags               labels [list of text]
    payload_hash       fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
$$);
