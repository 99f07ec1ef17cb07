import { readTableDays } from '@wabastream/clickhouse'
import { INTERNAL_CHANNEL, topicNames } from '@wabastream/contracts'
import { readConfig, sharedFields } from '@wabastream/service-host'
import { Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { CliError } from '../output/cli-error.ts'
import { renderImport } from './import-tally.ts'
import { parsePointer, parseImportedTime, type ReceivedAtSource } from './read-imported-body.ts'
import { readLines } from './read-lines.ts'
import { type ImportOptions, type ImportTarget, runImport } from './run-import.ts'
import { withInstallation } from '../installation/installation.ts'
import { watchStopSignal } from '../installation/stop-signal.ts'
import { type Terminal } from '../output/terminal.ts'
import { dataOption, jsonOption } from '../installation/options.ts'

interface ImportFlags {
  readonly channel: string
  readonly receivedAt: ReceivedAtSource
  readonly body?: readonly string[]
  readonly number?: string
  readonly partition: number
  readonly fromLine: number
  readonly skipExpired?: boolean
  readonly dryRun?: boolean
  readonly data: string
  readonly json?: boolean
}

const CHANNEL = /^[A-Za-z0-9_-]{1,64}$/
const retentionSchema = z.object({ retentionDays: sharedFields.retentionDays })

function parseReceivedAt(text: string): ReceivedAtSource {
  if (text === 'from-body') return { kind: 'from-body' }
  const path = parsePointer(text)
  if (path !== null) return { kind: 'pointer', path }
  const ms = parseImportedTime(text)
  if (ms !== null) return { kind: 'time', ms }
  throw new InvalidArgumentError(
    'It must be a time (2023-05-01T08:00:00Z), the place of one in each ' +
      'line (/received_at), or from-body.',
  )
}

function parseBodyPointer(text: string): readonly string[] {
  const path = parsePointer(text)
  if (path !== null) return path
  throw new InvalidArgumentError('It must be a JSON pointer, such as /payload.')
}

function parseChannel(text: string): string {
  if (text === INTERNAL_CHANNEL) {
    throw new InvalidArgumentError('It is reserved for what wabastream writes itself.')
  }
  if (CHANNEL.test(text)) return text
  throw new InvalidArgumentError('It must be letters, digits, - and _, at most 64.')
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count >= 0) return count
  throw new InvalidArgumentError('It must be a whole number.')
}

async function importBodies(path: string, flags: ImportFlags, terminal: Terminal): Promise<void> {
  const { signal } = watchStopSignal(() => terminal.note('\nstopping after what is under way'))
  const options: ImportOptions = {
    channel: flags.channel,
    number: flags.number ?? null,
    receivedAt: flags.receivedAt,
    bodyPath: flags.body,
    fromLine: Math.max(1, flags.fromLine),
    skipsExpired: flags.skipExpired === true,
  }
  const run = async (target: ImportTarget): Promise<void> => {
    const report = await runImport(readLines(path, signal), options, { target, terminal, signal })
    terminal.out(flags.json === true ? JSON.stringify(report) : renderImport(report))
    if (report.refused > 0 || !report.isWhole) process.exitCode = 1
  }
  const topic = topicNames(1).raw
  const partition = { topic, partition: flags.partition }
  if (flags.dryRun === true) {
    const { retentionDays } = readConfig({
      schema: retentionSchema,
      env: process.env,
      service: 'import',
    })
    return run({ producer: null, partition, keptDays: retentionDays })
  }
  await withInstallation(flags.data, async ({ clickhouse, kafka, live }) => {
    const count = (await kafka.admin.partitionCounts([topic])).get(topic) ?? 0
    if (flags.partition >= count) {
      throw new CliError(`${topic} has no partition ${flags.partition}.`, { exitCode: 2 })
    }
    const keptDays = await readTableDays(clickhouse, live)
    await run({ producer: kafka.chainedProducer(), partition, keptDays })
  })
}

export function createImportCommand(terminal: Terminal): Command {
  return new Command('import')
    .description('append bodies of former years to the raw topic, dated when they were received')
    .argument('<path>', 'NDJSON file, folder of JSON files, or - for standard input')
    .requiredOption('--channel <name>', 'channel that received them', parseChannel)
    .requiredOption(
      '--received-at <time>',
      'one time for all, a JSON pointer to the time in each line, or from-body',
      parseReceivedAt,
    )
    .option(
      '--body <pointer>',
      'JSON pointer to the body in each line (default: the line is the body)',
      parseBodyPointer,
    )
    .option('--number <id>', 'phone number id for flat bodies, which contain none')
    .option(
      '--partition <number>',
      'partition of the raw topic that takes all bodies, in order',
      parseCount,
      0,
    )
    .option('--from-line <number>', 'continue at this line', parseCount, 1)
    .option('--skip-expired', 'skip bodies that are older than rows are kept, instead of stopping')
    .option(
      '--dry-run',
      'read everything, report what would happen, and write nothing; works offline',
    )
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
A time is ISO 8601 (UTC if it names no zone) or Unix seconds or milliseconds; from-body is the
newest time that the provider gives in the body. Exit code 1: some bodies were refused, or the
import was stopped.

  wabastream import 2023.ndjson --channel main --received-at from-body --dry-run
  wabastream import export.ndjson --channel main --received-at /created_at --body /payload
  zcat 2023.ndjson.gz | wabastream import - --channel main --received-at 2023-05-01T08:00:00Z`,
    )
    .action((path: string, flags: ImportFlags) => importBodies(path, flags, terminal))
}
