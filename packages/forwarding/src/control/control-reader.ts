import { type PartitionReader } from '@wabastream/processing'
import { CONTROL_PARTITION, type Control, ControlTable } from './control.ts'

/** Reads on from where it was; resolves with all that is known. */
export type ReadControl = () => Promise<Control>

export function createControlReader(reader: PartitionReader, topic: string): ReadControl {
  const table = new ControlTable()
  let next = 0
  return async function readControl() {
    const from = { topic, partition: CONTROL_PARTITION, offset: next }
    const { offset } = await reader.readToEnd(from, ({ records }) => {
      for (const record of records) table.apply(record.keyText(), record.value)
    })
    next = offset
    return table
  }
}
