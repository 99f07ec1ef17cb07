import { describe, expect, it } from '@jest/globals'
import { readQuantile } from './histogram.ts'

const text = `
x_seconds_bucket{le="1",table="a"} 50
x_seconds_bucket{le="2",table="a"} 100
x_seconds_bucket{le="+Inf",table="a"} 100
x_seconds_bucket{le="1",table="b"} 0
x_seconds_bucket{le="+Inf",table="b"} 7
`
const metric = { name: 'x_seconds', label: 'table="a"' }

describe('readQuantile', () => {
  it('interpolates within the bucket', () => {
    expect(readQuantile(text, { ...metric, quantile: 0.5 })).toBe(1)
    expect(readQuantile(text, { ...metric, quantile: 0.75 })).toBe(1.5)
  })

  it('names the last edge when the rank lies beyond it', () => {
    expect(readQuantile(text, { ...metric, label: 'table="b"', quantile: 0.5 })).toBe(1)
  })

  it('is null when nothing was observed', () => {
    expect(readQuantile(text, { ...metric, label: 'table="c"', quantile: 0.5 })).toBeNull()
  })
})
