import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { type SimulatedProvider, startSimulatedProvider } from './start-simulated-provider.ts'

let provider: SimulatedProvider
beforeEach(async () => {
  provider = await startSimulatedProvider({ numbers: [] })
})
afterEach(() => provider.close())

/** By a request whose `Host` is free, which `fetch` does not allow. */
function statusFor(headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${provider.url}/simulator/state`, { headers }, (response) => {
      text(response).then(() => resolve(response.statusCode), reject)
    })
    asked.once('error', reject).end()
  })
}

it('answers programs on this machine', async () => {
  const { port } = new URL(provider.url)
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, 'localhost']) {
    expect(await statusFor({ host })).toBe(200)
  }
})

it.each([
  ['an origin', { origin: 'https://example.com' }],
  ['another host, as after DNS rebinding', { host: 'example.com' }],
  ['a host that begins like ours', { host: '127.0.0.1.example.com' }],
])('refuses a page: %s', async (_, headers: Readonly<Record<string, string>>) => {
  expect(await statusFor(headers)).toBe(403)
})
