import { afterAll, beforeAll } from '@jest/globals'
import { openRawProducers, type RawProducers } from './producer/raw-producers.fixture.ts'
import { startTestKafka, type TestKafka } from './test-kafka.ts'

export interface KafkaScene {
  readonly test: TestKafka
  readonly raw: RawProducers
}

/** The broker and raw producers for the tests of one file: open before them, closed after them. */
export function useKafkaScene(): KafkaScene {
  let scene: KafkaScene | undefined
  const opened = (): KafkaScene => {
    if (scene === undefined) throw new Error('the scene opens before the first test')
    return scene
  }
  beforeAll(async () => {
    scene = { test: await startTestKafka(), raw: openRawProducers() }
  })
  afterAll(async () => {
    await scene?.raw.close()
    await scene?.test.close()
  })
  return {
    get test() {
      return opened().test
    },
    get raw() {
      return opened().raw
    },
  }
}
