import { type Migration } from '../migrations/migration.ts'

/**
 * Several destinations may refuse the same webhook: each has a letter of its own. Applied
 * migrations are never edited.
 */
export const lettersOfDestinations: readonly Migration[] = [
  {
    id: 103,
    name: 'keep the dead letters of each destination apart',
    statement: (database) => `
      ALTER TABLE ${database}.dead_letters
        ADD COLUMN IF NOT EXISTS destination LowCardinality(String),
        MODIFY ORDER BY (topic, partition, offset, item_index, stage, generation, destination)`,
    done: (database) => `
      SELECT 1 FROM system.tables
      WHERE database = '${database}' AND name = 'dead_letters'
        AND sorting_key LIKE '%destination'`,
  },
]
