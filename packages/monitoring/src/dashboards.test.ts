import { describe, expect, it } from '@jest/globals'
import { type Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { dashboards } from './dashboards.ts'

const built = dashboards.map((createBuilder) => createBuilder().build())
const panels = built.flatMap((dashboard) =>
  (dashboard.panels ?? []).filter(isPanel).map((panel) => ({ uid: dashboard.uid, panel })),
)

function isPanel(panel: { readonly type: string }): panel is Panel {
  return panel.type !== 'row'
}

function namesWhere(isWrong: (panel: Panel) => boolean): string[] {
  return panels
    .filter(({ panel }) => isWrong(panel))
    .map(({ uid, panel }) => `${uid}: ${panel.title}`)
}

describe('dashboards', () => {
  it('have names of their own', () => {
    const uids = built.map(({ uid }) => uid)
    expect(new Set(uids).size).toBe(uids.length)
    for (const uid of uids) expect(uid).toMatch(/^wabastream-[a-z-]+$/)
  })

  it('say whom they are for and what each panel shows, in which unit', () => {
    expect(built.filter(({ description }) => !description).map(({ uid }) => uid)).toEqual([])
    expect(namesWhere(({ description }) => (description ?? '').length < 20)).toEqual([])
    expect(namesWhere(({ fieldConfig }) => !fieldConfig?.defaults.unit)).toEqual([])
  })

  it('say it in sentences', () => {
    const ends = /[.?]$/
    expect(built.filter(({ description = '' }) => !ends.test(description))).toEqual([])
    expect(namesWhere(({ description = '' }) => !ends.test(description))).toEqual([])
  })

  it('ask something in each panel, of a source that the reader chooses', () => {
    expect(namesWhere(({ targets = [] }) => targets.length === 0)).toEqual([])
    expect(namesWhere(({ datasource }) => !datasource?.uid?.startsWith('${'))).toEqual([])
  })

  it('name each of their panels once', () => {
    const names = namesWhere(() => true)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })
})
