import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './toolchain.mjs'

const workspace = join(root, 'test/faults')
const SUFFIX = '.fault.test.ts'

/**
 * Names of the cases that the options ask for, in order: all, the fast ones, or those given. What
 * is no case's name asks for all that begin with it.
 */
export function chooseCases({ fast, only }) {
  const all = readdirSync(join(workspace, 'src/cases'))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort()
  if (only) {
    const isAskedFor = (name) =>
      only.some((one) => one === name || (!all.includes(one) && name.startsWith(`${one}-`)))
    return all.filter(isAskedFor)
  }
  if (!fast) return all
  const fastCases = JSON.parse(readFileSync(join(workspace, 'fast-cases.json'), 'utf8'))
  return all.filter((name) => fastCases.includes(name))
}
