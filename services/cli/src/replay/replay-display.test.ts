import { PassThrough } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { plainPaint } from '../output/terminal.ts'
import { createReplayDisplay } from './replay-display.ts'

const halfWay = {
  done: 4_500,
  total: 9_000,
  eventsWaiting: 30,
  rowsWaiting: 120,
  ratePerSecond: 800,
  remainingMs: 12_000,
}

function display({ isInteractive }: { readonly isInteractive: boolean }) {
  const lines: string[] = []
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 200 })
  const terminal = {
    out: () => undefined,
    note: (line: string) => {
      lines.push(line)
    },
    paint: plainPaint,
    isInteractive,
    columns: Infinity,
  }
  return {
    shown: createReplayDisplay(terminal, stream),
    lines,
    drawn: () => String(stream.read() ?? ''),
  }
}

describe('the progress of a rebuild', () => {
  it('is a bar with the time left on a terminal', () => {
    const { drawn, lines, shown } = display({ isInteractive: true })
    shown.show(halfWay, undefined)
    shown.stop()
    expect(drawn()).toMatch(/█+░+ 50% {2}4 500 of 9 000 webhooks, 800\/s; .* left/u)
    expect(lines).toEqual([])
  })

  it('is full and reports the delay once it follows live traffic', () => {
    const { drawn, shown } = display({ isInteractive: true })
    shown.show({ ...halfWay, done: 9_000 }, 800)
    shown.pause(() => undefined)
    shown.stop()
    expect(drawn()).toMatch(/█+ 100% .*follows live traffic/u)
  })

  it('is a plain line now and then if nobody watches, and none when all is done', () => {
    const { drawn, lines, shown } = display({ isInteractive: false })
    shown.show(halfWay, undefined)
    shown.show({ ...halfWay, done: 4_600 }, undefined)
    shown.show({ ...halfWay, done: 9_000 }, 800)
    shown.stop()
    expect(lines).toEqual([expect.stringMatching(/^4 500 of 9 000 webhooks, 800\/s; .* left$/)])
    expect(drawn()).toBe('')
  })
})
