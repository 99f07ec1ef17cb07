import { describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { diskError, type DiskStep } from './memory-disk.fixture.ts'
import { encodeSpoolFile } from './spool-file.ts'
import { toSpoolName } from './spool-name.ts'
import { SpoolWorld, toRecord } from './spool-world.fixture.ts'

const keepsMost = (): number => 0.99

async function open(
  options: ConstructorParameters<typeof SpoolWorld>[0] = {},
  isKafkaUp = false,
): Promise<SpoolWorld> {
  const world = new SpoolWorld(options)
  world.kafka.isUp = isKafkaUp
  await world.open()
  return world
}

/** Fails one step once, or each time. */
function fail(
  world: SpoolWorld,
  step: DiskStep,
  options: {
    readonly code?: string
    readonly isOnce?: boolean
  } = {},
): void {
  const { code = 'EIO', isOnce = true } = options
  world.disk.fault = (current) => {
    if (current !== step) return undefined
    if (isOnce) world.disk.fault = () => undefined
    return diskError(code)
  }
}

describe('the spool', () => {
  it('acks after the file and then the folder are synced, and not before', async () => {
    const world = await open()
    const steps: string[] = []
    world.disk.fault = (step, name) => {
      steps.push(`${step}${name.endsWith('.tmp') ? ' temporary' : ''}`)
      return undefined
    }
    expect(await world.append(['a', 'b'])).toEqual(['a', 'b'])
    expect(steps.slice(0, 6)).toEqual([
      'create temporary',
      'write temporary',
      'sync temporary',
      'close temporary',
      'rename temporary',
      'syncDirectory',
    ])
    expect(world.spoolFiles()).toHaveLength(1)
  })

  it('writes what comes while a file is being written into the next one', async () => {
    const world = await open()
    world.disk.fault = (step) => (step === 'sync' ? { delayMs: 50 } : undefined)
    const first = world.append(['a'])
    await eventually('it is being written', () => world.spoolFiles().length === 1)
    const rest = world.append(['b', 'c', 'd'])
    expect([...(await first), ...(await rest)]).toEqual(['a', 'b', 'c', 'd'])
    expect(world.spoolFiles()).toHaveLength(2)
  })

  it.each<DiskStep>(['create', 'write', 'sync', 'close', 'rename', 'syncDirectory'])(
    'acks nothing when %s fails, leaves no file, and works again with a new one',
    async (step) => {
      const world = await open()
      fail(world, step)
      expect(await world.append(['a', 'b'])).toEqual([])
      await eventually('it works again', () => world.spool.isAccepting())
      expect(world.spoolFiles()).toEqual([])
      expect(await world.append(['c'])).toEqual(['c'])
      expect(world.failures).toHaveLength(1)
    },
  )

  it('syncs no file a second time after that failed', async () => {
    const world = await open()
    const synced: string[] = []
    world.disk.fault = (step, name) => {
      if (step !== 'sync') return undefined
      synced.push(name)
      return diskError('EIO')
    }
    await world.append(['a'])
    await eventually('the disk is looked at again', () => synced.length > 2)
    expect(world.spool.status().failure).toBe('fsync')
    expect(world.spool.isAccepting()).toBe(false)
    expect(new Set(synced).size).toBe(synced.length)
  })

  it('refuses while the disk is full, and distinguishes that from its own limit', async () => {
    const world = await open()
    world.disk.bytesMax = 3_000
    expect(await world.append(['a'], 4_000)).toEqual([])
    expect(world.spool.status().failure).toBe('no_space')
    world.disk.bytesMax = Infinity
    await eventually('it works again', () => world.spool.isAccepting())
    expect(await world.append(['b'], 4_000)).toEqual(['b'])
  })

  it('alarms between its watermarks, and refuses at its limit', async () => {
    const world = await open({ limits: { bytesMax: 12_288, bytesHigh: 8_192, bytesLow: 4_096 } })
    const seen: unknown[] = []
    for (const id of ['a', 'b', 'c', 'd']) {
      const acked = await world.append([id])
      const { bytes, isOverWatermark } = world.spool.status()
      seen.push([acked.length, bytes, isOverWatermark, world.spool.isAccepting()])
    }
    expect(seen).toEqual([
      [1, 4_096, false, true],
      [1, 8_192, true, true],
      [1, 12_288, true, false],
      [0, 12_288, true, false],
    ])
    expect(world.failures).toEqual(['full'])
    world.kafka.isUp = true
    await world.untilEmpty()
    expect([world.spool.status().isOverWatermark, world.spool.isAccepting()]).toEqual([false, true])
  })

  it('gives up an append that the disk does not finish in time', async () => {
    const world = await open({ appendTimeoutMs: 50 })
    world.disk.fault = (step) => (step === 'sync' ? { delayMs: 500 } : undefined)
    expect(await world.append(['a'])).toEqual([])
    expect(world.failures).toEqual(['stalled'])
    await eventually('the file comes true', () => world.appended === 1)
  })

  it('takes up what an earlier life acked, oldest first, and nothing else', async () => {
    const world = await open()
    for (const id of ['a', 'b', 'c']) await world.append([id])
    world.disk.fault = (step) => (step === 'rename' ? 'crash' : undefined)
    expect(await world.append(['torn'])).toEqual([])
    await world.restart(() => 0.99)
    world.kafka.isUp = true
    await world.untilEmpty()
    expect(world.kafka.sends.flat()).toEqual(['a', 'b', 'c'])
    expect(world.spoolFiles()).toEqual([])
    expect(world.quarantined).toEqual([])
  })

  it('puts what it cannot use aside, counts it, and drains the rest', async () => {
    const world = await open()
    for (const id of ['a', 'b', 'c']) await world.append([id])
    const [first = '', second = ''] = world.spoolFiles()
    world.disk.put(first, Buffer.from('short'))
    world.disk.put(second, Buffer.alloc(100))
    world.disk.put('notes.txt', Buffer.from('x'))
    await world.restart(keepsMost)
    world.kafka.isUp = true
    await world.untilEmpty()
    expect(world.quarantined.toSorted()).toEqual(['damaged', 'foreign', 'truncated'])
    expect(world.quarantinedFiles()).toHaveLength(3)
    expect([...world.kafka.stored]).toEqual(['c'])
  })

  it.each(['EMFILE', 'EIO'])(
    'keeps a file that cannot be read for now (%s), and sends it later',
    async (code) => {
      const world = await open()
      const read = new Set<string>()
      world.disk.fault = (step, name) => {
        if (step === 'read') read.add(name)
        return step === 'read' && name === [...read][1] ? diskError(code) : undefined
      }
      for (const id of ['a', 'b', 'c']) await world.append([id])
      world.kafka.isUp = true
      await eventually('the others are sent', () => world.kafka.stored.size === 2)
      await eventually(
        'it was tried twice',
        () => world.failures.filter((cause) => cause === 'read').length > 1,
      )
      expect(world.spoolFiles()).toEqual([[...read][1]])
      world.disk.fault = () => undefined
      await world.untilEmpty()
      expect([...world.kafka.stored]).toEqual(['a', 'c', 'b'])
      expect(world.quarantined).toEqual([])
    },
  )

  it('reports what was put aside for as long as it lies there', async () => {
    const world = await open()
    world.disk.put('notes.txt', Buffer.from('x'))
    await world.restart(keepsMost)
    expect(world.spool.status()).toMatchObject({ files: 0, quarantined: 1 })
    await world.restart(keepsMost)
    expect(world.spool.status()).toMatchObject({ files: 0, quarantined: 1 })
  })

  it('acks nothing while the folder may have lost what was renamed, and tries the disk again', async () => {
    const world = await open()
    await world.append(['a'])
    let syncs = 0
    world.disk.fault = (step) => {
      if (step === 'syncDirectory') syncs += 1
      return step === 'syncDirectory' && syncs === 1 ? diskError('EIO') : undefined
    }
    world.kafka.isUp = true
    await eventually('the drainer could not sync', () => world.failures.includes('fsync_directory'))
    await eventually('it works again', () => world.spool.isAccepting())
    expect(syncs).toBeGreaterThan(1)
  })

  it('acks nothing whose folder somebody could not sync, even if a later probe succeeds', async () => {
    const world = await open()
    await world.append(['a'])
    let syncs = 0
    world.disk.fault = (step) => {
      if (step !== 'syncDirectory') return undefined
      syncs += 1
      if (syncs === 1) return { delayMs: 300 }
      return syncs === 2 ? diskError('EIO') : undefined
    }
    const appended = world.append(['b'])
    await eventually('its folder is being synced', () => syncs === 1)
    world.kafka.isUp = true
    await eventually('the drainer could not sync', () => world.failures.includes('fsync_directory'))
    await eventually('a probe succeeded', () => world.spool.status().failure === null)
    expect(await appended).toEqual([])
  })

  it('counts what Kafka has but the disk does not remove, and sends it once', async () => {
    const world = await open()
    world.disk.fault = (step) => (step === 'remove' ? diskError('EIO') : undefined)
    await world.append(['a'])
    world.kafka.isUp = true
    await eventually(
      'it was tried twice',
      () => world.failures.filter((cause) => cause === 'remove').length > 1,
    )
    expect(world.spool.status()).toMatchObject({ files: 1, bytes: 4_096 })
    world.disk.fault = () => undefined
    await world.untilEmpty()
    expect([world.spoolFiles(), world.kafka.sends]).toEqual([[], [['a']]])
  })

  it('sends a file once that it cannot put aside, and waits for neither at a stop', async () => {
    const world = await open()
    world.kafka.refuses = (id) => id === 'bad'
    world.disk.fault = (step) => (step === 'quarantine' ? diskError('EROFS') : undefined)
    await world.append(['a', 'bad'])
    world.kafka.isUp = true
    await eventually(
      'it was tried twice',
      () => world.failures.filter((cause) => cause === 'quarantine').length > 1,
    )
    expect(world.kafka.sends).toEqual([['a']])
    await world.spool.drain(60_000)
    expect(world.spool.status()).toMatchObject({ files: 1, quarantined: 0 })
    world.disk.fault = () => undefined
    await world.untilEmpty()
    expect([world.quarantined, world.kafka.sends]).toEqual([['refused'], [['a']]])
  })

  it('drains what is new while many older files cannot be read', async () => {
    const world = await open()
    const old = Array.from({ length: 1_000 }, (_, sequence) =>
      toSpoolName({ createdAtMs: 1_700_000_000_000, sequence, life: '0123abcd' }),
    )
    for (const name of old) world.disk.put(name, encodeSpoolFile([toRecord('old')]))
    await world.restart(keepsMost)
    world.disk.fault = (step, name) =>
      step === 'read' && old.includes(name) ? diskError('EACCES') : undefined
    expect(await world.append(['new'])).toEqual(['new'])
    world.kafka.isUp = true
    await eventually('the new one is sent', () => world.kafka.stored.has('new'))
    await eventually('its file is gone', () => world.spool.status().files === old.length)
  })

  it('puts aside the one record that Kafka refuses, and sends its neighbours', async () => {
    const world = await open()
    world.kafka.refuses = (id) => id === 'bad'
    await world.append(['a', 'bad', 'b'])
    await world.append(['c'])
    await world.restart(keepsMost)
    world.kafka.isUp = true
    await world.untilEmpty()
    expect([...world.kafka.stored].toSorted()).toEqual(['a', 'b', 'c'])
    expect([world.quarantined, world.quarantinedFiles().length]).toEqual([['refused'], 1])
  })

  it('removes a file only when Kafka has acked it', async () => {
    const world = await open()
    await world.append(['a'])
    expect([world.spoolFiles().length, world.kafka.stored.size]).toEqual([1, 0])
    world.kafka.isUp = true
    await world.untilEmpty()
    expect([world.spoolFiles().length, world.kafka.stored.size]).toEqual([0, 1])
  })

  it('sends small files together', async () => {
    const world = await open()
    const life = '0123abcd'
    for (let sequence = 0; sequence < 300; sequence += 1) {
      world.disk.put(
        toSpoolName({ createdAtMs: 1_700_000_000_000, sequence, life }),
        encodeSpoolFile([toRecord(`r${sequence}`)]),
      )
    }
    world.kafka.isUp = true
    await world.restart(keepsMost)
    await world.untilEmpty()
    expect(world.kafka.sends.map((ids) => ids.length).toSorted()).toEqual([256, 44])
  })

  it('drains at a stop if Kafka takes records, and otherwise leaves the files', async () => {
    const world = await open()
    await world.append(['a'])
    await world.spool.drain(60_000)
    expect(world.spoolFiles()).toHaveLength(1)
    world.kafka.isUp = true
    await world.spool.drain(60_000)
    expect(world.spoolFiles()).toEqual([])
  })
})
