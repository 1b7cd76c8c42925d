-- Customers without their personal data.
-- Grain: one customer. Sources: customers, repair_orders. Key: shop_id, id. Read live, nothing stored.
-- The predecessor's view kept the names and ran with its owner's rights; this one drops them and runs with the caller's.
-- As customers are opened to owners and managers only, so is this view.

create or replace view warehouse.customers_analytics with (security_invoker = true) as
with visits as (
    select
        o.shop_id,
        o.customer_id,
        count(*) as ro_count,
        count(*) filter (where o.status in ('POSTED', 'ACCRECV')) as posted_ro_count,
        min(o.posted_date) filter (where o.status in ('POSTED', 'ACCRECV')) as first_visit_on,
        max(o.posted_date) filter (where o.status in ('POSTED', 'ACCRECV')) as last_visit_on
    from warehouse.repair_orders o
    where not o.is_deleted and o.customer_id is not null
    group by o.shop_id, o.customer_id
)
select
    c.shop_id,
    c.id,
    c.customer_type_id,
    c.customer_type_name,
    c.tax_exempt,
    c.ok_for_marketing,
    c.lead_source,
    c.lead_source_id,
    c.referral_source,
    v.first_visit_on,
    v.last_visit_on,
    coalesce(v.ro_count, 0) as ro_count,
    coalesce(v.posted_ro_count, 0) as posted_ro_count,
    c.is_deleted,
    c.tm_created_at,
    c.tm_updated_at,
    c.created_at,
    c.updated_at
from warehouse.customers c
left join visits v on v.shop_id = c.shop_id and v.customer_id = c.id;

alter view warehouse.customers_analytics owner to pitwall_owner;

grant select on warehouse.customers_analytics to authenticated, pitwall_sync, pitwall_ops;

call ops.describe('warehouse.customers_analytics', 'Customers without names, contact data and notes, with their visits', $$
    shop_id             shop [id]
    id                  the vendor's customer number [vendor id]
    customer_type_id    1 person, 2 business [vendor code]
    customer_type_name  Person or Business [text]
    tax_exempt          pays no sales tax [flag]
    ok_for_marketing    agreed to marketing [flag]
    lead_source         where the customer came from [text]
    lead_source_id      the vendor's number of the lead source [vendor id]
    referral_source     who sent the customer [text]
    first_visit_on      first day an order was posted [shop-local date]
    last_visit_on       last day an order was posted [shop-local date]
    ro_count            orders that are not deleted [count]
    posted_ro_count     orders that are posted [count]
    is_deleted          deleted at the vendor [flag]
    tm_created_at       the vendor's time of creation [UTC]
    tm_updated_at       the vendor's time of last change [UTC]
    created_at          when the row was inserted [UTC]
    updated_at          when the row was last changed [UTC]
$$);
