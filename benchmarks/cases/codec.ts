/** The codec against the SDK's serializers, protobufjs's static decoders and protobuf-es. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as otlp from '../../src/otlp';
import type { BenchmarkCase } from '../support/case';
import { compare, timed } from '../support/compare';
import { unlessExists } from '../support/guests';
import { makeLogRecords, makeMetrics, type MetricKind } from '../support/otherSignals';
import { protobufEsSchema } from '../support/protobufEs';
import { makeSpans, type Shape, SHAPES } from '../support/spans';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { opentelemetry } = require('otlp-protobufjs/build/src/generated/root');
const { TracesData } = opentelemetry.proto.trace.v1;

const SDK_3 = join(__dirname, '../sdk3/node_modules/@opentelemetry/otlp-transformer');

/** Loaded where it is used: its cases are skipped without it. */
function sdk3Serializer(): typeof ProtobufTraceSerializer {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require(SDK_3) as { ProtobufTraceSerializer: typeof ProtobufTraceSerializer })
    .ProtobufTraceSerializer;
}

interface CodecCase<Data> {
  readonly name: string;
  readonly items?: number;
  readonly unit?: string;
  readonly make: () => Data;
  /** The same data in every round. */
  readonly repeated?: boolean;
  readonly ours: (data: Data) => unknown;
  readonly peer: (data: Data) => unknown;
  readonly peerName?: string;
  readonly atMost?: number;
  readonly onlyFull?: boolean;
  readonly note?: string;
}

function codecCase<Data>(options: CodecCase<Data>): BenchmarkCase {
  const { name, items = 512, unit = 'µs/span', repeated = false, onlyFull, note } = options;
  const { atMost, peerName = "the SDK's serializer" } = options;
  return {
    name,
    onlyFull,
    run: () => {
      const same = options.make();
      const make = repeated ? () => same : options.make;
      return compare({
        ...{ name, unit, note },
        atMost,
        ours: { round: timed(make, options.ours, items) },
        peer: { name: peerName, round: timed(make, options.peer, items) },
        // Small batches are over before the engine has optimised them.
        warmUpRounds: items < 64 ? 2_000 : 60,
        rounds: items < 64 ? 2_000 : 150,
      });
    },
  };
}

const LEASED =
  'as adapters do: in a buffer that the guest gives back, without the copy into bytes of their own';

function encodeSpans(shape: Shape, items: number, atMost?: number, onlyFull = false): BenchmarkCase {
  return codecCase({
    ...{ name: `encode/traces/${shape}/${items}/fresh`, items, atMost, onlyFull },
    make: () => makeSpans(items, shape),
    ours: spans => otlp.encodeTraces(spans),
    peer: spans => ProtobufTraceSerializer.serializeRequest(spans),
  });
}

/** As processors do, 64 spans at a time. */
const encoder = otlp.BatchEncoder.forSpans();
const encodeInParts = codecCase({
  name: 'encode/traces/http/512/fresh/in-parts',
  make: () => makeSpans(512),
  ours: spans => {
    for (let i = 0; i < spans.length; i += 64) encoder.add(spans.slice(i, i + 64), assert.ifError);
    encoder.finish().release();
  },
  peer: spans => ProtobufTraceSerializer.serializeRequest(spans),
  note: 'as processors do',
});

const againstSdk3: BenchmarkCase = {
  ...codecCase({
    ...{ name: 'encode/traces/http/512/fresh/sdk-3', peerName: 'the serializer of SDK 3' },
    make: () => makeSpans(512),
    ours: spans => otlp.encodeTraces(spans),
    peer: spans => sdk3Serializer().serializeRequest(spans),
  }),
  missing: unlessExists(SDK_3, 'node benchmarks/prepare.mjs'),
};

const esTracesData = protobufEsSchema('TracesData');

const encodeAgainstEs = codecCase({
  ...{ name: 'encode/traces/http/512/fresh/protobuf-es', peerName: 'protobuf-es' },
  make: () => {
    const spans = makeSpans(512);
    return { spans, message: fromBinary(esTracesData, otlp.encodeTraces(spans)) };
  },
  ours: ({ spans }) => otlp.encodeTraces(spans),
  peer: ({ message }) => toBinary(esTracesData, message),
  note: 'the peer is given messages: making them of spans is not counted',
});

