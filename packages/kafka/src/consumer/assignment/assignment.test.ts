import { describe, expect, it } from '@jest/globals'
import { Assignment } from './assignment.ts'

const partition = { topic: 't', partition: 0 }

describe('an assignment', () => {
  it('ends after an answer about what is still held, and not after one about what was held before', async () => {
    const assignment = new Assignment(async () => undefined)
    await assignment.replace([partition])
    const before = assignment.get(partition)
    await assignment.replace([partition])
    assignment.endIfHeld([before])
    expect(assignment.get(partition)?.isEnded).toBe(false)
    assignment.endIfHeld([assignment.get(partition)])
    expect(assignment.get(partition)?.isEnded).toBe(true)
  })
})
