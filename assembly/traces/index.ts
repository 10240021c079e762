export { randomnessAt, traceRandomness } from './randomness';
export { NONE, SpanEntry, SpanTable } from './spanTable';
export { Trace } from './trace';
