import { Option } from 'commander'

export const dataOption = (): Option =>
  new Option('--data <dir>', 'folder that holds the local stack, channels and logs')
    .default('.data')

export const jsonOption = (): Option => new Option('--json', 'print JSON')
