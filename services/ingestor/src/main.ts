import { runService } from '@wabastream/service-host'
import { createIngestorService } from './ingestor-service.ts'
import { openFileSystemDisk } from './spool/file-system-disk.ts'

await runService(createIngestorService(openFileSystemDisk))
