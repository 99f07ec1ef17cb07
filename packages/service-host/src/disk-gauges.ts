import { statfs } from 'node:fs/promises'
import { Gauge, type Registry } from 'prom-client'

/**
 * Free bytes and size of the disk that holds a folder, read at each scrape, as
 * `<prefix>_disk_free_bytes` and `<prefix>_disk_size_bytes`. No value while it cannot be read.
 */
export function registerDiskGauges(
  registry: Registry,
  {
    prefix,
    directory,
  }: {
    readonly prefix: `wa_${string}`
    readonly directory: string
  },
): void {
  const registers = [registry]
  const show = async (gauge: Gauge, part: 'bavail' | 'blocks'): Promise<void> => {
    try {
      const disk = await statfs(directory)
      gauge.set(disk[part] * disk.bsize)
    } catch {
      gauge.remove()
    }
  }
  const free: Gauge = new Gauge({
    name: `${prefix}_disk_free_bytes`,
    registers,
    help: 'free bytes on the disk of the folder',
    collect: () => show(free, 'bavail'),
  })
  const size: Gauge = new Gauge({
    name: `${prefix}_disk_size_bytes`,
    registers,
    help: 'size of the disk of the folder',
    collect: () => show(size, 'blocks'),
  })
}
