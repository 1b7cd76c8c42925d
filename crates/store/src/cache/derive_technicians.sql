-- A technician's team: the interface sends its name and no number. Null where the name is not unique.
-- parameters: $1 shop_id, $2 not used, $3 now
update raw.st_technicians t
set team_id = n.team_id, updated_at = $3::timestamptz
from (
  select p.st_id, case when count(m.st_id) = 1 then min(m.st_id) end as team_id
  from raw.st_technicians p
  left join raw.st_teams m on m.shop_id = $1 and m.name = p.team_name and m.active
  where p.shop_id = $1 and $2::text[] is not null
  group by p.st_id
) n
where t.shop_id = $1 and t.st_id = n.st_id and t.team_id is distinct from n.team_id
