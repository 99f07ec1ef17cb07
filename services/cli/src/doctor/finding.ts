import { redacted } from '@wabastream/contracts'

/** A part of the way from a provider to an analyst. */
export type Hop =
  | 'webhooks'
  | 'ingestor'
  | 'services'
  | 'kafka'
  | 'topics'
  | 'groups'
  | 'destinations'
  | 'read receipts'
  | 'registry'
  | 'clickhouse'
  | 'reconciliation'

export interface Finding {
  readonly hop: Hop
  readonly state: 'ok' | 'warning' | 'broken' | 'not checked'
  readonly message: string
  /** What to do; null if nothing has to be done. */
  readonly fix: string | null
}

export interface Findings {
  ok(message: string): Finding
  warning(message: string, fix: string): Finding
  broken(message: string, fix: string): Finding
  notChecked(message: string, fix: string): Finding
}

export function findingsOf(hop: Hop): Findings {
  const toFinding = (state: Finding['state'], message: string, fix: string | null): Finding => ({
    hop,
    state,
    message: redacted(message),
    fix,
  })
  return {
    ok: (message) => toFinding('ok', message, null),
    warning: (message, fix) => toFinding('warning', message, fix),
    broken: (message, fix) => toFinding('broken', message, fix),
    notChecked: (message, fix) => toFinding('not checked', message, fix),
  }
}

/** The findings of a check; if it fails, that the hop is broken, and why. */
export async function checkHop(
  hop: Hop,
  fix: string,
  check: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await check()
  } catch (error) {
    return [findingsOf(hop).broken(messageOf(error), fix)]
  }
}

const CAUSES_MAX = 4

/** The message with its cause, because `fetch failed` alone helps nobody. */
function messageOf(error: unknown): string {
  const messages: string[] = []
  let current = error
  while (current instanceof Error && messages.length < CAUSES_MAX) {
    const text =
      current.message === '' && 'code' in current ? String(current.code) : current.message
    if (!messages.some((message) => message.includes(text))) messages.push(text)
    current = current.cause
  }
  return messages.length === 0 ? String(error) : messages.join(': ')
}
