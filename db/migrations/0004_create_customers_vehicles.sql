-- Customers and their vehicles: personal data, opened to owners and managers only. Deleted ones are marked, never removed.

create table warehouse.customers (
    shop_id                  bigint not null,
    id                       bigint not null,
    lead_source_id           bigint,
    credit_limit             bigint,
    tm_created_at            timestamptz,
    tm_updated_at            timestamptz,
    deleted_at               timestamptz,
    last_synced_at           timestamptz not null default now(),
    first_seen_at            timestamptz not null default now(),
    created_at               timestamptz not null default now(),
    updated_at               timestamptz not null default now(),
    customer_type_id         integer,
    tax_exempt               boolean,
    ok_for_marketing         boolean,
    ar_eligible              boolean,
    is_deleted               boolean not null default false,
    first_name               text,
    last_name                text,
    company_name             text,
    contact_first_name       text,
    contact_last_name        text,
    email                    text[],
    phone_primary            text,
    phone_primary_type       text,
    phone_secondary          text,
    phone_secondary_type     text,
    phones                   jsonb,
    address_line1            text,
    address_line2            text,
    city                     text,
    state                    text,
    zip                      text,
    country                  text,
    birthday                 text,
    customer_type_name       text,
    preferred_contact_method text,
    lead_source              text,
    referral_source          text,
    notes                    text,
    internal_notes           text,
    source                   text not null default 'official',
    payload_hash             bytea,
    tm_extra                 jsonb,
    primary key (shop_id, id),
    constraint customers_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint customers_source_known check (source in ('official', 'internal', 'simulator'))
);

create table warehouse.vehicles (
    shop_id            bigint not null,
    id                 bigint not null,
    customer_id        bigint,
    make_id            bigint,
    model_id           bigint,
    sub_model_id       bigint,
    engine_id          bigint,
    transmission_id    bigint,
    drive_type_id      bigint,
    base_vehicle_id    bigint,
    odometer           bigint,
    tm_created_at      timestamptz,
    tm_updated_at      timestamptz,
    deleted_at         timestamptz,
    last_synced_at     timestamptz not null default now(),
    first_seen_at      timestamptz not null default now(),
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    year               integer,
    odometer_date      date,
    is_deleted         boolean not null default false,
    make               text,
    model              text,
    sub_model          text,
    engine             text,
    transmission       text,
    drive_type         text,
    body_style         text,
    body_type          text,
    vin                text,
    license_plate      text,
    license_state      text,
    unit_number        text,
    fleet_number       text,
    color              text,
    interior_color     text,
    odometer_unit      text,
    production_date    text,
    custom_description text,
    notes              text,
    source             text not null default 'official',
    payload_hash       bytea,
    tm_extra           jsonb,
    primary key (shop_id, id),
    constraint vehicles_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint vehicles_source_known check (source in ('official', 'internal', 'simulator'))
);

create index vehicles_customer_idx on warehouse.vehicles (shop_id, customer_id);

call ops.wall('warehouse.customers', 'current_shops_managed', '{select,insert,update}');

call ops.wall('warehouse.vehicles', 'current_shops_managed', '{select,insert,update}');

grant select on warehouse.customers, warehouse.vehicles to authenticated, pitwall_ops;

grant select, insert, update on warehouse.customers, warehouse.vehicles to pitwall_sync;

call ops.describe('warehouse.customers', 'People and businesses who bring vehicles. Personal data', $$
    shop_id                   shop [id]
    id                        the vendor's customer number [vendor id]
    lead_source_id            the vendor's number of the lead source [vendor id]
    credit_limit              credit granted on account [cents]
    tm_created_at             the vendor's time of creation [UTC]
    tm_updated_at             the vendor's time of last change [UTC]
    deleted_at                the vendor's time of deletion [UTC]
    last_synced_at            when a sync last wrote this row [UTC]
    first_seen_at             when the customer was first seen [UTC]
    created_at                when the row was inserted [UTC]
    updated_at                when the row was last changed [UTC]
    customer_type_id          1 person, 2 business [vendor code]
    tax_exempt                pays no sales tax [flag]
    ok_for_marketing          agreed to marketing [flag]
    ar_eligible               may buy on account [flag]
    is_deleted                deleted at the vendor [flag]
    first_name                given name; a business has its name here [text]
    last_name                 family name [text]
    company_name              name of a business [text]
    contact_first_name        given name of a business's contact [text]
    contact_last_name         family name of a business's contact [text]
    email                     addresses [list of text]
    phone_primary             number flagged primary, else the first [text]
    phone_primary_type        Cell, Home, Work and the like [text]
    phone_secondary           next other number [text]
    phone_secondary_type      type of that number [text]
    phones                    all numbers as received [JSON]
    address_line1             street [text]
    address_line2             street, second line [text]
    city                      city [text]
    state                     state [text]
    zip                       postal code [text]
    country                   country; the vendor does not give it [text]
    birthday                  birthday as received [text]
    customer_type_name        Person or Business [text]
    preferred_contact_method  how the customer wants to be reached [text]
    lead_source               where the customer came from [text]
    referral_source           who sent the customer [text]
    notes                     notes [text]
    internal_notes            notes not shown to the customer [text]
    source                    where the row comes from: official, internal, simulator [code]
    payload_hash              fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
    tm_extra                  fields of the vendor that have no column [JSON]
$$);

call ops.describe('warehouse.vehicles', 'Vehicles, with plate and VIN. Personal data', $$
    shop_id             shop [id]
    id                  the vendor's vehicle number [vendor id]
    customer_id         present owner; may change when the vehicle is sold [vendor id]
    make_id             the vendor's number of the make [vendor id]
    model_id            the vendor's number of the model [vendor id]
    sub_model_id        the vendor's number of the sub-model [vendor id]
    engine_id           the vendor's number of the engine [vendor id]
    transmission_id     the vendor's number of the transmission [vendor id]
    drive_type_id       the vendor's number of the drive type [vendor id]
    base_vehicle_id     number of year, make and model in the parts catalogue [vendor id]
    odometer            last reading, in odometer_unit [miles or km]
    tm_created_at       the vendor's time of creation [UTC]
    tm_updated_at       the vendor's time of last change [UTC]
    deleted_at          the vendor's time of deletion [UTC]
    last_synced_at      when a sync last wrote this row [UTC]
    first_seen_at       when the vehicle was first seen [UTC]
    created_at          when the row was inserted [UTC]
    updated_at          when the row was last changed [UTC]
    year                model year [year]
    odometer_date       day of the reading [shop-local date]
    is_deleted          deleted at the vendor [flag]
    make                make [text]
    model               model [text]
    sub_model           sub-model [text]
    engine              engine [text]
    transmission        transmission [text]
    drive_type          driven axles [text]
    body_style          body, under the predecessor's name [text]
    body_type           body, under the vendor's name [text]
    vin                 vehicle identification number; not unique [text]
    license_plate       plate [text]
    license_state       state of the plate [text]
    unit_number         number in the customer's fleet [text]
    fleet_number        number of the fleet [text]
    color               colour [text]
    interior_color      colour inside [text]
    odometer_unit       miles or km [code]
    production_date     production date as received [text]
    custom_description  the shop's own description [text]
    notes               notes [text]
    source              where the row comes from: official, internal, simulator [code]
    payload_hash        fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
    tm_extra            fields of the vendor that have no column [JSON]
$$);
