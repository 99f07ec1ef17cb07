import { createServer } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { assertPortsFree, findFreePorts } from './ports.ts'

describe('ports', () => {
  it('finds four different free ports', async () => {
    const ports = await findFreePorts()
    expect(new Set(Object.values(ports)).size).toBe(4)
    await expect(assertPortsFree(ports)).resolves.toBeUndefined()
  })

  it('names the taken port, whose it is and what to do', async () => {
    const ports = await findFreePorts()
    const server = createServer()
    await new Promise<void>((resolve) => {
      server.listen(ports.kafka, '127.0.0.1', resolve)
    })
    await expect(assertPortsFree(ports)).rejects.toThrow(
      new RegExp(`${ports.kafka} \\(for kafka\\).*in use.*Stop what listens there`),
    )
    server.close()
  })
})
