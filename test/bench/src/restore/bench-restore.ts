import { createStateScene, restoreState, type StateShape } from './state-scene.ts'

export interface RestoreReport extends StateShape {
  readonly bench: 'restore'
  readonly seconds: number
  readonly cpuUsPerKey: number
  readonly anonymousMb: number
}

/** What a timeline processor takes to have its whole state again from the changelog. */
export async function benchRestore(shape: StateShape): Promise<RestoreReport> {
  const scene = await createStateScene(shape)
  try {
    const { anonymousBytes, cpuSeconds, restoredRecords, seconds } = await restoreState(scene)
    if (restoredRecords < shape.keys) {
      throw new Error(`only ${restoredRecords} of ${shape.keys} timelines were restored`)
    }
    return {
      bench: 'restore',
      ...shape,
      seconds,
      cpuUsPerKey: (cpuSeconds * 1e6) / shape.keys,
      anonymousMb: anonymousBytes / 1e6,
    }
  } finally {
    await scene.pipeline.close()
  }
}

export function renderRestore(report: RestoreReport): string {
  const { anonymousMb, cpuUsPerKey, keys, partitions, seconds } = report
  return (
    `restore: ${keys} timelines of ${partitions} partitions in ${seconds.toFixed(1)} s, ` +
    `${cpuUsPerKey.toFixed(1)} µs of CPU each, ${anonymousMb.toFixed(0)} MB of anonymous memory ` +
    'at the most'
  )
}
