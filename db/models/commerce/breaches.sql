-- Breaches of the reply time and who dealt with them.
-- grain: one breach of a conversation · sources: cx_conversations, messages, conversation_events, shop_events
-- run: for dirty conversations, after conversations.sql, and for those whose time ran out since
-- parameters: $1 shop_id, $2 conversation ids, $3 now
-- decisions: hotrod A.9 [FIX], B.5: breached when the first reply came after the promised time, or there is none and the
-- time is over. A breach that nobody touched has a row without an action; nothing drops out by being unresolved.
with
  breached as (
    select c.*, d.due, s.timezone
    from unnest($2::bigint[]) as k (id)
    join warehouse.shops s on s.shop_id = $1
    cross join lateral (
      select c.* from warehouse.cx_conversations c where c.shop_id = $1 and c.chatwoot_conversation_id = k.id
      offset 0
    ) c
    cross join lateral (
      select coalesce(c.response_clock_from, c.created_at) + make_interval(mins => c.sla_target_minutes) as due
    ) d
    where case
      when c.first_response_at is not null then c.first_response_at > d.due
      when c.status in ('open', 'pending', 'snoozed') then $3 > d.due
      else coalesce(c.resolved_at, $3) > d.due
    end
  ),
  wanted as (
    select
      b.chatwoot_conversation_id as id, b.due, a.happened_at, a.actor, a.actor_name, a.action_type, b.status,
      case when b.resolved_at > b.due then b.resolved_at end as resolved_at,
      coalesce(a.actor, b.operator_email) as operator_email,
      warehouse.shop_day(b.due, b.timezone) as metric_date
    from breached b
    left join lateral (
      select x.*
      from (
        select m.created_at as happened_at, m.sender_email as actor, m.sender_name as actor_name, 'message' as action_type
        from warehouse.messages m
        where m.shop_id = $1 and m.conversation_id = b.chatwoot_conversation_id and m.created_at >= b.due
          and m.direction = 'outgoing' and m.sender_kind = 'human'
        union all
        select v.happened_at, v.actor_email, null,
          case v.kind when 'escalated' then 'escalation' when 'assigned' then 'assignment' else 'resolution' end
        from warehouse.conversation_events v
        where v.shop_id = $1 and v.conversation_id = b.chatwoot_conversation_id and v.happened_at >= b.due
          and v.kind in ('escalated', 'assigned', 'resolved') and v.actor_email is not null
        union all
        select e.happened_at, e.actor, null, case when e.action ~ 'escalat' then 'escalation'
          when e.action ~ 'resolve' then 'resolution' when e.action ~ 'assign' then 'assignment' else 'message' end
        from warehouse.shop_events e
        where e.shop_id = $1 and e.external_ref = 'chatwoot:' || b.chatwoot_conversation_id and e.happened_at >= b.due
          and e.kind = 'decision'
      ) x
      order by x.happened_at, x.action_type limit 1
    ) a on true
  ),
  gone as (
    delete from warehouse.operator_sla_resolution t
    where t.shop_id = $1 and t.ctid = any(array(
      select h.place
      from unnest($2::bigint[]) as k (id)
      cross join lateral (
        select h.ctid as place, h.sla_breach_detected_at as due
        from warehouse.operator_sla_resolution h where h.shop_id = $1 and h.chatwoot_conversation_id = k.id
        offset 0
      ) h
      where (k.id, h.due) not in (select w.id, w.due from wanted w)))
    returning 1
  ),
  written as (
    insert into warehouse.operator_sla_resolution as t
      (shop_id, chatwoot_conversation_id, sla_breach_detected_at, operator_action_at, resolved_at, metric_date,
       operator_email, operator_name, conversation_status, action_type, created_at)
    select $1, w.id, w.due, w.happened_at, w.resolved_at, w.metric_date, w.operator_email, w.actor_name, w.status,
      w.action_type, $3
    from wanted w
    on conflict (shop_id, chatwoot_conversation_id, sla_breach_detected_at) do update set
      operator_action_at = excluded.operator_action_at,
      resolved_at = excluded.resolved_at,
      metric_date = excluded.metric_date,
      operator_email = excluded.operator_email,
      operator_name = excluded.operator_name,
      conversation_status = excluded.conversation_status,
      action_type = excluded.action_type
    where (t.operator_action_at, t.resolved_at, t.metric_date, t.operator_email, t.operator_name, t.conversation_status,
           t.action_type)
      is distinct from (excluded.operator_action_at, excluded.resolved_at, excluded.metric_date, excluded.operator_email,
           excluded.operator_name, excluded.conversation_status, excluded.action_type)
    returning 1
  )
select (select count(*) from gone) + (select count(*) from written) as changed
