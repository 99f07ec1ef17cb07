// Goal: `numbers` does at a provider what it says, and shows no secret. Method: the command runs
// here, against a simulated provider that speaks the real APIs.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { plainPaint } from '../output/terminal.ts'
import { createNumbersCommand } from './numbers-command.ts'
import { ids, type ProviderSide, secrets, startProviderSide } from './provider-side.fixture.ts'

let side: ProviderSide
beforeEach(async () => {
  side = await startProviderSide()
  process.env['NUMBERS_FILE'] = side.numbersFile
})
afterEach(async () => {
  delete process.env['NUMBERS_FILE']
  await side.close()
})

interface Outcome {
  readonly out: string
  readonly notes: string
  readonly code: number
  readonly error: string
}

async function run(...args: readonly string[]): Promise<Outcome> {
  const out: string[] = []
  const notes: string[] = []
  const command = createNumbersCommand({
    out: (line) => out.push(line),
    note: (line) => notes.push(line),
    paint: plainPaint,
    isInteractive: false,
    columns: Infinity,
  })
  const before = process.exitCode
  const listeners = process.listenerCount('SIGINT')
  process.exitCode = 0
  const error: unknown = await command.parseAsync(args, { from: 'user' }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  const code = error === undefined ? process.exitCode : exitCodeOf(error)
  process.exitCode = before
  const outcome = {
    out: out.join('\n'),
    notes: notes.join('\n'),
    code,
    error: error instanceof Error ? error.message : '',
  }
  const shown = `${outcome.out}${outcome.notes}${outcome.error}`
  for (const secret of Object.values(secrets)) expect(shown).not.toContain(secret)
  // A command that has ended leaves Ctrl-C to others.
  expect(process.listenerCount('SIGINT')).toBe(listeners)
  return outcome
}

function exitCodeOf(error: unknown): number {
  return error instanceof Error && 'exitCode' in error ? Number(error.exitCode) : 1
}

const linesOf = ({ out }: Outcome): readonly { readonly [key: string]: unknown }[] =>
  out.split('\n').map((line) => JSON.parse(line))
const at = (alias: keyof typeof ids) =>
  side.simulated.state().numbers.find(({ numberId }) => numberId === ids[alias])

describe('numbers list', () => {
  it('names the numbers of the file, and asks nobody', async () => {
    side.simulated.setFault('away')
    const { code, out } = await run('list')
    expect(code).toBe(0)
    expect(out).toContain(`${side.origin}/webhooks/desk/…`)
    expect(linesOf(await run('list', 'shop', '--json'))).toMatchObject([
      { alias: 'shop', provider: 'cloud', id: ids.shop, fields: ['messages'] },
    ])
  })

  it.each([
    [['list', 'nobody'], 'There is no number nobody; there are: shop, desk, old.'],
    [['list', 'shop', '--all'], 'but not both'],
    [['set-webhook'], 'Name the numbers, or give --all.'],
    [['rotate-key', '--all'], 'Several numbers at once need --from-provider'],
    [['rotate-key', 'shop', '--from-provider', '--key-file', 'a'], 'but not both'],
    [['rotate-key', 'shop', '--key-file', '/nowhere/key'], '/nowhere/key cannot be read (ENOENT)'],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, error } = await run(...args)
    expect(error).toContain(message)
    expect(code).toBe(2)
  })

  it('says how numbers are made known', async () => {
    delete process.env['NUMBERS_FILE']
    expect(await run('list')).toMatchObject({
      code: 2,
      error: expect.stringContaining('set NUMBERS_FILE'),
    })
  })
})

describe('numbers set-webhook, status, verify and remove-webhook', () => {
  it('set what the file wants, see it, prove it, and remove it', async () => {
    const before = await run('status')
    expect(before.code).toBe(1)
    expect(before.out).toContain('wabastream numbers set-webhook desk')
    expect(linesOf(await run('status', '--json'))).toMatchObject([
      { alias: 'shop', state: 'missing', providerUrl: null },
      { alias: 'desk', state: 'missing' },
      { alias: 'old', state: 'missing' },
    ])
    const plan = await run('set-webhook', '--all', '--dry-run')
    expect(plan.out).toContain('nothing was changed')
    expect(at('desk')?.webhookUrl).toBeNull()

    const set = await run('set-webhook', '--all')
    expect(set).toMatchObject({ code: 0 })
    expect(set.out).toContain(`desk: set ${side.origin}/webhooks/desk/… (before: none); now ok`)
    expect(at('desk')?.webhookUrl).toBe(`${side.origin}/webhooks/desk/${secrets.pathToken}`)

    expect(await run('status')).toMatchObject({ code: 0 })
    const verified = await run('verify', '--json')
    expect(verified.code).toBe(0)
    expect(linesOf(verified)).toMatchObject([
      { alias: 'shop', state: 'ok', roundTrip: { outcome: 'answered' } },
      { alias: 'desk', state: 'ok', roundTrip: { outcome: 'answered' } },
      { alias: 'old', state: 'ok', roundTrip: { outcome: 'unasked' } },
    ])

    expect(await run('remove-webhook', 'shop', '--dry-run')).toMatchObject({ code: 0 })
    expect(at('shop')?.webhookUrl).not.toBeNull()
    const removed = await run('remove-webhook', 'shop', '--json')
    expect(linesOf(removed)).toMatchObject([
      { alias: 'shop', before: { state: 'ok' }, after: { state: 'missing' }, error: null },
    ])
    expect(removed.code).toBe(0)
    expect(at('shop')?.webhookUrl).toBeNull()
  })

  it('say that our own URL does not answer', async () => {
    await run('set-webhook', 'desk')
    side.status = 503
    const { code, out } = await run('verify', 'desk')
    expect(code).toBe(1)
    expect(out).toContain('failed: it answered 503')
  })

  it.each([
    ['key_invalid', 'wabastream numbers rotate-key shop'],
    ['rate_limited', 'too many requests: run this again in'],
    ['away', "the provider can't be asked"],
    ['redirect', 'is `api` (127.0.0.1:'],
    ['not_json', 'is `api` (127.0.0.1:'],
  ] as const)(
    'say what to do about a provider that is %s, and change nothing',
    async (fault, text) => {
      side.simulated.setFault(fault)
      const status = await run('status', 'shop')
      expect(status.code).toBe(1)
      expect(status.out).toContain(text)
      const set = await run('set-webhook', 'shop')
      expect(set.code).toBe(1)
      expect(set.out).toContain('the webhook was not set')
      expect(set.out).toContain(text)
      expect(at('shop')?.webhookUrl).toBeNull()
    },
  )

  it('say that the handshake failed', async () => {
    side.status = 500
    const { code, out } = await run('set-webhook', 'shop')
    expect(code).toBe(1)
    expect(out).toContain('did not get its challenge back')
    expect(linesOf(await run('set-webhook', 'shop', '--json'))).toMatchObject([
      { after: null, error: { kind: 'handshake_failed', retryAfterMs: null } },
    ])
  })

  it('say that a key cannot be read', async () => {
    await writeFile(side.keyPath('shop'), '')
    const { out } = await run('status', 'shop')
    expect(out).toContain(`there is no key in ${side.keyPath('shop')}`)
  })
})

