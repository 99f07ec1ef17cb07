// For tests: the ingestor on a disk that fails on demand. The file named by SPOOL_FAULT_FILE says
// how: {"step": "sync", "code": "EIO"} or {"step": "sync", "delayMs": 500}; without it none does. A
// step that does so leaves its name in SPOOL_FAULT_FILE.reached; a write has half of its bytes
// done.
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { runService } from '@wabastream/service-host'
import { z } from 'zod'
import { createIngestorService } from '../ingestor-service.ts'
import { openFileSystemDisk } from './file-system-disk.ts'
import { type SpoolDisk } from './spool-disk.ts'

const steps = ['write', 'sync', 'rename', 'syncDirectory', 'remove'] as const

const faultSchema = z.object({
  step: z.enum(steps),
  code: z.string().optional(),
  delayMs: z.number().optional(),
})

const faultFile = process.env['SPOOL_FAULT_FILE'] ?? ''

function readFault(step: (typeof steps)[number]): z.infer<typeof faultSchema> | undefined {
  let text: string
  try {
    text = readFileSync(faultFile, 'utf8')
  } catch {
    return undefined
  }
  const fault = faultSchema.parse(JSON.parse(text))
  return fault.step === step ? fault : undefined
}

async function misbehave(step: (typeof steps)[number]): Promise<void> {
  const fault = readFault(step)
  if (fault === undefined) return
  writeFileSync(`${faultFile}.reached`, step)
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
        async write(bytes) {
          const isFaulty = readFault('write') !== undefined
          const done = isFaulty ? Math.floor(bytes.length / 2) : 0
          if (isFaulty) await file.write(bytes.subarray(0, done))
          await misbehave('write')
          await file.write(bytes.subarray(done))
        },
        async sync() {
          await misbehave('sync')
          await file.sync()
        },
      }
    },
    async rename(from, to) {
      await misbehave('rename')
      await disk.rename(from, to)
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
