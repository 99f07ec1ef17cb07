import { fileURLToPath } from 'node:url'
import { findFreePort, spawnWithLifeline } from '@wabastream/local-stack'
import { eventually } from '@wabastream/testing'
import { z } from 'zod'
import { type Received } from './receive.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const schema = z.record(z.string(), z.object({ count: z.number(), delaysMs: z.array(z.number()) }))

/** Destinations that answer at once, in a process of their own. */
export interface Receivers {
  /** The address of a destination. */
  urlOf(name: string): string
  count(name: string): Promise<number>
  delaysMs(name: string): Promise<readonly number[]>
  close(): void
}

export async function startReceivers(): Promise<Receivers> {
  const port = await findFreePort()
  const origin = `http://127.0.0.1:${port}`
  const { child } = spawnWithLifeline(process.execPath, [main, 'receive', '--port', String(port)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ask = async (name: string, path: string): Promise<Received | undefined> => {
    const response = await fetch(`${origin}${path}`)
    return schema.parse(await response.json())[`/${name}`]
  }
  await eventually('receivers answer', async () => (await fetch(origin)).ok)
  return {
    urlOf: (name) => `${origin}/${name}`,
    count: async (name) => (await ask(name, '/counts'))?.count ?? 0,
    delaysMs: async (name) => (await ask(name, '/'))?.delaysMs ?? [],
    close: () => child.kill('SIGTERM'),
  }
}
