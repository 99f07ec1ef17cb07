import { describe, expect, it } from '@jest/globals'
import { tmpdir } from 'node:os'
import { Registry } from 'prom-client'
import { registerDiskGauges } from './disk-gauges.ts'

async function read(directory: string): Promise<ReadonlyMap<string, number>> {
  const registry = new Registry()
  registerDiskGauges(registry, { prefix: 'wa_test', directory })
  const metrics = await registry.getMetricsAsJSON()
  return new Map(
    metrics.flatMap(({ name, values }) =>
      values.map(({ value }): [string, number] => [name, value]),
    ),
  )
}

describe('disk gauges', () => {
  it('report the free space and the size', async () => {
    const values = await read(tmpdir())
    const size = values.get('wa_test_disk_size_bytes') ?? 0
    expect(size).toBeGreaterThan(1e6)
    expect(values.get('wa_test_disk_free_bytes')).toBeLessThanOrEqual(size)
  })

  it('report nothing for a folder that does not exist', async () => {
    expect(await read('/does/not/exist')).toEqual(new Map())
  })
})
