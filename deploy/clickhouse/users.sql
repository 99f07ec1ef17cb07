-- Users of wabastream: run once by an administrator with access management, for instance
--   clickhouse-client --queries-file users.sql \
--     --param_migrator=… --param_writer=… --param_canary=… --param_analyst=…
-- Add "ON CLUSTER …" where there is one. Passwords are parameters, never in this file.

CREATE ROLE IF NOT EXISTS wabastream_migrator_role;
-- Databases of generations are wa_g1, wa_g2, …; a trailing asterisk is a prefix.
GRANT CREATE DATABASE, DROP DATABASE, CREATE TABLE, DROP TABLE, ALTER, CREATE VIEW, DROP VIEW,
  SELECT, INSERT, TRUNCATE, OPTIMIZE, SHOW ON wa_g*.* TO wabastream_migrator_role;
GRANT CREATE DATABASE, CREATE TABLE, DROP TABLE, CREATE VIEW, DROP VIEW, ALTER COLUMN, SELECT,
  INSERT, SHOW ON wa.* TO wabastream_migrator_role;
-- The same views with pseudonyms, and the key of these.
GRANT CREATE DATABASE, CREATE TABLE, DROP TABLE, CREATE VIEW, DROP VIEW, SELECT, SHOW
  ON wa_analysis.* TO wabastream_migrator_role;
GRANT CREATE DATABASE, CREATE TABLE, SELECT, INSERT, SHOW
  ON wa_secrets.* TO wabastream_migrator_role;
-- What is there is read from the server's own tables.
GRANT SELECT ON system.tables TO wabastream_migrator_role;
GRANT SELECT ON system.columns TO wabastream_migrator_role;
GRANT SELECT ON system.time_zones TO wabastream_migrator_role;

CREATE ROLE IF NOT EXISTS wabastream_writer_role;
GRANT SELECT, INSERT, SHOW ON wa_g*.* TO wabastream_writer_role;
-- The sink shows whether its generation is the one that analysts see.
GRANT SELECT ON wa.generation_moves TO wabastream_writer_role;

CREATE ROLE IF NOT EXISTS wabastream_canary_role;
-- It looks for the rows of its own webhooks.
GRANT SELECT ON wa_g*.* TO wabastream_canary_role;

-- Sees everything: texts, names and numbers of customers.
CREATE ROLE IF NOT EXISTS wabastream_support_role;
GRANT SELECT, SHOW ON wa.* TO wabastream_support_role;

-- Sees neither texts nor names nor numbers.
CREATE ROLE IF NOT EXISTS wabastream_analysis_role;
GRANT SELECT, SHOW ON wa_analysis.* TO wabastream_analysis_role;

-- The name of the support role before there were two; users who have it keep what they may.
CREATE ROLE IF NOT EXISTS wabastream_analyst_role;
GRANT wabastream_support_role TO wabastream_analyst_role;

-- What nobody who asks may change: the limits of a query.
CREATE SETTINGS PROFILE IF NOT EXISTS wabastream_analyst SETTINGS
  readonly = 2,
  allow_ddl = 0 READONLY,
  max_execution_time = 60 MAX 300,
  max_memory_usage = 8000000000 MAX 8000000000,
  max_threads = 4 MAX 4,
  max_result_rows = 1000000 MAX 10000000;
ALTER SETTINGS PROFILE wabastream_analyst
  TO wabastream_support_role, wabastream_analysis_role, wabastream_analyst_role;

-- The writer states its own settings with each insert, and is given none.
CREATE QUOTA IF NOT EXISTS wabastream_analyst KEYED BY user_name
  FOR INTERVAL 1 hour MAX queries = 2000, errors = 500, execution_time = 3600;
ALTER QUOTA wabastream_analyst
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
