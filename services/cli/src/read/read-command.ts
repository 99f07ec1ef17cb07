import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import { withInstallation } from '../installation/installation.ts'
import { dataOption, jsonOption } from '../installation/options.ts'
import { printable } from '../output/format.ts'
import { type Terminal } from '../output/terminal.ts'
import { type Asked, type AskedOutcome, askToMark } from './ask-to-mark.ts'

const WAIT_SECONDS_MAX = 3_600

const words: Readonly<Record<AskedOutcome, string>> = {
  marked: 'marked as read',
  already_marked: 'was marked as read before',
  not_allowed: 'not marked: the policy of its channel is `never`',
  unknown_number: 'not marked: the file of numbers has no key for its number',
  too_old: 'not marked: too old, the provider takes 30 days',
  too_many: 'not marked: too many are due, the oldest are let go: see docs/read-receipts.md',
  refused: 'not marked: the provider refuses it, see `dead-letters list --reason mark_refused`',
  not_received: 'no customer sent it, as far as ClickHouse knows: ids are compared exactly',
  unanswered: 'asked for; nothing was answered yet: does the service read-receipts run?',
}

const GOOD: ReadonlySet<AskedOutcome> = new Set<AskedOutcome>(['marked', 'already_marked'])

interface ReadFlags {
  readonly data: string
  readonly json?: boolean
  readonly wait: number
}

async function read(
  messageIds: readonly string[],
  { data, json, wait }: ReadFlags,
  terminal: Terminal,
): Promise<void> {
  await withInstallation(data, async ({ clickhouse, kafka, live }) => {
    const asked = await askToMark(messageIds, {
      clickhouse,
      generation: live,
      kafka,
      waitMs: wait * 1_000,
      now: Date.now,
      sleep,
    })
    for (const one of asked) terminal.out(json === true ? JSON.stringify(one) : toLine(one))
    if (asked.some(({ outcome }) => !GOOD.has(outcome))) process.exitCode = 1
  })
}

function toLine({ messageId, outcome }: Asked): string {
  return `${printable(messageId)}  ${words[outcome]}`
}

function parseWait(text: string): number {
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= WAIT_SECONDS_MAX) return seconds
  throw new InvalidArgumentError(`It must be a number of seconds, at most ${WAIT_SECONDS_MAX}.`)
}

export function createReadCommand(terminal: Terminal): Command {
  return new Command('read')
    .description('mark messages of customers as read: two grey ticks become blue')
    .argument('<message-id...>', 'ids that the provider gave them; put them after -- if need be')
    .option('--wait <seconds>', 'wait this long for the answer', parseWait, 30)
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The service read-receipts does it, once it runs; a request waits for it in Kafka. Exit code 0: all
of them are marked; 1: some are not, and the line says why.`,
    )
    .action((ids: readonly string[], flags: ReadFlags) => read(ids, flags, terminal))
}
