import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { asObject } from '@wabastream/channels'

/** What a rotation puts beside the key in use. */
const BESIDE = ['.next', '.previous', '.lock']

/**
 * Problems of numbers that have a key where another number has its own, or puts one while it is
 * rotated, however the place is written, and by whatever links it is reached. Numbers of the Cloud
 * API may have one together, as they share a token; at the others each has a key. Takes the numbers
 * as the file has them.
 */
export function findSharedCredentials(
  numbers: readonly Readonly<Record<string, unknown>>[],
  directory: string,
): readonly string[] {
  const providers = new Map<string, unknown>()
  const besides = new Set<string>()
  return numbers.flatMap(({ credential, provider }, position) => {
    const place = placeOf(asObject(credential), directory)
    if (place === undefined) return []
    const beside = BESIDE.map((suffix) => `${place}${suffix}`)
    const isTogether = provider === 'cloud' && providers.get(place) === 'cloud'
    const isShared =
      (providers.has(place) && !isTogether) ||
      besides.has(place) ||
      beside.some((one) => providers.has(one))
    providers.set(place, provider)
    for (const one of beside) besides.add(one)
    return isShared ? [`numbers[${position}].credential: is that of another number`] : []
  })
}

function placeOf(
  { file, kubernetesSecret }: Readonly<Record<string, unknown>>,
  directory: string,
): string | undefined {
  if (typeof file === 'string') return followed(resolve(directory, file))
  if (kubernetesSecret === undefined) return undefined
  const { key, name, namespace = '' } = asObject(kubernetesSecret)
  return `Secret ${String(namespace)} ${String(name)} ${String(key)}`
}

/** Where a path leads; where there is nothing yet, its folder's links are followed alone. */
function followed(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : join(followed(folder), basename(path))
  }
}
