-- The program's own bookkeeping: which files of db/ this database has. Holds no shop's data.
create schema if not exists pitwall authorization pitwall_owner;

create table if not exists pitwall.schema_migrations (
  name text primary key,
  checksum text not null,
  applied_at timestamptz not null default now()
);

create table if not exists pitwall.schema_models (
  only_row boolean primary key default true check (only_row),
  checksum text not null,
  applied_at timestamptz not null default now()
);

comment on schema pitwall is 'Bookkeeping of the program itself: applied migrations and models.';

comment on table pitwall.schema_migrations is 'Applied migrations; one row a file of db/migrations.';

comment on column pitwall.schema_migrations.name is 'File name [text]';

comment on column pitwall.schema_migrations.checksum is 'SHA-256 of the file as applied [hex]';

comment on column pitwall.schema_migrations.applied_at is 'When it was applied [UTC]';

comment on table pitwall.schema_models is 'Checksum of the views and functions last applied; one row.';

comment on column pitwall.schema_models.only_row is 'Always true: the table has one row [boolean]';

comment on column pitwall.schema_models.checksum is 'SHA-256 over the files of db/models [hex]';

comment on column pitwall.schema_models.applied_at is 'When they were applied [UTC]';
