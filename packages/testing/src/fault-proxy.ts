import { connect, createServer, type Server, type Socket } from 'node:net'
import { type FrameHook, FrameHooks } from './frame-hooks.ts'
import { FrameSplitter, readCorrelationId, readRequestHead } from './kafka-frames.ts'

/** What happens to an answer. The request has reached the broker in any case. */
export type AnswerFault =
  /** It never arrives; the connection lives on. */
  | { readonly kind: 'swallow' }
  /** It arrives late, and so do all answers after it on its connection. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** The connection is reset instead. */
  | { readonly kind: 'reset' }
  /** Its last byte arrives with a bit flipped. */
  | { readonly kind: 'corrupt' }

interface Aim {
  readonly apiKey: number
  /** The number of requests, from now on, that it concerns. */
  readonly count?: number
}

interface PlannedFault {
  readonly apiKey: number
  readonly fault: AnswerFault
  left: number
}

/** What a silent connection loses: requests on their way to the broker, its answers, or both. */
export type LostDirection = 'both' | 'requests' | 'answers'

export interface FaultProxy {
  readonly port: number
  /** Spoils the answers to the next requests of an API key. Faults of the same key queue up. */
  spoil(fault: AnswerFault, aim: Aim): void
  /** Requests that came through, by API key. */
  requestCount(apiKey: number): number
  /**
   * Holds every request of an API key until the hook resolves. Returns a function that removes the
   * hook.
   */
  onRequest(apiKey: number, hook: FrameHook): () => void
  /** The same for the answers to such requests. */
  onAnswer(apiKey: number, hook: FrameHook): () => void
  /** Resets all connections and refuses new ones. */
  cut(): void
  /**
   * Keeps connections, and accepts new ones, but loses everything in that direction (both by
   * default): no answer, no reset.
   */
  silence(direction?: LostDirection): void
  /**
   * Lets new connections through again. Silenced ones stay silent, like real ones that lost
   * packets.
   */
  mend(): void
  close(): Promise<void>
}

interface Pair {
  readonly client: Socket
  readonly broker: Socket
  readonly faults: Map<number, AnswerFault>
  /** API key of each request that is not answered yet. */
  readonly asked: Map<number, number>
  lost: LostDirection | undefined
  /** Both directions stay in order, so a frame that is held delays the ones after it. */
  asking: Promise<void>
  sending: Promise<void>
}

type State = 'open' | 'cut' | LostDirection

class Proxy implements FaultProxy {
  readonly #server: Server
  readonly #targetPort: number
  readonly #pairs = new Set<Pair>()
  readonly #counts = new Map<number, number>()
  readonly #planned: PlannedFault[] = []
  readonly #requestHooks = new FrameHooks()
  readonly #answerHooks = new FrameHooks()
  #state: State = 'open'

