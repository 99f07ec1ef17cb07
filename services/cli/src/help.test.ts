// Goal: --help has a text for everything, in one form. Method: every command is made, and its texts
// are read.
import { type Command } from 'commander'
import { describe, expect, it } from '@jest/globals'
import { plainPaint, type Terminal } from './output/terminal.ts'
import { createProgram } from './program.ts'

const silent: Terminal = {
  out: () => {},
  note: () => {},
  paint: plainPaint,
  isInteractive: false,
  columns: 80,
}

function withoutUsage(command: Command, path: string): readonly string[] {
  return [
    ...(command.helpInformation().startsWith(`Usage: ${path} `) ? [] : [path]),
    ...command.commands.flatMap((inner) => withoutUsage(inner, `${path} ${inner.name()}`)),
  ]
}

interface Help {
  readonly of: string
  readonly text: string
}

function helpOf(command: Command, path: string): readonly Help[] {
  return [
    { of: path, text: command.description() },
    ...command.options.map(({ flags, description }) => ({
      of: `${path} ${flags}`,
      text: description,
    })),
    ...command.registeredArguments.map((argument) => ({
      of: `${path} <${argument.name()}>`,
      text: argument.description,
    })),
    ...command.commands.flatMap((inner) => helpOf(inner, `${path} ${inner.name()}`)),
  ]
}

describe('help', () => {
  it('says of every command, option and argument what it is, as a fragment', async () => {
    const all = helpOf(await createProgram(silent, []), 'wabastream')
    expect(all.length).toBeGreaterThan(80)
    const wrong = all.filter(
      ({ text }) => text.length < 5 || /^[A-Z][a-z]/.test(text) || text.endsWith('.'),
    )
    expect(wrong).toEqual([])
  })

  it('begins with how a command is used', async () => {
    expect(withoutUsage(await createProgram(silent, []), 'wabastream')).toEqual([])
  })
})
