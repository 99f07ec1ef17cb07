import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { untilSettled } from '@wabastream/end-to-end'
import { judgePipeline } from '../judge/judge-pipeline.ts'
import { TransitionWatch } from '../judge/transition-watch.ts'
import {
  type FaultPipeline,
  type FaultPipelineOptions,
  startFaultPipeline,
} from './fault-pipeline.ts'
import { type Counts, type FaultResult, writeFaultResult } from './fault-result.ts'
import { Faults } from './faults.ts'
import { Load } from './load.ts'

const START_STOP_MS = 240_000
const SETTLE_MS = Number(process.env['WABASTREAM_RECOVERY_SECONDS'] ?? 180) * 1_000
const SHOWN_MAX = 10
/** For a case that judges by itself: a zero would mean that somebody had counted. */
const UNJUDGED: Counts = { events: null, lost: null, doubled: null, differing: null }

export interface FaultCase {
  /** The invariant, as a fact. */
  readonly title: string
  readonly pipeline: FaultPipelineOptions
  /** Time limit of `play`; starting, settling and judging have their own. */
  readonly deadlineMs: number
  /** Time limit for everything to settle after `play`. */
  readonly settleMs?: number
  /** False if something must stand still at the end: then only `play` judges. */
  readonly settles?: boolean
  /** Which differences from the oracle, as the judge words them, are meant; none by default. */
  readonly mayDiffer?: (difference: string) => boolean
  readonly play: (scene: FaultScene) => Promise<void>
}

export interface FaultScene {
  readonly pipeline: FaultPipeline
  readonly load: Load
  readonly faults: Faults
  readonly seed: string
}

/**
 * Defines the one test of a case's file: it starts a pipeline, runs `play`, and then everything
 * must settle and be as acknowledged. Prints the seed; WABASTREAM_SEED repeats it.
 */
export function faultCase(url: string, definition: FaultCase): void {
  const name = basename(url).replace('.fault.test.ts', '')
  const seed = process.env['WABASTREAM_SEED'] ?? randomBytes(4).toString('hex')
  const { deadlineMs, mayDiffer = () => false, settleMs = SETTLE_MS, settles = true } = definition
  describe(`${name} (WABASTREAM_SEED='${seed}')`, () => {
    it(
      definition.title,
      async () => {
        const pipeline = await startFaultPipeline(definition.pipeline)
        try {
          await run(name, seed, pipeline, { ...definition, mayDiffer, settleMs, settles })
        } finally {
          await pipeline.stop()
        }
      },
      START_STOP_MS + deadlineMs + settleMs,
    )
  })
}

async function run(
  name: string,
  seed: string,
  pipeline: FaultPipeline,
  definition: Required<FaultCase>,
): Promise<void> {
  const watch = await TransitionWatch.start(pipeline)
  const load = new Load(pipeline.webhookUrls, seed)
  const faults = new Faults(pipeline, load)
  const common = (): Omit<FaultResult, keyof Counts> => ({
    case: name,
    seed,
    faults: faults.count,
    kills: pipeline.killCount(),
    recoveryMs: faults.recoveryMs,
    measured: faults.measured,
  })
  try {
    // Whoever finds nothing knows that the parts did not come up.
    await writeFaultResult({ ...common(), ...UNJUDGED })
    await withinDeadline(definition.play({ pipeline, load, faults, seed }), definition.deadlineMs)
    if (!definition.settles) {
      await writeFaultResult({ ...common(), ...UNJUDGED })
      return
    }
    await untilSettled(pipeline.kafka, definition.settleMs)
    const { events, lost, doubled, ...judged } = await judgePipeline(
      pipeline,
      load,
      await watch.finish(),
    )
    const differing = judged.differing.filter((one) => !definition.mayDiffer(one))
    await writeFaultResult({
      ...common(),
      events,
      lost: lost.length,
      doubled: doubled.length,
      differing: differing.length,
    })
    expect(firstOf({ lost, doubled, differing })).toEqual({ lost: [], doubled: [], differing: [] })
    expect(events).toBeGreaterThan(0)
  } finally {
    load.abort()
    await watch.close()
  }
}

function firstOf(
  found: Readonly<Record<'lost' | 'doubled' | 'differing', readonly string[]>>,
): object {
  const { lost, doubled, differing } = found
  return {
    lost: lost.slice(0, SHOWN_MAX),
    doubled: doubled.slice(0, SHOWN_MAX),
    differing: differing.slice(0, SHOWN_MAX),
  }
}

async function withinDeadline(playing: Promise<void>, deadlineMs: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new Error(`not done within ${deadlineMs} ms`))
  }, deadlineMs)
  try {
    await Promise.race([playing, promise])
  } finally {
    clearTimeout(timer)
  }
}
