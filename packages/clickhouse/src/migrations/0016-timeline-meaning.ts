import { type Migration } from './migration.ts'

// What earlier versions knew of a reaction: the last one, not whose it was.
const NOBODY_NAMED = `[(
          ifNull(toUnixTimestamp64Milli(reaction.1), -1), ifNull(reaction.2, ''))]`

/**
 * What the timelines came to mean: columns that merge as `joinTimelines` joins, each with a default
 * that reads the rows of before as they were meant. Where a maximum was not the meaning, the column
 * of before stays for the version of before, which may run beside this one; no view reads it now:
 * `message_type`, `reaction`, `pricing_model`, `pricing_type`, `pricing_category`, `billable`.
 * Applied migrations are never edited.
 */
export const timelineMeaning: readonly Migration[] = [
  {
    id: 16,
    name: 'let message_timeline merge by what its columns mean',
    statement: (database) => `
      ALTER TABLE ${database}.message_timeline
        ADD COLUMN IF NOT EXISTS live SimpleAggregateFunction(max, Bool) DEFAULT NOT historical,
        ADD COLUMN IF NOT EXISTS type SimpleAggregateFunction(max, Tuple(Bool, String))
          DEFAULT (message_type NOT IN ('', 'media_placeholder', 'unsupported', 'unknown'),
            toString(message_type)) CODEC(ZSTD(1)),
        ADD COLUMN IF NOT EXISTS price
          SimpleAggregateFunction(max, Tuple(UInt8, String, String, String, Int8))
          DEFAULT (0, toString(pricing_model), toString(pricing_type), toString(pricing_category),
            ifNull(toInt8(billable), -1)) CODEC(ZSTD(1)),
        ADD COLUMN IF NOT EXISTS reactions
          SimpleAggregateFunction(maxMap, Tuple(Array(String), Array(Tuple(Int64, String))))
          DEFAULT if(reaction.1 IS NULL AND reaction.2 IS NULL, ([], []), ([''], ${NOBODY_NAMED}))
          CODEC(ZSTD(1)),
        ADD COLUMN IF NOT EXISTS echoed SimpleAggregateFunction(max, Bool),
        ADD COLUMN IF NOT EXISTS business_replied SimpleAggregateFunction(max, Bool),
        ADD COLUMN IF NOT EXISTS business_replied_at
          SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) CODEC(ZSTD(1)),
        ADD COLUMN IF NOT EXISTS account_id SimpleAggregateFunction(max, LowCardinality(String)),
        ADD COLUMN IF NOT EXISTS display_number
          SimpleAggregateFunction(max, LowCardinality(String)),
        ADD COLUMN IF NOT EXISTS contact_parent_user_id
          SimpleAggregateFunction(max, String) CODEC(ZSTD(1)),
        ADD COLUMN IF NOT EXISTS username SimpleAggregateFunction(max, String) CODEC(ZSTD(1))`,
  },
]
