import { describe, expect, it } from '@jest/globals'
import { createSelect } from './selection.ts'

const bytes = (body: unknown): Buffer =>
  Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
const all = { channels: null, numbers: null, fields: null, order: 'none' } as const
const change = (number: string, field = 'messages') => ({
  field,
  value: { metadata: { phone_number_id: number } },
})
const envelope = (...changes: readonly unknown[]) => ({ entry: [{ id: 'w', changes }] })
const given = (body: unknown, channel = 'main', configuredNumber: string | null = null) => ({
  channel,
  configuredNumber,
  body: bytes(body),
})

describe('the selection of a destination', () => {
  it('is everything that a provider sent if nothing is named', () => {
    const select = createSelect(all)
    expect(select(given('no json'))).toEqual({ numbers: [] })
    for (const channel of ['canary', 'wabastream-internal']) {
      expect(select(given({}, channel))).toBeUndefined()
      const asked = createSelect({ ...all, channels: new Set([channel]) })
      expect(asked(given({}, channel))).toBeDefined()
    }
  })

  it('takes a webhook whole if one of its changes is wanted', () => {
    const select = createSelect({ ...all, numbers: new Set(['2']) })
    expect(select(given(envelope(change('1'), change('2'))))).toMatchObject({ numbers: ['1', '2'] })
    expect(select(given(envelope(change('1'))))).toBeUndefined()
    const byField = createSelect({ ...all, fields: new Set(['flows']) })
    expect(byField(given(envelope(change('1'), change('1', 'flows'))))).toBeDefined()
    expect(byField(given(envelope(change('1'))))).toBeUndefined()
  })

  it('takes a flat body as one of messages about the number of its channel', () => {
    const body = { messages: [{ id: 'a' }] }
    const select = createSelect({ ...all, numbers: new Set(['9']), fields: new Set(['messages']) })
    expect(select(given(body, 'legacy', '9'))).toMatchObject({ numbers: ['9'] })
    expect(select(given(body, 'legacy', '8'))).toBeUndefined()
  })

  it.each(['', '[]', '{', 'null', '"x"'])('hands on %j, which it can not judge', (body) => {
    expect(createSelect({ ...all, numbers: new Set(['1']) })(given(body))).toEqual({ numbers: [] })
  })

  it.each([
    { entry: 1 },
    { entry: [null, { changes: [null, 1, { field: 3, value: 4 }] }] },
    { metadata: { phone_number_id: 5 } },
  ])('finds no number in %j', (body) => {
    expect(createSelect({ ...all, numbers: new Set(['1']) })(given(body))).toBeUndefined()
  })
})
