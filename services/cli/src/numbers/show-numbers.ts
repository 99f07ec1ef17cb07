import { type NumberEntry, readStatus, type RoundTrip, tryRoundTrip } from '@wabastream/provider'
import { commandText, DEFAULT_DATA_DIRECTORY } from '../output/command-text.ts'
import { type Terminal } from '../output/terminal.ts'
import { describeRoundTrip } from './advice.ts'
import { findNumbers, ofEach, type Selection, withProvider } from './numbers.ts'
import { type NumberWithStatus, renderList, renderStatuses } from './render-numbers.ts'
import { statusToJson } from './to-json.ts'

interface Flags extends Selection {
  readonly json: boolean
}

export async function list(flags: Flags, terminal: Terminal): Promise<void> {
  const numbers = findNumbers(flags)
  if (!flags.json) {
    terminal.out(renderList(numbers, terminal.columns))
    return
  }
  for (const { alias, credential, fields, id, provider, webhook } of numbers) {
    const line = { alias, provider, id, wantedUrl: webhook.shownUrl, fields, credential }
    terminal.out(JSON.stringify(line))
  }
}

/** Exit code 1 if a number is in any other state than `ok`. */
export async function status(flags: Flags, terminal: Terminal): Promise<void> {
  const all = await ofEach(findNumbers(flags), readNumber)
  if (!flags.json) terminal.out(renderStatuses(all, terminal))
  else {
    for (const one of all) terminal.out(JSON.stringify(statusToJson(one.number, one.status)))
  }
  if (all.some((one) => one.status.state !== 'ok')) process.exitCode = 1
}

/** Status, and a handshake with our own URL. Exit code 1 if either is not as it should be. */
export async function verify(flags: Flags, terminal: Terminal): Promise<void> {
  const all = await ofEach(findNumbers(flags), async (number) => {
    const [seen, roundTrip] = await Promise.all([readNumber(number), tryRoundTrip(number)])
    return { ...seen, roundTrip }
  })
  if (flags.json) {
    for (const { number, roundTrip, status: seen } of all) {
      terminal.out(JSON.stringify({ ...statusToJson(number, seen), roundTrip }))
    }
  } else {
    terminal.out(renderStatuses(all, terminal))
    for (const { number, roundTrip } of all) terminal.out(renderRoundTrip(number, roundTrip))
  }
  const isGood = (one: (typeof all)[number]): boolean =>
    one.status.state === 'ok' && one.roundTrip.outcome !== 'failed'
  if (!all.every(isGood)) process.exitCode = 1
}

function renderRoundTrip({ alias, webhook }: NumberEntry, trip: RoundTrip): string {
  const text = `${alias}: handshake with ${webhook.shownUrl} from here: ${describeRoundTrip(trip)}`
  if (trip.outcome !== 'failed') return text
  return (
    `${text}\n  does the ingestor run there, is this its channel, and has that channel the same ` +
    `verifyToken? \`${commandText(['doctor'], DEFAULT_DATA_DIRECTORY)}\` looks at it from inside`
  )
}

export async function readNumber(number: NumberEntry): Promise<NumberWithStatus> {
  const seen = await withProvider(number, (provider) => readStatus(provider, number))
  return { number, status: seen }
}
