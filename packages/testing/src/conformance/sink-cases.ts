import assert from 'node:assert/strict'
import { type LineBuffer, type RowBatch, type SinkPartition } from '@wabastream/processing'
import { type ConformanceCase } from './conformance-case.ts'
import { GARBAGE, SinkRun, unreadable } from './sink-run.ts'
import { type SinkScene } from './sink-scene.ts'

/** Ids from `from` on. */
const ids = (count: number, from = 0): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index)

async function assertRows<Value>(
  scene: SinkScene<Value>,
  expected: readonly number[],
): Promise<void> {
  // Libraries of Node's own make arrays of another realm, which are never equal to ours.
  const found = Array.from(await scene.readIds())
  assert.deepEqual(
    found.toSorted((one, other) => one - other),
    expected,
  )
}

interface Line {
  readonly table: string
  readonly line: string
  readonly sourceIndex: number
}

function collectLines(): { readonly lines: Line[]; readonly buffer: LineBuffer<string> } {
  const lines: Line[] = []
  return {
    lines,
    buffer: {
      addLine(table, line, sourceIndex) {
        lines.push({ table, line, sourceIndex })
      },
    },
  }
}

function openPartition<Value>({ sink }: SinkScene<Value>): SinkPartition<Value, string> {
  return sink.openPartition({ topic: 'records', partition: 0, isFromStart: true })
}

const sourceOf = (id: number) => ({
  offset: id,
  receivedAtMs: 1_700_000_000_000,
  timestampMs: 1_700_000_000_000,
  value: Buffer.from(String(id)),
})

/** What every sink must do, alone and in the runner; each case gets a scene of its own. */
export function sinkCases<Value>(): readonly ConformanceCase<SinkScene<Value>>[] {
  return [...rowCases<Value>(), ...writeCases<Value>(), ...failureCases<Value>()]
}

/** Does what the runner does before it sends a batch. */
async function settle(batch: Pick<RowBatch<never, string>, 'unsettled'>): Promise<void> {
  const addLines = await batch.unsettled?.settle()
  addLines?.()
}

function rowCases<Value>(): readonly ConformanceCase<SinkScene<Value>>[] {
  return [
    {
      title: 'makes rows of one line, each with the index of its record',
      async verify(scene) {
        const { lines, buffer } = collectLines()
        const batch = openPartition(scene).beginBatch(buffer)
        ids(3).forEach((id) => batch.add(scene.toValue(id), sourceOf(id), id))
        await settle(batch)
        assert.deepEqual(
          lines.map(({ sourceIndex }) => sourceIndex),
          ids(3),
        )
        assert.ok(lines.every(({ line }) => !line.includes('\n')))
      },
    },
    {
      title: 'keeps the rows of two batches apart',
      async verify(scene) {
        const partition = openPartition(scene)
        const [first, second] = [collectLines(), collectLines()]
        const before = partition.beginBatch(first.buffer)
        before.add(scene.toValue(1), sourceOf(1), 0)
        const behind = partition.beginBatch(second.buffer)
        behind.add(scene.toValue(2), sourceOf(2), 0)
        await settle(before)
        assert.deepEqual([first.lines.length, before.unsettled?.rowCount ?? 0], [1, 0])
        await settle(behind)
        assert.equal(second.lines.length, 1)
        assert.notEqual(first.lines[0]?.line, second.lines[0]?.line)
      },
    },
    {
      title: 'writes the pieces of one insert, and keeps none of them',
      async verify(scene) {
        const { lines, buffer } = collectLines()
        const batch = openPartition(scene).beginBatch(buffer)
        ids(3).forEach((id) => batch.add(scene.toValue(id), sourceOf(id), id))
        await settle(batch)
        const [first, ...others] = lines
        assert.ok(first !== undefined)
        const rest = others.map(({ line }) => `${line}\n`).join('')
        const pieces = [Buffer.from(`${first.line}\n`), Buffer.from(rest)]
        await scene.sink.insert(first.table, pieces)
        // Their memory is used for other rows then.
        for (const piece of pieces) piece.fill('#')
        await assertRows(scene, ids(3))
      },
    },
    {
      title: 'treats unknown errors as a reason to wait',
      verify({ sink }) {
        for (const error of [new Error('strange'), 'a text', undefined, { code: 60 }]) {
          assert.equal(sink.classify(error), 'unavailable')
        }
      },
    },
  ]
}

