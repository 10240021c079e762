export { TraceQueue, type TraceStats } from './traceQueue';
export { resolveTraceOptions, type TraceOptions } from './traceOptions';
