/** OTLP protobuf from and to SDK objects, and what can be done with the bytes as they are. */
export { checkStructure, type CheckDepth } from './checkStructure';
export { concatBytes } from './concatBytes';
export { decodeTraces } from './decodeTraces';
export { borrowTraces, encodeTraces } from './encodeTraces';
export type { OnLostItem } from './encodeCommon';
export { countItems } from './items';
export { splitInTwo } from './splitInTwo';
