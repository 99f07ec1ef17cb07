import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exampleChannels } from '@wabastream/simulator'
import { eventually, spawnGuarded } from '@wabastream/testing'
import { renderChannelFile } from './channel-file.ts'

const START_TIMEOUT_MS = 150_000
const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface WabastreamProcess {
  readonly webhooksUrl: string
  readonly brokers: readonly string[]
  readonly clickhouseUrl: string
  readonly schemaRegistryUrl: string
  readonly dataDirectory: string
  /** host:port of the /metrics of each service, in the order in which they were ready. */
  readonly metricsAddresses: readonly string[]
  /** Origin of a service's admin port. */
  adminOf(service: string): string
  /** Text of its /metrics. */
  metricsOf(service: string): Promise<string>
  /** What it has printed so far. */
  output(): string
  /** kill -9 of the service's process; its supervisor starts it again. Resolves with its pid. */
  killService(name: string): Promise<number>
  /** Ctrl-C, then waits for the end, and removes the data. Resolves with the exit code. */
  stop(): Promise<number | null>
  /** The same, but leaves the folder to whoever starts in it again. */
  leave(): Promise<number | null>
}

export interface StartPlace {
  /** Whose code runs; this version's by default. */
  readonly root?: string
  /** Of the data, the channels and the secrets: a new one by default. */
  readonly directory?: string
}

const inherited = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
}

/**
 * `wabastream start`, as a user runs it, on free ports and in a folder of its own. It ends with
 * this process.
 */
export async function startWabastream(
  settings: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
  place: StartPlace = {},
): Promise<WabastreamProcess> {
  const directory = place.directory ?? (await mkdtemp(join(tmpdir(), 'wabastream-e2e-')))
  const channelsFile = join(directory, 'channels.yaml')
  const canarySecretFile = join(directory, 'canary-secret')
  const { text, environment } = renderChannelFile(exampleChannels, canarySecretFile)
  await writeFile(channelsFile, text)
  await writeFile(canarySecretFile, 'sings in the mine\n')
  const args = [
    'services/cli/src/main.ts',
    'start',
    '--free-ports',
    '--data',
    join(directory, 'data'),
    ...flags,
  ]
  const child = spawnGuarded(process.execPath, args, {
    cwd: place.root ?? root,
    env: {
      ...inherited,
      HOME: process.env['HOME'],
      CHANNELS_FILE: channelsFile,
      ...environment,
      ...settings,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = once(child, 'exit')
  const webhooksUrl = await eventually(
    'wabastream start has printed its summary',
    () => {
      if (child.exitCode !== null) throw new Error(`start ended with ${child.exitCode}:\n${output}`)
      return /(https?:\/\/127\.0\.0\.1:\d+)\/webhooks/.exec(output)?.[1]
    },
    START_TIMEOUT_MS,
  )
  const leave = async (): Promise<number | null> => {
    if (child.exitCode === null) child.kill('SIGINT')
    await ended
    return child.exitCode
  }
  const addresses = JSON.parse(await readFile(join(directory, 'data', 'addresses.json'), 'utf8'))
  const adminOf = (service: string): string => {
    const origin = new RegExp(`(http://\\S+)/metrics {3}${service}\\n`).exec(output)?.[1]
    if (origin === undefined) throw new Error(`no metrics of ${service} in:\n${output}`)
    return origin
  }
  return {
    webhooksUrl,
    brokers: addresses.kafkaBrokers,
    clickhouseUrl: addresses.clickhouseUrl,
    schemaRegistryUrl: addresses.schemaRegistryUrl,
    dataDirectory: join(directory, 'data'),
    metricsAddresses: [...output.matchAll(/http:\/\/(127\.0\.0\.1:\d+)\/metrics/g)].flatMap(
      ([, address]) => address ?? [],
    ),
    adminOf,
    metricsOf: async (service) => (await fetch(`${adminOf(service)}/metrics`)).text(),
    output: () => output,
    async killService(name) {
      const pid = await findService(name, channelsFile)
      process.kill(pid, 'SIGKILL')
      return pid
    },
    async stop() {
      const code = await leave()
      await rm(directory, { recursive: true, force: true })
      return code
    },
    leave,
  }
}

/** Waits for a process of the service that was started with our channel file. */
function findService(name: string, channelsFile: string): Promise<number> {
  return eventually(`${name} runs`, async () => {
    const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
    for (const pid of pids) {
      const [command, environment] = await Promise.all([
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
        readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
      ])
      const isService = command.split('\0').some((part) => part.endsWith(`/${name}/src/main.ts`))
      if (isService && environment.includes(channelsFile)) return Number(pid)
    }
    return undefined
  })
}
