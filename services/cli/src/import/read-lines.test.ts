import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
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
    const endless = function* pieces() {
      yield 'a\n'
      for (let count = 0; count < 10_000; count += 1) yield 'x'.repeat(10_000)
      yield '\nb\n'
    }
    const texts: (string | undefined)[] = []
    const heapBefore = process.memoryUsage().arrayBuffers
    for await (const line of splitLines(Readable.from(endless()), 100)) texts.push(line?.toString())
    expect(texts).toEqual(['a', undefined, 'b'])
    expect(process.memoryUsage().arrayBuffers - heapBefore).toBeLessThan(50_000_000)
  })
})
