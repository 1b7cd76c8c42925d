-- What a support desk tells: inboxes, contacts, conversations with messages, changes of state and ratings; and what the
-- users of pitwall themselves did about a store. One desk account a shop, so its numbers are unique within the shop.

create table warehouse.inboxes (
    shop_id            bigint not null,
    id                 bigint not null,
    sla_target_minutes integer not null default 120,
    name               text,
    primary key (shop_id, id),
    constraint inboxes_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint inboxes_target_positive check (sla_target_minutes > 0)
);

create table warehouse.contacts (
    shop_id        bigint not null,
    id             bigint not null,
    customer_id    bigint,
    merged_into_id bigint,
    updated_at     timestamptz not null default now(),
    is_deleted     boolean not null default false,
    name           text,
    email          text,
    phone          text,
    payload_hash   bytea,
    primary key (shop_id, id),
    constraint contacts_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table warehouse.conversations (
    shop_id           bigint not null,
    id                bigint not null,
    account_id        bigint not null default 0,
    inbox_id          bigint not null default 0,
    contact_id        bigint,
    customer_id       bigint,
    order_id          bigint,
    created_at        timestamptz not null,
    waiting_since     timestamptz,
    last_activity_at  timestamptz,
    vendor_updated_at timestamptz,
    last_synced_at    timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    is_deleted        boolean not null default false,
    status            text not null default 'open',
    priority          text,
    sentiment         text,
    category          text,
    assignee_email    text,
    assignee_name     text,
    labels            text[] not null default '{}',
    payload_hash      bytea,
    primary key (shop_id, id),
    constraint conversations_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint conversations_status_known check (status in ('open', 'pending', 'snoozed', 'resolved', 'closed')),
    constraint conversations_priority_known check (priority in ('low', 'medium', 'high', 'urgent')),
    constraint conversations_sentiment_known check (sentiment in ('positive', 'neutral', 'negative', 'very_negative'))
);

create table warehouse.messages (
    shop_id         bigint not null,
    conversation_id bigint not null,
    id              bigint not null,
    created_at      timestamptz not null,
    is_private      boolean not null default false,
    is_deleted      boolean not null default false,
    direction       text not null default 'incoming',
    sender_kind     text not null default 'contact',
    sender_email    text,
    sender_name     text,
    content         text,
    payload_hash    bytea,
    primary key (shop_id, conversation_id, id),
    constraint messages_conversation_fkey foreign key (shop_id, conversation_id)
        references warehouse.conversations (shop_id, id) on delete cascade,
    constraint messages_direction_known check (direction in ('incoming', 'outgoing', 'activity', 'template')),
    constraint messages_sender_known check (sender_kind in ('contact', 'human', 'bot', 'automation', 'system'))
);

create table warehouse.conversation_events (
    shop_id         bigint not null,
    conversation_id bigint not null,
    happened_at     timestamptz not null,
    event_key       text collate "C" not null,
    kind            text not null,
    actor_email     text,
    primary key (shop_id, conversation_id, event_key),
    constraint conversation_events_conversation_fkey foreign key (shop_id, conversation_id)
        references warehouse.conversations (shop_id, id) on delete cascade,
    constraint conversation_events_kind_known check (kind in
        ('resolved', 'reopened', 'snoozed', 'bot_handoff', 'assigned', 'escalated'))
);

create table warehouse.csat_ratings (
    shop_id         bigint not null,
    conversation_id bigint not null,
    id              bigint not null,
    sent_at         timestamptz,
    answered_at     timestamptz,
    rating          integer,
    feedback        text,
    primary key (shop_id, conversation_id, id),
    constraint csat_ratings_conversation_fkey foreign key (shop_id, conversation_id)
        references warehouse.conversations (shop_id, id) on delete cascade,
    constraint csat_ratings_rating_known check (rating in (1, 2, 3, 4, 5))
);

create table warehouse.shop_events (
    shop_id      bigint not null,
    id           uuid not null default gen_random_uuid(),
    happened_at  timestamptz not null default now(),
    kind         text not null,
    action       text not null,
    actor        text not null,
    external_ref text,
    rationale    text,
    primary key (shop_id, id),
    constraint shop_events_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint shop_events_kind_known check (kind in ('session', 'decision'))
);

create index shop_events_happened_idx on warehouse.shop_events (shop_id, happened_at);

create index shop_events_ref_idx on warehouse.shop_events (shop_id, external_ref);

do $$
declare
    relation text;
begin
    foreach relation in array array['contacts', 'messages', 'csat_ratings'] loop
        call ops.wall(('warehouse.' || relation)::regclass, 'current_shops_managed', '{select,insert,update,delete}');
        execute format('grant select on warehouse.%I to authenticated, pitwall_ops', relation);
        execute format('grant select, insert, update, delete on warehouse.%I to pitwall_sync', relation);
    end loop;
    foreach relation in array array['inboxes', 'conversations', 'conversation_events', 'shop_events'] loop
        call ops.wall(('warehouse.' || relation)::regclass, 'current_shops', '{select,insert,update,delete}');
        execute format('grant select on warehouse.%I to authenticated, pitwall_ops, pitwall_bi', relation);
        execute format('grant select, insert, update, delete on warehouse.%I to pitwall_sync', relation);
    end loop;
end
$$;

-- A BI login has the grant and no policy: v_cx_escalations works for it and shows no name.
grant select on warehouse.contacts to pitwall_bi;

call ops.describe('warehouse.inboxes', 'Channels of the support desk with the reply time each promises', $$
    shop_id             shop [id]
    id                  inbox [vendor id]
    sla_target_minutes  time to the first human reply [minutes]
    name                name [text]
$$);

call ops.describe('warehouse.contacts', 'People who wrote to support. Personal data: for owners and managers only', $$
    shop_id         shop [id]
    id              contact [vendor id]
    customer_id     the same person as a customer of the store [vendor id]
    merged_into_id  survivor of a merge [vendor id]
    updated_at      when the row was last changed [UTC]
    is_deleted      gone at the vendor [flag]
    name            name [text]
    email           address [text]
    phone           number [text]
    payload_hash    fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
$$);

call ops.describe('warehouse.conversations', 'Conversations with support as the desk tells them, without names', $$
    shop_id            shop [id]
    id                 conversation number shown in the desk [vendor id]
    account_id         account of the desk [vendor id]
    inbox_id           inbox [vendor id]
    contact_id         who wrote [vendor id]
    customer_id        the same person as a customer of the store [vendor id]
    order_id           order it is about [vendor id]
    created_at         when it began [UTC]
    waiting_since      since when the customer waits, as the desk says [UTC]
    last_activity_at   last message or change [UTC]
    vendor_updated_at  the vendor's time of last change [UTC]
    last_synced_at     when a sync last wrote this row [UTC]
    updated_at         when the row was last changed [UTC]
    is_deleted         gone at the vendor; in no figure [flag]
    status             open, pending, snoozed, resolved; closed from imports only [code]
    priority           low, medium, high, urgent, null where nobody set one [code]
    sentiment          positive, neutral, negative, very_negative, where the desk or a person says so [code]
    category           product_issue, shipping, return, general_inquiry and the like [code]
    assignee_email     person it is assigned to; the last one known [text]
    assignee_name      name of that person [text]
    labels             labels [list of text]
    payload_hash       fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
$$);

call ops.describe('warehouse.messages', 'Messages of conversations. Personal data: for owners and managers only', $$
    shop_id          shop [id]
    conversation_id  conversation [vendor id]
    id               message [vendor id]
    created_at       when it was sent [UTC]
    is_private       a note that the customer does not see [flag]
    is_deleted       taken back [flag]
    direction        incoming, outgoing, activity or template [code]
    sender_kind      contact, human, bot, automation or system; only a human's reply is a response [code]
    sender_email     address of the person who answered [text]
    sender_name      name of the sender [text]
    content          text as written [text]
    payload_hash     fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
$$);

call ops.describe('warehouse.conversation_events', 'Changes of state of a conversation, from which open time is added up', $$
    shop_id          shop [id]
    conversation_id  conversation [vendor id]
    happened_at      when it changed [UTC]
    event_key        the vendor's id of the change, else kind and instant [key]
    kind             resolved, reopened, snoozed, bot_handoff, assigned or escalated [code]
    actor_email      who did it, where it was a person [text]
$$);

call ops.describe('warehouse.csat_ratings', 'Surveys sent to customers and their answers. For owners and managers only', $$
    shop_id          shop [id]
    conversation_id  conversation [vendor id]
    id               survey [vendor id]
    sent_at          when it was sent [UTC]
    answered_at      when it was first answered [UTC]
    rating           1 to 5, null while unanswered; changes in place [points]
    feedback         text of the customer [text]
$$);

call ops.describe('warehouse.shop_events', 'What users of pitwall did about a store: opened its page, took a decision', $$
    shop_id       shop [id]
    id            event [id]
    happened_at   when [UTC]
    kind          session: somebody opened the store's page; decision: somebody acted [code]
    action        what was done, such as chatwoot.approve_send [code]
    actor         who did it [text]
    external_ref  what it was about, such as chatwoot:501 [key]
    rationale     why [text]
$$);
