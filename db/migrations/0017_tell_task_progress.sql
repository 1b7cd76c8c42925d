-- How far each stream of a task is; and a kind that nobody works on is no kind: exports are streamed, never waited for.

alter table ops.tasks add column progress_streams jsonb;

alter table ops.tasks drop constraint tasks_kind_known;

alter table ops.tasks add constraint tasks_kind_known
    check (kind in ('sync_run', 'backfill', 'snapshots_build', 'metrics_rebuild', 'order_refresh'));

comment on column ops.tasks.progress_streams is
    'list of {stream, done, total}: records read of each stream, total as far as the vendor has said [JSON]';

comment on column ops.tasks.kind is
    'sync_run, backfill, snapshots_build, metrics_rebuild, order_refresh [code]';
