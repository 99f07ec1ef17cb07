import { createRequire } from 'node:module'
import { describe, expect, it, jest } from '@jest/globals'
import { quietRequestQueue } from './request-queue.ts'

// The shipped class, on which the amendment is made in place: one test file, one copy.

const load = createRequire(import.meta.url)
const Shipped = load('kafkajs/src/network/requestQueue/index.js')
const logger = { debug: () => undefined, warn: () => undefined }

interface Queue {
  readonly throttleCheckTimeoutId: unknown
  pending: unknown[]
  checkPendingRequests(): void
  destroy(): void
}

const open = (): Queue =>
  new Shipped({
    maxInFlightRequests: 1,
    requestTimeout: 1_000,
    enforceRequestTimeout: true,
    logger,
  })

describe('request queue', () => {
  it('as shipped sets a timer although nothing is pending', () => {
    const queue = open()
    queue.checkPendingRequests()
    expect(queue.throttleCheckTimeoutId).not.toBeNull()
    queue.destroy()
  })

  it('as amended sets a timer only while something is pending', () => {
    quietRequestQueue(Shipped)
    const queue = open()
    queue.checkPendingRequests()
    expect(queue.throttleCheckTimeoutId).toBeNull()
    const send = jest.fn()
    Object.assign(queue, { throttledUntil: Date.now() + 1_000, pending: [{ send }] })
    queue.checkPendingRequests()
    expect(queue.throttleCheckTimeoutId).not.toBeNull()
    expect(send).not.toHaveBeenCalled()
    queue.destroy()
  })
})
