export { Glob } from './glob';
export { HASH_START, Text, hashBytes, isText, sameBytes } from './text';
export { encodeUtf8 } from './utf8';
