// Overwrites the same entries with the number of the batch, batch after batch, until it is killed.
import { openLmdbStateStore } from '../src/index.ts'

const [, , directory] = process.argv
if (directory === undefined) throw new Error('usage: write-batches DIRECTORY')
const store = openLmdbStateStore({ directory })
const first = (store.meta()?.changelogOffset ?? 0) + 1
for (let batch = first; ; batch += 1) {
  const value = Buffer.from(`${batch}`)
  const keys = Array.from({ length: 500 }, (_, index) => `key ${index}`)
  store.apply(new Map(keys.map((key) => [key, value])), {
    changelogOffset: batch,
    writtenAtMs: 0,
  })
  if (batch === first + 20) process.stdout.write('batch\n')
  if (batch % 10 === 0) await new Promise(setImmediate)
}
