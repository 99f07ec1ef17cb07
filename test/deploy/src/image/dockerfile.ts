import { type CommandEntry, parse } from 'docker-file-parser'

/** One step of a stage, as far as it can be taken without a container engine. */
export type Step =
  | { readonly kind: 'workdir'; readonly path: string }
  | {
      readonly kind: 'copy'
      /** Another stage; null copies from the context. */
      readonly from: string | null
      readonly sources: readonly string[]
      readonly target: string
    }
  | { readonly kind: 'run'; readonly command: string }

export interface Stage {
  readonly name: string
  readonly steps: readonly Step[]
  readonly environment: Readonly<Record<string, string>>
  readonly entrypoint: readonly string[]
  readonly healthcheck: string
  readonly user: string
}

/** The stages of a Dockerfile, in order. */
export function parseDockerfile(text: string): readonly Stage[] {
  const commands = parse(text, { includeComments: false })
  const starts = commands.flatMap((command, index) => (command.name === 'FROM' ? [index] : []))
  return starts.map((start, position) =>
    toStage(commands.slice(start, starts[position + 1] ?? commands.length)),
  )
}

function toStage(commands: readonly CommandEntry[]): Stage {
  const argsOf = (name: string): CommandEntry['args'] | undefined =>
    commands.findLast((command) => command.name === name)?.args
  return {
    name: / AS (\S+)$/.exec(toText(argsOf('FROM')))?.[1] ?? '',
    steps: commands.flatMap(toSteps),
    environment: toRecord(argsOf('ENV')),
    entrypoint: toList(argsOf('ENTRYPOINT')),
    healthcheck: commands.find(({ name }) => name === 'HEALTHCHECK')?.raw ?? '',
    user: toText(argsOf('USER')),
  }
}

function toSteps({ name, args }: CommandEntry): readonly Step[] {
  if (name === 'WORKDIR') return [{ kind: 'workdir', path: toText(args) }]
  if (name === 'RUN') return [{ kind: 'run', command: toText(args) }]
  if (name !== 'COPY') return []
  const words = toList(args)
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length) ?? null
  const paths = words.filter((word) => !word.startsWith('--'))
  return [{ kind: 'copy', from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '.' }]
}

function toList(args: CommandEntry['args'] | undefined): readonly string[] {
  return Array.isArray(args) ? args : []
}

function toRecord(args: CommandEntry['args'] | undefined): Readonly<Record<string, string>> {
  if (typeof args !== 'object' || Array.isArray(args)) return {}
  return args
}

function toText(args: CommandEntry['args'] | undefined): string {
  return typeof args === 'string' ? args : ''
}
