// Goal: what the spool acked is in Kafka or in the spool, whatever happens. Method: sequences of
// appends, outages, failing steps, crashes at any step, and damage, against a set of ids.
import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { diskError } from './memory-disk.fixture.ts'
import { SpoolWorld } from './spool-world.fixture.ts'

interface Model {
  readonly acked: Set<string>
  /** Ids in files that were damaged on purpose. */
  readonly damaged: Set<string>
  nextId: number
}
type Command = fc.AsyncCommand<Model, SpoolWorld>

/** Small numbers without a state of their own, so that a failure can be repeated and shrunk. */
function chanceFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

function expectNothingLost(model: Model, world: SpoolWorld): void {
  const spooled = world.spooledIds()
  const lost = [...model.acked].filter(
    (id) => !world.kafka.stored.has(id) && !spooled.has(id) && !model.damaged.has(id),
  )
  expect(lost).toEqual([])
}

function command(
  name: string,
  run: (model: Model, world: SpoolWorld) => Promise<void> | void,
  seed = 1,
): Command {
  return {
    check: () => true,
    async run(model, world) {
      await run(model, world)
      if (world.disk.isCrashed) await world.restart(chanceFrom(seed))
      expectNothingLost(model, world)
    },
    toString: () => name,
  }
}

function damage(
  model: Model,
  world: SpoolWorld,
  options: {
    readonly index: number
    readonly isCut: boolean
  },
): void {
  const names = world.spoolFiles().filter((name) => name.endsWith('.spool'))
  const name = names[options.index % names.length]
  const bytes = name === undefined ? undefined : world.disk.files.get(name)
  if (name === undefined || bytes === undefined) return
  const before = world.spooledIds()
  const spoilt = Buffer.from(options.isCut ? bytes.subarray(0, bytes.length - 1) : bytes)
  if (!options.isCut) spoilt.writeUInt8(spoilt.readUInt8(30) ^ 1, 30)
  world.disk.put(name, spoilt)
  const after = world.spooledIds()
  for (const id of before) if (!after.has(id)) model.damaged.add(id)
}

const commands: fc.Arbitrary<Command>[] = [
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat()).map(([count, seed]) =>
    command(
      `append(${count}, ${seed})`,
      async (model, world) => {
        const ids = Array.from({ length: count }, () => `r${model.nextId++}`)
        for (const id of await world.append(ids)) model.acked.add(id)
      },
      seed,
    ),
  ),
  fc.boolean().map((isUp) =>
    command(`kafka(${isUp})`, (_, world) => {
      world.kafka.isUp = isUp
    }),
  ),
  fc.nat(12).map((turns) =>
    command(`pass(${turns})`, async () => {
      for (let turn = 0; turn < turns; turn += 1) {
        await new Promise((resolve) => {
          setImmediate(resolve)
        })
      }
    }),
  ),
  fc.nat(14).map((after) =>
    command(`crashAfter(${after})`, (_, world) => {
      world.failStep(after, 'crash')
    }),
  ),
  fc.tuple(fc.nat(14), fc.constantFrom('EIO', 'ENOSPC')).map(([after, code]) =>
    command(`fail(${after}, ${code})`, (_, world) => {
      world.failStep(after, diskError(code))
    }),
  ),
  fc.nat().map((seed) => command(`crash(${seed})`, (_, world) => world.restart(chanceFrom(seed)))),
  fc.tuple(fc.nat(9), fc.boolean()).map(([index, isCut]) =>
    command(`damage(${index}, ${isCut})`, (model, world) => {
      damage(model, world, { index, isCut })
    }),
  ),
  fc.nat(99).map((number) =>
    command(`foreign(${number})`, (_, world) => {
      world.disk.put(`somebody's ${number}`, Buffer.from('x'))
    }),
  ),
]

it('loses nothing that it acked, and is never blocked', async () => {
  const counts = { acked: 0, drained: 0, quarantined: 0, damaged: 0 }
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { size: '+1' }), async (sequence) => {
      const world = new SpoolWorld()
      const model: Model = { acked: new Set(), damaged: new Set(), nextId: 0 }
      await world.open()
      await fc.asyncModelRun(() => ({ model, real: world }), sequence)
      if (world.disk.isCrashed) await world.restart(chanceFrom(1))
      world.disk.fault = () => undefined
      world.kafka.isUp = true
      await world.restart(chanceFrom(2))
      await world.untilEmpty()
      const missing = [...model.acked].filter((id) => !world.kafka.stored.has(id))
      expect(missing.filter((id) => !model.damaged.has(id))).toEqual([])
      if (missing.length > 0) expect(world.quarantined.length).toBeGreaterThan(0)
      expect(world.spoolFiles()).toEqual([])
      counts.acked += model.acked.size
      counts.drained += world.drained
      counts.quarantined += world.quarantined.length
      counts.damaged += missing.length
      await world.spool.close()
    }),
    { numRuns: 200 },
  )
  // Checks that the sequences reach the cases that they are for.
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(0)
}, 60_000)
