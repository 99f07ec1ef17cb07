import { type Migration } from '../migrations/migration.ts'

/** Whether we marked a customer's message as read. Applied migrations are never edited. */
export const markedRead: readonly Migration[] = [
  {
    id: 104,
    name: 'give message_timeline when we marked it as read',
    statement: (database) => `
      ALTER TABLE ${database}.message_timeline
        ADD COLUMN IF NOT EXISTS marked_read SimpleAggregateFunction(max, Bool),
        ADD COLUMN IF NOT EXISTS marked_read_at
          SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD(1))`,
  },
]
