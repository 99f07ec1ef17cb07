import { type SinkPartition } from './sink-port.ts'

/** Every value is one row as it is: `<table>: <row>`, or that of the table `rows`. */
export const textPartition: SinkPartition<string, string> = {
  beginBatch: (lines) => ({
    add(text, _, sourceIndex) {
      const [, table = 'rows', line = text] = /^([a-z]+): (.*)$/.exec(text) ?? []
      lines.addLine(table, line, sourceIndex)
    },
  }),
}
