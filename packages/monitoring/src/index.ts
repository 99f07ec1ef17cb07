export { dashboards } from './dashboards.ts'
