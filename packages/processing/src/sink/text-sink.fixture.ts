import { type SinkPartition } from './sink-port.ts'

/** Every value is one row of the same table, as it is. */
export const textPartition: SinkPartition<string, string> = {
  beginBatch: (lines) => ({
    add(text, _, sourceIndex) {
      lines.addLine('rows', text, sourceIndex)
    },
  }),
}
