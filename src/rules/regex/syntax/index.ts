export { Assert, EMPTY, type Node, type Parsed, type Repeat } from './node';
export { parse } from './parse';
