export { describeThrown } from './describeThrown';
export { type Locate, sourceLines } from './sourceLines';
