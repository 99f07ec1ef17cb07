import { readdir, readFile, readlink } from 'node:fs/promises'

interface PortOwner {
  pids(): Promise<readonly number[]>
}

/** Whether a connection that comes from this port of the machine is the owner's. Linux alone. */
export async function ownsPort(owner: PortOwner, clientPort: number): Promise<boolean> {
  const inode = await findInode(clientPort)
  if (inode === undefined) return false
  for (const pid of await owner.pids()) {
    const folder = `/proc/${pid}/fd`
    const entries = await readdir(folder).catch(() => [])
    const targets = await Promise.all(
      entries.map((entry) => readlink(`${folder}/${entry}`).catch(() => '')),
    )
    if (targets.includes(`socket:[${inode}]`)) return true
  }
  return false
}

/** The socket that is bound to the port and not listening, as the kernel numbers it. */
async function findInode(port: number): Promise<string | undefined> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const lines = (await readFile(table, 'utf8').catch(() => '')).split('\n')
    for (const line of lines) {
      const fields = line.trim().split(/\s+/)
      if (fields[1]?.endsWith(`:${hex}`) && fields[9] !== '0') return fields[9]
    }
  }
  return undefined
}
