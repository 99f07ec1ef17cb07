import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type RotationFacts, decideStep, planSteps } from './rotation-step.ts'

const flags = fc.boolean()
const anyFacts: fc.Arbitrary<RotationFacts> = fc.record({
  isOffered: flags,
  isTaken: flags,
  hasNext: flags,
  hasPrevious: flags,
  isUrlSet: flags,
  isSeen: flags,
  isAnswered: flags,
  revokesFormer: flags,
})

describe('the steps of a rotation', () => {
  it('come to an end from wherever they begin, each done at most once', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const steps = planSteps(facts)
        expect(new Set(steps).size).toBe(steps.length)
      }),
    )
  })

  it('let no key go, and put none in use, before what proves the newer one', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const step = decideStep(facts)
        if (step === 'promote') expect(facts.isSeen).toBe(true)
        if (step === 'let_go') {
          expect(facts).toMatchObject({ hasNext: false, isSeen: true, isAnswered: true })
        }
      }),
    )
  })

  it('are these, from a new key on', () => {
    const facts = {
      isOffered: true,
      isTaken: true,
      hasNext: false,
      hasPrevious: false,
      isUrlSet: false,
      isSeen: false,
      isAnswered: false,
    }
    expect(planSteps({ ...facts, revokesFormer: false })).toEqual([
      'take',
      'set_url',
      'check_status',
      'round_trip',
      'promote',
      'let_go',
    ])
    expect(planSteps({ ...facts, revokesFormer: true })).toEqual([
      'take',
      'set_url',
      'check_status',
      'promote',
      'round_trip',
      'let_go',
    ])
  })
})
