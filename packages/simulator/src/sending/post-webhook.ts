import { type Agent, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type SimulatedWebhook } from '../traffic/traffic.ts'

export interface Answer {
  /** 0 if there was none. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly retryAfterMs: number | undefined
}

interface Target {
  readonly agent: Agent
  readonly url: string
  readonly timeoutMs: number
}

/** Nobody needs more of what a webhook answers than its status. */
const ANSWER_BYTES_MAX = 64 * 1024

const noAnswer: Answer = { status: 0, headers: {}, retryAfterMs: undefined }

/**
 * One attempt. Never rejects: a broken connection is an answer with status 0, and so is one whose
 * status is not there in time.
 */
export function postWebhook(
  webhook: Omit<SimulatedWebhook, 'channel'>,
  target: Target,
): Promise<Answer> {
  const { url, agent, timeoutMs } = target
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  const { body } = webhook
  return new Promise((resolve) => {
    const request = send(new URL(webhook.path, url), {
      method: 'POST',
      agent,
      headers: { ...webhook.headers, 'content-length': body.length },
    })
    const timer = setTimeout(() => request.destroy(new Error('timeout')), timeoutMs)
    // A refusal may come before the whole body is sent; the broken write after it changes nothing.
    request.once('response', (response) => {
      clearTimeout(timer)
      resolve(toAnswer(response))
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > ANSWER_BYTES_MAX) request.destroy()
      })
    })
    request.on('error', () => {
      clearTimeout(timer)
      resolve(noAnswer)
    })
    request.end(body)
  })
}

function toAnswer(response: IncomingMessage): Answer {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (typeof value === 'string') headers[name] = value
  }
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  return {
    status: response.statusCode ?? 0,
    headers,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
  }
}
