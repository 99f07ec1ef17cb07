import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { assertReplaceable, knownFiles, UnknownKafkajs, wiredKafkajs } from './install.ts'

// Copies of the client, each spoilt in one way: the codec must not go into any of them.

const load = createRequire(import.meta.url)
const original = dirname(load.resolve('kafkajs/package.json'))
const folders: string[] = []

function copyClient(): { readonly client: string; readonly require: NodeJS.Require } {
  const folder = mkdtempSync(join(tmpdir(), 'wire-install-'))
  folders.push(folder)
  const client = join(folder, 'node_modules', 'kafkajs')
  cpSync(original, client, { recursive: true })
  return { client, require: createRequire(join(folder, 'any.js')) }
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

describe('installation of the wire codec', () => {
  it('accepts an untouched copy of the known version', () => {
    const { client, require } = copyClient()
    expect(assertReplaceable({ require })).toBe(join(client, 'src'))
  })

  it('refuses another version', () => {
    const { client, require } = copyClient()
    const manifest = join(client, 'package.json')
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"2.2.4"', '"2.2.5"'))
    expect(() => assertReplaceable({ require })).toThrow(UnknownKafkajs)
  })

  it.each(Object.keys(knownFiles))('refuses a client with another %s', (file) => {
    const { client, require } = copyClient()
    writeFileSync(join(client, 'src', file), '\n', { flag: 'a' })
    expect(() => assertReplaceable({ require })).toThrow(`kafkajs/src/${file}`)
  })

  it('refuses a client that is already loaded', () => {
    const { require } = copyClient()
    require('kafkajs')
    expect(() => assertReplaceable({ require })).toThrow('loaded before')
  })

  it('is in the module cache for everybody, once', () => {
    const wired = wiredKafkajs()
    expect(wiredKafkajs()).toBe(wired)
    expect(load('kafkajs')).toBe(wired.kafkajs)
    expect(load('kafkajs/src/consumer/batch.js')).toBe(wired.FetchedBatch)
    expect(() => assertReplaceable({ require: load })).toThrow('loaded before')
  })
})
