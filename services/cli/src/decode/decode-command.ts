import { Command } from 'commander'
import { decodeBody, DecodeTally, renderDecodedBody } from './decode-bodies.ts'
import { readBodies } from './read-bodies.ts'
import { type Terminal } from '../output/terminal.ts'

interface DecodeFlags {
  readonly json?: boolean
  readonly internal?: boolean
}

export function createDecodeCommand(terminal: Terminal): Command {
  return new Command('decode')
    .description('print what webhook bodies hold; needs no broker, registry or database')
    .argument('<path...>', 'files, folders (all bodies below them), or - for standard input')
    .option('--json', 'print one JSON object per body')
    .option('--internal', "bodies are wabastream's own records, not webhooks")
    .addHelpText(
      'after',
      `
Exit code 0: every body was read completely; 1: something would be a dead letter; 2: wrong use.
A file holds one body; .ndjson and .jsonl files hold one per line; standard input holds either.

  wabastream decode webhook.json
  wabastream decode --json bodies/ | jq 'select(.verdict == "partial")'
  cat webhook.json | wabastream decode -`,
    )
    .action(async (paths: readonly string[], options: DecodeFlags) => {
      const receivedAt = Date.now()
      const tally = new DecodeTally()
      for await (const named of readBodies(paths, { splitFiles: false })) {
        const decoded = decodeBody(named, { receivedAt, isOwn: options.internal === true })
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
