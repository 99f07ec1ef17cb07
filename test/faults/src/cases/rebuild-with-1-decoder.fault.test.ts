// Goal: a rebuild of a log that is longer than the expiry makes what live traffic made, however far
// apart raw partitions are read. Method: one decoder reads it from its beginning.
import { rebuildOfALongLog } from '../harness/rebuild-of-a-long-log.ts'

rebuildOfALongLog(import.meta.url, { decoders: 1, isKilled: false })
