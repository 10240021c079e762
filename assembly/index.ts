/**
 * The guest SDK of otelwasm: write a processor, exporter or receiver in AssemblyScript by exporting one function per
 * signal. README.md beside this file lists the functions and how to build.
 */
export { Attributes } from './attributes';
export { resource, scope } from './batch';
export { FieldReader } from './fieldReader';
export { Glob } from './glob';
export { LogLevel, Signal, log, setResult, shutdownRequested } from './host';
export { Json, JsonKind } from './json';
export { KeyVerdicts } from './keyVerdicts';
export { LogRecord, Severity } from './logRecord';
export { Lookup } from './lookup';
export { Region } from './memory';
export { Mentions } from './mentions';
export { Message } from './message';
export { DataPoint, Metric, MetricKind, Temporality } from './metric';
export { Parts } from './parts';
export { LogBatch, MetricBatch, SpanBatch } from './receiver';
export { Item, Resource, Scope } from './resource';
export { Span, SpanEvent, SpanKind, SpanLink, StatusCode } from './span';
export { fail, failed } from './status';
export { Text, sameBytes } from './text';
export { Value, ValueKind } from './value';
export { now, sleep, writeStdout } from './wasi';
export { Writer } from './writer';
