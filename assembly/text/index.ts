export { Glob } from './glob';
export { Text, isText, sameBytes } from './text';
export { encodeUtf8 } from './utf8';
