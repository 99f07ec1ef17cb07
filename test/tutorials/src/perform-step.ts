import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { applyHunks } from './apply-hunks.ts'
import { findMissingLine } from './find-output.ts'
import { runCommand } from './run-command.ts'
import { type CreateStep, type EditStep, type RunStep, type Step } from './steps.ts'
import { TutorialError } from './tutorial-error.ts'

/** Does in `directory` what a block says; throws where it cannot be done or ends otherwise. */
export function performStep(step: Step, directory: string): Promise<void> {
  switch (step.kind) {
    case 'create':
      return createFile(step, directory)
    case 'edit':
      return editFile(step, directory)
    case 'run':
      return runLines(step, directory)
  }
}

async function createFile(step: CreateStep, directory: string): Promise<void> {
  const path = join(directory, step.file)
  await mkdir(dirname(path), { recursive: true })
  try {
    await writeFile(path, step.content, { flag: 'wx' })
  } catch (error) {
    throw new TutorialError(step.place, `${step.file} cannot be created: ${String(error)}`)
  }
}

async function editFile(step: EditStep, directory: string): Promise<void> {
  const path = join(directory, step.file)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new TutorialError(step.place, `${step.file} cannot be read: ${String(error)}`)
  })
  await writeFile(path, applyHunks(text, step))
}

async function runLines(step: RunStep, directory: string): Promise<void> {
  const { command, place, shouldFail } = step
  const { code, output } = await runCommand(command, directory)
  if (code === null || (code === 0) === shouldFail) {
    const wanted = shouldFail ? 'should fail' : 'failed'
    throw new TutorialError(place, `${wanted}, exit code ${code}:\n${command}\n${output}`)
  }
  const missing = findMissingLine(output, step.output)
  if (missing === undefined) return
  throw new TutorialError(place, `does not print '${missing}':\n${command}\n${output}`)
}
