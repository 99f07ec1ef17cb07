import { open } from 'node:fs/promises'

/** What stands in the file from a position on; empty where the file is gone. */
export async function readOutput(file: string, position: number): Promise<string> {
  const handle = await open(file, 'r').catch(() => undefined)
  if (handle === undefined) return ''
  try {
    const { size } = await handle.stat()
    const bytes = Buffer.alloc(Math.max(0, size - position))
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, position)
    return bytes.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
