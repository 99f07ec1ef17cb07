import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { rm, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServiceName } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { type FaultPipelineOptions } from './fault-pipeline.ts'
import { type ServiceInstance } from './service-instance.ts'

const faultyDiskEntry = 'services/ingestor/src/spool/faulty-disk.fixture.ts'

/** Where the ingestor of a case spools. */
export class SpoolFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'wabastream-spool-'))
  readonly #faultFile = `${this.path}.fault`
  readonly #reachedFile = `${this.#faultFile}.reached`

  /** For `pipeline.env`; `more` is for the ingestor, too. */
  env(more: Readonly<Record<string, string>> = {}) {
    return (service: ServiceName): Readonly<Record<string, string>> =>
      service === 'ingestor'
        ? { SPOOL_DIR: this.path, SPOOL_FAULT_FILE: this.#faultFile, ...more }
        : {}
  }

  /** For `pipeline.prepare`: nothing before, the folder goes at the end. */
  prepare = async (): Promise<() => Promise<void>> => async () => {
    await rm(this.path, { recursive: true, force: true })
    await this.setFault(null)
  }

  /** One ingestor with a disk that fails on demand, whose way to Kafka can be cut. */
  onFaultyDisk(): FaultPipelineOptions {
    return {
      cluster: 'single',
      throughProxy: ['ingestor'],
      entries: { ingestor: faultyDiskEntry },
      env: this.env(),
      prepare: this.prepare,
    }
  }

  fileCount(): number {
    return readdirSync(this.path).filter((name) => name.endsWith('.spool')).length
  }

  /** What has a temporary name: files that were never finished. */
  unfinished(): readonly string[] {
    return readdirSync(this.path).filter((name) => name.endsWith('.tmp'))
  }

  quarantinedCount(): number {
    return readdirSync(join(this.path, 'quarantine')).length
  }

  async untilFiles(countMin: number): Promise<void> {
    await eventually(`${countMin} files are spooled`, () => this.fileCount() >= countMin, 60_000)
  }

  async untilDrained(timeoutMs = 60_000): Promise<void> {
    await eventually('the spool is empty', () => this.fileCount() === 0, timeoutMs)
  }

  /** Null mends it. For an ingestor `onFaultyDisk`. */
  async setFault(fault: Readonly<Record<string, string | number>> | null): Promise<void> {
    await rm(this.#reachedFile, { force: true })
    if (fault === null) return await rm(this.#faultFile, { force: true })
    await writeFile(`${this.#faultFile}.new`, JSON.stringify(fault))
    await rename(`${this.#faultFile}.new`, this.#faultFile)
  }

  /** Until the ingestor is in the step that the fault is for. */
  async untilFaultReached(): Promise<void> {
    await eventually('the faulty step is reached', () => existsSync(this.#reachedFile))
  }
}

/** Sum of a metric's samples; 0 when there are none. */
export function readMetric(text: string, name: string): number {
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  )
}

/** Requests that an ingestor has answered otherwise than by keeping their webhook. */
export async function readRefusals(ingestor: ServiceInstance): Promise<number> {
  return readMetric(
    await ingestor.metrics(),
    'wa_ingestor_requests_total\\{[^}]*outcome="(?!acked|spooled)[^}]*\\}',
  )
}
