import { describe, expect, it } from '@jest/globals'
import { parseTutorial } from './parse-tutorial.ts'

const FENCE = '```'

/** A page of blocks, with a sentence before each. */
function parse(...blocks: readonly (readonly [info: string, ...lines: string[]])[]) {
  const page = blocks.map(([info, ...lines]) =>
    ['Then:', '', FENCE + info, ...lines, FENCE, ''].join('\n'),
  )
  return parseTutorial('page', page.join('\n'))
}

describe('blocks of a tutorial', () => {
  it('with a file create it, in any language', () => {
    expect(parse(['ts file=a/b.ts', 'const a = 1', ''])).toEqual([
      {
        kind: 'create',
        place: { page: 'page', line: 4 },
        file: 'a/b.ts',
        content: 'const a = 1\n\n',
      },
    ])
  })

  it('of diffs edit a file, hunk by hunk', () => {
    const steps = parse(['diff file=a.ts', ' same', '-old', '+new', '@@', ' other', '', '+more'])
    expect(steps).toEqual([
      {
        kind: 'edit',
        place: { page: 'page', line: 4 },
        file: 'a.ts',
        hunks: [
          {
            place: { page: 'page', line: 4 },
            before: ['same', 'old'],
            after: ['same', 'new'],
          },
          {
            place: { page: 'page', line: 8 },
            before: ['other', ''],
            after: ['other', '', 'more'],
          },
        ],
      },
    ])
  })

  it('of the shell run, with the output that follows them', () => {
    const steps = parse(['sh', 'echo a', 'echo b'], ['text', 'a', '', '…b'], ['sh fails', 'false'])
    expect(steps).toMatchObject([
      { kind: 'run', command: 'echo a\necho b\n', shouldFail: false, output: ['a', '…b'] },
      { kind: 'run', command: 'false\n', shouldFail: true, output: [] },
    ])
  })

  it('of other kinds are only for reading', () => {
    expect(parse(['ts', 'const a = 1'], ['json', '{}'], ['', 'plain'])).toEqual([])
  })

  it('are found inside of lists, without their indent', () => {
    const steps = parseTutorial('page', '1. Create it:\n\n   ```ts file=a.ts\n   a\n   ```\n')
    expect(steps).toMatchObject([{ file: 'a.ts', content: 'a\n', place: { line: 4 } }])
  })
})

describe('a block that cannot be performed', () => {
  it.each([
    ['a diff without a file', ['diff', ' a', '+b'], 'needs file=path'],
    ['output without a command', ['text', 'a'], 'without a command'],
    ['an unknown attribute', ['ts fiel=a.ts', 'a'], 'unknown attribute'],
    ['a second attribute', ['ts file=a.ts more=b', 'a'], 'unknown attribute'],
    ['an unknown word of a command', ['sh failing', 'false'], 'unknown word'],
    ['a path out of the copy', ['ts file=../a.ts', 'a'], 'not a path from the root'],
    ['an absolute path', ['ts file=/a.ts', 'a'], 'not a path from the root'],
    ['a line that no diff has', ['diff file=a', 'a'], "begins with ' ', '-' or '+'"],
    ['a hunk that is only new', ['diff file=a', '+a'], 'where it belongs'],
    ['a hunk that changes nothing', ['diff file=a', ' a'], 'changes nothing'],
  ] as const)('is refused with its line: %s', (_, block, problem) => {
    expect(() => parse(['sh', 'true'], ['ts file=x', 'x'], block)).toThrow(/^page:1\d: /)
    expect(() => parse(['sh', 'true'], ['ts file=x', 'x'], block)).toThrow(problem)
  })
})
