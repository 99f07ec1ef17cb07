import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { keepRebuildRate, readRebuildRate } from './rebuild-rate.ts'

const folder = mkdtempSync(join(tmpdir(), 'rebuild-rate-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('keeps the rate of a rebuild that was long enough to say something', async () => {
  expect(await readRebuildRate(folder)).toBeUndefined()
  await keepRebuildRate(folder, { webhooks: 100_000, durationMs: 10_000, cores: 2 })
  expect(await readRebuildRate(folder)).toBe(200)
  await keepRebuildRate(folder, { webhooks: 10, durationMs: 10_000, cores: 2 })
  expect(await readRebuildRate(folder)).toBe(200)
})

it('knows no rate if the file is damaged', async () => {
  writeFileSync(join(folder, 'rebuild-rate.json'), '{"cpuUsPerWebhook":')
  expect(await readRebuildRate(folder)).toBeUndefined()
})