  constructor(targetPort: number) {
    this.#targetPort = targetPort
    this.#server = createServer((client) => {
      this.#accept(client)
    })
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the proxy is not open')
    return address.port
  }

  async listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.once('error', reject)
    this.#server.listen(0, '127.0.0.1', resolve)
    await promise
  }

  spoil(fault: AnswerFault, { apiKey, count = 1 }: Aim): void {
    this.#planned.push({ apiKey, fault, left: count })
  }

  requestCount(apiKey: number): number {
    return this.#counts.get(apiKey) ?? 0
  }

  onRequest(apiKey: number, hook: FrameHook): () => void {
    return this.#requestHooks.add(apiKey, hook)
  }

  onAnswer(apiKey: number, hook: FrameHook): () => void {
    return this.#answerHooks.add(apiKey, hook)
  }

  cut(): void {
    this.#state = 'cut'
    for (const { broker, client } of this.#pairs) {
      client.resetAndDestroy()
      broker.destroy()
    }
  }

  silence(direction: LostDirection = 'both'): void {
    this.#state = direction
    for (const pair of this.#pairs) pair.lost = direction
  }

  mend(): void {
    this.#state = 'open'
  }

  async close(): Promise<void> {
    this.cut()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => {
      resolve()
    })
    await promise
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined)
    if (this.#state === 'cut') {
      client.resetAndDestroy()
      return
    }
    const broker = connect(this.#targetPort, '127.0.0.1')
    const lost = this.#state === 'open' ? undefined : this.#state
    const pair: Pair = {
      client,
      broker,
      lost,
      faults: new Map(),
      asked: new Map(),
      asking: Promise.resolve(),
      sending: Promise.resolve(),
    }
    this.#pairs.add(pair)
    broker.on('error', () => undefined)
    for (const [one, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      one.on('close', () => {
        if (other.destroyed) this.#pairs.delete(pair)
        if (pair.lost === undefined) other.destroy()
      })
    }
    this.#forward(pair)
  }

  #forward(pair: Pair): void {
    const requests = new FrameSplitter()
    const answers = new FrameSplitter()
    pair.client.on('data', (chunk) => {
      for (const frame of requests.split(toBuffer(chunk))) {
        pair.asking = pair.asking.then(() => this.#passRequest(pair, frame))
      }
    })
    pair.broker.on('data', (chunk) => {
      for (const frame of answers.split(toBuffer(chunk))) {
        pair.sending = pair.sending.then(() => this.#passAnswer(pair, frame))
      }
    })
  }

  async #passRequest(pair: Pair, frame: Buffer): Promise<void> {
    if (loses(pair, 'requests')) return
    const { apiKey, correlationId } = readRequestHead(frame)
    this.#counts.set(apiKey, this.requestCount(apiKey) + 1)
    const planned = this.#planned.find((one) => one.apiKey === apiKey && one.left > 0)
    if (planned !== undefined) {
      planned.left--
      pair.faults.set(correlationId, planned.fault)
    }
    pair.asked.set(correlationId, apiKey)
    const verdict = await this.#requestHooks.ask(apiKey, { frame, clientPort: portOf(pair) })
    if (verdict === 'pass' && !pair.broker.destroyed) pair.broker.write(frame)
  }

  async #passAnswer(pair: Pair, frame: Buffer): Promise<void> {
    const correlationId = readCorrelationId(frame)
    const apiKey = pair.asked.get(correlationId)
    pair.asked.delete(correlationId)
    const fault = pair.faults.get(correlationId)
    pair.faults.delete(correlationId)
    if (apiKey !== undefined) {
      const verdict = await this.#answerHooks.ask(apiKey, { frame, clientPort: portOf(pair) })
      if (verdict === 'drop') return
    }
    await sendAnswer(pair, frame, fault)
  }
}

const loses = ({ lost }: Pair, direction: LostDirection): boolean =>
  lost === 'both' || lost === direction

const portOf = ({ client }: Pair): number => client.remotePort ?? 0

const toBuffer = (chunk: Buffer | string): Buffer =>
  typeof chunk === 'string' ? Buffer.from(chunk) : chunk

async function sendAnswer(
  pair: Pair,
  frame: Buffer,
  fault: AnswerFault | undefined,
): Promise<void> {
  if (loses(pair, 'answers') || fault?.kind === 'swallow') return
  if (fault?.kind === 'reset') {
    pair.client.resetAndDestroy()
    return
  }
  if (fault?.kind === 'delay') await passed(fault.delayMs)
  if (fault?.kind === 'corrupt')
    frame.writeUInt8(frame.readUInt8(frame.length - 1) ^ 1, frame.length - 1)
  if (!pair.client.destroyed) pair.client.write(frame)
}

async function passed(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, ms)
  await promise
}

/**
 * Stands between a client and a broker on this machine, understands where requests and answers
 * begin and end, and spoils the chosen ones. Point the client's addresses at `port`.
 */
export async function startFaultProxy({
  targetPort,
}: {
  readonly targetPort: number
}): Promise<FaultProxy> {
  const proxy = new Proxy(targetPort)
  await proxy.listen()
  return proxy
}
