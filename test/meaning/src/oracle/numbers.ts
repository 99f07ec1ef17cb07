import { firstOf, groupBy, type Row } from './expected.ts'
import { type Message } from './messages.ts'

/** Numbers that messages name together with their account and as they are displayed. */
export function expectNumbers(messages: readonly Message[]): readonly Row[] {
  const named = messages
    .filter(({ account_id, display_number }) => account_id !== '' && display_number !== '')
    .map(({ account_id, display_number, number }) => ({ number, account_id, display_number }))
  return groupBy(named, (one) => one).map(firstOf)
}
