import { migrate } from '@wabastream/clickhouse'
import { withEngine } from '../engine/engine.ts'
import { readDisk, type TableDisk } from './disk.ts'
import { readLiterals } from './literals.ts'
import { measure, type Measurement } from './measure.ts'
import { type Question } from './question.ts'
import { readQuestions } from './questions.ts'

export interface Asked {
  readonly disk: readonly TableDisk[]
  readonly answers: readonly { readonly question: Question; readonly measurement: Measurement }[]
}

/** Asks every query whose name holds `only` of the data in a folder, with the views of today. */
export function askAll(
  directory: string,
  options: {
    readonly generation: number
    readonly retentionDays: number
    readonly endMs: number
    readonly only: string
    readonly runs: number
    readonly secondsMax: number
    readonly onProgress: (line: string) => void
  },
): Promise<Asked> {
  const { endMs, generation, onProgress, only, retentionDays, runs, secondsMax } = options
  return withEngine(directory, async ({ client, url }) => {
    await client.command('SYSTEM STOP MERGES')
    await migrate({ client, generation, retentionDays })
    const questions = await readQuestions(await readLiterals(client, generation, endMs))
    const answers: Asked['answers'][number][] = []
    for (const question of questions.filter(({ name }) => name.includes(only))) {
      const measurement = await measure(question.sql, { url, runs, secondsMax })
      const { failure, ms } = measurement
      onProgress(`${question.name}: ${ms.toFixed(0)} ms${failure === undefined ? '' : ', refused'}`)
      answers.push({ question, measurement })
    }
    return { disk: await readDisk(client, generation), answers }
  })
}
