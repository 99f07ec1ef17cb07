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
})
