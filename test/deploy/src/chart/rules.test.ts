// Goal: every file of rules fits into the one PrometheusRule that the chart makes of them. Method:
// the files, read; that resource's list of groups is keyed by name.
import { globSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { asList, at } from '../tools/json.ts'
import { pathOf, readYaml } from '../tools/repository.ts'

const files = globSync('deploy/prometheus/{alerts,recording}/*.yaml', { cwd: pathOf('.') })

it('no two groups of rules have one name', () => {
  const names = files
    .flatMap((file) => asList(at(readYaml(file), 'groups')))
    .map((group) => String(at(group, 'name')))
  expect(names.length).toBeGreaterThan(files.length - 1)
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
})
