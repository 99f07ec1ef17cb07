import { shared } from '../dictionary/shared-columns.ts'
import { measured, plain, type ViewText } from '../dictionary/view-text.ts'

const delay = (meaning: string) => measured('ms between two times of our clock; exact', meaning)

export const readReceiptDelayText: ViewText = {
  shows:
    "How long customers' messages kept their grey ticks until we marked them as read; without " +
    'those of a history synchronisation.',
  row: 'day and number',
  columns: {
    day: shared.startedDay,
    number: shared.number,
    time_zone: shared.timeZone,
    received: plain('messages of customers'),
    marked: plain('of these, marked as read'),
    not_marked: plain('of these, not marked: still grey, unless another application marked them'),
    marked_share: plain('`marked` of `received`'),
    delay_p50_ms: delay('from the receipt to the mark: median; null where none was marked'),
    delay_p95_ms: delay('19 of 20 are faster'),
  },
}
