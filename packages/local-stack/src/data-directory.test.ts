import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { takeDataDirectory } from './data-directory.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-directory-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a data folder', () => {
  it.each(['{', '', 'null', '{"owner":"x","parts":5}'])(
    'is taken although the note of its owner is damaged: %j',
    async (text) => {
      const file = join(folder, 'stack.json')
      await writeFile(file, text)
      const directory = await takeDataDirectory(folder)
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ owner: process.pid, parts: [] })
      await directory.release()
    },
  )

  it('names its owner at every moment, and in the end the parts recorded last', async () => {
    const file = join(folder, 'stack.json')
    const directory = await takeDataDirectory(folder)
    const many = Array.from({ length: 2_000 }, (_, index) => 4_000_000 + index)
    const notes: unknown[] = []
    for (const round of many.slice(0, 50)) {
      const lists = [[round], many, [round, round], many, [round]]
      const records = Promise.all(lists.map((parts) => directory.recordParts(parts)))
      notes.push(JSON.parse(await readFile(file, 'utf8')))
      await records
      const note: unknown = JSON.parse(await readFile(file, 'utf8'))
      expect(note).toEqual({ owner: process.pid, parts: [round] })
    }
    expect(notes).toHaveLength(50)
    await directory.release()
  })
})
