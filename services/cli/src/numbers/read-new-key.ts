import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { CliError } from '../output/cli-error.ts'
import { type Terminal } from '../output/terminal.ts'

const INTERRUPT = '\u0003'
const BACKSPACES = new Set(['\u0008', '\u007F'])
const EXIT_INTERRUPTED = 130

/** The key in a file; `-` is the standard input. Never from the command line, which others see. */
export async function readKeyFile(path: string): Promise<string> {
  if (path === '-') return (await text(process.stdin)).trim()
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    const isCoded = typeof error === 'object' && error !== null && 'code' in error
    const code = isCoded ? String(error.code) : 'unknown'
    throw new CliError(`${path} cannot be read (${code}).`, { exitCode: 2, cause: error })
  }
}

/** Asks somebody at the terminal, who does not see what is typed; else reads the standard input. */
export async function askForKey(alias: string, terminal: Terminal): Promise<string> {
  const { stdin } = process
  if (!stdin.isTTY) return (await text(stdin)).trim()
  terminal.note(`new key of ${alias} (it is not shown), then Enter:`)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  let key = ''
  try {
    for await (const typed of stdin) {
      for (const character of String(typed)) {
        if (character === INTERRUPT) process.exit(EXIT_INTERRUPTED)
        if (character === '\r' || character === '\n') return key.trim()
        key = BACKSPACES.has(character) ? key.slice(0, -1) : key + character
      }
    }
    return key.trim()
  } finally {
    stdin.setRawMode(false)
  }
}
