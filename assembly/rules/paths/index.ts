/** Reads and writes what a path of the language stands for. */
export { evaluateKeysWith } from './keys';
export { isMember } from './pathNode';
export { compareSlot, getPath } from './readPath';
export { setPath } from './writePath';
