/** Not a failure: the value has to be prepared, with a look-up, before it can be decoded. */
export class UnpreparedValue extends Error {
  readonly value: Uint8Array

  constructor(value: Uint8Array) {
    super('the value must be prepared first')
    this.name = 'UnpreparedValue'
    this.value = Uint8Array.from(value)
  }
}
