import { defaultPorts, findFreePort, startLocalStack } from '@wabastream/local-stack'
import { Command } from 'commander'
import { assertRoom } from './disk-room.ts'
import { createSteps } from '../output/steps.ts'
import { watchStopSignal } from '../installation/stop-signal.ts'
import { CliError } from '../output/cli-error.ts'
import { type Terminal } from '../output/terminal.ts'
import { dataOption, jsonOption } from '../installation/options.ts'

interface StackFlags {
  readonly data: string
  readonly freePorts?: boolean
  readonly json?: boolean
}

async function runStack(flags: StackFlags, terminal: Terminal): Promise<void> {
  const steps = createSteps(terminal)
  const stop = watchStopSignal(() => terminal.note('\nstopping (again to end at once)'))
  const lost = Promise.withResolvers<never>()
  lost.promise.catch(() => undefined)
  await assertRoom(flags.data)
  const stack = await startLocalStack({
    signal: stop.signal,
    dataDirectory: flags.data,
    ports: flags.freePorts === true ? findFreePort : defaultPorts,
    onProgress: (line) => (line.includes(' is up') ? steps.done(line) : steps.say(line)),
    onPartLost: (what) => lost.reject(new CliError(`${what}; the others are stopped too`)),
  }).catch((error: unknown) => {
    if (stop.signal.aborted) return undefined
    throw error
  })
  if (stack === undefined) return
  const variables = {
    KAFKA_BROKERS: stack.brokers.join(','),
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    CLICKHOUSE_URL: stack.clickhouseUrl,
  }
  if (flags.json === true) {
    terminal.out(JSON.stringify(variables))
  } else {
    for (const [name, value] of Object.entries(variables)) terminal.out(`export ${name}=${value}`)
  }
  try {
    await Promise.race([stop.asked, lost.promise])
  } finally {
    await steps.run('Kafka, registry and ClickHouse stopped', () => stack.stop())
  }
}

export function createStackCommand(terminal: Terminal): Command {
  return new Command('stack')
    .description('start Kafka, the registry and ClickHouse alone, and print their addresses')
    .option('--free-ports', 'take any free ports instead of the usual ones')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action((flags: StackFlags) => runStack(flags, terminal))
}
