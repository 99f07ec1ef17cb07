import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

/** An absolute path from one that starts at the repository's root. */
export function pathOf(relative: string): string {
  return fileURLToPath(new URL(`../../../../${relative}`, import.meta.url))
}

export function readText(relative: string): string {
  return readFileSync(pathOf(relative), 'utf8')
}

export function readYaml(relative: string): unknown {
  const content: unknown = parse(readText(relative))
  return content
}

/** What is applied beside the chart: paths from the root. */
export const operatorManifests: readonly string[] = globSync('deploy/kubernetes/*.yaml', {
  cwd: pathOf('.'),
}).toSorted()
