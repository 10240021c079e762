import assert from 'node:assert/strict';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { ExportResultCode as SdkExportResultCode, isTracingSuppressed } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type * as logs from '@opentelemetry/sdk-logs';
import * as metrics from '@opentelemetry/sdk-metrics';
import type * as trace from '@opentelemetry/sdk-trace';
import type {
  WasmLogRecordExporter,
  WasmLogRecordProcessor,
  WasmMetricExporter,
  WasmMetricProcessor,
  WasmSpanExporter,
  WasmSpanProcessor,
} from '../../src';
import { type OtelWasmError } from '../../src';
import {
  AggregationTemporality,
  createResource,
  DataPointType,
  ExportResultCode,
  type InstrumentType,
  type ReadableLogRecord,
  type ReadableSpan,
  type Resource,
  type ResourceMetrics,
  suppressTracing,
} from '../../src/otel';

/** Compiles only where A can be used as B. */
type Fits<A extends B, B> = A;

/** Types of ours that the SDK takes, and types of the SDK that we take. */
export type Both = [
  Fits<ReadableSpan, trace.ReadableSpan>,
  Fits<trace.ReadableSpan, ReadableSpan>,
  Fits<ReadableLogRecord, logs.ReadableLogRecord>,
  Fits<logs.ReadableLogRecord, ReadableLogRecord>,
  Fits<ResourceMetrics, metrics.ResourceMetrics>,
  Fits<metrics.ResourceMetrics, ResourceMetrics>,
  Fits<`${metrics.InstrumentType}`, InstrumentType>,
  Fits<WasmSpanProcessor, trace.SpanProcessor>,
  Fits<WasmSpanExporter, trace.SpanExporter>,
  Fits<WasmLogRecordProcessor, logs.LogRecordProcessor>,
  Fits<WasmLogRecordExporter, logs.LogRecordExporter>,
  Fits<WasmMetricProcessor, metrics.PushMetricExporter>,
  Fits<WasmMetricExporter, metrics.PushMetricExporter>,
  Fits<OtelWasmError, Error>,
];

describe('constants and types of the SDK', () => {
  it('match the values of its enums', () => {
    const named = (sdkEnum: object): object =>
      Object.fromEntries(Object.entries(sdkEnum).filter(([name]) => Number.isNaN(Number(name))));
    assert.deepEqual({ ...ExportResultCode }, named(SdkExportResultCode));
    assert.deepEqual({ ...AggregationTemporality }, named(metrics.AggregationTemporality));
    assert.deepEqual({ ...DataPointType }, named(metrics.DataPointType));
    assert.equal(metrics.AggregationType.DEFAULT, 0);
  });

  it('match its context key for suppressed tracing', () => {
    assert.equal(isTracingSuppressed(suppressTracing(ROOT_CONTEXT)), true);
    assert.equal(isTracingSuppressed(context.active()), false);
  });

  it('create resources that merge with those of the SDK in both directions', () => {
    const pairs: [Resource, Resource][] = [
      [createResource({ a: 1, b: 2 }, 'https://a'), resourceFromAttributes({ b: 3, c: 4 })],
      [resourceFromAttributes({ a: 1, b: 2 }, { schemaUrl: 'https://a' }), createResource({ b: 3, c: 4 })],
    ];
    for (const [mine, other] of pairs) {
      const merged = mine.merge(other);
      assert.deepEqual({ ...merged.attributes }, { a: 1, b: 3, c: 4 });
      assert.equal(merged.schemaUrl, 'https://a');
      assert.deepEqual({ ...mine.merge(null).attributes }, { a: 1, b: 2 });
    }
  });
});
