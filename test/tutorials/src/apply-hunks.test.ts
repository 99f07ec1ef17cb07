import { describe, expect, it } from '@jest/globals'
import { applyHunks } from './apply-hunks.ts'
import { parseHunks } from './parse-hunks.ts'
import { type EditStep } from './steps.ts'

const place = { page: 'page', line: 7 }

function edit(...lines: readonly string[]): EditStep {
  return { kind: 'edit', place, file: 'a.ts', hunks: parseHunks(lines.join('\n'), place) }
}

const FILE = ['one {', '  a', '}', 'two {', '  b', '}', ''].join('\n')

describe('a hunk', () => {
  it('replaces the lines that stand in the file once', () => {
    const changed = applyHunks(FILE, edit(' two {', '-  b', '+  c', '+  d', ' }'))
    expect(changed).toBe(['one {', '  a', '}', 'two {', '  c', '  d', '}', ''].join('\n'))
  })

  it('is looked for in what the ones before it left', () => {
    const changed = applyHunks(FILE, edit('-  a', '+  new', '@@', '-  new', '+  newer'))
    expect(changed).toContain('  newer\n')
  })

  it('may be told apart from its like by the lines around it', () => {
    const changed = applyHunks(FILE, edit('   b', '+  c', ' }'))
    expect(changed).toBe(['one {', '  a', '}', 'two {', '  b', '  c', '}', ''].join('\n'))
  })

  it('that stands in the file twice is refused, with both places', () => {
    expect(() => applyHunks(FILE, edit('   a', '+  c', '@@', ' }', '+three'))).toThrow(
      'page:10: a.ts has this hunk 2 times, at lines 4, 7:\n}',
    )
  })

  it('that is not there is refused, with the lines that are nowhere', () => {
    expect(() => applyHunks(FILE, edit(' one {', '-  x', '+  y'))).toThrow(
      'page:7: a.ts does not have this hunk:\none {\n  x\n\nthese lines are not there:\n  x',
    )
  })

  it('whose lines stand apart is refused', () => {
    expect(() => applyHunks(FILE, edit(' one {', '-  b', '+  c'))).toThrow(
      'its lines are there, but not one after the other',
    )
  })

  it('matches whole lines, with their indent', () => {
    expect(() => applyHunks(FILE, edit('-a', '+b'))).toThrow('does not have this hunk')
  })
})
