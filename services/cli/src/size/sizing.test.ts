import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { plainPaint } from '../output/terminal.ts'
import { measured } from './measured.ts'
import { packingAt } from './packing.ts'
import { renderSize } from './render-size.ts'
import { renderValues } from './render-values.ts'
import { coresAt, type ExpectedLoad, sizeInstallation } from './sizing.ts'

const load: ExpectedLoad = {
  outgoing: 1_000,
  replyRate: 0.3,
  meanShare: 0.3,
  retentionDays: 400,
  bodyBytes: 690,
}

const loads = fc.record({
  outgoing: fc.integer({ min: 1, max: 50_000 }),
  replyRate: fc.double({ min: 0, max: 3, noNaN: true }),
  meanShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
  retentionDays: fc.integer({ min: 1, max: 4_000 }),
  bodyBytes: fc.integer({ min: 100, max: 10_000 }),
})

describe('sizeInstallation', () => {
  it('counts three webhooks for each outgoing message and one for each incoming', () => {
    expect(sizeInstallation(load).webhooksPerSecond).toBe(3_300)
    expect(sizeInstallation({ ...load, replyRate: 0 }).webhooksPerSecond).toBe(3_000)
  })

  it('matches what was measured at the low rate', () => {
    const { ingestor } = measured.services
    expect(coresAt('ingestor', measured.lowRate)).toBeCloseTo(
      (ingestor.lowRateUs * measured.lowRate) / 1e6,
    )
  })

  it('keeps every instance below its share of a core when one is away', () => {
    fc.assert(
      fc.property(loads, (any) => {
        const { services, webhooksPerSecond } = sizeInstallation(any)
        for (const key of ['ingestor', 'decoder', 'processor', 'sink'] as const) {
          const { replicas } = services[key]
          expect(coresAt(key, webhooksPerSecond / (replicas - 1))).toBeLessThanOrEqual(0.601)
        }
      }),
    )
  })

  it('has a partition for every consumer, even if there are more of them', () => {
    fc.assert(
      fc.property(loads, (any) => {
        const { partitions, services } = sizeInstallation(any)
        expect(partitions % 6).toBe(0)
        for (const { replicas, replicasMax } of [
          services.decoder,
          services.processor,
          services.sink,
        ]) {
          expect(replicas).toBeLessThanOrEqual(replicasMax)
          expect(replicasMax).toBeLessThanOrEqual(partitions)
        }
      }),
    )
  })

  it('never needs less for more messages', () => {
    fc.assert(
      fc.property(loads, (any) => {
        const before = sizeInstallation(any)
        const after = sizeInstallation({ ...any, outgoing: any.outgoing * 2 })
        expect(after.partitions).toBeGreaterThanOrEqual(before.partitions)
        expect(after.disk.rawTopicGib).toBeGreaterThanOrEqual(before.disk.rawTopicGib)
        expect(after.disk.clickhouseGib).toBeGreaterThanOrEqual(before.disk.clickhouseGib)
        expect(after.services.ingestor.replicas).toBeGreaterThanOrEqual(
          before.services.ingestor.replicas,
        )
      }),
    )
  })

  it('fills the raw topic with packed bodies and their overhead, on three brokers', () => {
    const plain = 3_300 * 0.3 * 86_400 * 400 * (690 + measured.recordOverheadBytes) * 3 * 1.3
    const { disk, packing, services } = sizeInstallation(load)
    expect(packing.rawBatchRecords).toBeCloseTo((3_300 * 0.3 * 0.05) / services.ingestor.replicas)
    expect(disk.rawTopicGib).toBe(Math.ceil((plain * packing.rawShare) / 2 ** 30))
  })

  it('packs as was measured, the better the more webhooks an ingestor receives', () => {
    for (const { records, share } of measured.packedShare) {
      expect(packingAt(records * 20).rawShare).toBeCloseTo(share)
    }
    expect(packingAt(0.1)).toMatchObject({ rawBatchRecords: 1, rawShare: 1, derivedShare: 1 })
    expect(packingAt(1e6)).toMatchObject({ rawBatchRecords: 100, rawShare: 0.188 })
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 5_000, noNaN: true }), (rate) => {
        expect(packingAt(rate * 1.5).rawShare).toBeLessThanOrEqual(packingAt(rate).rawShare)
      }),
    )
  })
})

describe('what is printed', () => {
  it('holds the rule, the services and the disks', () => {
    const text = renderSize(sizeInstallation(load), plainPaint)
    expect(text).toContain('3 300/s at the peak')
    expect(text).toContain('3 × 1000 outgoing + 1000 × 0.3 incoming')
    expect(text).toMatch(/timeline-processor +3 – 9 +\d+m +512 \/ 1024 MiB/)
    expect(text).toMatch(/partitions +12/)
    expect(text).toMatch(/retention +400 days/)
  })

  it('leaves a small installation unscaled', () => {
    const text = renderValues(sizeInstallation({ ...load, outgoing: 50 }))
    expect(text).toMatch(/keda:\n {2}enabled: false/)
    expect(renderValues(sizeInstallation(load))).toMatch(/keda:\n {2}enabled: true/)
  })
})
