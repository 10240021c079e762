export { Glob } from './glob';
export { Text, isText, sameBytes } from './text';
