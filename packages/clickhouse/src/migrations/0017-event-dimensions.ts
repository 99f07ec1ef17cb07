import { type Migration } from './migration.ts'

/** Whose account, number and customer an event is about. Applied migrations are never edited. */
export const eventDimensions: readonly Migration[] = [
  {
    id: 17,
    name: 'give message_events the dimensions of an event',
    statement: (database) => `
      ALTER TABLE ${database}.message_events
        ADD COLUMN IF NOT EXISTS account_id LowCardinality(String),
        ADD COLUMN IF NOT EXISTS display_number LowCardinality(String),
        ADD COLUMN IF NOT EXISTS contact_parent_user_id String CODEC(ZSTD(1)),
        ADD COLUMN IF NOT EXISTS username String CODEC(ZSTD(1)),
        ADD COLUMN IF NOT EXISTS new_contact_id String CODEC(ZSTD(1)),
        ADD COLUMN IF NOT EXISTS new_contact_user_id String CODEC(ZSTD(1)),
        ADD COLUMN IF NOT EXISTS payment_refunded_value Nullable(Int64) CODEC(ZSTD(1)),
        ADD COLUMN IF NOT EXISTS has_content Bool`,
  },
]
