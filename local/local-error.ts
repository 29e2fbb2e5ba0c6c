/** The local run cannot go on; the message is one a newcomer can act on. */
export class LocalRunFailed extends Error {
  override readonly name = 'LocalRunFailed';
}
