import { summarizeWebhook, type WebhookSummary } from '@wabastream/whatsapp'
import { formatCount, printable } from '../output/format.ts'
import { type Paint } from '../output/terminal.ts'
import { type NamedBody } from './read-bodies.ts'

export interface DecodedBody extends WebhookSummary {
  readonly file: string
}

export function decodeBody(
  { file, body }: NamedBody,
  options: { readonly receivedAt: number; readonly isOwn: boolean },
): DecodedBody {
  return { file, ...summarizeWebhook(body, options) }
}

/** One body for a person: a line with its verdict, and one line per thing in it. */
export function renderDecodedBody(decoded: DecodedBody, paint: Paint): string {
  const colour = {
    decoded: paint.green,
    partial: paint.yellow,
    empty: paint.dim,
    undecodable: paint.red,
  }[decoded.verdict]
  const lines = [`${colour(decoded.verdict.padEnd(11))} ${printable(decoded.file)}`]
  const add = (label: string, text: string): void => {
    lines.push(`  ${paint.dim(label.padEnd(12))}${printable(text)}`)
  }
  for (const message of decoded.messages) add('message', message)
  for (const status of decoded.statuses) add('status', status)
  for (const event of decoded.own ?? []) add('own', event)
  for (const field of decoded.otherFields) add('field', field)
  if (decoded.errors > 0) add('errors', String(decoded.errors))
  for (const reason of decoded.deadLetters) add('dead letter', reason)
  return lines.join('\n')
}

export class DecodeTally {
  #bodies = 0
  readonly #verdicts = new Map<string, number>()

  add({ verdict }: DecodedBody): void {
    this.#bodies += 1
    this.#verdicts.set(verdict, (this.#verdicts.get(verdict) ?? 0) + 1)
  }

  render(): string {
    const parts = [...this.#verdicts].map(([verdict, count]) => `${formatCount(count)} ${verdict}`)
    const bodies = this.#bodies === 1 ? '1 body' : `${formatCount(this.#bodies)} bodies`
    return `${bodies}: ${parts.join(', ') || 'none'}`
  }
}
