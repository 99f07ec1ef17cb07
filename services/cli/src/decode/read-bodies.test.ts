import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readBodies } from './read-bodies.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-bodies-'))
  await mkdir(join(folder, 'odd'))
  await writeFile(join(folder, 'b.json'), '{\n  "statuses": []\n}\n')
  await writeFile(join(folder, 'a.json'), '{}')
  await writeFile(join(folder, 'lines.ndjson'), '{"a":1}\n\n{"b":2}\nnot json\n')
  await writeFile(join(folder, 'lines.log'), '{"a":1}\n{"b":2}\n')
  await writeFile(join(folder, 'README.md'), '# not a body')
  await writeFile(join(folder, 'INDEX.tsv'), 'file\tcount')
  await writeFile(join(folder, 'odd', '4mb.gen.txt'), 'a recipe')
  await writeFile(join(folder, 'odd', 'empty.bin'), '')
})

afterAll(() => rm(folder, { recursive: true }))

async function read(
  path: string,
  splitFiles = false,
): Promise<readonly (readonly [string, string])[]> {
  const found: [string, string][] = []
  for await (const { file, body } of readBodies([path], { splitFiles })) {
    found.push([file, body.toString('utf8')])
  }
  return found
}

describe('readBodies', () => {
  it('reads the bodies below a folder in order and leaves other files alone', async () => {
    expect((await read(folder)).map(([file]) => file)).toEqual([
      'a.json',
      'b.json',
      'lines.ndjson:1',
      'lines.ndjson:3',
      'lines.ndjson:4',
      join('odd', 'empty.bin'),
    ])
  })

  it('keeps what a line holds, JSON or not', async () => {
    expect((await read(join(folder, 'lines.ndjson'))).map(([, body]) => body)).toEqual([
      '{"a":1}',
      '{"b":2}',
      'not json',
    ])
  })

  it('takes a named file as one body', async () => {
    const path = join(folder, 'lines.log')
    expect(await read(path)).toEqual([[path, '{"a":1}\n{"b":2}\n']])
  })

  it('splits a named file if several bodies are expected', async () => {
    const path = join(folder, 'lines.log')
    expect((await read(path, true)).map(([file]) => file)).toEqual([`${path}:1`, `${path}:2`])
    expect(await read(join(folder, 'b.json'), true)).toHaveLength(1)
  })

  it('says which path does not exist', async () => {
    await expect(read(join(folder, 'nowhere'))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('nowhere'),
    })
  })
})
