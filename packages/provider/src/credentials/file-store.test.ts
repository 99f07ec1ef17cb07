import {
  chmod,
  chown,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { readCurrentKey } from './credential-store.ts'
import { createFileStore } from './file-store.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'))
  path = join(folder, 'shop')
  await writeFile(path, ' key-number-1\n')
})
afterEach(() => rm(folder, { recursive: true }))

describe('a key in a file', () => {
  it('is read without what surrounds it', async () => {
    const store = createFileStore(path)
    expect(await store.read()).toEqual({ current: 'key-number-1', next: null, previous: null })
    expect(await readCurrentKey(store)).toBe('key-number-1')
  })

  it('is put in its place, whole, and for whom the former one was', async () => {
    const store = createFileStore(path)
    await chmod(path, 0o640)
    await store.put('current', 'key-number-2')
    await store.put('next', 'key-number-3')
    expect(await readFile(path, 'utf8')).toBe('key-number-2\n')
    const modes = await Promise.all([path, `${path}.next`].map((one) => stat(one)))
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o640, 0o640])
    expect((await readdir(folder)).toSorted()).toEqual(['shop', 'shop.next'])
  })

  it('keeps the owner of the one that it replaces', async () => {
    const store = createFileStore(path)
    const mayGiveAway = process.getuid?.() === 0
    if (mayGiveAway) await chown(path, 10_001, 10_002)
    const owner = await stat(path)
    await store.put('next', 'key-number-2')
    await store.promote('key-number-2')
    const files = await Promise.all([path, `${path}.previous`].map((one) => stat(one)))
    expect(files).toMatchObject([
      { uid: owner.uid, gid: owner.gid },
      { uid: owner.uid, gid: owner.gid },
    ])
  })

  it('becomes the current one, beside the one that it replaces', async () => {
    const store = createFileStore(path)
    await store.put('next', 'key-number-2')
    await store.promote('key-number-2')
    expect(await store.read()).toEqual({
      current: 'key-number-2',
      next: null,
      previous: 'key-number-1',
    })
    await store.put('previous', null)
    await store.put('previous', null)
    expect(await readdir(folder)).toEqual(['shop'])
  })

  it('is replaced where a link leads', async () => {
    // No file can be renamed from one folder's file system to another's: all lie where it leads.
    const link = join(await mkdtemp(join(folder, 'other-')), 'link')
    await symlink(path, link)
    const store = createFileStore(link)
    await store.put('next', 'key-number-2')
    expect(await readFile(`${path}.next`, 'utf8')).toBe('key-number-2\n')
    expect(store.placeOf('next')).toBe(`${path}.next`)
    await store.promote('key-number-2')
    expect(await readFile(path, 'utf8')).toBe('key-number-2\n')
    expect((await store.read()).current).toBe('key-number-2')
  })

  it('says where there is none, without showing what is there', async () => {
    const none = createFileStore(join(folder, 'none'))
    await expect(readCurrentKey(none)).rejects.toMatchObject({
      code: 'credential_unreadable',
      message: `there is no key in ${join(folder, 'none')}`,
    })
    await writeFile(path, 'two\nlines-of-key')
    await expect(readCurrentKey(createFileStore(path))).rejects.toMatchObject({
      message: `the key in ${path} holds what no header may hold`,
    })
  })

  it('says what cannot be read or written', async () => {
    const under = createFileStore(join(path, 'shop'))
    await expect(under.read()).rejects.toMatchObject({ code: 'credential_unreadable' })
    await expect(under.put('next', 'key-number-1')).rejects.toMatchObject({
      code: 'credential_unwritable',
      message: expect.stringContaining('cannot be written (ENOTDIR)'),
    })
    await expect(createFileStore(path).promote('key-number-2')).rejects.toMatchObject({
      code: 'credential_changed',
    })
  })
})
