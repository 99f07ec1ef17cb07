import { Command } from 'commander'
import { decodeBody, DecodeTally, renderDecodedBody } from './decode-bodies.ts'
import { readBodies } from './read-bodies.ts'
import { type Terminal } from '../output/terminal.ts'

export function createDecodeCommand(terminal: Terminal): Command {
  return new Command('decode')
    .description('print what webhook bodies hold; needs no broker, registry or database')
    .argument('<path...>', 'files, folders (all bodies below them), or - for standard input')
    .option('--json', 'print one JSON object per body')
    .addHelpText(
      'after',
      `
Exit code 0: every body was read completely; 1: something would be a dead letter; 2: wrong use.
A file holds one body; .ndjson and .jsonl files hold one per line; standard input holds either.

  wabastream decode webhook.json
  wabastream decode --json bodies/ | jq 'select(.verdict == "partial")'
  cat webhook.json | wabastream decode -`,
    )
    .action(async (paths: readonly string[], options: { readonly json?: boolean }) => {
      const receivedAt = Date.now()
      const tally = new DecodeTally()
      for await (const named of readBodies(paths, { splitFiles: false })) {
        const decoded = decodeBody(named, receivedAt)
        tally.add(decoded)
        if (decoded.deadLetters.length > 0) process.exitCode = 1
        terminal.out(
          options.json === true
            ? JSON.stringify(decoded)
            : renderDecodedBody(decoded, terminal.paint),
        )
      }
      if (options.json !== true) terminal.out(`\n${tally.render()}`)
    })
}
