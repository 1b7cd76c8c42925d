-- A key whose day is over, or whose request broke off before it was answered, is taken over by the next request.

grant update (created_at, expires_at, route, request_hash) on ops.idempotency_keys to authenticated;
