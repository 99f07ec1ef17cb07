import { accountScenario } from './account-events.ts'
import { groupScenario } from './groups.ts'
import { inboundScenario } from './inbound.ts'
import {
  callScenario,
  echoScenario,
  errorScenario,
  historyScenario,
  paymentScenario,
} from './other-scenarios.ts'
import { outboundScenario } from './outbound.ts'
import { type Scenario, type Scene } from './scenario.ts'
import { type Parcel, type SimulatedChannel, type TrafficKind } from './traffic.ts'

const scenarios: Readonly<Record<TrafficKind, Scenario>> = {
  outbound: outboundScenario,
  group: groupScenario,
  inbound: inboundScenario,
  echo: echoScenario,
  error: errorScenario,
  account: accountScenario,
  call: callScenario,
  payment: paymentScenario,
  history: historyScenario,
}

/** What a flat body can say. */
const flatKinds: ReadonlySet<TrafficKind> = new Set(['outbound', 'inbound', 'error', 'payment'])

const noShares: Readonly<Record<TrafficKind, number>> = {
  outbound: 0,
  group: 0,
  inbound: 0,
  echo: 0,
  error: 0,
  account: 0,
  call: 0,
  payment: 0,
  history: 0,
}

/** How often each kind comes on a channel, of those that its dialect can say. */
export function sharesOf(
  { dialect }: Pick<SimulatedChannel, 'dialect'>,
  wanted: Readonly<Partial<Record<TrafficKind, number>>>,
): Readonly<Record<TrafficKind, number>> {
  const shares = { ...noShares }
  let kind: TrafficKind
  for (kind in noShares) {
    const allowed = dialect === 'cloud' || flatKinds.has(kind)
    if (allowed) shares[kind] = wanted[kind] ?? 0
  }
  return shares
}

/** The webhooks that a story causes. */
export function tellStory(scene: Scene): readonly Parcel[] {
  return scenarios[scene.kind](scene)
}
