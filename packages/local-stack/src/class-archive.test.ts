import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { classArchiveOf, classArchiveOptions, noteOf } from './class-archive.ts'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wabastream-archive-'))
})

afterAll(() => rm(directory, { recursive: true }))

describe('an archive of classes', () => {
  it('is used while it is whole', async () => {
    const libraries = join(directory, 'kafka')
    expect(classArchiveOptions(libraries)).toEqual([])
    await writeFile(classArchiveOf(libraries), 'classes')
    expect(classArchiveOptions(libraries)).toEqual([])
    await writeFile(noteOf(classArchiveOf(libraries)), '7')
    expect(classArchiveOptions(libraries)).toContain(`-XX:SharedArchiveFile=${libraries}.jsa`)
    await truncate(classArchiveOf(libraries), 4)
    expect(classArchiveOptions(libraries)).toEqual([])
  })

  it('is not looked for if there can be none', async () => {
    const libraries = join(directory, 'registry')
    await writeFile(noteOf(classArchiveOf(libraries)), 'none: disk full\n')
    expect(classArchiveOptions(libraries)).toEqual([])
  })
})
