import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Where tools want the version that package.json names, each after the text in front of it. */
const PLACES: readonly (readonly [file: string, before: RegExp])[] = [
  ['deploy/helm/wabastream/Chart.yaml', /^(?:app)?[vV]ersion: /gm],
  ['deploy/compose/compose.yaml', /wabastream:(?=\d)/g],
  ['deploy/docker/Dockerfile', /^ARG VERSION=/gm],
  ...manifests().map((file) => [file, /^ {2}"version": "/gm] as const),
]

export function readVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  return version
}

/** Each place, with the version that it names. */
export function readPlaces(): readonly { readonly file: string; readonly version: string }[] {
  return PLACES.flatMap(([file, before]) => {
    const found = readFileSync(join(root, file), 'utf8').matchAll(withVersion(before))
    return [...found].map(([, , version = '']) => ({ file, version }))
  })
}

export function writePlaces(version: string): void {
  for (const [file, before] of PLACES) {
    const text = readFileSync(join(root, file), 'utf8')
    const next = text.replaceAll(withVersion(before), (_, kept: string) => `${kept}${version}`)
    if (next !== text) writeFileSync(join(root, file), next)
  }
}

function withVersion(before: RegExp): RegExp {
  return new RegExp(`(${before.source})(\\d+\\.\\d+\\.\\d+(?:-[\\w.]+)?)`, before.flags)
}

/** Packages are never published; without a version npm makes no bill of materials of them. */
function manifests(): readonly string[] {
  return globSync('{packages,services,test}/*/package.json', { cwd: root }).toSorted()
}
