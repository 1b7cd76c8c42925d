-- A technician.
-- parameters: $1 shop_id, $2 technicians
select json_build_object(
  'id', t.st_id,
  'gone', not t.active,
  'name', t.name,
  'first_name', t.first_name,
  'last_name', t.last_name,
  'email', t.email,
  'created_on', (extract(epoch from t.created_on) * 1000000)::bigint,
  'modified_on', (extract(epoch from t.modified_on) * 1000000)::bigint
)::text
from unnest($2::text[]) as k (id)
join raw.st_technicians t on t.shop_id = $1 and t.st_id = k.id
