import { describe, expect, it } from '@jest/globals'
import { plainPaint } from '../output/terminal.ts'
import { renderDemo, renderFunnel, renderLatencies } from './demo.ts'

const look = { columns: Infinity, paint: plainPaint }
const funnel = {
  messages: 2_000,
  sent: 1_950,
  delivered: 1_800,
  read: 1_000,
  played: 60,
  replied: 200,
  failed: 80,
  conflicts: 10,
}

describe('renderFunnel', () => {
  it('shows counts, shares, and bars in proportion', () => {
    const lines = renderFunnel(funnel, look).split('\n')
    expect(lines[1]).toBe(`  messages    2 000  100.0 %  ${'█'.repeat(40)}`)
    expect(lines[4]).toBe(`  read        1 000   50.0 %  ${'█'.repeat(20)}`)
    expect(lines[7]).toMatch(/failed +80 +4\.0 % {2}█▋$/)
  })

  it('draws shorter bars in a narrow terminal', () => {
    const lines = renderFunnel(funnel, { columns: 40, paint: plainPaint }).split('\n').slice(1)
    expect(lines[0]).toMatch(/█$/)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40)
  })

  it('survives having no messages', () => {
    const none = {
      messages: 0,
      sent: 0,
      delivered: 0,
      read: 0,
      played: 0,
      replied: 0,
      failed: 0,
      conflicts: 0,
    }
    expect(renderFunnel(none, look)).toContain('–')
  })
})

describe('renderLatencies', () => {
  it('shows percentiles as durations, and a dash where nothing was measured', () => {
    const text = renderLatencies(
      [
        { step: 'sent → delivered', messages: 1_800, p50: 2_500, p90: 9_000, p99: 7_200_000 },
        { step: 'sent → read', messages: 0, p50: 0, p90: 0, p99: 0 },
      ],
      Infinity,
    )
    expect(text).toMatch(/sent → delivered .* 1 800 .* 2\.5 s .* 9 s .* 2 h/)
    expect(text).toMatch(/sent → read .* 0 .* – .* – .* –/)
  })
})

describe('renderDemo', () => {
  it('says what was stored and why messages failed', () => {
    const text = renderDemo(
      {
        funnel,
        latencies: [],
        failures: [{ code: 131026, meaning: 'Undeliverable', whoCanAct: 'customer', messages: 40 }],
        stored: {
          webhooks: 3_300,
          resent: 0,
          events: 7_000,
          duplicates: 700,
          timelines: 3_000,
          transitions: 5_000,
        },
        messageId: null,
        pipelineLatencies: [{ step: 'webhook → event row', messages: 9, p50: 1, p90: 2, p99: 3 }],
      },
      look,
    )
    expect(text).toContain('3 300 webhooks · 7 000 events, of which 700 are duplicates')
    expect(text).toMatch(/131026 .* 40 .* Undeliverable .* customer/)
  })
})
