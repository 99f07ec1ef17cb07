import { afterEach, describe, expect, it } from '@jest/globals'
import { Counter, Registry } from 'prom-client'
import { type AdminServer, type AdminServerOptions, startAdminServer } from './admin-server.ts'
import { toHealth } from './health.ts'

let server: AdminServer | undefined

async function start(options: Partial<AdminServerOptions> = {}): Promise<string> {
  server = await startAdminServer({
    port: 0,
    host: '127.0.0.1',
    registry: new Registry(),
    isAlive: () => toHealth([]),
    isReady: () => toHealth([]),
    ...options,
  })
  return `http://127.0.0.1:${server.port}`
}

afterEach(() => server?.close())

describe('admin server', () => {
  it('answers health with the reasons', async () => {
    const url = await start({ isReady: () => toHealth(['kafka is away', 'stopping']) })
    const live = await fetch(`${url}/livez`)
    expect([live.status, await live.json()]).toEqual([200, { ok: true, reasons: [] }])
    expect(live.headers.get('x-process-id')).toBe(String(process.pid))
    const ready = await fetch(`${url}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toEqual({ ok: false, reasons: ['kafka is away', 'stopping'] })
  })

  it('serves the metrics of the registry in the text format', async () => {
    const registry = new Registry()
    new Counter({ name: 'wa_test_total', help: 'h', registers: [registry] }).inc(3)
    const response = await fetch(`${await start({ registry })}/metrics`)
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(await response.text()).toContain('wa_test_total 3')
  })

  it('serves what /readyz says as a metric, from the start', async () => {
    const reasons = ['starting']
    const url = await start({ isReady: () => toHealth(reasons) })
    const shown = async (): Promise<string> => (await fetch(`${url}/metrics`)).text()
    expect(await shown()).toMatch(/^wa_service_ready 0$/m)
    reasons.pop()
    expect(await shown()).toMatch(/^wa_service_ready 1$/m)
  })

  it('parses JSON for the routes of the service and answers bad JSON with 400', async () => {
    const url = await start({
      routes: [
        (ctx) => {
          ctx.body = { got: ctx.request.body }
        },
      ],
    })
    const headers = { 'content-type': 'application/json' }
    const good = await fetch(`${url}/echo`, { method: 'POST', headers, body: '{"a":1}' })
    expect(await good.json()).toEqual({ got: { a: 1 } })
    const bad = await fetch(`${url}/echo`, { method: 'POST', headers, body: '{"a":' })
    expect(bad.status).toBe(400)
    expect(await bad.json()).toHaveProperty('error')
  })

  it('refuses requests from pages of other origins', async () => {
    let isReached = false
    const url = await start({
      routes: [
        (ctx) => {
          isReached = true
          ctx.body = {}
        },
      ],
    })
    for (const path of ['/anything', '/metrics', '/readyz']) {
      const response = await fetch(`${url}${path}`, {
        method: path === '/anything' ? 'POST' : 'GET',
        headers: { origin: 'https://example.com' },
      })
      expect([response.status, await response.json()]).toEqual([
        403,
        { error: 'pages may not ask' },
      ])
    }
    expect(isReached).toBe(false)
    expect((await fetch(`${url}/anything`, { method: 'POST' })).status).toBe(200)
  })

  it('answers unknown routes and failing routes as JSON', async () => {
    const url = await start({
      routes: [
        (ctx, next) => {
          if (ctx.path !== '/fails') return next()
          throw new Error('a secret detail')
        },
      ],
    })
    const missing = await fetch(`${url}/nothing`)
    expect([missing.status, await missing.json()]).toEqual([404, { error: 'no such route' }])
    const failed = await fetch(`${url}/fails`)
    expect([failed.status, await failed.json()]).toEqual([500, { error: 'internal error' }])
  })

  it('rejects when the port is taken', async () => {
    await start()
    await expect(
      startAdminServer({
        port: server?.port ?? 0,
        host: '127.0.0.1',
        registry: new Registry(),
        isAlive: () => toHealth([]),
        isReady: () => toHealth([]),
      }),
    ).rejects.toThrow('EADDRINUSE')
  })
})
