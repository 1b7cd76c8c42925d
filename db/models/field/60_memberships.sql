-- M6: memberships that count on a day, what they bring a month, and how many came and went. A membership's flag "active"
-- is a billing flag (quirk Q23): what counts is its status at the start of the local day, out of the log of changes.

create or replace function analytics.billing_months(frequency text) returns int
    language sql immutable parallel safe
as $$
    select case frequency when 'Monthly' then 1 when 'EveryOtherMonth' then 2 when 'Quarterly' then 3 when 'BiAnnual' then 6
        when 'Annual' then 12 end
$$;

comment on function analytics.billing_months(text) is 'Months between two bills; null where there is but one [months]';

create or replace function analytics.membership_status_at(p_shop bigint, p_membership text, p_at timestamptz) returns text
    language sql stable
as $$
    select coalesce(
        (select c.new_status from raw.st_membership_status_changes c
         where c.shop_id = p_shop and c.membership_id = p_membership and c.created_on <= p_at
         order by c.created_on desc, c.st_id desc limit 1),
        (select c.old_status from raw.st_membership_status_changes c
         where c.shop_id = p_shop and c.membership_id = p_membership and c.created_on > p_at
         order by c.created_on, c.st_id limit 1),
        (select m.status from raw.st_memberships m where m.shop_id = p_shop and m.st_id = p_membership))
$$;

comment on function analytics.membership_status_at(bigint, text, timestamptz) is
    'Status of a membership at an instant: after the last change before it, else before the first one after it [code]';

create or replace function analytics.membership_mrr(p_tenant bigint, p_day date)
returns table (membership_id text, mrr numeric, priced boolean)
language sql stable
as $$
    select m.st_id,
        round(case
            when m.billing_frequency = 'OneTime' then o.sale_price_cents::numeric / nullif(m.duration_months, 0)
            else o.billing_price_cents::numeric / analytics.billing_months(m.billing_frequency)
        end, 4),
        o.st_id is not null and (m.billing_frequency <> 'OneTime' or coalesce(m.duration_months, 0) > 0)
    from raw.st_memberships m
    join lazi.tenant_settings t on t.shop_id = m.shop_id
    left join raw.st_membership_billing_options o on o.shop_id = m.shop_id
        and o.membership_type_id = m.membership_type_id and o.billing_frequency = m.billing_frequency
        and o.duration_months is not distinct from m.duration_months and o.active
    where t.tenant_id = p_tenant
        and m.starts_on <= p_day and (m.ends_on is null or m.ends_on >= p_day)
        and (m.cancelled_on is null or m.cancelled_on > p_day)
        and analytics.membership_status_at(m.shop_id, m.st_id, p_day::timestamp at time zone t.time_zone) = 'Active'
$$;

comment on function analytics.membership_mrr(bigint, date) is
    'Memberships of a tenant that count at the start of a local day, with their revenue a month [cents, 4 decimals]';

create or replace function analytics.membership_churn(p_tenant bigint, p_from date, p_to date)
returns table (at_start bigint, lost bigint, gained bigint, at_end bigint, churn_pct numeric)
language sql stable
as $$
    with s as (select membership_id from analytics.membership_mrr(p_tenant, p_from)),
    e as (select membership_id from analytics.membership_mrr(p_tenant, p_to)),
    lost as (select count(*) as n from (select * from s except select * from e) x),
    gained as (select count(*) as n from (select * from e except select * from s) x)
    select (select count(*) from s), lost.n, gained.n, (select count(*) from e),
        analytics.pct(lost.n, (select count(*) from s))
    from lost, gained
$$;

comment on function analytics.membership_churn(bigint, date, date) is
    'Memberships counted on the first of two days and not on the second, and the other way round [rows]';

create or replace function analytics.straight_line(price_cents bigint, months int)
returns table (k int, cents bigint)
language sql immutable
as $$
    select k, (round(price_cents::numeric * k / months) - round(price_cents::numeric * (k - 1) / months))::bigint
    from generate_series(1, months) as k
$$;

comment on function analytics.straight_line(bigint, int) is
    'A price spread evenly over months, no cent lost [cents by month]';