function writeCases<Value>(): readonly ConformanceCase<SinkScene<Value>>[] {
  return [
    {
      title: 'shows every row before the position after it is committed',
      async verify(scene) {
        const shown: number[] = []
        const run = new SinkRun(scene, async () => {
          shown.push((await scene.readIds()).length)
        })
        await run.add(0, 10, ids(5))
        await run.untilCommitted(0, 15)
        assert.deepEqual(shown, [5])
        await assertRows(scene, ids(5))
        assert.deepEqual([run.failures, run.refused, run.broken], [[], [], []])
      },
    },
    {
      title: 'writes what several partitions read at the same time',
      async verify(scene) {
        const run = new SinkRun(scene)
        await Promise.all(
          [0, 1, 2].map((partition) => run.add(partition, 0, ids(4, partition * 4))),
        )
        await Promise.all([0, 1, 2].map((partition) => run.untilCommitted(partition, 4)))
        await assertRows(scene, ids(12))
      },
    },
    {
      title: 'shows a row once that is written again, grouped with others',
      async verify(scene) {
        const run = new SinkRun(scene)
        await run.add(0, 0, ids(6))
        await run.drain()
        const again = new SinkRun(scene)
        await again.add(0, 0, ids(2))
        await again.add(0, 2, ids(6, 2))
        await again.drain()
        await assertRows(scene, ids(8))
      },
    },
    {
      title: 'refuses what is not a record, and writes the others',
      async verify(scene) {
        const run = new SinkRun(scene)
        await run.add(0, 0, [1, GARBAGE, 2])
        await run.untilCommitted(0, 3)
        assert.deepEqual(run.refused, [{ partition: 0, reason: 'schema_rejected', text: GARBAGE }])
        await assertRows(scene, [1, 2])
      },
    },
  ]
}

function failureCases<Value>(): readonly ConformanceCase<SinkScene<Value>>[] {
  return [
    ...(['unavailable', 'broken_schema'] as const).map(
      (cause): ConformanceCase<SinkScene<Value>> => ({
        title: `waits while inserts fail as ${cause}, and loses nothing`,
        async verify(scene) {
          const run = new SinkRun(scene)
          await scene.breakDown(cause)
          await run.add(0, 0, ids(3))
          await run.until('an insert fails again', () => run.failures.length > 1)
          assert.deepEqual([run.commits, [...run.paused]], [[], [0]])
          await scene.repair()
          await run.untilCommitted(0, 3)
          await assertRows(scene, ids(3))
          assert.deepEqual([run.refused, [...new Set(run.failures)]], [[], [cause]])
          await run.until('it reads on', () => run.paused.size === 0)
        },
      }),
    ),
    {
      title: 'refuses the one row that can never be read, and writes the others',
      async verify(scene) {
        const run = new SinkRun(scene)
        await run.add(0, 0, [...ids(13), unreadable(13), ...ids(6, 14)])
        await run.untilCommitted(0, 20)
        assert.deepEqual(run.refused, [
          { partition: 0, reason: 'sink_rejected', text: unreadable(13) },
        ])
        assert.deepEqual([...new Set(run.failures)], ['bad_rows'])
        await assertRows(
          scene,
          ids(20).filter((id) => id !== 13),
        )
      },
    },
    {
      title: 'blames no partition for a row of another',
      async verify(scene) {
        const run = new SinkRun(scene)
        await Promise.all([run.add(0, 0, [unreadable(0), 1]), run.add(1, 0, [2, 3])])
        await Promise.all([run.untilCommitted(0, 2), run.untilCommitted(1, 2)])
        assert.deepEqual(
          run.refused.map(({ partition, text }) => [partition, text]),
          [[0, unreadable(0)]],
        )
        await assertRows(scene, [1, 2, 3])
      },
    },
    {
      title: 'commits nothing of a partition that is taken away while inserts fail',
      async verify(scene) {
        const run = new SinkRun(scene)
        await scene.breakDown('unavailable')
        await run.add(0, 0, ids(3))
        await run.until('an insert fails', () => run.failures.length > 0)
        await run.revoke(0)
        await scene.repair()
        await run.add(1, 0, ids(3, 10))
        await run.untilCommitted(1, 3)
        await run.drain()
        assert.deepEqual(
          run.commits.map(({ partition }) => partition),
          [1],
        )
        assert.deepEqual([run.paused.size, run.broken], [0, []])
      },
    },
  ]
}
