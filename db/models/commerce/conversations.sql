-- Conversations with their clocks, from messages and changes of state, not from the desk's own reports.
-- grain: one conversation · sources: conversations, messages, conversation_events, csat_ratings, inboxes
-- run: for dirty conversations; marks their customers · parameters: $1 shop_id, $2 ids, $3 now, $4 labels that escalate
-- decisions: commerce-apis 2.8, 5.5. The first reply is a person's and public; its clock begins at the last hand-off or
-- reopening before it. Open time is the sum of the times not resolved.
with
  wanted as (
    select
      c.id, c.account_id, c.inbox_id, c.contact_id, c.customer_id, c.order_id, c.created_at, c.status, c.priority,
      c.category, c.labels,
      b.clock_from, f.first_response_at, f.responder,
      e.resolved_at, e.reopens, m.messages, m.last_message_at,
      case when e.resolved_at is not null then round(extract(epoch from e.open_time) / 60, 2) end as open_minutes,
      coalesce(i.sla_target_minutes, 120) as sla_target_minutes,
      r.rating, r.sent,
      (r.rating - 3) / 2.0 as sentiment_score,
      case
        when r.rating >= 4 then 'positive' when r.rating = 3 then 'neutral'
        when r.rating = 2 then 'negative' when r.rating = 1 then 'very_negative'
        else c.sentiment
      end as sentiment,
      x.label, x.escalated_at,
      coalesce(f.responder, c.assignee_email) as operator_email
    from unnest($2::bigint[]) as k (id)
    join warehouse.conversations c on c.shop_id = $1 and c.id = k.id and not c.is_deleted
    left join lateral (
      select i.sla_target_minutes from warehouse.inboxes i where i.shop_id = $1 and i.id = c.inbox_id
      offset 0
    ) i on true
    left join lateral (
      select m.created_at as first_response_at, m.sender_email as responder
      from warehouse.messages m
      where m.shop_id = $1 and m.conversation_id = c.id
        and m.direction = 'outgoing' and m.sender_kind = 'human' and not m.is_private
      order by m.created_at, m.id limit 1
    ) f on true
    cross join lateral (
      select max(v.happened_at) as clock_from
      from warehouse.conversation_events v
      where v.shop_id = $1 and v.conversation_id = c.id and v.kind in ('bot_handoff', 'reopened')
        and (f.first_response_at is null or v.happened_at <= f.first_response_at)
    ) b
    cross join lateral (
      select
        case when c.status in ('resolved', 'closed')
          then coalesce(max(v.happened_at) filter (where v.kind = 'resolved'), c.last_activity_at) end as resolved_at,
        (count(*) filter (where v.kind = 'reopened'))::int as reopens,
        sum(v.happened_at - v.opened_at) filter (where v.kind = 'resolved') as open_time
      from (
        select v.kind, v.happened_at,
          coalesce(lag(v.happened_at) over (order by v.happened_at, v.event_key), c.created_at) as opened_at
        from warehouse.conversation_events v
        where v.shop_id = $1 and v.conversation_id = c.id and v.kind in ('resolved', 'reopened')
      ) v
    ) e
    cross join lateral (
      select count(*)::int as messages, max(m.created_at) as last_message_at
      from warehouse.messages m
      where m.shop_id = $1 and m.conversation_id = c.id and not m.is_private and not m.is_deleted
        and m.direction in ('incoming', 'outgoing')
    ) m
    cross join lateral (
      select max(r.rating) as rating, count(*) > 0 as sent
      from warehouse.csat_ratings r where r.shop_id = $1 and r.conversation_id = c.id
    ) r
    cross join lateral (
      select
        (select min(l.label) from unnest(c.labels) as l (label) where lower(l.label) = any($4::text[])) as label,
        min(v.happened_at) as escalated_at
      from warehouse.conversation_events v
      where v.shop_id = $1 and v.conversation_id = c.id and v.kind = 'escalated'
    ) x
  ),
  held as (
    select k.id, h.place, h.shopify_customer_id
    from unnest($2::bigint[]) as k (id)
    cross join lateral (
      select h.ctid as place, h.shopify_customer_id
      from warehouse.cx_conversations h where h.shop_id = $1 and h.chatwoot_conversation_id = k.id
      offset 0
    ) h
  ),
  gone as (
    delete from warehouse.cx_conversations t
    where t.shop_id = $1 and t.ctid = any(array(
      select h.place from held h where h.id not in (select w.id from wanted w)))
    returning t.shopify_customer_id
  ),
  written as (
    insert into warehouse.cx_conversations as t
      (shop_id, chatwoot_conversation_id, account_id, inbox_id, contact_id, shopify_customer_id, shopify_order_id,
       created_at, response_clock_from, first_response_at, resolved_at, escalated_at, last_message_at, open_minutes,
       sentiment_score, sla_target_minutes, message_count, reopen_count, csat_rating, is_survey_sent, is_escalation,
       status, escalation_reason, sentiment, priority, category, operator_email, tags, updated_at)
    select $1, w.id, w.account_id, w.inbox_id, w.contact_id, w.customer_id, w.order_id, w.created_at, w.clock_from,
      w.first_response_at, w.resolved_at, w.escalated_at, w.last_message_at, w.open_minutes, w.sentiment_score,
      w.sla_target_minutes, w.messages, w.reopens, w.rating, w.sent, w.label is not null or w.escalated_at is not null,
      w.status, coalesce(w.label, case when w.escalated_at is not null then 'escalated by an operator' end), w.sentiment,
      w.priority, w.category, w.operator_email, w.labels, $3
    from wanted w
    on conflict (shop_id, chatwoot_conversation_id) do update set
      account_id = excluded.account_id,
      inbox_id = excluded.inbox_id,
      contact_id = excluded.contact_id,
      shopify_customer_id = excluded.shopify_customer_id,
      shopify_order_id = excluded.shopify_order_id,
      created_at = excluded.created_at,
      response_clock_from = excluded.response_clock_from,
      first_response_at = excluded.first_response_at,
      resolved_at = excluded.resolved_at,
      escalated_at = excluded.escalated_at,
      last_message_at = excluded.last_message_at,
      open_minutes = excluded.open_minutes,
      sentiment_score = excluded.sentiment_score,
      sla_target_minutes = excluded.sla_target_minutes,
      message_count = excluded.message_count,
      reopen_count = excluded.reopen_count,
      csat_rating = excluded.csat_rating,
      is_survey_sent = excluded.is_survey_sent,
      is_escalation = excluded.is_escalation,
      status = excluded.status,
      escalation_reason = excluded.escalation_reason,
      sentiment = excluded.sentiment,
      priority = excluded.priority,
      category = excluded.category,
      operator_email = excluded.operator_email,
      tags = excluded.tags,
      updated_at = excluded.updated_at
    where (t.account_id, t.inbox_id, t.contact_id, t.shopify_customer_id, t.shopify_order_id, t.created_at,
           t.response_clock_from, t.first_response_at, t.resolved_at, t.escalated_at, t.last_message_at, t.open_minutes,
           t.sentiment_score, t.sla_target_minutes, t.message_count, t.reopen_count, t.csat_rating, t.is_survey_sent,
           t.is_escalation, t.status, t.escalation_reason, t.sentiment, t.priority, t.category, t.operator_email, t.tags)
      is distinct from (excluded.account_id, excluded.inbox_id, excluded.contact_id, excluded.shopify_customer_id,
           excluded.shopify_order_id, excluded.created_at, excluded.response_clock_from, excluded.first_response_at,
           excluded.resolved_at, excluded.escalated_at, excluded.last_message_at, excluded.open_minutes,
           excluded.sentiment_score, excluded.sla_target_minutes, excluded.message_count, excluded.reopen_count,
           excluded.csat_rating, excluded.is_survey_sent, excluded.is_escalation, excluded.status,
           excluded.escalation_reason, excluded.sentiment, excluded.priority, excluded.category, excluded.operator_email,
           excluded.tags)
    returning t.shopify_customer_id
  ),
  marked as (
    insert into ops.dirty_store_keys (shop_id, kind, key, marked_at)
    select $1, 'customer', m.shopify_customer_id, $3
    from (select shopify_customer_id from held union select shopify_customer_id from written) m
    where m.shopify_customer_id is not null
    on conflict (shop_id, kind, key) do nothing
  )
select (select count(*) from gone) + (select count(*) from written) as changed
