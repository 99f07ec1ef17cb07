import { Counter, Gauge, type Registry } from 'prom-client'
import { type Detection, detectionKinds, type Hour } from '../detectors/detection.ts'

export interface DetectionMetrics {
  open(detections: readonly Detection[]): void
  looked(detector: string, hour: Hour): void
  failed(detector: string): void
}

export function createDetectionMetrics(
  registry: Registry,
  detectors: readonly string[],
  now: () => number,
): DetectionMetrics {
  const registers = [registry]
  const startedMs = now()
  const lookedMs = new Map(detectors.map((name) => [name, startedMs]))
  const active = new Gauge({
    name: 'wa_watch_detections',
    registers,
    labelNames: ['kind'] as const,
    help: 'detections that go on, by kind; wa.detections has each with its reason',
  })
  const failures = new Counter({
    name: 'wa_watch_detector_failures_total',
    registers,
    labelNames: ['detector'] as const,
    help: 'times that a detector could not look, for instance because ClickHouse was away',
  })
  new Gauge({
    name: 'wa_watch_detector_age_seconds',
    registers,
    labelNames: ['detector'] as const,
    help: 'age of the end of the last hour that a detector has looked at; of the start before it',
    collect() {
      for (const [detector, ms] of lookedMs) this.set({ detector }, (now() - ms) / 1_000)
    },
  })
  for (const detector of detectors) failures.inc({ detector }, 0)
  return {
    open(detections) {
      for (const kind of detectionKinds) {
        active.set({ kind }, detections.filter((one) => one.kind === kind).length)
      }
    },
    looked(detector, { endMs }) {
      lookedMs.set(detector, endMs)
    },
    failed(detector) {
      failures.inc({ detector })
    },
  }
}
