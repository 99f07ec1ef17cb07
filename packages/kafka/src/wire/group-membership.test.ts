import { describe, expect, it } from '@jest/globals'
import { keepMembership } from './group-membership.ts'

class FinalError extends Error {
  constructor(error: unknown, options: { readonly cause: unknown }) {
    super(String(error), options)
  }
}

function errorOf(properties: object): Error {
  return Object.assign(new Error('the coordinator is loading'), properties)
}

interface Group {
  joinAndSync(): Promise<void>
  heartbeat(options: object): Promise<void>
  commitOffsets(offsets: unknown): Promise<void>
  generationId: number
}

/** A group whose calls end as given, one after the other, and then with success. */
function groupWith(failures: Error[]): { readonly group: Group; readonly calls: () => number } {
  let calls = 0
  const next = async (): Promise<void> => {
    calls += 1
    await Promise.resolve()
    const failure = failures.shift()
    if (failure !== undefined) throw failure
  }
  class Shipped {
    joinAndSync(): Promise<void> {
      return next()
    }
    heartbeat(): Promise<void> {
      return next()
    }
    commitOffsets(): Promise<void> {
      return next()
    }
    generationId = 1
  }
  keepMembership(Shipped, FinalError)
  return { group: new Shipped(), calls: () => calls }
}

describe('membership of a group', () => {
  it('is sought again while the coordinator loads or is away', async () => {
    const { calls, group } = groupWith([errorOf({ retriable: true }), errorOf({ retriable: true })])
    await group.joinAndSync()
    expect(calls()).toBe(3)
  })

  it('is not sought again after a refusal', async () => {
    const refusal = errorOf({ retriable: false })
    const { calls, group } = groupWith([refusal])
    await expect(group.joinAndSync()).rejects.toBe(refusal)
    expect(calls()).toBe(1)
  })

  it('is sought once, whoever asks meanwhile, and again afterwards', async () => {
    const { calls, group } = groupWith([])
    await Promise.all([group.joinAndSync(), group.joinAndSync(), group.joinAndSync()])
    expect(calls()).toBe(1)
    await group.joinAndSync()
    expect(calls()).toBe(2)
  })

  it.each([
    { name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' },
    { name: 'KafkaJSConnectionError', message: 'Connection timeout' },
  ])('is elsewhere when the coordinator cannot be reached: %j', async (properties) => {
    const { group } = groupWith([errorOf(properties)])
    await expect(group.heartbeat({})).rejects.toMatchObject({ type: 'NOT_COORDINATOR_FOR_GROUP' })
  })

  it('stays where it is when a connection only broke', async () => {
    const { group } = groupWith([errorOf({ name: 'KafkaJSConnectionError', code: 'ECONNRESET' })])
    const error = await group.heartbeat({}).catch((cause: unknown) => cause)
    expect(error).not.toHaveProperty('type')
  })

  it('is joined again once a commit or a heartbeat learns that it is elsewhere', async () => {
    const refusal = errorOf({ type: 'NOT_COORDINATOR_FOR_GROUP' })
    for (const call of ['commitOffsets', 'heartbeat'] as const) {
      const { calls, group } = groupWith([refusal])
      await expect(group[call]({})).rejects.toBe(refusal)
      await expect(group.heartbeat({})).rejects.toBe(refusal)
      expect(calls()).toBe(1)
      await group.joinAndSync()
      await group.heartbeat({})
      expect(calls()).toBe(3)
    }
  })

  it('stays when the commit that learns so is one from before it joined', async () => {
    const { group } = groupWith([errorOf({ type: 'ILLEGAL_GENERATION' })])
    const committed = group.commitOffsets({})
    group.generationId = 2
    await expect(committed).rejects.toThrow('loading')
    await group.heartbeat({})
  })
})