const decodeAgainstEs = codecCase({
  ...{ name: 'decode/traces/http/512/fresh/protobuf-es', peerName: 'protobuf-es' },
  make: () => otlp.encodeTraces(makeSpans(512)),
  ours: bytes => otlp.decodeTraces(bytes),
  peer: bytes => fromBinary(esTracesData, bytes),
});

function encodeMetrics(kind: MetricKind): BenchmarkCase[] {
  const common = {
    unit: 'µs/point',
    make: () => makeMetrics(512, kind),
    peer: (data: ReturnType<typeof makeMetrics>) => ProtobufMetricsSerializer.serializeRequest(data),
    atMost: 0.2,
  };
  const name = `encode/metrics/${kind}/512/fresh`;
  return [
    codecCase({ ...common, name, ours: data => otlp.encodeMetrics(data) }),
    codecCase({
      ...common,
      name: `${name}/leased`,
      ours: data => otlp.leaseMetrics(data).release(),
      note: LEASED,
    }),
  ];
}

const encodeRepeated = codecCase({
  name: 'encode/traces/http/512/repeated',
  make: () => makeSpans(512),
  repeated: true,
  ours: spans => otlp.encodeTraces(spans),
  peer: spans => ProtobufTraceSerializer.serializeRequest(spans),
});

function encodeLogs(): BenchmarkCase[] {
  const common = {
    ...{ unit: 'µs/record', atMost: 0.33 },
    make: () => makeLogRecords(512),
    peer: (records: ReturnType<typeof makeLogRecords>) => ProtobufLogsSerializer.serializeRequest(records),
  };
  const name = 'encode/logs/512/fresh';
  return [
    codecCase({ ...common, name, ours: records => otlp.encodeLogs(records) }),
    codecCase({
      ...{ ...common, name: `${name}/leased`, note: LEASED },
      ours: records => otlp.leaseLogs(records).release(),
    }),
  ];
}

function decode(shape: Shape, atMost?: { array: number; buffer: number }): BenchmarkCase[] {
  const common = {
    make: () => otlp.encodeTraces(makeSpans(512, shape)),
    ours: (bytes: Uint8Array) => otlp.decodeTraces(bytes),
  };
  const name = `decode/traces/${shape}/512/fresh`;
  return [
    codecCase({
      ...{ ...common, name, atMost: atMost?.array, peerName: 'protobufjs, static' },
      peer: bytes => TracesData.decode(bytes),
    }),
    codecCase({
      ...{ ...common, name: `${name}/buffer`, atMost: atMost?.buffer },
      peerName: 'protobufjs, static, given a Buffer',
      // Given a Buffer, protobufjs reads text natively; given a plain Uint8Array, in JavaScript.
      peer: bytes => TracesData.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
      onlyFull: shape !== 'http',
    }),
  ];
}

/** What is done with the bytes as they are, against our own encoder on the same spans. */
function onBytes(name: string, ours: (bytes: Uint8Array) => unknown): BenchmarkCase {
  return codecCase({
    ...{ name, peerName: 'our encodeTraces' },
    make: () => {
      const spans = makeSpans(512);
      return { spans, bytes: otlp.encodeTraces(spans) };
    },
    repeated: true,
    ours: ({ bytes }) => ours(bytes),
    peer: ({ spans }) => otlp.encodeTraces(spans),
  });
}

export const codecCases: readonly BenchmarkCase[] = [
  encodeSpans('http', 512, 0.28),
  encodeInParts,
  encodeRepeated,
  againstSdk3,
  encodeAgainstEs,
  encodeSpans('http', 64),
  encodeSpans('http', 1),
  encodeSpans('http', 4096, undefined, true),
  encodeSpans('small', 512),
  encodeSpans('rich', 512),
  ...SHAPES.map(shape => encodeSpans(shape, 64, undefined, true)).filter(
    ({ name }) => !name.includes('http'),
  ),
  ...encodeLogs(),
  ...encodeMetrics('sums'),
  ...encodeMetrics('histograms'),
  ...decode('http', { array: 0.25, buffer: 0.6 }),
  decodeAgainstEs,
  ...decode('small').map(each => ({ ...each, onlyFull: true })),
  ...decode('rich').map(each => ({ ...each, onlyFull: true })),
  onBytes('bytes/check-envelopes/512', bytes => otlp.checkStructure('traces', bytes)),
  onBytes('bytes/check-items/512', bytes => otlp.checkStructure('traces', bytes, 'items')),
  onBytes('bytes/split-in-two/512', bytes => otlp.splitInTwo('traces', bytes)),
];
