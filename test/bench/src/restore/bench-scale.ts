import Table from 'cli-table3'
import { readUsage } from '../usage/process-usage.ts'
import { readAnonymousBytes } from './anonymous-memory.ts'
import { untilCaughtUp } from '../scene/caught-up.ts'
import { sendRecords } from './send.ts'
import {
  createStateScene,
  eventsReader,
  restoreState,
  type StateScene,
  type StateShape,
  topics,
} from './state-scene.ts'

/** Of four events, one begins a message, and three are about one that is in the state. */
const NEW_OF = 4

export interface ScaleRow extends StateShape {
  readonly cpuUsPerEvent: number
  readonly anonymousMb: number
}

export interface ScaleReport {
  readonly bench: 'scale'
  readonly events: number
  readonly rows: readonly ScaleRow[]
}

/** CPU of the timeline processor per event, by the number of keys in its state and partitions. */
export async function benchScale(
  shapes: readonly StateShape[],
  options: { readonly events: number; readonly onRow: (row: ScaleRow) => void },
): Promise<ScaleReport> {
  const rows: ScaleRow[] = []
  for (const shape of shapes) {
    const row = await measure(shape, options.events)
    options.onRow(row)
    rows.push(row)
  }
  return { bench: 'scale', events: options.events, rows }
}

async function measure(shape: StateShape, events: number): Promise<ScaleRow> {
  const scene = await createStateScene(shape)
  try {
    const { processor } = await restoreState(scene)
    // What is compiled and mapped first is not counted.
    await work(scene, shape.keys, { from: 0, events: Math.ceil(events / 4) })
    const before = readUsage(processor.pid).cpuUs
    await work(scene, shape.keys, { from: Math.ceil(events / 4), events })
    return {
      ...shape,
      cpuUsPerEvent: (readUsage(processor.pid).cpuUs - before) / events,
      anonymousMb: readAnonymousBytes(processor.pid) / 1e6,
    }
  } finally {
    await scene.pipeline.close()
  }
}

async function work(
  { messages, pipeline }: StateScene,
  keys: number,
  { events, from }: { readonly from: number; readonly events: number },
): Promise<void> {
  await sendRecords(pipeline.kafka, {
    topic: topics.events,
    count: events,
    make(index) {
      const at = from + index
      const isNew = at % NEW_OF === 0
      const message = isNew ? keys * 2 + at : (at * STRIDE) % keys
      const partition = messages.partition(message)
      return { partition, record: messages.status(message, isNew ? 'sent' : 'read') }
    },
  })
  await untilCaughtUp(pipeline.kafka, eventsReader)
}

/** A prime, so that the events touch keys all over the state. */
const STRIDE = 7_919

export function renderScale({ events, rows }: ScaleReport): string {
  const table = new Table({
    head: ['keys', 'partitions', 'CPU µs per event', 'of the first', 'anonymous MB'],
    style: { head: [], border: [] },
  })
  const first = rows[0]?.cpuUsPerEvent ?? NaN
  for (const { anonymousMb, cpuUsPerEvent, keys, partitions } of rows) {
    table.push([
      keys,
      partitions,
      cpuUsPerEvent.toFixed(1),
      (cpuUsPerEvent / first).toFixed(2),
      anonymousMb.toFixed(0),
    ])
  }
  return `scale: ${events} events after each restore\n${table.toString()}`
}
