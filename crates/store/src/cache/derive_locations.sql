-- Telephone and e-mail of a location: the interface sends none. The best of its contacts, mobile first, lowest number.
-- parameters: $1 shop_id, $2 locations, $3 now
update raw.st_locations l
set phone = n.phone, email = n.email, updated_at = $3::timestamptz
from (
  select k.id,
    (select c.value from raw.st_location_contacts c
     where c.shop_id = $1 and c.owner_id = k.id and c.active and c.contact_type in ('MobilePhone', 'Phone')
     order by c.contact_type <> 'MobilePhone', length(c.st_id), c.st_id limit 1) as phone,
    (select c.value from raw.st_location_contacts c
     where c.shop_id = $1 and c.owner_id = k.id and c.active and c.contact_type = 'Email'
     order by length(c.st_id), c.st_id limit 1) as email
  from unnest($2::text[]) as k (id)
) n
where l.shop_id = $1 and l.st_id = n.id and (l.phone, l.email) is distinct from (n.phone, n.email)
