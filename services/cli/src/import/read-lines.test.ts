import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readLines, splitLines } from './read-lines.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-lines-'))
  await mkdir(join(folder, 'b'))
  await writeFile(join(folder, 'a.json'), '{\n  "x": 1\n}\n')
  await writeFile(join(folder, 'b', 'lines.ndjson'), '{"y":1}\n\n{"y":2}')
  await writeFile(join(folder, 'notes.md'), 'no body')
  await writeFile(join(folder, 'c.log'), 'one\ntwo\n')
})

afterAll(() => rm(folder, { recursive: true }))

async function read(path: string) {
  const found: (readonly [number, string | undefined])[] = []
  for await (const { bytes, line } of readLines(path)) found.push([line, bytes?.toString()])
  return found
}

/** Only what is still in use: when garbage is collected is the engine's affair. */
function heldInBuffers(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().arrayBuffers
}

describe('readLines', () => {
  it('counts the lines of a file, whatever it is called', async () => {
    expect(await read(join(folder, 'c.log'))).toEqual([
      [1, 'one'],
      [2, 'two'],
    ])
  })

  it('reads a folder in the order of names and keeps counting', async () => {
    expect(await read(folder)).toEqual([
      [1, '{\n  "x": 1\n}\n'],
      [2, '{"y":1}'],
      [3, ''],
      [4, '{"y":2}'],
    ])
  })

  it('says which path does not exist', async () => {
    await expect(read(join(folder, 'nowhere'))).rejects.toMatchObject({ exitCode: 2 })
  })
})

describe('splitLines', () => {
  it('joins lines that come in pieces', async () => {
    const lines = splitLines(Readable.from([Buffer.from('on'), Buffer.from('e\ntwo\nth'), 'ree']))
    const texts: (string | undefined)[] = []
    for await (const line of lines) texts.push(line?.toString())
    expect(texts).toEqual(['one', 'two', 'three'])
  })

  it('holds no more of a line than is allowed, and continues after it', async () => {
    let heldBytes = Infinity
    const endless = function* pieces() {
      yield 'a\n'
      const before = heldInBuffers()
      for (let count = 0; count < 10_000; count += 1) yield 'x'.repeat(10_000)
      heldBytes = heldInBuffers() - before
      yield '\nb\n'
    }
    const texts: (string | undefined)[] = []
    for await (const line of splitLines(Readable.from(endless()), 100)) texts.push(line?.toString())
    expect(texts).toEqual(['a', undefined, 'b'])
    expect(heldBytes).toBeLessThan(5_000_000)
  })
})
