import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openFileSystemDisk } from './file-system-disk.ts'
import { type SpoolDisk } from './spool-disk.ts'

let directory: string
let disk: SpoolDisk

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spool-'))
  disk = await openFileSystemDisk(join(directory, 'made', 'here'))
})
afterEach(() => {
  disk.release()
  rmSync(directory, { recursive: true })
})

const names = async (): Promise<readonly string[]> =>
  (await disk.list())
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('lock.db'))
    .toSorted()

async function write(name: string, text: string): Promise<void> {
  const file = await disk.create(name)
  await file.write(Buffer.from(text))
  await file.sync()
  await file.close()
}

describe('the spool on a file system', () => {
  it('writes, renames, reads, lists and removes', async () => {
    await write('a.tmp', 'hello')
    await disk.rename('a.tmp', 'a')
    await disk.syncDirectory()
    expect(String(await disk.read('a'))).toBe('hello')
    expect((await disk.list()).find(({ name }) => name === 'a')?.bytes).toBe(5)
    await disk.remove('a')
    await disk.remove('a')
    expect(await names()).toEqual([])
  })

  it('creates no file twice, and says what is missing by its code', async () => {
    await write('a', 'x')
    await expect(disk.create('a')).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(disk.read('b')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('does not take a file as missing if its folder is away', async () => {
    renameSync(join(directory, 'made'), join(directory, 'away'))
    await expect(disk.read('a')).rejects.toMatchObject({ code: 'ESTALE' })
    renameSync(join(directory, 'away'), join(directory, 'made'))
    await expect(disk.read('a')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('puts files aside where it does not list them', async () => {
    await write('a', 'x')
    await disk.quarantine('a')
    expect(await names()).toEqual([])
    expect(readdirSync(join(directory, 'made/here/quarantine'))).toEqual(['a'])
  })

  it('lets nobody else read what people wrote', async () => {
    await write('a', 'x')
    const path = join(directory, 'made/here')
    expect([statSync(path).mode & 0o077, statSync(join(path, 'a')).mode & 0o077]).toEqual([0, 0])
  })

  it('gives the folder to one process at a time', async () => {
    const path = join(directory, 'made', 'here')
    await expect(openFileSystemDisk(path)).rejects.toThrow('is in use by another process')
    disk.release()
    disk = await openFileSystemDisk(path)
    expect(await names()).toEqual([])
  })
})
