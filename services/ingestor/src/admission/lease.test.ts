import { describe, expect, it } from '@jest/globals'
import { Admission } from './admission.ts'

describe('a lease', () => {
  it('gives its bytes back once', () => {
    const admission = new Admission({ bytesMax: 100, requestsMax: 10 })
    const [first, second] = [admission.lease(60), admission.lease(40)]
    expect(admission.bytes).toBe(100)
    first?.release()
    first?.release()
    expect(admission.bytes).toBe(40)
    second?.release()
    expect(admission.bytes).toBe(0)
  })

  it('that is shared gives them back with its last holder', () => {
    const admission = new Admission({ bytesMax: 100, requestsMax: 10 })
    const lease = admission.lease(60)
    const shared = lease?.share()
    lease?.release()
    lease?.release()
    expect(admission.bytes).toBe(60)
    shared?.release()
    expect(admission.bytes).toBe(0)
  })

  it('is refused beyond the bytes, or beyond the number', () => {
    const admission = new Admission({ bytesMax: 100, requestsMax: 2 })
    expect(admission.lease(101)).toBeNull()
    const first = admission.lease(1)
    admission.lease(1)
    expect(admission.lease(1)).toBeNull()
    first?.release()
    expect(admission.lease(99)).not.toBeNull()
  })
})