describe('numbers rotate-key', () => {
  it('asks the provider for a key, and says for how long there was no webhook', async () => {
    await run('set-webhook', 'desk')
    const plan = await run('rotate-key', 'desk', '--from-provider', '--dry-run', '--json')
    expect(linesOf(plan)).toEqual([
      {
        alias: 'desk',
        isDryRun: true,
        steps: ['take', 'set_url', 'check_status', 'promote', 'round_trip', 'let_go'],
      },
    ])
    expect(await side.readKey('desk')).toBe(secrets.desk)

    const { code, notes, out } = await run('rotate-key', 'desk', '--from-provider')
    expect(code).toBe(0)
    expect(out).toMatch(/desk: the new key is in use\n {2}the number had no webhook for \d+ ms/)
    expect(notes.split('\n')).toHaveLength(6)
    expect(await side.readKey('desk')).not.toBe(secrets.desk)
    expect(await run('status', 'desk')).toMatchObject({ code: 0 })
  })

  it('has no key made, nor plans it, where none could be stored', async () => {
    await mkdir(join(side.numbersFile, '..', `.desk.key.next.${process.pid}.tmp`))
    for (const flags of [['--dry-run'], []]) {
      const { code, error } = await run('rotate-key', 'desk', '--from-provider', ...flags)
      expect(code).toBe(1)
      expect(error).toMatch(/^desk: .+desk\.key\.next cannot be written/)
    }
    expect(await side.readKey('desk')).toBe(secrets.desk)
    expect(at('desk')?.webhookUrl).toBeNull()
    expect(await run('set-webhook', 'desk')).toMatchObject({ code: 0 })
  })

  it('takes a key from a file, and knows it again', async () => {
    await run('set-webhook', 'shop')
    const made = side.simulated.createKey(ids.shop)
    const file = join(side.numbersFile, '..', 'new.key')
    await writeFile(file, `${made}\n`)
    const { out } = await run('rotate-key', 'shop', '--key-file', file)
    expect(out).toContain('shop: the new key is in use')
    expect(out).not.toContain(made)
    expect(await side.readKey('shop')).toBe(made)
    const again = await run('rotate-key', 'shop', '--key-file', file)
    expect(again).toMatchObject({ code: 0 })
    expect(again.out).toContain('shop: that key is in use already')
  })

  it('takes no key that the provider refuses', async () => {
    const file = join(side.numbersFile, '..', 'new.key')
    await writeFile(file, 'another-numbers-key')
    const { code, error } = await run('rotate-key', 'shop', '--key-file', file)
    expect(code).toBe(1)
    expect(error).toContain('shop: the provider refuses the new key')
    expect(error).toContain('No new key was stored')
    expect(error).not.toContain('another-numbers-key')
    expect(await side.readKey('shop')).toBe(secrets.shop)
  })

  it('keeps both keys while our URL does not answer, and goes on with the same command', async () => {
    await run('set-webhook', 'desk')
    side.status = 503
    const { code, error } = await run('rotate-key', 'desk', '--from-provider')
    expect(code).toBe(1)
    expect(error).toContain('our own URL does not answer a handshake: it answered 503')
    expect(error).toContain('`./wabastream numbers rotate-key desk`')
    side.status = 200
    const going = await run('rotate-key', 'desk')
    expect(going.notes).toContain('going on with a rotation that was begun before')
    expect(linesOf(await run('status', 'desk', '--json'))).toMatchObject([{ state: 'ok' }])
  })

  it('cannot ask a provider that makes no keys', async () => {
    expect(await run('rotate-key', 'shop', '--from-provider')).toMatchObject({
      code: 2,
      error: expect.stringContaining('has no API that makes keys'),
    })
  })
})
