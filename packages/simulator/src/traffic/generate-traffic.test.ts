import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { generateTraffic } from './generate-traffic.ts'
import { exampleChannels } from './options.ts'
import { type SimulatedWebhook } from './traffic.ts'

const disturbed = { count: 3_000, duplicateShare: 0.1, shuffleShare: 0.3 }

function bodies(webhooks: readonly SimulatedWebhook[]): string[] {
  return webhooks.map(({ body }) => body.toString('utf8'))
}

/** Digest of all bodies in order, because Jest is slow to compare long lists item by item. */
function digest(webhooks: readonly SimulatedWebhook[]): string {
  const hash = createHash('sha256')
  for (const { body } of webhooks) hash.update(body)
  return hash.digest('hex')
}

interface Item {
  readonly id: string
  readonly type?: string
  readonly status?: string
  readonly timestamp: string
  readonly recipient_participant_id?: string
}

interface Value {
  readonly messages?: readonly Item[]
  readonly statuses?: readonly Item[]
}

interface Body extends Value {
  readonly entry?: readonly {
    readonly changes: readonly { readonly field: string; readonly value: Value }[]
  }[]
}

function changesOf(webhook: SimulatedWebhook): { field: string; value: Value }[] {
  const body: Body = JSON.parse(webhook.body.toString('utf8'))
  return body.entry?.flatMap(({ changes }) => changes) ?? [{ field: 'messages', value: body }]
}

function statusesOf(webhooks: readonly SimulatedWebhook[]): Item[] {
  return webhooks.flatMap((webhook) =>
    changesOf(webhook)
      .filter(({ field }) => field === 'messages')
      .flatMap(({ value }) => value.statuses ?? []),
  )
}

describe('generateTraffic', () => {
  it('gives the same bytes for the same seed and others for another', () => {
    expect(digest(generateTraffic(disturbed))).toBe(digest(generateTraffic(disturbed)))
    expect(digest(generateTraffic({ ...disturbed, seed: 'other' }))).not.toBe(
      digest(generateTraffic(disturbed)),
    )
  })

  it('gives exactly the requested webhooks if nothing is repeated', () => {
    expect(generateTraffic({ count: 777 })).toHaveLength(777)
  })

  it('reports every kind of fact', () => {
    const changes = generateTraffic({ count: 6_000 }).flatMap(changesOf)
    const fields = new Set(changes.map(({ field }) => field))
    const types = new Set(changes.flatMap(({ value }) => value.messages ?? []).map((m) => m.type))
    const words = new Set(changes.flatMap(({ value }) => value.statuses ?? []).map((s) => s.status))
    expect([...fields]).toEqual(
      expect.arrayContaining([
        'messages',
        'calls',
        'history',
        'smb_message_echoes',
        'account_update',
        'message_template_status_update',
        'phone_number_quality_update',
        'some_future_field',
      ]),
    )
    expect([...types]).toEqual(
      expect.arrayContaining([
        'text',
        'image',
        'interactive',
        'button',
        'reaction',
        'edit',
        'revoke',
        'location',
        'order',
        'unsupported',
        'system',
        'hologram',
      ]),
    )
    expect([...words]).toEqual(
      expect.arrayContaining([
        'sent',
        'delivered',
        'read',
        'played',
        'failed',
        'deleted',
        'warning',
        'in_transit',
        'pending',
        'captured',
      ]),
    )
  })

  it('reports some messages as read that were never reported as delivered', () => {
    const words = new Map<string, Set<string>>()
    for (const { id, status = '' } of statusesOf(generateTraffic({ count: 4_000 }))) {
      words.set(id, (words.get(id) ?? new Set()).add(status))
    }
    const implied = [...words.values()].filter((set) => set.has('read') && !set.has('delivered'))
    expect(implied.length).toBeGreaterThan(20)
  })

  it('reports the statuses of a group in one body, one for each participant', () => {
    const first = generateTraffic({ count: 500, shares: { group: 1 }, batchedShare: 0 })
      .map((webhook) => statusesOf([webhook]))
      .find((statuses) => statuses.some((s) => s.recipient_participant_id !== undefined))
    expect(new Set(first?.map(({ id, status }) => `${id} ${status}`)).size).toBe(1)
    expect(new Set(first?.map((s) => s.recipient_participant_id)).size).toBe(first?.length)
  })

  it('leaves out what happens after the span', () => {
    const startMs = Date.UTC(2026, 1, 1)
    const seconds = statusesOf(generateTraffic({ count: 2_000, startMs, spanMs: 3_600_000 })).map(
      ({ timestamp }) => Number(timestamp),
    )
    expect(Math.max(...seconds)).toBeLessThanOrEqual(startMs / 1_000 + 3_600)
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(startMs / 1_000)
  })

  it('repeats the requested share and moves the rest, but loses nothing', () => {
    const plain = generateTraffic({ count: 3_000 })
    const repeated = generateTraffic(disturbed)
    expect(repeated.length).toBeGreaterThan(3_200)
    expect(repeated.length).toBeLessThan(3_400)
    const sent = new Set(bodies(repeated))
    expect(bodies(plain).filter((body) => !sent.has(body))).toEqual([])
    expect(digest(repeated.slice(0, 200))).not.toBe(digest(plain.slice(0, 200)))
  })

  it('signs Cloud bodies over their bytes and puts the token in the path of flat ones', () => {
    const [cloud, flat] = exampleChannels
    if (cloud?.credential.kind !== 'hmac' || flat?.credential.kind !== 'path') {
      throw new TypeError('other example channels')
    }
    for (const { channel, path, headers, body } of generateTraffic({ count: 300 })) {
      if (channel === cloud.name) {
        const hex = createHmac('sha256', cloud.credential.secret).update(body).digest('hex')
        expect(headers['x-hub-signature-256']).toBe(`sha256=${hex}`)
      } else {
        expect(path).toBe(`/webhooks/flat/${flat.credential.token}`)
      }
    }
  })

  it('refuses a span in which nothing can happen', () => {
    expect(() => generateTraffic({ count: 10, spanMs: -1_000_000 })).toThrow('span')
  })
})
