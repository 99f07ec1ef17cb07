import { type NumberEntry, type NumberStatus } from '@wabastream/provider'
import { printable } from '../output/format.ts'
import { type Paint, type Terminal } from '../output/terminal.ts'
import { renderTable } from '../output/table.ts'
import { adviceOnState } from './advice.ts'

export interface NumberWithStatus {
  readonly number: NumberEntry
  readonly status: NumberStatus
}

/** Who is configured, without asking anybody. */
export function renderList(numbers: readonly NumberEntry[], columns: number): string {
  return renderTable({
    columns,
    head: ['number', 'provider', 'id', 'webhook', 'fields', 'key in'],
    rows: numbers.map(({ alias, credential, fields, id, provider, webhook }) => [
      alias,
      provider,
      id,
      webhook.shownUrl,
      fields.join(', '),
      credential.kind === 'file'
        ? credential.path
        : `Secret ${credential.name}, key ${credential.key}`,
    ]),
  })
}

/** A row for each number, and below them what to do. */
export function renderStatuses(
  all: readonly NumberWithStatus[],
  { columns, paint }: Pick<Terminal, 'columns' | 'paint'>,
): string {
  const table = renderTable({
    columns,
    head: ['number', 'state', 'at the provider', 'wanted'],
    rows: all.map(({ status }) => [
      status.alias,
      renderState(status, paint),
      describeUrl(status),
      status.wantedUrl,
    ]),
  })
  const advice = all.flatMap(({ number, status }) => {
    const text = adviceOnState(number, status)
    return text === undefined ? [] : [`${paint.bold(status.alias)}: ${text}`]
  })
  return [table, ...advice].join('\n')
}

export function renderState({ missingFields, state }: NumberStatus, paint: Paint): string {
  if (state === 'ok') return paint.green(state)
  const text = missingFields.length === 0 ? state : `${state}: ${missingFields.join(', ')}`
  return state === 'inherited' ? paint.yellow(text) : paint.red(text)
}

export function describeUrl({ error, from, providerUrl }: NumberStatus): string {
  if (error !== null) return 'not known'
  if (providerUrl === null) return 'none'
  return from === 'number' || from === null
    ? printable(providerUrl)
    : `${printable(providerUrl)} (of the ${from})`
}
