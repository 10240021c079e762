export { LEVELS } from './code';
export type { Block, Code, Constant, ErrorMode, Extra, Pass, Passes, Rule } from './code';
export { encodeProgram, PROGRAM_ADDRESS } from './encode';
