/** Reads and writes paths of the rules language. */
export { evaluateKeysWith } from './keys';
export { isMember } from './pathNode';
export { compareSlot, getPath } from './readPath';
export { setPath } from './writePath';
