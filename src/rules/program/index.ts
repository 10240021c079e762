export { LEVELS } from './code';
export type { Block, Code, Constant, ErrorMode, Extra, Pass, Passes, Rule } from './code';
export { type EncodedProgram, encodeProgram, PROGRAM_ADDRESS } from './encode';
