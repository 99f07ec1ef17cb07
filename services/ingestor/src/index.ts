export { checkFiles } from './load-files.ts'
