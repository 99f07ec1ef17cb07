import { type ReaderName } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { hasMovedOn, readGroupProgress } from './cluster-progress.ts'
import { type Load } from './load.ts'
import { type PipelineStack } from './pipeline-stack.ts'

const RECOVERY_TIMEOUT_MS = Number(process.env['WABASTREAM_RECOVERY_SECONDS'] ?? 180) * 1_000

export interface FaultAim {
  /**
   * Whose progress shows that the fault is over: committed positions, or acknowledged webhooks; or
   * a function that reads a number that grows then.
   */
  readonly recovers: ReaderName | 'ingestor' | (() => Promise<number>)
  readonly timeoutMs?: number
}

/** Counts the faults of a case and measures how long recovery from each takes. */
export class Faults {
  readonly recoveryMs: number[] = []
  readonly #measured: Record<string, number> = {}
  readonly #stack: Pick<PipelineStack, 'kafka'>
  readonly #load: Pick<Load, 'ackedCount'>
  #count = 0

  constructor(stack: Pick<PipelineStack, 'kafka'>, load: Pick<Load, 'ackedCount'>) {
    this.#stack = stack
    this.#load = load
  }

  get count(): number {
    return this.#count
  }

  get measured(): Readonly<Record<string, number>> {
    return this.#measured
  }

  /** Figures of the case's own, for the end of the table. */
  measure(figures: Readonly<Record<string, number>>): void {
    Object.assign(this.#measured, figures)
  }

  /** For faults that are over at once, without a wait. */
  counted(count = 1): void {
    this.#count += count
  }

  /**
   * `inject` resolves when the fault is over (the broker is up again, the answer was swallowed).
   * Resolves when work goes on in every partition that had some; fails when that takes too long.
   */
  async inject(what: string, inject: () => Promise<void> | void, aim: FaultAim): Promise<void> {
    await inject()
    this.#count++
    const endedMs = performance.now()
    const timeoutMs = aim.timeoutMs ?? RECOVERY_TIMEOUT_MS
    // Nobody may answer at first.
    const hasRecovered = await eventually(
      `progress can be read after ${what}`,
      () => this.#watch(aim),
      timeoutMs,
    )
    await eventually(`work goes on after ${what}`, hasRecovered, timeoutMs)
    this.recoveryMs.push(Math.round(performance.now() - endedMs))
  }

  async #watch({ recovers }: FaultAim): Promise<() => Promise<boolean>> {
    if (recovers === 'ingestor') {
      const ackedCount = this.#load.ackedCount
      return async () => this.#load.ackedCount > ackedCount
    }
    if (typeof recovers === 'function') {
      const before = await recovers()
      return async () => (await recovers()) > before
    }
    const before = await readGroupProgress(this.#stack.kafka, recovers)
    return async () => hasMovedOn(before, await readGroupProgress(this.#stack.kafka, recovers))
  }
}
