import { askAll } from './ask/ask-all.ts'
import { growsOutside } from './ask/growth.ts'
import { dataFolder, GENERATOR_VERSION, type Manifest } from './load/data-folder.ts'
import { GENERATION, RETENTION_DAYS } from './load/load.ts'
import { ensureLoaded, ensureMerged } from './load/prepare.ts'
import { type Results, type SizeResults } from './report/results.ts'
import { type Size } from './sizes.ts'

const SEED = 1
const NUMBERS = 50

export interface AnalyticsOptions {
  /** Folder of the folders of data. */
  readonly work: string
  readonly sizes: readonly Size[]
  readonly messagesPerDay: number
  /** Times that each query is run. */
  readonly runs: number
  /** After so many seconds a query is given up. */
  readonly secondsMax: number
  readonly reload: boolean
  /** Queries whose names hold this text. */
  readonly only: string
  readonly onProgress: (line: string) => void
}

/** Loads the sizes that are not loaded yet, and nothing else. */
export async function loadSizes(options: AnalyticsOptions): Promise<void> {
  for (const size of options.sizes) await loadSize(size, options)
}

/** Asks every query of every size, of the data as it was written and merged. */
export async function benchAnalytics(
  options: AnalyticsOptions,
  /** Gets what there is after each size. */
  onResults: (results: Results) => Promise<void> = async () => {},
): Promise<Results> {
  const sizes: SizeResults[] = []
  for (const size of options.sizes) {
    sizes.push(await benchSize(size, options))
    await onResults({ runs: options.runs, sizes })
  }
  return { runs: options.runs, sizes }
}

/** Names of the queries whose rows read grow with days outside of their range. */
export function findGrowing({ sizes }: Pick<Results, 'sizes'>): readonly string[] {
  const [one] = sizes
  return (one?.answers ?? [])
    .filter(({ days, name }) => {
      if (days === undefined) return false
      return (['live', 'merged'] as const).some((state) =>
        growsOutside(
          days,
          sizes.flatMap(({ answers, spanDays }) => {
            const found = answers.find((answer) => answer.name === name)
            return found === undefined ? [] : [{ spanDays, rowsRead: found[state].rowsRead }]
          }),
        ),
      )
    })
    .map(({ name }) => name)
}

/** Of each query that the engine refused, its name and why. */
export function findFailed({ sizes }: Pick<Results, 'sizes'>): readonly string[] {
  return sizes.flatMap((size) =>
    size.answers.flatMap(({ live, merged, name }) =>
      [live.failure, merged.failure]
        .filter((failure) => failure !== undefined)
        .map((failure) => `${size.name}: ${name}: ${failure}`),
    ),
  )
}

function loadSize(size: Size, options: AnalyticsOptions): Promise<Manifest> {
  const { messagesPerDay, onProgress, reload, work } = options
  const { days, name } = size
  const generator = GENERATOR_VERSION
  return ensureLoaded(dataFolder(work, name), {
    shape: { generator, seed: SEED, numbers: NUMBERS, messagesPerDay, days },
    reload,
    onProgress: (line) => onProgress(`${name}: ${line}`),
  })
}

async function benchSize(size: Size, options: AnalyticsOptions): Promise<SizeResults> {
  const { onProgress, only, runs, secondsMax, work } = options
  const { days: spanDays, name } = size
  const { cost, endMs, rows } = await loadSize(size, options)
  const folder = dataFolder(work, name)
  const ask = (state: 'live' | 'merged') =>
    askAll(folder[state], {
      generation: GENERATION,
      retentionDays: RETENTION_DAYS,
      endMs,
      only,
      runs,
      secondsMax,
      onProgress: (line) => onProgress(`${name} ${state}: ${line}`),
    })
  const live = await ask('live')
  await ensureMerged(folder, (line) => onProgress(`${name}: ${line}`))
  const merged = await ask('merged')
  return {
    name,
    spanDays,
    events: rows['message_events'] ?? 0,
    cost,
    disk: { live: [...live.disk], merged: [...merged.disk] },
    answers: live.answers.map(({ measurement, question }, index) => {
      const found = merged.answers[index]
      if (found === undefined) throw new Error(`${question.name} was not asked of merged data`)
      const { days, name: asked } = question
      return {
        name: asked,
        ...(days !== undefined && { days }),
        live: measurement,
        merged: found.measurement,
      }
    }),
  }
}
