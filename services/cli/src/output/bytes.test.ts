import { describe, expect, it } from '@jest/globals'
import { renderBytes } from './bytes.ts'

describe('renderBytes', () => {
  it('shows text as text, with control characters escaped', () => {
    expect(renderBytes(Buffer.from('{"a":\n"\u001b"}'))).toBe('{"a":\n"\\u001b"}')
  })

  it('shows anything else as hex with its offset', () => {
    expect(renderBytes(Buffer.from([0x1f, 0x8b, 0x00, 0x41]))).toBe(
      `00000000  1f 8b 00 41${' '.repeat(37)} ...A`,
    )
  })

  it('cuts long ones and says by how much', () => {
    expect(renderBytes(Buffer.alloc(5_000, 0xff))).toContain('… and 904 more bytes')
    expect(renderBytes(Buffer.alloc(20_010, 'a'))).toContain('… and 10 more characters')
  })

  it('says when there are none', () => {
    expect(renderBytes(Buffer.alloc(0))).toBe('(empty)')
  })
})
