import { type Migration } from './migration.ts'

/** The number that an account event is about, as digits. Applied migrations are never edited. */
export const numberOfAccountEvents: readonly Migration[] = [
  {
    id: 42,
    name: 'give account_events the number as digits',
    statement: (database) => `
      ALTER TABLE ${database}.account_events
        ADD COLUMN IF NOT EXISTS display_number LowCardinality(String)`,
  },
]
