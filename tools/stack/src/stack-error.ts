/** A sentence for the person at the terminal: what is wrong, and the remedy. Printed without a stack trace. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
