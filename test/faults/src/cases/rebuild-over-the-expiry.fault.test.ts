// Goal: a rebuild of a log that is longer than the expiry makes what live traffic made, however far
// apart raw partitions are read. Method: four decoders read it from its beginning, and one is
// killed.
import { rebuildOfALongLog } from '../harness/rebuild-of-a-long-log.ts'

rebuildOfALongLog(import.meta.url, { decoders: 4, isKilled: true })
