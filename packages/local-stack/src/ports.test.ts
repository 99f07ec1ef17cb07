import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { assertPortsFree, findFreePort, type LocalStackPorts, onPorts } from './ports.ts'
import { PartFailedError, PortTakenError } from './process/part-errors.ts'

let server: Server | undefined

afterEach(() => {
  server?.close()
})

async function listenOn(port: number): Promise<void> {
  server = createServer()
  await new Promise<void>((resolve) => {
    server?.listen(port, '127.0.0.1', resolve)
  })
}

async function findPorts(): Promise<LocalStackPorts> {
  return {
    kafka: await findFreePort(),
    kafkaController: await findFreePort(),
    schemaRegistry: await findFreePort(),
    clickhouse: await findFreePort(),
  }
}

describe('ports', () => {
  it('are different and free when they were found', async () => {
    const ports = await findPorts()
    expect(new Set(Object.values(ports)).size).toBe(4)
    await expect(assertPortsFree(ports)).resolves.toBeUndefined()
  })

  it('that are taken are named, with whose they are and what to do', async () => {
    const ports = await findPorts()
    await listenOn(ports.kafka)
    await expect(assertPortsFree(ports)).rejects.toThrow(
      new RegExp(`${ports.kafka} \\(for kafka\\).*in use.*Stop what listens there`),
    )
  })
})

describe('onPorts', () => {
  it('takes others where those that were found are taken meanwhile', async () => {
    const tried: number[] = []
    const taken = await onPorts(findFreePort, async ({ clickhouse }) => {
      tried.push(clickhouse)
      if (tried.length < 3) throw new PortTakenError('clickhouse', clickhouse)
      return clickhouse
    })
    expect(taken).toBe(tried[2])
    expect(new Set(tried).size).toBe(3)
  })

  it('gives up at some time, and at once where something else is wrong', async () => {
    let attempts = 0
    const failWith = (error: Error) => async (): Promise<never> => {
      attempts += 1
      throw error
    }
    await expect(onPorts(findFreePort, failWith(new PortTakenError('kafka', 1)))).rejects.toThrow(
      'kafka cannot listen on port 1',
    )
    expect(attempts).toBe(5)
    await expect(onPorts(findFreePort, failWith(new PartFailedError('no Java')))).rejects.toThrow(
      'no Java',
    )
    expect(attempts).toBe(6)
  })

  it('names a port that was named and is taken meanwhile', async () => {
    const ports = await findPorts()
    const error = new PortTakenError('schema-registry', ports.schemaRegistry)
    await expect(
      onPorts(ports, async () => {
        throw error
      }),
    ).rejects.toThrow(`Port ${ports.schemaRegistry} (for schemaRegistry) on 127.0.0.1 is in use`)
  })
})
