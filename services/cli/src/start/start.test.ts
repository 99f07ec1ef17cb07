import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { companions, pipelineStages, pipelineTopics, topicNames } from '@wabastream/contracts'
import { findFreePort, PortTakenError } from '@wabastream/local-stack'
import { eventually } from '@wabastream/testing'
import { onServicePorts, type PortChoice } from './choose-ports.ts'
import { ensureLocalChannels } from './default-channels.ts'
import { assertPortsUnused } from './ports-in-use.ts'
import { superviseService } from './services.ts'
import { topicSpecs } from '../installation/topics.ts'
import { createSteps } from '../output/steps.ts'
import { createTerminal } from '../output/terminal.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-start-'))
})

afterAll(() => rm(folder, { recursive: true }))

describe('topicSpecs', () => {
  const specs = topicSpecs({
    generation: 3,
    partitions: 6,
    retentionDays: 400,
    minInsyncReplicas: 2,
  })

  it('keeps the raw topic as long as the tables', () => {
    expect(specs[0]?.config['retention.ms']).toBe(String(400 * 86_400_000))
  })

  it('compacts what holds a state, as the timelines do, and nothing else', () => {
    const compacted = specs.filter(({ config }) => config['cleanup.policy'] === 'compact')
    const names = topicNames(3)
    const states = pipelineStages.flatMap(({ changelog }) => (changelog ? [names[changelog]] : []))
    const looked = companions.flatMap(({ looksUp }) => looksUp.map((noun) => names[noun]))
    expect(compacted.map(({ topic }) => topic)).toEqual([...states, ...looked])
    expect(states).toContain('whatsapp.timelines.v1.g3')
  })

  it('accepts bodies of the largest size everywhere', () => {
    expect(specs.length).toBe(pipelineTopics.length)
    expect(specs.every(({ config }) => config['max.message.bytes'] === '4194304')).toBe(true)
    expect(specs.every(({ config }) => config['min.insync.replicas'] === '2')).toBe(true)
  })
})

describe('ensureLocalChannels', () => {
  it('makes secrets once, readable only by the owner', async () => {
    const directory = join(folder, 'channels')
    const first = await ensureLocalChannels(directory)
    const second = await ensureLocalChannels(directory)
    expect(second).toEqual(first)
    for (const { secretFile } of first.channels) {
      expect((await stat(secretFile)).mode & 0o077).toBe(0)
    }
  })

  it('puts references into the channel file, never a secret', async () => {
    const { file, channels } = await ensureLocalChannels(join(folder, 'channels'))
    const text = await readFile(file, 'utf8')
    for (const { name, secretFile } of channels) {
      expect(text).toContain(`name: ${name}`)
      expect(text).not.toContain((await readFile(secretFile, 'utf8')).trim())
    }
  })
})

describe('assertPortsUnused', () => {
  it('names each port in use with what to do', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await expect(
      assertPortsUnused([{ port, use: 'webhooks', remedy: 'set PORT' }], { patienceMs: 0 }),
    ).rejects.toThrow(`${port} (webhooks) is in use; set PORT`)
    server.close()
  })

  it('accepts free ports', async () => {
    const port = await findFreePort()
    await assertPortsUnused([{ port, use: 'webhooks', remedy: 'set PORT' }])
  })
})

const serviceText = `
import { createServer } from 'node:http'
import { existsSync, writeFileSync } from 'node:fs'
const { MARK, ADMIN_PORT, BROKEN } = process.env
if (BROKEN) { console.error('cannot go on'); process.exit(Number(BROKEN)) }
createServer((request, response) => {
  if (request.url === '/die') process.exit(1)
  response.setHeader('x-process-id', process.pid).end('ok')
}).listen(Number(ADMIN_PORT), '127.0.0.1')
process.on('SIGTERM', () => { writeFileSync(MARK, 'drained'); process.exit(0) })
`

async function supervise(environment: Readonly<Record<string, string>>, port?: number) {
  const mainPath = join(folder, 'service.mjs')
  await writeFile(mainPath, serviceText)
  const adminPort = port ?? (await findFreePort())
  const restarts: string[] = []
  const service = await superviseService({
    spec: {
      name: 'decoder',
      mainPath,
      adminPort,
      environment: { ADMIN_PORT: String(adminPort), ...environment },
    },
    logDirectory: join(folder, 'logs'),
    onNews: (line) => restarts.push(line),
  })
  const { signal } = new AbortController()
  return { service, restarts, adminPort, ready: { timeoutMs: 20_000, signal } }
}

describe('superviseService', () => {
  it('starts a service again that ended, and lets it drain at the end', async () => {
    const mark = join(folder, 'drained')
    const { service, restarts, adminPort, ready } = await supervise({ MARK: mark })
    await service.waitUntilReady(ready)
    await fetch(`http://127.0.0.1:${adminPort}/die`).catch(() => undefined)
    await eventually('the restart is reported', () => restarts.length === 2)
    await service.stop()
    expect(restarts).toEqual([
      expect.stringContaining('decoder ended with 1; again in 0.5 s'),
      'decoder is ready again',
    ])
    expect(await readFile(mark, 'utf8')).toBe('drained')
  })

  it('gives up a service that is never ready, with the end of its log', async () => {
    const { service, ready } = await supervise({ BROKEN: '1' })
    await expect(service.waitUntilReady(ready)).rejects.toThrow('cannot go on')
    await service.stop()
  })

  it('does not take somebody else on its port for its service', async () => {
    const stranger = createHttpServer((_request, response) => response.end('ready'))
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const address = stranger.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { service, ready } = await supervise({}, port)
    await expect(service.waitUntilReady(ready)).rejects.toThrow(
      `decoder cannot listen on port ${port} of 127.0.0.1: another process has it`,
    )
    await service.stop()
    stranger.close()
  })

  it('does not try a broken configuration again', async () => {
    const { service, restarts, ready } = await supervise({ BROKEN: '2' })
    await expect(service.waitUntilReady(ready)).rejects.toMatchObject({ exitCode: 2 })
    expect(restarts).toEqual([])
    await service.stop()
  })
})

describe('onServicePorts', () => {
  const names: PortChoice['names'] = ['ingestor', 'decoder']
  const steps = createSteps({ ...createTerminal(), note: () => undefined })

  it('takes other ports where any would do, once nothing runs on the former ones', async () => {
    const { service } = await supervise({ MARK: join(folder, 'gone') })
    const services = [service]
    const tried: number[] = []
    const webhooks = await onServicePorts(
      { freePorts: true, port: 8080, names },
      { services, steps },
      async (ports) => {
        tried.push(ports.webhooks)
        if (tried.length === 1) throw new PortTakenError('ingestor', ports.webhooks)
        return ports.webhooks
      },
    )
    expect(services).toEqual([])
    expect(new Set(tried).size).toBe(2)
    expect(webhooks).toBe(tried[1])
  })

  it.each([
    [8080, 'PORT'],
    [9401, '--free-ports'],
  ])('says what names port %i, where it was named', async (port, setting) => {
    await expect(
      onServicePorts({ freePorts: false, port: 8080, names }, { services: [], steps }, async () => {
        throw new PortTakenError('ingestor', port)
      }),
    ).rejects.toThrow(new RegExp(`port ${port} of .*another process has it.* ${setting}`))
  })
})
