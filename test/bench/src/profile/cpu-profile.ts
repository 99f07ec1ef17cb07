import { z } from 'zod'

/** What V8 writes with --cpu-prof, as far as it is read here. Times are µs of a monotonic clock. */
export const cpuProfileSchema = z.object({
  startTime: z.number(),
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({
        functionName: z.string(),
        url: z.string(),
        lineNumber: z.number(),
      }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
})

export type CpuProfile = z.output<typeof cpuProfileSchema>

/** A part of the time, on the profile's clock. */
export interface Window {
  readonly fromUs: number
  readonly toUs: number
}

export interface FunctionTime {
  readonly name: string
  /** File and line; empty for parts of the engine. */
  readonly place: string
  readonly selfUs: number
  /** Of all time in which the process worked. */
  readonly share: number
}

const IDLE = '(idle)'

/** Functions by the time spent in themselves, the longest first. `root` is left out of paths. */
export function functionTimes(
  profile: CpuProfile,
  window: Window,
  root: string,
): readonly FunctionTime[] {
  const selfUs = new Map<string, { name: string; place: string; selfUs: number }>()
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  let atUs = profile.startTime
  profile.samples.forEach((id, index) => {
    const deltaUs = profile.timeDeltas[index] ?? 0
    atUs += deltaUs
    const frame = frames.get(id)
    if (frame === undefined || frame.functionName === IDLE) return
    if (atUs < window.fromUs || atUs > window.toUs) return
    const name = frame.functionName || '(anonymous)'
    const place = placeOf(frame, root)
    const key = `${name} ${place}`
    const known = selfUs.get(key) ?? { name, place, selfUs: 0 }
    known.selfUs += deltaUs
    selfUs.set(key, known)
  })
  const workedUs = [...selfUs.values()].reduce((sum, one) => sum + one.selfUs, 0)
  return [...selfUs.values()]
    .map((one) => ({ ...one, share: one.selfUs / workedUs }))
    .sort((a, b) => b.selfUs - a.selfUs)
}

function placeOf({ url, lineNumber }: { url: string; lineNumber: number }, root: string): string {
  if (url === '') return ''
  const path = url.replace(root, '').replace('file://', '')
  return `${path}:${lineNumber + 1}`
}

/** Time by where the code comes from: a workspace, a library, Node itself, the engine. */
export function originTimes(times: readonly FunctionTime[]): readonly FunctionTime[] {
  const origins = new Map<string, { selfUs: number; share: number }>()
  for (const { name, place, selfUs, share } of times) {
    const origin = originOf(name, place)
    const known = origins.get(origin) ?? { selfUs: 0, share: 0 }
    origins.set(origin, { selfUs: known.selfUs + selfUs, share: known.share + share })
  }
  return [...origins]
    .map(([name, time]) => ({ name, place: '', ...time }))
    .sort((a, b) => b.selfUs - a.selfUs)
}

function originOf(name: string, place: string): string {
  if (place === '') return name.startsWith('(') ? name : 'native code'
  if (place.startsWith('node:')) return 'node'
  const library = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(place)?.[1]
  if (library !== undefined) return library
  return place.split('/').slice(0, 2).join('/')
}
