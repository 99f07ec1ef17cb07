import { afterEach, describe, expect, it } from '@jest/globals'
import { sinkCases, type SinkScene } from '@wabastream/testing'
import { createHttpSink, type HttpSinkOptions } from './http-sink.ts'
import { type Receiver, startReceiver } from './receiver.fixture.ts'

interface Row {
  readonly id: number
  readonly text: string | null
}

const closing: (() => Promise<void>)[] = []

async function receiverThat(...args: Parameters<typeof startReceiver>): Promise<Receiver> {
  const receiver = await startReceiver(...args)
  closing.push(() => receiver.close())
  return receiver
}

const rowsOf = (body: string): readonly Row[] => JSON.parse(body)

/** A receiver that keeps rows by their id and refuses a request with a row without text. */
async function createScene(): Promise<SinkScene<Row>> {
  const kept = new Map<number, Row>()
  let broken: 'unavailable' | 'broken_schema' | undefined
  let answers = 0
  const receiver = await receiverThat(({ body }, response) => {
    answers += 1
    // It is away in two ways: the connection is cut, or a proxy in front says so.
    if (broken === 'unavailable' && answers % 2 === 0) response.destroy()
    else if (broken !== undefined) response.writeHead(broken === 'unavailable' ? 503 : 404).end()
    else if (rowsOf(body).some(({ text }) => text === null)) response.writeHead(422).end('no text')
    else {
      for (const row of rowsOf(body)) kept.set(row.id, row)
      response.writeHead(204).end()
    }
  })
  return {
    sink: createHttpSink<Row>({ url: receiver.url, toRow: (row) => row }),
    toValue: (id) => ({ id, text: 'two\nlines' }),
    toUnreadableValue: (id) => ({ id, text: null }),
    readIds: async () => [...kept.keys()],
    breakDown: async (cause) => {
      broken = cause
    },
    repair: async () => {
      broken = undefined
    },
  }
}

function createSink(options: Omit<HttpSinkOptions<Row>, 'toRow'>) {
  return createHttpSink<Row>({ ...options, toRow: (row) => row })
}

const LINES = [Buffer.from('{"id":1}\n{"id":2}\n'), Buffer.from('{"id":3}\n')]

describe('the HTTP sink', () => {
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  it.each(sinkCases<Row>())('$title', async ({ verify }) => verify(await createScene()))

  it('posts the rows of one insert as a JSON array', async () => {
    const receiver = await receiverThat((_, response) => response.end('thank you'))
    const sink = createSink({ url: receiver.url, headers: { authorization: 'Bearer abc' } })
    await sink.insert('requests', LINES)
    expect(receiver.requests).toEqual([
      {
        method: 'POST',
        body: '[{"id":1},{"id":2},{"id":3}]',
        headers: expect.objectContaining({
          'content-type': 'application/json',
          authorization: 'Bearer abc',
        }),
      },
    ])
  })

  it.each([
    [400, 'bad_rows'],
    [413, 'bad_rows'],
    [422, 'bad_rows'],
    [401, 'broken_schema'],
    [404, 'broken_schema'],
    [408, 'unavailable'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('takes the status %s as %s', async (status, failure) => {
    const receiver = await receiverThat((_, response) => response.writeHead(status).end())
    const sink = createSink({ url: receiver.url })
    const error = await sink.insert('requests', LINES).catch((reason: unknown) => reason)
    expect(sink.classify(error)).toBe(failure)
  })

  it('does not follow a redirect, which a person has to look at', async () => {
    const elsewhere = await receiverThat((_, response) => response.end())
    const receiver = await receiverThat((_, response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    )
    const sink = createSink({ url: receiver.url })
    const error = await sink.insert('requests', LINES).catch((reason: unknown) => reason)
    expect(sink.classify(error)).toBe('broken_schema')
    expect(elsewhere.requests).toEqual([])
  })

  it('waits no longer than its time limit, even for an answer that does not end', async () => {
    const silent = await receiverThat(() => {})
    const endless = await receiverThat((_, response) => response.writeHead(200).write('a'))
    for (const { url } of [silent, endless]) {
      const sink = createSink({ url, timeoutMs: 100 })
      const error = await sink.insert('requests', LINES).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ name: 'TimeoutError' })
      expect(sink.classify(error)).toBe('unavailable')
    }
  })
})
