import { type Migration } from './migration.ts'

export interface RekeyedTable {
  /** Of the first of its migrations; it takes `REKEYING_STEPS` of them. */
  readonly firstId: number
  readonly table: string
  /** The column by which the rows of a day are cut into slices; `message_id` if it is left out. */
  readonly slicedBy?: string
  /** The day of a row, of which the partition of the former table follows. */
  readonly day: string
  /** Engine, partition and sorting key. */
  readonly storage: string
  /** A part of the sorting key that the former one has not, as `system.tables` writes it. */
  readonly keyStartsWith: string
  /** What an ALTER adds to the columns and indices that the table has. */
  readonly additions: readonly string[]
}

/** How many migrations one table takes. */
export const REKEYING_STEPS = 9

/** An insert that was under way has ended or been given up by then. */
export const INSERT_MS_MAX = 31_000

const ROWS_OF_A_SLICE = 500_000

/**
 * Gives a table another sorting key, which cannot be changed in place: its rows are copied into a
 * new table that then takes its name. Meanwhile they can be read, and inserts are refused as too
 * many parts, so that sinks wait and look for anchors in no half of a table. What is copied twice
 * merges into the same, so each step can be repeated, also by two processes at once. Needs the
 * table's size on disk once more.
 */
export function rekeyTable(rekeyed: RekeyedTable): readonly Migration[] {
  const { additions, day, firstId, keyStartsWith, slicedBy, storage, table } = rekeyed
  const next = `${table}_next`
  const former = `${table}_former`
  const isRekeyed = (database: string): string => `SELECT 1 FROM system.tables
    WHERE database = '${database}' AND name = '${table}'
      AND startsWith(sorting_key, '${keyStartsWith}')`
  const isThere = (database: string, name: string): string =>
    `SELECT 1 FROM system.tables WHERE database = '${database}' AND name = '${name}'`
  const steps: readonly Omit<Migration, 'id'>[] = [
    {
      name: `add to ${table} what its key asks for`,
      statement: (database) => `ALTER TABLE ${database}.${table} ${additions.join(', ')}`,
      done: isRekeyed,
    },
    {
      name: `create ${table} with another key`,
      statement: (database) =>
        `CREATE TABLE IF NOT EXISTS ${database}.${next} AS ${database}.${table} ${storage}`,
      done: isRekeyed,
    },
    {
      name: `let inserts into ${table} wait`,
      statement: (database) => `ALTER TABLE ${database}.${table}
        MODIFY SETTING max_parts_in_total = 0`,
      done: isRekeyed,
    },
    {
      name: `copy the rows of ${table}`,
      statement: (database, slice = 'true') => `INSERT INTO ${database}.${next}
        SELECT * FROM ${database}.${table} WHERE ${slice}
        SETTINGS max_partitions_per_insert_block = 0`,
      // Each is copied well within the time that a request may take.
      slices: (database) => slicesByDay(`${database}.${table}`, day, ROWS_OF_A_SLICE, slicedBy),
      delayMs: INSERT_MS_MAX,
      done: (database) => `${isRekeyed(database)} UNION ALL
        SELECT 1 FROM system.tables
        WHERE database = '${database}' AND name = '${table}' AND total_rows = 0`,
    },
    {
      name: `put ${table} by its former key aside`,
      statement: (database) => `RENAME TABLE ${database}.${table} TO ${database}.${former}`,
      done: (database) => `${isRekeyed(database)} UNION ALL ${isThere(database, former)}`,
    },
    {
      name: `take the copy for ${table}`,
      statement: (database) => `RENAME TABLE ${database}.${next} TO ${database}.${table}`,
      done: isRekeyed,
    },
    {
      name: `let inserts into ${table} go on`,
      // Only where another process was late in letting them wait.
      statement: (database) => `ALTER TABLE ${database}.${table}
        RESET SETTING max_parts_in_total`,
    },
    {
      name: `drop ${table} by its former key`,
      statement: (database) => dropTable(`${database}.${former}`),
    },
    {
      // Another process may have been late in creating it.
      name: `drop what is left of rekeying ${table}`,
      statement: (database) => dropTable(`${database}.${next}`),
    },
  ]
  return steps.map((step, index) => ({ id: firstId + index, ...step }))
}

function dropTable(table: string): string {
  return `DROP TABLE IF EXISTS ${table} SETTINGS max_table_size_to_drop = 0`
}

/** Conditions on the day and a column that cut a table into slices of about so many rows. */
export function slicesByDay(table: string, day: string, rows: number, by = 'message_id'): string {
  return `
        SELECT concat('${day} = toDate(', toString(toUInt16(day)),
          ') AND cityHash64(${by}) % ', toString(pieces), ' = ', toString(piece)) AS slice
        FROM (
          SELECT ${day} AS day, toUInt32(intDiv(count(), ${rows}) + 1) AS pieces
          FROM ${table} GROUP BY day ORDER BY day)
        ARRAY JOIN range(pieces) AS piece`
}
