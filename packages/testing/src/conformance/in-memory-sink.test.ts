import { describe, it } from '@jest/globals'
import { createInMemorySink } from './in-memory-sink.ts'
import { sinkCases } from './sink-cases.ts'
import { type SinkScene } from './sink-scene.ts'

function createScene(): SinkScene<string> {
  const sink = createInMemorySink<string>({
    toRow: (value) => value,
    refuses: (row) => row.startsWith('-'),
  })
  return {
    sink,
    toValue: String,
    toUnreadableValue: (id) => `-${id}`,
    readIds: async () => sink.rows().map(Number),
    breakDown: async (cause) => {
      sink.breakDown(cause)
    },
    repair: async () => {
      sink.breakDown(undefined)
    },
  }
}

describe('in-memory sink', () => {
  it.each(sinkCases<string>())('$title', ({ verify }) => verify(createScene()))
})
