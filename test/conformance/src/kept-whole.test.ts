import { describe, expect, it } from '@jest/globals'
import { sha256Hex, translateWebhook } from '@wabastream/whatsapp'
import { arePayloadsNamed, readPayload, readTable } from './payload-folder.ts'

type Json = Readonly<Record<string, unknown>>

/** What nobody knows: a name and values that no field could hold. */
const NEWS: Json = JSON.parse(
  '{"a_new_member":{"deep":[1,"two",null,12345678901234567890]},"__proto__":{"x":true}}',
)
const LISTS: ReadonlySet<string> = new Set(['messages', 'statuses', 'message_echoes'])
const WITH_UNREAD: ReadonlySet<string> = new Set([
  'MessageReceived',
  'MessageEchoed',
  'MessageEdited',
  'MessageReacted',
  'MessageRevoked',
  'MessageStatusChanged',
  'PaymentStatusChanged',
])

const translate = (body: unknown) =>
  translateWebhook(new TextEncoder().encode(JSON.stringify(body)), {
    receiptId: 'receipt',
    channel: 'conformance',
    configuredNumber: 'number',
    receivedAt: Date.UTC(2026, 11, 1),
    rawPartition: 0,
    rawOffset: 0,
    hashText: sha256Hex,
  })

/** The body with the news in every item of a message or status, and the items as they were. */
function withNews(value: unknown, items: Json[], list = ''): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => withNews(one, items, `${list}[]`))
  if (typeof value !== 'object' || value === null) return value
  if (list.endsWith('[]') && LISTS.has(list.slice(0, -2))) {
    items.push({ ...value })
    return Object.defineProperties({ ...value }, Object.getOwnPropertyDescriptors(NEWS))
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withNews(inner, items, name)]),
  )
}

function fieldOf(data: object, name: string): unknown {
  const text: unknown = Object.entries(data).find(([field]) => field === name)?.[1]
  return typeof text === 'string' ? JSON.parse(text) : undefined
}

const whenPresent = arePayloadsNamed ? describe : describe.skip
const files = arePayloadsNamed ? readTable('INDEX.tsv').map(({ file }) => file ?? '') : ['absent']

whenPresent('of an item of a body that others wrote', () => {
  it.each(files)('%s: the content is exact, and what nobody knows is kept', (file) => {
    const body: Json = JSON.parse(new TextDecoder().decode(readPayload(file)))
    const items: Json[] = []
    const changed = withNews(body, items)
    const before = translate(body).events.filter(({ type }) => WITH_UNREAD.has(type))
    const after = translate(changed).events.filter(({ type }) => WITH_UNREAD.has(type))
    expect(after.map(({ type }) => type)).toEqual(before.map(({ type }) => type))
    for (const [place, { type, data }] of after.entries()) {
      const former = before[place]
      const known = former === undefined ? {} : fieldOf(former.data, 'unread')
      expect(fieldOf(data, 'unread')).toEqual({ ...Object(known), ...NEWS })
      if (type !== 'MessageReceived' && type !== 'MessageEchoed') continue
      const sameId = items.filter(({ id }) => id === data.messageId)
      const contents = sameId.map((item) => asContent(item[data.messageType]))
      expect(contents).toContainEqual(fieldOf(data, 'content'))
    }
  })
})

function asContent(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? value : undefined
}
