-- Users of wabastream: run by an administrator with access management, again after an upgrade,
-- for instance
--   clickhouse-client --queries-file users.sql \
--     --param_migrator=… --param_writer=… --param_canary=… --param_analyst=…
-- On each server of a cluster, or once with "ON CLUSTER …" added. Passwords are parameters, never in
-- this file.

CREATE ROLE IF NOT EXISTS wabastream_migrator_role;
-- Databases of generations are wa_g1, wa_g2, …; a trailing asterisk is a prefix.
GRANT CREATE DATABASE, DROP DATABASE, CREATE TABLE, DROP TABLE, ALTER, CREATE VIEW, DROP VIEW,
  SELECT, INSERT, TRUNCATE, OPTIMIZE, SHOW ON wa_g*.* TO wabastream_migrator_role;
GRANT CREATE DATABASE, CREATE TABLE, DROP TABLE, CREATE VIEW, DROP VIEW, ALTER COLUMN, SELECT,
  INSERT, SHOW ON wa.* TO wabastream_migrator_role;
-- The same views with pseudonyms, and the key of these. A view takes the name of the one before, and
-- the server asks for INSERT where a name is taken.
GRANT CREATE DATABASE, CREATE TABLE, DROP TABLE, CREATE VIEW, DROP VIEW, SELECT, INSERT, SHOW
  ON wa_analysis.* TO wabastream_migrator_role;
GRANT CREATE DATABASE, CREATE TABLE, SELECT, INSERT, SHOW
  ON wa_secrets.* TO wabastream_migrator_role;
-- What is there is read from the server's own tables.
GRANT SELECT ON system.tables TO wabastream_migrator_role;
GRANT SELECT ON system.columns TO wabastream_migrator_role;
GRANT SELECT ON system.time_zones TO wabastream_migrator_role;
-- Of a cluster.
GRANT SELECT ON system.databases TO wabastream_migrator_role;
GRANT SELECT ON system.replicas TO wabastream_migrator_role;

CREATE ROLE IF NOT EXISTS wabastream_writer_role;
GRANT SELECT, INSERT, SHOW ON wa_g*.* TO wabastream_writer_role;
-- The sink shows whether its generation is the one that analysts see.
GRANT SELECT ON wa.generation_moves TO wabastream_writer_role;
-- It counts the days of numbers, which are those of their time zones.
GRANT SELECT ON wa.number_time_zones TO wabastream_writer_role;
-- In the chart, `watch` has the sink's user.
GRANT SELECT, INSERT ON wa.detection_log TO wabastream_writer_role;

CREATE ROLE IF NOT EXISTS wabastream_canary_role;
-- Of `watch`, which looks for the rows of the canary's webhooks, and logs what it detects.
GRANT SELECT ON wa_g*.* TO wabastream_canary_role;
-- Detectors read the generation that analysts see.
GRANT SELECT ON wa.generation_moves TO wabastream_canary_role;
GRANT SELECT, INSERT ON wa.detection_log TO wabastream_canary_role;

-- Sees everything: texts, names and numbers of customers.
CREATE ROLE IF NOT EXISTS wabastream_support_role;
GRANT SELECT, SHOW ON wa.* TO wabastream_support_role;

-- Sees neither texts nor names nor numbers.
CREATE ROLE IF NOT EXISTS wabastream_analysis_role;
GRANT SELECT, SHOW ON wa_analysis.* TO wabastream_analysis_role;

-- The name of the support role before there were two; users who have it keep what they may.
CREATE ROLE IF NOT EXISTS wabastream_analyst_role;
GRANT wabastream_support_role TO wabastream_analyst_role;

-- Limits of those who ask. Each can be lowered for a query, and raised up to its MAX; a MIN is where
-- 0 would mean "without limit". Running the file again sets them again: change them here.
CREATE SETTINGS PROFILE OR REPLACE wabastream_analyst SETTINGS
  readonly = 2,
  allow_ddl = 0 READONLY,
  -- A question without a range of time: refused before it is read, or while it is.
  max_rows_to_read = 1000000000 MIN 1 MAX 5000000000,
  read_overflow_mode = 'throw' READONLY,
  max_execution_time = 60 MIN 1 MAX 300,
  timeout_overflow_mode = 'throw' READONLY,
  max_threads = 4 MAX 4,
  -- An answer that nobody reads.
  max_result_rows = 1000000 MIN 1 MAX 10000000,
  max_result_bytes = 2000000000 MIN 1 MAX 10000000000,
  -- Groups, sorting and joins; from half of it on, groups and sorting go on on the disk, of which
  -- inserts need the rest.
  max_memory_usage = 8000000000 MIN 1 MAX 8000000000,
  max_bytes_before_external_group_by = 4000000000 MIN 1 MAX 4000000000,
  max_bytes_before_external_sort = 4000000000 MIN 1 MAX 4000000000,
  max_temporary_data_on_disk_size_for_query = 20000000000 MIN 1 MAX 20000000000,
  -- Several at once, of one user.
  max_concurrent_queries_for_user = 20 MIN 1 MAX 20,
  max_memory_usage_for_user = 16000000000 MIN 1 MAX 16000000000,
  max_temporary_data_on_disk_size_for_user = 40000000000 MIN 1 MAX 40000000000,
  -- Long lists, and what never ends: both cost before anything is read, where no time is limited.
  max_query_size = 262144 MIN 1 MAX 1048576,
  max_recursive_cte_evaluation_depth = 1000 MIN 1 MAX 1000,
  -- Who closes the window has stopped asking.
  cancel_http_readonly_queries_on_client_close = 1
  TO wabastream_support_role, wabastream_analysis_role, wabastream_analyst_role;

-- The writer states its own settings with each insert, and is given none. An hour of time is one
-- query after the other, all the time.
CREATE QUOTA OR REPLACE wabastream_analyst KEYED BY user_name
  FOR INTERVAL 1 hour MAX queries = 5000, errors = 500, read_rows = 20000000000,
    result_rows = 50000000, execution_time = 3600
  TO wabastream_support_role, wabastream_analysis_role, wabastream_analyst_role;

CREATE USER IF NOT EXISTS wabastream_migrator
  IDENTIFIED WITH sha256_password BY {migrator:String};
GRANT wabastream_migrator_role TO wabastream_migrator;

CREATE USER IF NOT EXISTS wabastream_writer
  IDENTIFIED WITH sha256_password BY {writer:String};
GRANT wabastream_writer_role TO wabastream_writer;

CREATE USER IF NOT EXISTS wabastream_canary
  IDENTIFIED WITH sha256_password BY {canary:String};
GRANT wabastream_canary_role TO wabastream_canary;

CREATE USER IF NOT EXISTS wabastream_analyst
  IDENTIFIED WITH sha256_password BY {analyst:String};
GRANT wabastream_support_role TO wabastream_analyst;
