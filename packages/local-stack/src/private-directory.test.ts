import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { takeDataDirectory } from './data-directory.ts'
import { makePrivateDirectory } from './private-directory.ts'

describe('a data folder', () => {
  let parent: string
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'wabastream-private-'))
  })
  afterEach(() => rm(parent, { recursive: true }))

  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
  const open = async (path: string, content?: string) => {
    await mkdir(path)
    if (content !== undefined) await writeFile(join(path, content), '')
    await chmod(path, 0o755)
    return path
  }

  it('is made so that only its user can read it', async () => {
    const data = join(parent, 'a/b')
    await makePrivateDirectory(data)
    expect(await modeOf(data)).toBe('700')
  })

  it('becomes private when an earlier version left it open', async () => {
    const data = await open(join(parent, 'data'), 'addresses.json')
    const taken = await takeDataDirectory(data)
    await taken.release()
    expect(await modeOf(data)).toBe('700')
  })

  it("is left unchanged if it is somebody else's", async () => {
    const other = await open(join(parent, 'other'), 'letters.txt')
    await makePrivateDirectory(other)
    expect(await modeOf(other)).toBe('755')
  })
})
