import { type ServiceInstance } from './service-instance.ts'

const SAMPLE_MS = 10_000
/** Shorter lives have not settled after their start. */
const SAMPLES_MIN = 18
const MEMORY_FACTOR_MAX = 1.5
const MEMORY_MARGIN_MIB = 48
const HANDLES_MARGIN = 60
const MIB = 1024 ** 2

interface Sample {
  readonly memoryMib: number
  readonly handles: number
}

interface Life {
  readonly instance: string
  readonly samples: readonly Sample[]
}

/** Keeps reading memory and file handles of every process, separately for each of its lives. */
export class ResourceWatch {
  readonly #instances: readonly ServiceInstance[]
  readonly #lives = new Map<string, { readonly instance: string; readonly samples: Sample[] }>()
  readonly #timer: NodeJS.Timeout

  constructor(instances: readonly ServiceInstance[]) {
    this.#instances = instances
    this.#timer = setInterval(() => {
      void this.#sample()
    }, SAMPLE_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** The longest life of each process, one a line. */
  table(): readonly string[] {
    return this.#instances.flatMap(({ name, startCount }) => {
      const [longest] = [...this.#lives.values()]
        .filter(({ instance }) => instance === name)
        .toSorted((a, b) => b.samples.length - a.samples.length)
      return longest === undefined ? [] : [`${name.padEnd(22)}${describeLife(longest, startCount)}`]
    })
  }

  /** Lives that were long enough for `grown` to say something about them. */
  judgedCount(): number {
    return [...this.#lives.values()].filter(({ samples }) => samples.length >= SAMPLES_MIN).length
  }

  /** Lives in which memory or handles went on growing after the first third; empty is good. */
  grown(): readonly string[] {
    return [...this.#lives.values()].flatMap(growthOf)
  }

  async #sample(): Promise<void> {
    await Promise.all(
      this.#instances.map(async (instance) => {
        const key = `${instance.name} ${instance.startCount}`
        // A process that is ending reports nothing.
        const sample = await instance.metrics().then(readSample, () => undefined)
        if (sample === undefined) return
        const life = this.#lives.get(key) ?? { instance: instance.name, samples: [] }
        life.samples.push(sample)
        this.#lives.set(key, life)
      }),
    )
  }
}

function readSample(metrics: string): Sample | undefined {
  const read = (name: string): number =>
    Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(metrics)?.[1] ?? Number.NaN)
  const memoryMib = read('process_resident_memory_bytes') / MIB
  const handles = read('process_open_fds')
  return Number.isNaN(memoryMib + handles) ? undefined : { memoryMib, handles }
}

/** What one life says: the last third against the one before, which a start no longer disturbs. */
export function growthOf({ instance, samples }: Life): readonly string[] {
  if (samples.length < SAMPLES_MIN) return []
  const third = Math.floor(samples.length / 3)
  const [middle, last] = [samples.slice(third, -third), samples.slice(-third)].map((part) => ({
    memory: median(part.map(({ memoryMib }) => memoryMib)),
    handles: median(part.map(({ handles }) => handles)),
  }))
  if (middle === undefined || last === undefined) return []
  const grown: string[] = []
  if (last.memory > middle.memory * MEMORY_FACTOR_MAX + MEMORY_MARGIN_MIB) {
    const [from, to] = [Math.round(middle.memory), Math.round(last.memory)]
    grown.push(`${instance}: memory from ${from} to ${to} MiB`)
  }
  if (last.handles > middle.handles + HANDLES_MARGIN) {
    grown.push(`${instance}: file handles from ${middle.handles} to ${last.handles}`)
  }
  return grown
}

function describeLife({ samples }: Life, startCount: number): string {
  const minutes = ((samples.length * SAMPLE_MS) / 60_000).toFixed(1)
  const range = (values: readonly number[]): string =>
    `${Math.round(values.at(0) ?? 0)} → ${Math.round(values.at(-1) ?? 0)}` +
    ` (peak ${Math.round(Math.max(...values))})`
  return (
    `${startCount} starts, longest life ${minutes} min:` +
    ` ${range(samples.map(({ memoryMib }) => memoryMib))} MiB,` +
    ` ${range(samples.map(({ handles }) => handles))} handles`
  )
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
