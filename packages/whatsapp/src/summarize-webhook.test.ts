import { describe, expect, it } from '@jest/globals'
import { callStatus, cloud, message, RECEIVED_AT, SECONDS, status, toBytes } from './fixtures.ts'
import { summarizeWebhook } from './summarize-webhook.ts'

const summarize = (body: unknown) => summarizeWebhook(toBytes(body), { receivedAt: RECEIVED_AT })

describe('summarizeWebhook', () => {
  it('lists ids, types and times as given', () => {
    const body = cloud({ messages: [message()], statuses: [status(), {}], errors: [{ code: 1 }] })
    expect(summarize(body)).toEqual({
      verdict: 'partial',
      messages: [`wamid.M1:text:${SECONDS}`],
      statuses: [`wamid.S1:delivered:${SECONDS}`, 'None:None:None'],
      errors: 1,
      otherFields: [],
      deadLetters: ['item_invalid'],
    })
  })

  it('needs no number for flat bodies', () => {
    expect(summarize({ statuses: [status()] }).verdict).toBe('decoded')
  })

  it('names other fields', () => {
    expect(summarize(callStatus)).toMatchObject({ statuses: [], otherFields: ['calls'] })
  })

  it('names the reason if nothing can be read', () => {
    expect(summarize('no JSON')).toMatchObject({
      verdict: 'undecodable',
      deadLetters: ['not_json'],
    })
  })
})
