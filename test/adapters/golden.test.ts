import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { ExportResultCode } from '@opentelemetry/core';
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import type { Signal } from '../../src';
import { Reader } from '../../src/otlp/wire/reader';
import { type Message, PAYLOADS } from '../../src/otlp/schema';
import type { SdkExporter } from '../../src/otel';
import { createPipeline } from '../../src/pipeline';
import {
  createSdkExporterSink,
  type Decoded,
  decodedLogRecords,
  decodedMetrics,
  decodedSpans,
  type Sink,
} from '../../src/sink';
import { golden } from '../otlp/golden/golden';
import { readWithProtobufjs } from '../otlp/protobufjs';
import { guestFor } from './guestFor';
import { owned } from '../../src/abi';

interface SignalCase {
  readonly signal: Signal;
  /** A sink that decodes for an exporter of the SDK's kind, which serializes what it gets. */
  readonly sink: (serialized: (bytes: Uint8Array | undefined) => void) => Sink;
  /** What the SDK's types or its serializer cannot hold, field by field, and nothing else. */
  readonly lost: readonly string[];
}

function signalCase<Batch>(
  signal: Signal,
  decode: (bytes: Uint8Array) => Decoded<Batch>,
  serializer: { serializeRequest(this: void, batch: Batch): Uint8Array | undefined },
  lost: readonly string[],
): SignalCase {
  const sink: SignalCase['sink'] = serialized => {
    const exporter: SdkExporter<Batch> = {
      export: (batch, callback) => {
        serialized(serializer.serializeRequest(batch));
        callback({ code: ExportResultCode.SUCCESS });
      },
      shutdown: async () => undefined,
    };
    return createSdkExporterSink('traces', exporter, decode);
  };
  return { signal, sink, lost };
}

const SIGNAL_CASES: readonly SignalCase[] = [
  signalCase('traces', decodedSpans, ProtobufTraceSerializer, [
    'resourceSpans[0].resource.entityRefs',
    'resourceSpans[0].resource.droppedAttributesCount',
  ]),
  signalCase('metrics', decodedMetrics, ProtobufMetricsSerializer, [
    'resourceMetrics[0].scopeMetrics[0].metrics[0].metadata',
    'resourceMetrics[0].scopeMetrics[0].metrics[0].gauge.dataPoints[0].exemplars',
    'resourceMetrics[0].scopeMetrics[0].metrics[0].gauge.dataPoints[1].flags',
    'resourceMetrics[0].scopeMetrics[0].metrics[4].histogram.dataPoints[0].exemplars',
    'resourceMetrics[0].scopeMetrics[0].metrics[4].histogram.dataPoints[0].flags',
    'resourceMetrics[0].scopeMetrics[0].metrics[6].exponentialHistogram.dataPoints[0].exemplars',
    'resourceMetrics[0].scopeMetrics[0].metrics[6].exponentialHistogram.dataPoints[0].flags',
    'resourceMetrics[0].scopeMetrics[0].metrics[6].exponentialHistogram.dataPoints[0].zeroThreshold',
    // The summary, all of it.
    'resourceMetrics[0].scopeMetrics[0].metrics[7]',
    'resourceMetrics[0].resource.entityRefs',
    'resourceMetrics[0].resource.droppedAttributesCount',
  ]),
  signalCase('logs', decodedLogRecords, ProtobufLogsSerializer, [
    'resourceLogs[0].resource.entityRefs',
    'resourceLogs[0].resource.droppedAttributesCount',
  ]),
];

/** Through a guest, the decoder and the SDK's own serializer. */
async function roundTrip({ signal, sink }: SignalCase): Promise<Uint8Array> {
  const batches: (Uint8Array | undefined)[] = [];
  const guest = await guestFor(signal, 'echoes');
  const next = sink(bytes => void batches.push(bytes));
  const pipeline = createPipeline('processor', signal, guest, next, {}, 'golden');
  const { status } = await pipeline.send(owned(golden(signal)));
  assert.equal(status, 'sent');
  await pipeline.shutdown();
  assert.equal(batches.length, 1);
  return batches[0] ?? assert.fail('not serialized');
}

/** Paths at which two decoded payloads differ: of leaves, of what is missing, and of lists that became empty. */
function differences(given: unknown, back: unknown, path = ''): string[] {
  if (!isNested(given) || !isNested(back)) return isDeepStrictEqual(given, back) ? [] : [path];
  if (Array.isArray(given) && given.length > 0 && Object.keys(back).length === 0) return [path];
  const keys = new Set([...Object.keys(given), ...Object.keys(back)]);
  return [...keys].flatMap(key => {
    const at = Array.isArray(given) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    return differences(given[key], back[key], at);
  });
}

function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Numbers of the fields that occur, by message. */
function fieldsIn(bytes: Uint8Array, message: Message, into = new Map<string, Set<number>>()) {
  const reader = new Reader(bytes);
  const seen = into.get(message.name) ?? new Set<number>();
  into.set(message.name, seen);
  while (reader.more()) {
    const tag = reader.tag();
    const field = tag >>> 3;
    seen.add(field);
    const inner = message.fields[field]?.message;
    if (inner === undefined) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter();
    const start = reader.position;
    while (reader.more()) reader.skip(reader.tag());
    fieldsIn(bytes.subarray(start, reader.position), inner, into);
    reader.leave(outer);
  }
  return into;
}

/** Numbers of the fields there are, by message. */
function fieldsOf(message: Message, into = new Map<string, Set<number>>()) {
  if (into.has(message.name)) return into;
  into.set(message.name, new Set(Object.keys(message.fields).map(Number)));
  for (const field of message.fields) if (field?.message) fieldsOf(field.message, into);
  return into;
}

const sorted = (fields: Map<string, Set<number>>) =>
  Object.fromEntries([...fields].map(([name, numbers]) => [name, [...numbers].sort((a, b) => a - b)]));

describe('golden round trip', () => {
  for (const signalCase of SIGNAL_CASES) {
    const { signal, lost } = signalCase;
    it(`${signal}: the data has every field of OTLP`, () => {
      assert.deepEqual(
        sorted(fieldsIn(golden(signal), PAYLOADS[signal])),
        sorted(fieldsOf(PAYLOADS[signal])),
      );
    });

    it(`${signal}: guest, decoder and the SDK's serializer return the input`, async () => {
      const given = readWithProtobufjs(signal, golden(signal));
      const back = readWithProtobufjs(signal, await roundTrip(signalCase));
      assert.deepEqual(differences(given, back), lost);
    });
  }
});
