import { tellGroup } from '../../traffic/groups.ts'
import { tellOutbound } from '../../traffic/outbound.ts'
import { type Scene } from '../../traffic/scenario.ts'
import { type Parcel } from '../../traffic/traffic.ts'
import { customerOf } from './scene-of.ts'

/** A message as the send API took it. */
export interface SendRequest {
  /** A phone number, or the id of a group. */
  readonly to: string
  readonly isGroup: boolean
  readonly callbackData: string | undefined
}

const GROUP_MIN = 3
const GROUP_MAX = 9

/** What becomes of a message that was sent: its receipts, and perhaps an answer. */
export function tellSent(
  scene: Scene,
  message: SendRequest & { readonly messageId: string },
): readonly Parcel[] {
  const { messageId, to } = message
  if (message.isGroup) return tellGroup(withParticipants(scene), { messageId, group: to })
  const callbackFields =
    message.callbackData === undefined ? {} : { biz_opaque_callback_data: message.callbackData }
  return tellOutbound(scene, { messageId, callbackFields })
}

/** Nobody tells the provider who is in a group, so it makes them up. */
function withParticipants(scene: Scene): Scene {
  const random = scene.random.fork('participants')
  const customers = Array.from({ length: random.int(GROUP_MIN, GROUP_MAX) }, () =>
    customerOf(`49${random.int(1, 9)}${random.digits(10)}`),
  )
  return { ...scene, kind: 'group', customers, customer: customers[0] ?? scene.customer }
}
