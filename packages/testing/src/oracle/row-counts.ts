import { readFacts } from './facts.ts'
import { isJson, type Json, listOf } from './json.ts'

/** Rows that one well-formed body makes, by table; every event has one in message_events. */
export interface RowCounts {
  readonly message_events: number
  readonly errors: number
  readonly account_events: number
}

const ECHO_FIELDS = new Set<unknown>(['smb_message_echoes', 'message_echoes'])
/** What somebody does to a message is a row, and keeps no errors of its own. */
const DEEDS = new Set<unknown>(['reaction', 'edit', 'revoke'])
const ANYWHERE = { flatNumber: '', nowMs: 0 }

/** How many rows of each kind a body makes, as the oracle reads it. */
export function countRows(body: Json): RowCounts {
  // What a history says about its message's rung is in the message's own row.
  const facts = readFacts(body, ANYWHERE).filter(
    ({ historical, word }) => !historical || word === 'message' || word === 'replied',
  )
  const changes = listOf(body['entry']).flatMap((entry) => listOf(entry['changes']))
  const values = Array.isArray(body['entry'])
    ? changes
        .filter(({ field }) => field === 'messages')
        .map(({ value }) => value)
        .filter(isJson)
    : [body]
  const accountEvents = changes.filter(
    ({ field }) => field !== 'messages' && field !== 'history' && !ECHO_FIELDS.has(field),
  ).length
  const outOfBand = sumOf(values, countOwnErrors)
  return {
    message_events: facts.length + outOfBand + accountEvents,
    errors: outOfBand + sumOf(values, countErrorsOfItems),
    account_events: accountEvents,
  }
}

function countErrorsOfItems(value: Json): number {
  const messages = listOf(value['messages']).filter(({ type }) => !DEEDS.has(type))
  return sumOf([...messages, ...listOf(value['statuses'])], countOwnErrors)
}

function countOwnErrors(item: Json): number {
  return listOf(item['errors']).length
}

function sumOf(items: readonly Json[], count: (item: Json) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0)
}
