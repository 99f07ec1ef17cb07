import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { connectServers } from './connect-servers.ts'

const requests: { readonly server: number; readonly user: string; readonly url: URL }[] = []
const servers: Server[] = []

function addressOf(index: number, user = ''): string {
  const address = servers[index]?.address()
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen')
  return `http://${user}127.0.0.1:${address.port}`
}

beforeAll(async () => {
  for (const index of [0, 1]) {
    const server = createServer((request, response) => {
      const [, credentials = ''] = request.headers.authorization?.split(' ') ?? []
      requests.push({
        server: index,
        user: Buffer.from(credentials, 'base64').toString('utf8'),
        url: new URL(request.url ?? '', 'http://localhost'),
      })
      request.resume()
      response.end()
    })
    servers.push(server)
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
  }
})

afterAll(() => {
  for (const server of servers) server.close()
})

describe('the servers of a cluster', () => {
  it('are each asked by the user of the address, with the settings of a cluster', async () => {
    const { client, close, others } = connectServers(
      { url: addressOf(0, 'ana:secret@') },
      {
        clickhouseReplicas: [addressOf(0), addressOf(1, 'bea:other@')],
        clickhouseInsertQuorum: 2,
      },
    )
    await client.query('SELECT 1')
    for (const other of others ?? []) {
      await other.command('ALTER TABLE wa_g1.t RESET SETTING x')
      await other.command('INSERT INTO wa_g1.t SELECT 1')
    }
    await close()
    expect(requests.map(({ server, user }) => [server, user])).toEqual([
      [0, 'ana:secret'],
      [1, 'bea:other'],
      [1, 'bea:other'],
    ])
    const [read, changed, inserted] = requests.map(({ url }) =>
      Object.fromEntries(url.searchParams),
    )
    expect(read).toMatchObject({ select_sequential_consistency: '1' })
    expect(changed).toMatchObject({ alter_sync: '2' })
    expect(inserted).toMatchObject({
      async_insert: '0',
      insert_quorum: '2',
      insert_quorum_parallel: '0',
    })
  })

  it('are one without such settings where there is no cluster', async () => {
    requests.length = 0
    const settings = { clickhouseInsertQuorum: 'auto' } as const
    const { client, close, others } = connectServers({ url: addressOf(0) }, settings)
    await client.command('ALTER TABLE wa_g1.t RESET SETTING x')
    await close()
    expect(others).toBeUndefined()
    expect([...(requests[0]?.url.searchParams.keys() ?? [])]).not.toContain('alter_sync')
  })
})
