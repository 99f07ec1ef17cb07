import { describe, expect, it } from '@jest/globals'
import { configSchema } from './config.ts'

describe('the settings of the ingestor', () => {
  it.each([
    ['1999', true],
    ['2000', false],
  ])('leave time to stop after a drain of %s ms: %s', (drainDelayMs, isTaken) => {
    const { error, success } = configSchema.safeParse({
      kafkaBrokers: 'kafka:9092',
      channelsFile: 'channels.yaml',
      shutdownTimeoutMs: '2000',
      drainDelayMs,
    })
    expect({ success, paths: error?.issues.map(({ path }) => path.join()) ?? [] }).toEqual({
      success: isTaken,
      paths: isTaken ? [] : ['drainDelayMs'],
    })
  })
})
