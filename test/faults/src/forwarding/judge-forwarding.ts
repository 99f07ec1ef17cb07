import { forwarderGroup, topicNames } from '@wabastream/contracts'
import { differenceOf, Ledger } from '@wabastream/forwarding'
import { type KafkaClient } from '@wabastream/kafka'
import { createAvroCodec } from '@wabastream/schema-registry'
import { type Judgement, named, together } from '../judge/judgement.ts'
import { type WebhookReceiver } from './webhook-receiver.ts'

/** A destination as a case has it. */
export interface JudgedDestination {
  readonly name: string
  readonly receiver: WebhookReceiver
  /** Receipts that it refuses whenever they come, which become dead letters. */
  readonly refuses: (receipt: string) => boolean
  /** It is away to the end, and keeps nothing. */
  readonly isDead: boolean
}

export interface ForwardedStack {
  readonly kafka: KafkaClient
  readonly schemaRegistryUrl: string
}

const { deadLetters, raw } = topicNames(1)

/** What the group of a destination has committed, by partition. */
export async function readLedgers({ kafka }: ForwardedStack, name: string) {
  const positions = await kafka.admin.committedPositions(forwarderGroup(name), raw)
  return new Map(positions.map((position) => [position.partition, Ledger.from(position)]))
}

/** Whether a destination is done with all of the raw topic. */
export async function isSettled(stack: ForwardedStack, name: string): Promise<boolean> {
  const ends = await stack.kafka.admin.endOffsets(raw)
  const ledgers = await readLedgers(stack, name)
  return [...ends].every(([partition, end]) => (ledgers.get(partition)?.low ?? 0) === end)
}

/**
 * Every webhook is in each receiver's journal, byte for byte, or refused and a dead letter; and the
 * counts of each group say so. `digests` are the bodies by receipt.
 */
export async function judgeForwarding(
  stack: ForwardedStack,
  destinations: readonly JudgedDestination[],
  digests: ReadonlyMap<string, string>,
): Promise<Judgement> {
  const letters = await readLetters(stack)
  return together(
    await Promise.all(
      destinations.map(async (one) => {
        const own = letters.filter(({ destination }) => destination === one.name)
        const receipts = new Set(own.map(({ receipt }) => receipt))
        if (one.isDead) return { differing: named(`letter of ${one.name}`, [...receipts]) }
        return together([
          judgeJournal(one, digests, receipts),
          await judgeLedgers(stack, one, [...digests.keys()]),
        ])
      }),
    ),
  )
}

function judgeJournal(
  { name, receiver, refuses }: JudgedDestination,
  digests: ReadonlyMap<string, string>,
  letters: ReadonlySet<string>,
): Partial<Judgement> {
  const { journal } = receiver
  const keptOf = (receipt: string): number => journal.get(receipt)?.kept ?? 0
  const receipts = [...digests.keys()]
  const isLost = (receipt: string): boolean =>
    refuses(receipt) ? !letters.has(receipt) : keptOf(receipt) === 0
  const differs = ([receipt, { digests: seen }]: readonly [string, { digests: Set<string> }]) =>
    [...seen].some((digest) => digest !== digests.get(receipt))
  return {
    lost: named(`receipt to ${name}`, receipts.filter(isLost)),
    differing: [
      ...named(
        `body to ${name}`,
        [...journal].filter(differs).map(([receipt]) => receipt),
      ),
      ...named(
        `letter of ${name}`,
        [...letters].filter((receipt) => !refuses(receipt)),
      ),
    ],
  }
}

/** The counts are those of what was appended, whatever came twice. */
async function judgeLedgers(
  stack: ForwardedStack,
  { name, refuses }: JudgedDestination,
  receipts: readonly string[],
): Promise<Partial<Judgement>> {
  const ledgers = [...(await readLedgers(stack, name)).values()]
  const tallies = ledgers.map((ledger) => ledger.tally())
  const sum = (of: keyof (typeof tallies)[number]): number =>
    tallies.reduce((total, tally) => total + tally[of], 0)
  const refused = receipts.filter(refuses).length
  const wanted = { acknowledged: receipts.length - refused, refused, unselected: 0, absent: 0 }
  const counted = {
    acknowledged: sum('acknowledged'),
    refused: sum('refused'),
    unselected: sum('unselected'),
    absent: sum('absent'),
  }
  const [have, want] = [JSON.stringify(counted), JSON.stringify(wanted)]
  const differences = ledgers.map(differenceOf).filter((difference) => difference !== 0)
  return {
    doubled:
      counted.acknowledged > wanted.acknowledged ? [`counts of ${name}: ${have} of ${want}`] : [],
    differing: [
      ...(have === want ? [] : [`counts of ${name}: ${have}, not ${want}`]),
      ...differences.map((difference) => `ledger of ${name} by ${difference}`),
    ],
  }
}

async function readLetters({ kafka, schemaRegistryUrl }: ForwardedStack) {
  const codec = createAvroCodec({ url: schemaRegistryUrl })
  await codec.register()
  const reader = kafka.partitionReader()
  const letters: { readonly destination: string; readonly receipt: string }[] = []
  for (const [partition, offset] of await kafka.admin.startOffsets(deadLetters)) {
    await reader.readToEnd({ topic: deadLetters, partition, offset }, async ({ records }) => {
      for (const { value } of records) {
        if (value === null) continue
        await codec.prepare(value)
        const { data } = codec.decode(value)
        if (!('destination' in data)) continue
        letters.push({
          destination: data.destination,
          receipt: 'receiptId' in data ? data.receiptId : '',
        })
      }
    })
  }
  await reader.close()
  return letters
}
