import { describe, expect, it } from '@jest/globals'
import { ProviderError } from '../port/provider-error.ts'
import { isPassing, withRetries } from './retries.ts'

/** How long it waited each time, and whether it came to its end. */
async function failing(errors: readonly Error[]): Promise<{ waits: number[]; end: string }> {
  const waits: number[] = []
  const left = [...errors]
  const end = await withRetries(
    async () => {
      const error = left.shift()
      if (error !== undefined) throw error
      return 'done'
    },
    {
      isTransient: isPassing,
      onRetry: (_, waitMs) => waits.push(waitMs),
      signal: undefined,
      wait: async () => {},
    },
  ).catch((error: unknown) => (error instanceof Error ? error.message : ''))
  return { waits, end }
}

const away = new ProviderError('unavailable', 'away')
const limited = (retryAfterMs: number | null) =>
  new ProviderError('rate_limited', 'too many', { retryAfterMs })

describe('trying again', () => {
  it('waits longer and longer', async () => {
    expect(await failing([away, away, away])).toEqual({
      waits: [1_000, 2_000, 4_000],
      end: 'done',
    })
  })

  it('waits as long as the provider asks', async () => {
    expect(await failing([limited(30_000), limited(0), limited(null)])).toEqual({
      waits: [30_000, 0, 4_000],
      end: 'done',
    })
  })

  it('leaves it to somebody else when that is too long', async () => {
    expect(await failing([limited(61_000)])).toEqual({ waits: [], end: 'too many' })
  })

  it('ends after six tries', async () => {
    const { end, waits } = await failing(Array.from({ length: 7 }, () => away))
    expect(end).toBe('away')
    expect(waits).toHaveLength(5)
  })

  it.each(['key_invalid', 'url_refused', 'handshake_failed', 'refused', 'answer_invalid'] as const)(
    'does not repeat what is %s',
    async (kind) => {
      expect(await failing([new ProviderError(kind, kind)])).toEqual({ waits: [], end: kind })
    },
  )
})
