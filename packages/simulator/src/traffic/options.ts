import { type SimulatedChannel, type TrafficKind } from './traffic.ts'

export interface TrafficOptions {
  /** Number of webhooks, not counting repetitions. */
  readonly count: number
  readonly seed: string
  /** Provider time of the first fact. */
  readonly startMs: number
  /** Facts after `startMs + spanMs` have not happened yet and are left out. */
  readonly spanMs: number
  readonly channels: readonly SimulatedChannel[]
  /** Weights: how often each kind of story comes. A kind that is left out does not come. */
  readonly shares: Readonly<Partial<Record<TrafficKind, number>>>
  /** Share of the webhooks that hold more than one parcel. */
  readonly batchedShare: number
  readonly batchParcelsMax: number
  readonly customersMax: number
}

export const defaultShares: Readonly<Record<TrafficKind, number>> = {
  outbound: 62,
  inbound: 22,
  group: 2,
  echo: 4,
  payment: 3,
  call: 2,
  account: 3,
  error: 1,
  history: 1,
}

const HOUR_MS = 3_600_000

/** A Cloud API channel of three numbers, signed; and a flat one, with a token in its path. */
export const exampleChannels: readonly SimulatedChannel[] = [
  {
    name: 'cloud',
    dialect: 'cloud',
    accountId: '102290129340398',
    numbers: ['106540352242922', '106540352242923', '106540352242924'].map((numberId, index) => ({
      numberId,
      displayNumber: `1555078388${index}`,
    })),
    credential: { kind: 'hmac', secret: 'simulated-app-secret' },
  },
  {
    name: 'flat',
    dialect: 'flat',
    accountId: '',
    numbers: [{ numberId: '206540352242900', displayNumber: '4915112345678' }],
    credential: { kind: 'path', token: 'simulated-path-token' },
  },
]

export function withDefaults(options: Partial<TrafficOptions>): TrafficOptions {
  return {
    count: 1_000,
    seed: 'wabastream',
    startMs: Date.UTC(2026, 0, 15, 8),
    spanMs: 6 * HOUR_MS,
    channels: exampleChannels,
    shares: defaultShares,
    batchedShare: 0.1,
    batchParcelsMax: 200,
    customersMax: 2_000,
    ...options,
  }
}
