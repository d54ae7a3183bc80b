-- Who may do what in the database of the orders, and no more. Run it as a superuser in that database, before the first migration and after each one
-- (a right to a column can only be given once the column is there); as often as you like:
--
--   psql -v ON_ERROR_STOP=1 -d orders -f deploy/postgres/roles.sql
--   psql -d orders -c '\password orders_writer'
--
-- Passwords are none of its business: \password sends a hash, so that neither the server's log nor the shell's history has them; a role that logs in
-- with a certificate needs none. Other names and limits: -v writer=shop_writer -v writer_connections=100

\if :{?migrator} \else \set migrator orders_migrator \endif
\if :{?writer} \else \set writer orders_writer \endif
\if :{?operator} \else \set operator orders_operator \endif

-- Most replicas at once, one more while they are replaced, each with Intake:Lanes + 3 connections.
\if :{?writer_connections} \else \set writer_connections 50 \endif

select format('create role %I login', name) from unnest(array[:'migrator', :'writer', :'operator']) as name
where not exists (select from pg_roles where rolname = name) \gexec

alter role :"migrator" nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 5;
alter role :"writer" nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit :writer_connections;
alter role :"operator" nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 5;

-- A migration that cannot have its lock gives up instead of making all writers queue behind it; it can be tried again.
alter role :"migrator" set lock_timeout = '30s';

-- No statement_timeout: it could end a commit that waits for a standby, which is then done here and lost there. The worker gives up by itself
-- (Postgres:CommandSeconds), and takes the shorter lock_timeout of its own and this one.
alter role :"writer" set statement_timeout = 0;
alter role :"writer" set lock_timeout = '15s';
alter role :"writer" set idle_in_transaction_session_timeout = '60s';

alter role :"operator" set default_transaction_read_only = on;
alter role :"operator" set statement_timeout = '5min';
alter role :"operator" set lock_timeout = '5s';
alter role :"operator" set idle_in_transaction_session_timeout = '60s';

-- Everybody may connect and make temporary tables unless told otherwise.
select format('revoke all on database %I from public', current_database()) \gexec
select format('grant connect on database %I to %I, %I, %I', current_database(), :'migrator', :'writer', :'operator') \gexec

-- The merge of a batch goes through a temporary table.
select format('grant temporary on database %I to %I', current_database(), :'writer') \gexec

revoke all on schema public from public;
alter schema public owner to :"migrator";
grant usage on schema public to :"writer", :"operator";

-- From here on the tables are wanted, which the first migration makes.
select to_regclass('public.orders') is not null as migrated \gset
\if :migrated

-- All of it at once: a writer at work notices nothing.
begin;
revoke all on all tables in schema public from :"writer", :"operator";

-- What COPY and the merge fill in, and what the merge looks at. received_at, replayed_at and the like are not the worker's to set.
grant insert (order_id, customer_id, placed_at, currency, total, lines, content_hash), select (order_id, content_hash) on orders to :"writer";
grant insert (id, body, headers, reason, detail, stage, order_id, message_id, exchange, fingerprint, sqlstate, constraint_name, column_name, worker),
      select (id, fingerprint) on dead_letters to :"writer";
grant insert (worker, orders, stored, conflicts) on batch_ledger to :"writer";
grant select on "__EFMigrationsHistory" to :"writer";

-- Looking, `worker reconcile`, and what `worker replay` notes.
grant select on orders, order_lines, dead_letters, batch_ledger, "__EFMigrationsHistory" to :"operator";
grant update (replayed_at, replay_count) on dead_letters to :"operator";
commit;

\endif
