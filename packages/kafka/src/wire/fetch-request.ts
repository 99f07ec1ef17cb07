import { noteAsked } from './records/answer-budget.ts'

/** What is used of protocol/requests/fetch/index.js. */
export interface FetchProtocol {
  readonly versions: readonly string[]
  readonly protocol: (of: { readonly version: number | string }) => CreateFetch
}

interface AskedFetch {
  readonly maxBytes: number
  readonly topics: readonly {
    readonly partitions: readonly { readonly maxBytes: number }[]
  }[]
}

type CreateFetch = (asked: AskedFetch) => {
  readonly response: { readonly decode: (answer: Buffer) => Promise<unknown> }
}

/**
 * Amends protocol/requests/fetch/index.js: who reads the answer has to know what was asked for,
 * because a broker that sends so many packed bytes sends several times as many records.
 */
export function boundAnswers(shipped: FetchProtocol): FetchProtocol {
  return {
    ...shipped,
    protocol: (of) => {
      const create = shipped.protocol(of)
      return (asked) => {
        const { response, ...others } = create(asked)
        return { ...others, response: { ...response, decode: bounded(response.decode, asked) } }
      }
    },
  }
}

function bounded(
  decode: (answer: Buffer) => Promise<unknown>,
  { maxBytes, topics }: AskedFetch,
): (answer: Buffer) => Promise<unknown> {
  const ofPartitions = topics.flatMap(({ partitions }) => partitions.map((one) => one.maxBytes))
  return async function decodeBounded(answer) {
    noteAsked(answer, { ofAnswer: maxBytes, ofPartition: Math.max(0, ...ofPartitions) })
    return await decode(answer)
  }
}
