-- Who is who: organizations with their connections, shops, users and who may see which shop.

create table warehouse.organizations (
    id         text primary key,
    name       text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table warehouse.connections (
    organization_id text not null,
    name            text not null,
    vendor          text not null,
    base_url        text,
    auth_url        text,
    client_id       text,
    tenant_id       text,
    is_active       boolean not null default true,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (organization_id, name),
    constraint connections_vendor_known
        check (vendor in ('tekmetric', 'servicetitan', 'shopify', 'chatwoot', 'google'))
);

create table warehouse.shops (
    shop_id                bigint primary key,
    organization_id        text not null,
    connection             text,
    vendor                 text not null,
    vendor_account         text not null,
    name                   text not null,
    timezone               text not null,
    currency               char(3) not null default 'USD',
    location               text,
    default_labor_rate     bigint,
    default_parts_margin   numeric(9, 6),
    default_tax_rate       numeric(9, 6),
    default_tech_cost_rate bigint not null default 2500,
    low_margin_percent     numeric(7, 4) not null default 5,
    warranty_labels        text[] not null default '{}',
    week_days              smallint[] not null default '{1,2,3,4,5}',
    is_active              boolean not null default true,
    external_key           text,
    tm_metadata            jsonb,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    constraint shops_vendor_known
        check (vendor in ('tekmetric', 'servicetitan', 'shopify', 'chatwoot', 'google')),
    constraint shops_default_tech_cost_rate_not_negative check (default_tech_cost_rate >= 0)
);

create table warehouse.users (
    user_id      uuid primary key,
    email        text,
    display_name text,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now()
);

-- No foreign key to users: on Supabase they live in auth.users, elsewhere in any identity provider.
create table warehouse.user_shop_access (
    shop_id     bigint not null,
    user_id     uuid not null,
    role        text not null,
    employee_id bigint,
    created_at  timestamptz not null default now(),
    primary key (shop_id, user_id),
    constraint user_shop_access_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint user_shop_access_role_known
        check (role in ('owner', 'manager', 'advisor', 'technician', 'analyst', 'viewer'))
);

-- The one index that does not lead with shop_id: it answers "which shops has this user?" for every statement.
create index user_shop_access_user_idx on warehouse.user_shop_access (user_id) include (shop_id, role);

call ops.wall('warehouse.shops', 'current_shops', '{select,insert,update}');

alter table warehouse.organizations enable row level security;

alter table warehouse.organizations force row level security;

create policy sync_select on warehouse.organizations for select to pitwall_sync
    using (id = (select nullif(current_setting('pitwall.organization_id', true), '')));

create policy sync_insert on warehouse.organizations for insert to pitwall_sync
    with check (id = (select nullif(current_setting('pitwall.organization_id', true), '')));

create policy sync_update on warehouse.organizations for update to pitwall_sync
    using (id = (select nullif(current_setting('pitwall.organization_id', true), '')))
    with check (id = (select nullif(current_setting('pitwall.organization_id', true), '')));

-- The inner table is walled itself, so this gives the organizations of the caller's own shops.
create policy reader_select on warehouse.organizations for select to authenticated
    using (id = any(array(select s.organization_id from warehouse.shops s)));

alter table warehouse.connections enable row level security;

alter table warehouse.connections force row level security;

create policy sync_select on warehouse.connections for select to pitwall_sync
    using (organization_id = (select nullif(current_setting('pitwall.organization_id', true), '')));

create policy sync_insert on warehouse.connections for insert to pitwall_sync
    with check (organization_id = (select nullif(current_setting('pitwall.organization_id', true), '')));

create policy sync_update on warehouse.connections for update to pitwall_sync
    using (organization_id = (select nullif(current_setting('pitwall.organization_id', true), '')))
    with check (organization_id = (select nullif(current_setting('pitwall.organization_id', true), '')));

create policy reader_select on warehouse.connections for select to authenticated
    using (organization_id = any(array(select s.organization_id from warehouse.shops s)));

alter table warehouse.user_shop_access enable row level security;

alter table warehouse.user_shop_access force row level security;

-- A user sees his own memberships only; nobody who signs in writes any. The program seeds them shop by shop.
create policy reader_select on warehouse.user_shop_access for select to authenticated
    using (user_id = (select warehouse.current_user_id()));

create policy sync_select on warehouse.user_shop_access for select to pitwall_sync
    using (shop_id = (select nullif(current_setting('pitwall.shop_id', true), '')::bigint));

create policy sync_insert on warehouse.user_shop_access for insert to pitwall_sync
    with check (shop_id = (select nullif(current_setting('pitwall.shop_id', true), '')::bigint));

create policy sync_update on warehouse.user_shop_access for update to pitwall_sync
    using (shop_id = (select nullif(current_setting('pitwall.shop_id', true), '')::bigint))
    with check (shop_id = (select nullif(current_setting('pitwall.shop_id', true), '')::bigint));

-- The one policy that lets everything through, for the one role that nobody can become: it answers current_shops().
create policy guard_select on warehouse.user_shop_access for select to pitwall_guard
    using (true);

alter table warehouse.users enable row level security;

alter table warehouse.users force row level security;

create policy reader_select on warehouse.users for select to authenticated
    using (user_id = (select warehouse.current_user_id()));

-- A user row is written after his membership: the sync role reaches the users of the shop it works for, no others.
create policy sync_select on warehouse.users for select to pitwall_sync
    using (user_id in (select a.user_id from warehouse.user_shop_access a));

create policy sync_insert on warehouse.users for insert to pitwall_sync
    with check (user_id in (select a.user_id from warehouse.user_shop_access a));

create policy sync_update on warehouse.users for update to pitwall_sync
    using (user_id in (select a.user_id from warehouse.user_shop_access a))
    with check (user_id in (select a.user_id from warehouse.user_shop_access a));

grant select on
    warehouse.organizations, warehouse.connections, warehouse.shops, warehouse.users, warehouse.user_shop_access
    to authenticated, pitwall_ops;

grant select, insert, update on
    warehouse.organizations, warehouse.connections, warehouse.shops, warehouse.users, warehouse.user_shop_access
    to pitwall_sync;

grant select on warehouse.user_shop_access to pitwall_guard;

call ops.describe('warehouse.organizations', 'Customer companies; each groups shops. Written from the configuration', $$
    id          name of the organization in the configuration [id]
    name        display name [text]
    created_at  when the row was inserted [UTC]
    updated_at  when the row was last changed [UTC]
$$);

call ops.describe('warehouse.connections',
    'An organization''s access to one vendor account, as configured. Secrets are never stored here', $$
    organization_id  organization that owns the access [id]
    name             name of the connection in the configuration [id]
    vendor           system behind it: tekmetric, servicetitan, shopify, chatwoot, google [code]
    base_url         address of the vendor's API [URL]
    auth_url         address that issues tokens, where it differs [URL]
    client_id        public half of the credentials [text]
    tenant_id        vendor's number of the whole account, ServiceTitan only [vendor id]
    is_active        still in the configuration [flag]
    created_at       when the row was inserted [UTC]
    updated_at       when the row was last changed [UTC]
$$);

call ops.describe('warehouse.shops',
    'One place with one time zone and one set of books; shop_id is the wall and the distribution key', $$
    shop_id                 our number of the shop, the vendor's own where that is free [id]
    organization_id         organization that owns the shop [id]
    connection              connection that feeds the shop [id]
    vendor                  system of record [code]
    vendor_account          the vendor's number of the shop, tenant or store [vendor id]
    name                    display name [text]
    timezone                zone that decides the shop's day; the vendor does not give it [IANA zone]
    currency                currency of every amount of the shop [ISO 4217]
    location                physical place, kept when the shop changes its system of record [text]
    default_labor_rate      retail labour rate, for display [cents per hour]
    default_parts_margin    parts margin aimed at [fraction 0-1]
    default_tax_rate        sales tax rate [fraction 0-1]
    default_tech_cost_rate  labour cost where no technician's rate is known (D.3) [cents per hour]
    low_margin_percent      gross profit up to which a paid order counts as low margin (D.13) [percent 0-100]
    warranty_labels         custom labels and job categories that mark warranty work (D.13) [text]
    week_days               business days, 1 is Monday [ISO day numbers]
    is_active               still in the configuration [flag]
    external_key            secret part of the shop's webhook path [text]
    tm_metadata             the vendor's shop object as received [JSON]
    created_at              when the row was inserted [UTC]
    updated_at              when the row was last changed [UTC]
$$);

call ops.describe('warehouse.users', 'People who sign in to pitwall, as far as we know more than their id', $$
    user_id       subject of the sign-in token [id]
    email         address, for display [text]
    display_name  name, for display [text]
    created_at    when the row was inserted [UTC]
    updated_at    when the row was last changed [UTC]
$$);

call ops.describe('warehouse.user_shop_access', 'Who sees which shop, in which role; read at query time by current_shops()', $$
    shop_id      shop that is opened [id]
    user_id      subject of the sign-in token [id]
    role         owner, manager, advisor, technician, analyst or viewer; owner and manager see personal data and pay [code]
    employee_id  the vendor's employee who is this user, for his own figures [vendor id]
    created_at   when the row was inserted [UTC]
$$);
