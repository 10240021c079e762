export type { Block, Code, Constant, ErrorMode, Extra, Pass, Passes } from './code';
export { encodeProgram, PROGRAM_ADDRESS } from './encode';
