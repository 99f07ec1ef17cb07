import { describe, expect, it } from '@jest/globals'
import { type PathSource, toReplicatedStatement } from './replicated-statement.ts'

const WINDOWS =
  'replicated_deduplication_window = 0, replicated_deduplication_window_for_async_inserts = 0'

const rewritten = (statement: string, path: PathSource = 'statement'): string =>
  toReplicatedStatement(statement, path)
const pathIn = (statement: string): string => /'(\/[^']+)'/.exec(rewritten(statement))?.[1] ?? ''
const withoutHash = (statement: string): string =>
  rewritten(statement).replace(/-[0-9a-f]{12}'/, "-HASH'")

describe('a statement for a cluster', () => {
  it.each([
    [
      'CREATE TABLE IF NOT EXISTS wa_g1.t (x Int8)\n  ENGINE = MergeTree ORDER BY x',
      'CREATE TABLE IF NOT EXISTS wa_g1.t (x Int8)\n  ENGINE = ReplicatedMergeTree(' +
        `'/clickhouse/tables/{shard}/wa_g1/t-HASH', '{replica}') ORDER BY x SETTINGS ${WINDOWS}`,
    ],
    [
      'CREATE TABLE wa.t (x Int8) ENGINE = SummingMergeTree((x, y)) ORDER BY (f(x), y)',
      'CREATE TABLE wa.t (x Int8) ENGINE = ReplicatedSummingMergeTree(' +
        `'/clickhouse/tables/{shard}/wa/t-HASH', '{replica}', (x, y)) ` +
        `ORDER BY (f(x), y) SETTINGS ${WINDOWS}`,
    ],
    [
      'CREATE TABLE IF NOT EXISTS wa_g1.t_next AS wa_g1.t ENGINE = AggregatingMergeTree ' +
        'ORDER BY x SETTINGS index_granularity = 1024',
      'CREATE TABLE IF NOT EXISTS wa_g1.t_next AS wa_g1.t ENGINE = ReplicatedAggregatingMergeTree(' +
        "'/clickhouse/tables/{shard}/wa_g1/t_next-HASH', '{replica}') " +
        `ORDER BY x SETTINGS ${WINDOWS}, index_granularity = 1024`,
    ],
    [
      'CREATE OR REPLACE TABLE wa_g1.t (x Int8) ENGINE = ReplacingMergeTree(x) ORDER BY x ' +
        'AS SELECT x FROM wa_g1.t FINAL SETTINGS max_threads = 1',
      'CREATE OR REPLACE TABLE wa_g1.t (x Int8) ENGINE = ReplicatedReplacingMergeTree(' +
        `'/clickhouse/tables/{shard}/wa_g1/t-HASH', '{replica}', x) ` +
        `ORDER BY x SETTINGS ${WINDOWS} AS SELECT x FROM wa_g1.t FINAL SETTINGS max_threads = 1`,
    ],
  ])('makes a replicated table that drops no block as repeated: %s', (statement, expected) => {
    expect(withoutHash(statement)).toBe(expected)
  })

  it('leaves the path to a database that has its own', () => {
    expect(
      rewritten('CREATE TABLE wa.t (x Int8) ENGINE = ReplacingMergeTree(x) ORDER BY x', 'database'),
    ).toBe(
      'CREATE TABLE wa.t (x Int8) ENGINE = ReplicatedReplacingMergeTree(x) ' +
        `ORDER BY x SETTINGS ${WINDOWS}`,
    )
  })

  it('gives a table of the same name, but another text, another path', () => {
    const made = pathIn('CREATE TABLE wa_g1.t (x Int8) ENGINE = MergeTree ORDER BY x')
    expect(pathIn('CREATE TABLE wa_g1.t (x Int8)\n  ENGINE = MergeTree ORDER BY x')).toBe(made)
    expect(pathIn('CREATE TABLE wa_g1.t (x Int8) ENGINE = MergeTree ORDER BY -x')).not.toBe(made)
  })

  it.each([
    'ALTER TABLE wa_g1.t ADD COLUMN IF NOT EXISTS y Int8',
    'RENAME TABLE wa_g1.t TO wa_g1.t_former',
    'INSERT INTO wa_g1.t SELECT * FROM wa_g1.t_former',
    'CREATE OR REPLACE VIEW wa.v AS SELECT 1',
    'CREATE MATERIALIZED VIEW IF NOT EXISTS wa_g1.m TO wa_g1.t AS SELECT x FROM wa_g1.u',
    'CREATE TABLE IF NOT EXISTS wa_g1.migrations (id UInt32) ENGINE = ReplacingMergeTree ORDER BY id',
    "CREATE TABLE wa_g1.t (x Int8) ENGINE = ReplicatedMergeTree('/path', '{replica}') ORDER BY x",
  ])('stays as it is where it makes no replicated table: %s', (statement) => {
    expect(rewritten(statement)).toBe(statement)
  })

  it.each([
    ['DROP DATABASE IF EXISTS wa_g2', 'DROP DATABASE IF EXISTS wa_g2 SYNC'],
    [
      'DROP TABLE IF EXISTS wa_g1.t_former SETTINGS max_table_size_to_drop = 0',
      'DROP TABLE IF EXISTS wa_g1.t_former SYNC SETTINGS max_table_size_to_drop = 0',
    ],
  ])('waits until what it drops is gone: %s', (statement, expected) => {
    expect(rewritten(statement)).toBe(expected)
  })

  it('is refused where its rows would not be replicated', () => {
    expect(() => rewritten('CREATE TABLE wa_g1.t AS wa_g1.u')).toThrow('an engine of its own')
    expect(() =>
      rewritten('CREATE MATERIALIZED VIEW wa.m ENGINE = MergeTree ORDER BY x AS SELECT 1 AS x'),
    ).toThrow('which TO names')
  })
})
