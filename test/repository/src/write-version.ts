// Writes the version of package.json wherever a tool wants it.
import { readVersion, writePlaces } from './version.ts'

writePlaces(readVersion())
