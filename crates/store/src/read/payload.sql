-- An order as the vendor sent it, newest first. One row, or none for callers who may not see payloads.
-- parameters: $1 shop, $2 order, $3 fingerprint in hex, null for the newest
select p.fetched_at, p.endpoint, encode(p.payload_hash, 'hex'), p.body::text
from raw.payloads p
where p.shop_id = $1 and p.entity = 'repair_order' and p.entity_id = $2
  and ($3::text is null or p.payload_hash = decode($3, 'hex'))
order by p.fetched_at desc
limit 1
