/** A fault in a statement: what is wrong between two of its offsets. */
export class SyntaxFault extends Error {
  constructor(
    readonly start: number,
    readonly end: number,
    message: string,
  ) {
    super(message);
  }
}
