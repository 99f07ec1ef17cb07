// For tests: the ingestor on a disk that fails on demand. The file named by SPOOL_FAULT_FILE says
// how: {"step": "sync", "code": "EIO"} or {"step": "sync", "delayMs": 500}; without it none does.
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { runService } from '@wabastream/service-host'
import { z } from 'zod'
import { createIngestorService } from './ingestor-service.ts'
import { openFileSystemDisk } from './spool/file-system-disk.ts'
import { type SpoolDisk } from './spool/spool-disk.ts'

const steps = ['sync', 'syncDirectory', 'remove'] as const

const faultSchema = z.object({
  step: z.enum(steps),
  code: z.string().optional(),
  delayMs: z.number().optional(),
})

async function misbehave(step: (typeof steps)[number]): Promise<void> {
  const file = process.env['SPOOL_FAULT_FILE'] ?? ''
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return
  }
  const fault = faultSchema.parse(JSON.parse(text))
  if (fault.step !== step) return
  if (fault.delayMs !== undefined) await delay(fault.delayMs)
  if (fault.code !== undefined) throw Object.assign(new Error(fault.code), { code: fault.code })
}

async function openFaultyDisk(directory: string): Promise<SpoolDisk> {
  const disk = await openFileSystemDisk(directory)
  return {
    ...disk,
    async create(name) {
      const file = await disk.create(name)
      return {
        ...file,
        async sync() {
          await misbehave('sync')
          await file.sync()
        },
      }
    },
    async remove(name) {
      await misbehave('remove')
      await disk.remove(name)
    },
    async syncDirectory() {
      await misbehave('syncDirectory')
      await disk.syncDirectory()
    },
  }
}

await runService(createIngestorService(openFaultyDisk))
