import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import Table from 'cli-table3'
import { cpuProfileSchema, functionTimes, type FunctionTime, originTimes } from './cpu-profile.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const FUNCTIONS_MAX = 25
const ORIGINS_MAX = 8

/** Takes CPU profiles of the services of a bench, or, if it is off, none. */
export interface Profiler {
  /** Variables that a service is started with. */
  variablesOf(service: string): Readonly<Record<string, string>>
  /** Only what is between the two counts: starting and warming up would blur the picture. */
  begin(): void
  end(): void
  /** What the services did. They must have ended, because a process writes its profile last. */
  render(): Promise<string>
}

export const noProfiler: Profiler = {
  variablesOf: () => ({}),
  begin: () => undefined,
  end: () => undefined,
  render: async () => '',
}

/** Profiles go into the directory, one file for each service, for the developer tools of Chrome. */
export async function createProfiler(directory: string): Promise<Profiler> {
  await mkdir(directory, { recursive: true })
  const services: string[] = []
  const window = { fromUs: 0, toUs: Infinity }
  return {
    variablesOf(service) {
      services.push(service)
      const options = [
        '--cpu-prof',
        `--cpu-prof-dir=${directory}`,
        `--cpu-prof-name=${fileNameOf(service)}`,
      ]
      return { NODE_OPTIONS: options.join(' ') }
    },
    begin() {
      window.fromUs = nowUs()
    },
    end() {
      window.toUs = nowUs()
    },
    async render() {
      const parts: string[] = []
      for (const service of services) {
        const file = join(directory, fileNameOf(service))
        const profile = cpuProfileSchema.parse(JSON.parse(await readFile(file, 'utf8')))
        const times = functionTimes(profile, window, pathToFileURL(root).href)
        parts.push(`${service}: ${file}`, renderTimes(times))
      }
      return parts.join('\n')
    },
  }
}

/** The clock of V8's profiles: monotonic, and the same in all processes of a machine. */
function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}

function renderTimes(times: readonly FunctionTime[]): string {
  const table = new Table({ head: ['share', 'function', 'where'], style: { head: [], border: [] } })
  for (const { name, place, share } of times.slice(0, FUNCTIONS_MAX)) {
    table.push([percent(share), name, place])
  }
  const origins = originTimes(times)
    .slice(0, ORIGINS_MAX)
    .map(({ name, share }) => `${name} ${percent(share)}`)
  return `${table.toString()}\nby origin: ${origins.join(', ')}`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function fileNameOf(service: string): string {
  return `${service}.cpuprofile`
}
