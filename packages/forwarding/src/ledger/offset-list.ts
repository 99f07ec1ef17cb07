const BITS = 7
const MORE = 1 << BITS
const BYTES_MAX = 8

/** Ascending offsets as base64: the distance of each from the one before, seven bits a byte. */
export function packOffsets(from: number, offsets: Iterable<number>): string {
  const bytes: number[] = []
  let before = from
  for (const offset of offsets) {
    let distance = offset - before
    while (distance >= MORE) {
      bytes.push((distance % MORE) | MORE)
      distance = Math.floor(distance / MORE)
    }
    bytes.push(distance)
    before = offset
  }
  return Buffer.from(bytes).toString('base64')
}

/** Undefined if the text was not made by `packOffsets`. */
export function unpackOffsets(from: number, text: string): readonly number[] | undefined {
  const offsets: number[] = []
  let [before, distance, place] = [from, 0, 0]
  for (const byte of Buffer.from(text, 'base64')) {
    distance += (byte % MORE) * MORE ** place
    place += 1
    if (place > BYTES_MAX) return undefined
    if (byte >= MORE) continue
    before += distance
    offsets.push(before)
    distance = 0
    place = 0
  }
  return place === 0 ? offsets : undefined
}
