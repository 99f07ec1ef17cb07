import { describe, expect, it } from '@jest/globals'
import { Counter, Registry } from 'prom-client'
import { PendingCounts } from './pending-counts.ts'

describe('pending counts', () => {
  it('are in what is read, each once, whenever it is read', async () => {
    const registry = new Registry()
    const counts = new PendingCounts((channel: string, outcome: string) => ({ channel, outcome }))
    const counter = new Counter({
      name: 'answers_total',
      help: 'answers',
      labelNames: ['channel', 'outcome'] as const,
      registers: [registry],
      collect() {
        counts.moveTo(this)
      },
    })
    counter.inc({ channel: 'main', outcome: 'acked' }, 0)
    const read = async (): Promise<readonly string[]> =>
      (await registry.metrics()).split('\n').filter((line) => line.startsWith('answers'))
    expect(await read()).toEqual(['answers_total{channel="main",outcome="acked"} 0'])
    counts.add('main', 'acked')
    counts.add('main', 'acked')
    counts.add('other', 'acked')
    counts.add('main', 'spooled')
    const afterwards = [
      'answers_total{channel="main",outcome="acked"} 2',
      'answers_total{channel="main",outcome="spooled"} 1',
      'answers_total{channel="other",outcome="acked"} 1',
    ]
    expect((await read()).toSorted()).toEqual(afterwards)
    expect((await read()).toSorted()).toEqual(afterwards)
    counts.add('main', 'spooled')
    expect(await read()).toContain('answers_total{channel="main",outcome="spooled"} 2')
  })
})
