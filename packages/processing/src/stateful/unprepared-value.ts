/** Not a failure: the value can't be decoded before it is prepared, which takes a look-up. */
export class UnpreparedValue extends Error {
  readonly value: Uint8Array

  constructor(value: Uint8Array) {
    super('the value must be prepared first')
    this.name = 'UnpreparedValue'
    this.value = Uint8Array.from(value)
  }
}
