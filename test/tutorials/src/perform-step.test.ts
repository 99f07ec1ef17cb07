import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { parseTutorial } from './parse-tutorial.ts'
import { performStep } from './perform-step.ts'

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wabastream-steps-'))
  await writeFile(join(directory, 'there.txt'), 'one\ntwo\n')
})

afterEach(() => rm(directory, { recursive: true }))

async function perform(...lines: readonly string[]): Promise<void> {
  for (const step of parseTutorial('page', lines.join('\n'))) {
    const endsAtMs = Date.now() + 2_000
    await performStep(step, { directory, variables: { GENERATION: '7' }, endsAtMs })
  }
}

const read = (file: string) => readFile(join(directory, file), 'utf8')

describe('a step', () => {
  it('creates a file and the folders around it', async () => {
    await perform('```ts file=a/b/c.ts', 'const a = 1', '```')
    expect(await read('a/b/c.ts')).toBe('const a = 1\n')
  })

  it('creates no file that is there', async () => {
    const done = perform('```txt file=there.txt', 'new', '```')
    await expect(done).rejects.toThrow(/^page:2: there\.txt cannot be created: .*EEXIST/)
    expect(await read('there.txt')).toBe('one\ntwo\n')
  })

  it('edits a file that is there', async () => {
    await perform('```diff file=there.txt', ' one', '-two', '+three', '```')
    expect(await read('there.txt')).toBe('one\nthree\n')
  })

  it('edits no file that is not there', async () => {
    const done = perform('```diff file=gone.txt', '-two', '+three', '```')
    await expect(done).rejects.toThrow(/^page:2: gone\.txt cannot be read/)
  })

  it('runs commands in the folder, and reads both streams without colours', async () => {
    const command = `cat there.txt; printf '\\033[31mred\\033[0m\\n' >&2`
    const done = perform('```sh', command, '```', '', '```text', 'two', 'red', '```')
    await expect(done).resolves.toBeUndefined()
  })

  it('runs commands with the variables, without those of the runner of tests', async () => {
    const command = 'echo "$GENERATION $JEST_WORKER_ID."'
    const done = perform('```sh', command, '```', '', '```text', '7 .', '```')
    await expect(done).resolves.toBeUndefined()
  })

  it('fails where the output lacks a line', async () => {
    const done = perform('```sh', 'cat there.txt', '```', '', '```text', 'three', '```')
    await expect(done).rejects.toThrow(/^page:2: does not print 'three':\ncat there\.txt\n\none/)
  })

  it('fails with the first line of a command that does', async () => {
    const done = perform('```sh', 'false', 'touch made.txt', '```')
    await expect(done).rejects.toThrow('page:2: ended with exit code 1:')
    await expect(read('made.txt')).rejects.toThrow('ENOENT')
  })

  it('fails when a command does not end in time, and ends what it started', async () => {
    const done = perform('```sh', '(sleep 30; touch made.txt) & echo waits', 'sleep 30', '```')
    await expect(done).rejects.toThrow(/^page:2: did not end in time:\n[^]*\nwaits/)
  })

  it('may be one that is meant to fail, and then has to', async () => {
    await perform('```sh fails', 'echo why; exit 3', '```', '', '```text', 'why', '```')
    const done = perform('```sh fails', 'true', '```')
    await expect(done).rejects.toThrow('page:2: ended with exit code 0, and should fail:')
  })
})
