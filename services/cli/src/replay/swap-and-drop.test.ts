import { mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { describeMissing } from '../compare/render-missing.ts'
import { askToStop, forgetStopRequest, watchStopRequest } from './stop-request.ts'

describe('describeMissing', () => {
  it('names what is missing by partition, and counts what it does not name', () => {
    const missing = Array.from({ length: 22 }, (_, place) => ({
      partition: place,
      first: 10,
      last: 12,
      webhooks: 3,
    }))
    const text = describeMissing(missing, { live: 1, into: 2, dataDirectory: '/tmp/other' })
    expect(text).toContain('Generation 2 lacks 66 webhooks that generation 1 holds')
    expect(text).toContain('raw partition 19, offsets 10 to 12: 3 webhooks')
    expect(text).not.toContain('raw partition 20')
    expect(text).toContain('and 2 more ranges')
    expect(text).toContain('`./wabastream replay --drop 2 --data /tmp/other`')
  })
})

describe('a request to stop', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stop-request-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('reaches the processes that run the generation, once, and no others', async () => {
    const { signal } = new AbortController()
    const ending = new AbortController()
    const one = watchStopRequest(folder, { generation: 1, signal })
    const two = watchStopRequest(folder, { generation: 2, signal: ending.signal })
    await askToStop(folder, 1)
    expect(await one).toBe(true)
    ending.abort()
    expect(await two).toBe(false)
    await forgetStopRequest(folder, 1)
  })

  it('that was left behind is ignored by processes that start later', async () => {
    await askToStop(folder, 3)
    await utimes(join(folder, 'stop-generation-3'), 1, 1)
    const ending = new AbortController()
    const watching = watchStopRequest(folder, { generation: 3, signal: ending.signal })
    ending.abort()
    expect(await watching).toBe(false)
  })
})
