import {
  connectProvider,
  CredentialError,
  type KeyOffer,
  type NumberEntry,
  openCredentialStore,
  type Provider,
  ProviderError,
  RotationError,
  type RotationResult,
  runRotation,
  type StoredKeys,
  tryRoundTrip,
  waitFor,
} from '@wabastream/provider'
import { watchStopSignal } from '../installation/stop-signal.ts'
import { CliError } from '../output/cli-error.ts'
import { formatDuration } from '../output/format.ts'
import { createSteps } from '../output/steps.ts'
import { type Terminal } from '../output/terminal.ts'
import { describeProviderError, describeRoundTrip, numbersText } from './advice.ts'
import { findNumbersToChange, type Selection } from './numbers.ts'
import { planRotation } from './plan-rotation.ts'
import { askForKey, readKeyFile } from './read-new-key.ts'
import { stepTexts } from './step-texts.ts'

export interface RotationFlags extends Selection {
  readonly json: boolean
  readonly dryRun: boolean
  readonly keyFile?: string | undefined
  readonly fromProvider: boolean
}

/** Each number after the other; the first that fails ends it. */
export async function rotateKeys(flags: RotationFlags, terminal: Terminal): Promise<void> {
  const numbers = findNumbersToChange(flags)
  if (flags.keyFile !== undefined && flags.fromProvider) {
    throw new CliError('Give --key-file or --from-provider, but not both.', { exitCode: 2 })
  }
  if (numbers.length > 1 && !flags.fromProvider) {
    const message = 'Several numbers at once need --from-provider: each key is of one number.'
    throw new CliError(message, { exitCode: 2 })
  }
  const stop = watchStopSignal(() =>
    terminal.note('\nstopping after this step (again to end at once); the same command goes on'),
  )
  try {
    for (const number of numbers) {
      await naming(number, () => rotateKey({ number, flags, terminal, signal: stop.signal }))
    }
  } finally {
    stop.close()
  }
}

interface Job {
  readonly number: NumberEntry
  readonly flags: RotationFlags
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

async function rotateKey(job: Job): Promise<void> {
  const { flags, number, signal, terminal } = job
  const store = openCredentialStore(number.credential, process.env)
  const keys = await store.read()
  const offer = await readOffer(job, keys)
  const connect = (key: string): Provider => connectProvider(number, { readKey: async () => key })
  if (flags.dryRun) {
    const { json } = flags
    return planRotation({ number, store, keys, offer, connect, signal }, { json, terminal })
  }
  if (keys.next !== null || keys.previous !== null) {
    terminal.note(`${number.alias}: going on with a rotation that was begun before`)
  }
  const steps = createSteps(terminal)
  const texts = stepTexts(number, store, offer)
  const result = await runRotation({
    number,
    store,
    offer,
    connect,
    signal,
    wait: waitFor,
    roundTrip: () => tryRoundTrip(number, { signal }),
    perform: (step, work) => steps.run(texts[step], work),
    onRetry: (error, waitMs) =>
      steps.warn(`${error.message}; trying again in ${formatDuration(waitMs)}`),
  })
  terminal.out(flags.json ? toJson(number, result) : render(number, result, terminal))
}

/** Where the new key comes from. Nobody is asked for one while a rotation is under way. */
async function readOffer(
  { flags, number, terminal }: Job,
  { next, previous }: StoredKeys,
): Promise<KeyOffer> {
  if (flags.fromProvider) return { kind: 'provider' }
  if (flags.keyFile !== undefined) return { kind: 'given', key: await readKeyFile(flags.keyFile) }
  if (next !== null || previous !== null) return { kind: 'nowhere' }
  // A plan needs none.
  if (flags.dryRun) return { kind: 'given', key: 'key-to-be-given' }
  const key = await askForKey(number.alias, terminal)
  return { kind: 'given', key }
}

function toJson({ alias }: NumberEntry, { gapMs, roundTrip, steps }: RotationResult): string {
  return JSON.stringify({ alias, isDryRun: false, steps, gapMs, roundTrip })
}

function render(
  { alias, provider }: NumberEntry,
  { gapMs, roundTrip, steps }: RotationResult,
  { paint }: Terminal,
): string {
  const isRotated = steps.includes('promote') || steps.includes('let_go')
  const lines = [
    paint.green(`${alias}: ${isRotated ? 'the new key is in use' : 'that key is in use already'}`),
    ...(gapMs === null
      ? []
      : [`  the number had no webhook for ${formatDuration(gapMs)}; its provider kept what came`]),
    ...(roundTrip === null ? [] : [`  handshake with our URL: ${describeRoundTrip(roundTrip)}`]),
    ...(provider === 'cloud' && isRotated
      ? ['  the former token goes on working: revoke it in the settings of the business']
      : []),
  ]
  return lines.join('\n')
}

/** Errors say of which number they are, and what to do. */
async function naming(number: NumberEntry, work: () => Promise<void>): Promise<void> {
  const { alias } = number
  try {
    await work()
  } catch (error) {
    if (error instanceof CredentialError) {
      throw new CliError(`${alias}: ${error.message}`, { cause: error })
    }
    if (error instanceof ProviderError) {
      const text = `${alias}: ${describeProviderError(number, error, { isRotating: true })}\n${await goOnText(number)}`
      throw new CliError(text, { cause: error })
    }
    if (!(error instanceof RotationError)) throw error
    const isUsage = error.code === 'key_needed' || error.code === 'key_unusable'
    const isEnough = isUsage || error.code === 'key_lost'
    const text = isEnough ? error.message : `${error.message}\n${await goOnText(number)}`
    throw new CliError(`${alias}: ${text}`, { exitCode: isUsage ? 2 : 1, cause: error })
  }
}

/** What is left to do, by what is stored. */
async function goOnText({ alias, credential }: NumberEntry): Promise<string> {
  const { next, previous } = await openCredentialStore(credential, process.env).read()
  return next === null && previous === null
    ? `No new key was stored; ${numbersText('status', alias)} says how the number is.`
    : `What is stored is enough to go on: ${numbersText('rotate-key', alias)}.`
}
