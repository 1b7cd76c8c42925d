-- A customer with the contacts of his own and of his locations, in that order.
-- parameters: $1 shop_id, $2 customers
select json_build_object(
  'id', c.st_id,
  'gone', not c.active,
  'name', c.name,
  'kind', c.customer_type,
  'street', c.address_street,
  'unit', c.address_unit,
  'city', c.address_city,
  'state', c.address_state,
  'zip', c.address_zip,
  'credit_limit', c.credit_limit_cents,
  'do_not_mail', c.do_not_mail,
  'created_on', (extract(epoch from c.created_on) * 1000000)::bigint,
  'modified_on', (extract(epoch from c.modified_on) * 1000000)::bigint,
  'contacts', coalesce((
    select json_agg(json_build_object('kind', x.contact_type, 'value', x.value) order by x.rank, x.number)
    from (
      select distinct on (o.contact_type, o.value_norm) o.contact_type, o.value, o.rank, o.number
      from (
        select a.contact_type, a.value, a.value_norm, 1 as rank, lpad(a.st_id, 20, '0') as number
        from raw.st_customer_contacts a
        where a.shop_id = $1 and a.owner_id = c.st_id and a.active
        union all
        select a.contact_type, a.value, a.value_norm, 2, lpad(a.st_id, 20, '0')
        from raw.st_locations l
        join raw.st_location_contacts a on a.shop_id = $1 and a.owner_id = l.st_id and a.active
        where l.shop_id = $1 and l.customer_id = c.st_id
      ) o
      order by o.contact_type, o.value_norm, o.rank, o.number
    ) x), '[]')
)::text
from unnest($2::text[]) as k (id)
join raw.st_customers c on c.shop_id = $1 and c.st_id = k.id
