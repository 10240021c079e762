export { NONE, SpanEntry, SpanTable } from './spanTable';
export { Trace } from './trace';
