/** The codec against the SDK's serializers and protobufjs's static decoders. */
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import * as otlp from '../../src/otlp';
import type { BenchmarkCase } from '../support/case';
import { compare, timed } from '../support/compare';
import { makeLogRecords, makeMetrics, type MetricKind } from '../support/otherSignals';
import type { Bar } from '../support/result';
import { makeSpans, type Shape, SHAPES } from '../support/spans';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { opentelemetry } = require('otlp-protobufjs/build/src/generated/root');
const { TracesData } = opentelemetry.proto.trace.v1;

interface CodecCase<Data> {
  readonly name: string;
  readonly items?: number;
  readonly unit?: string;
  /** Makes the data of one round, in the case's own process. */
  readonly maker: () => () => Data;
  readonly ours: (data: Data) => unknown;
  readonly peer: (data: Data) => unknown;
  readonly peerName?: string;
  readonly atMost?: number;
  readonly of?: string;
  readonly onlyFull?: boolean;
  readonly note?: string;
}

function codecCase<Data>(options: CodecCase<Data>): BenchmarkCase {
  const { name, items = 512, unit = 'µs/span', maker, atMost, of = 'issue 7', onlyFull, note } = options;
  const bar: Omit<Bar, 'met'> | undefined = atMost === undefined ? undefined : { atMost, of };
  return {
    name,
    onlyFull,
    run: () => {
      const make = maker();
      return compare({
        ...{ name, unit, bar, note },
        ours: { round: timed(make, options.ours, items) },
        peer: {
          name: options.peerName ?? "the SDK's serializer",
          round: timed(make, options.peer, items),
        },
        // Small batches are over before the engine has optimised them.
        warmUpRounds: items < 64 ? 2_000 : 60,
        rounds: items < 64 ? 2_000 : 150,
      });
    },
  };
}

const fresh =
  <Data>(make: () => Data) =>
  () =>
    make;

/** The same data in every round. */
const repeated =
  <Data>(make: () => Data) =>
  () => {
    const data = make();
    return () => data;
  };

function encodeSpans(shape: Shape, items: number, atMost?: number, onlyFull = false): BenchmarkCase {
  return codecCase({
    ...{ name: `encode/traces/${shape}/${items}/fresh`, items, atMost, onlyFull },
    maker: fresh(() => makeSpans(items, shape)),
    ours: spans => otlp.encodeTraces(spans),
    peer: spans => ProtobufTraceSerializer.serializeRequest(spans),
  });
}

function encodeMetrics(kind: MetricKind): BenchmarkCase[] {
  const common = {
    unit: 'µs/point',
    maker: fresh(() => makeMetrics(512, kind)),
    peer: (data: ReturnType<typeof makeMetrics>) => ProtobufMetricsSerializer.serializeRequest(data),
    atMost: 0.2,
  };
  const name = `encode/metrics/${kind}/512/fresh`;
  return [
    codecCase({ ...common, name, ours: data => otlp.encodeMetrics(data) }),
    codecCase({
      ...common,
      name: `${name}/borrowed`,
      ours: data => otlp.borrowMetrics(data),
      note: 'without the copy into bytes of their own',
    }),
  ];
}

const encodeRepeated = codecCase({
  name: 'encode/traces/http/512/repeated',
  maker: repeated(() => makeSpans(512)),
  ours: spans => otlp.encodeTraces(spans),
  peer: spans => ProtobufTraceSerializer.serializeRequest(spans),
});

const encodeLogs = codecCase({
  ...{ name: 'encode/logs/512/fresh', unit: 'µs/record', atMost: 0.33 },
  maker: fresh(() => makeLogRecords(512)),
  ours: records => otlp.encodeLogs(records),
  peer: records => ProtobufLogsSerializer.serializeRequest(records),
});

function decode(shape: Shape, atMost?: number): BenchmarkCase[] {
  const common = {
    maker: fresh(() => otlp.encodeTraces(makeSpans(512, shape))),
    ours: (bytes: Uint8Array) => otlp.decodeTraces(bytes),
  };
  const name = `decode/traces/${shape}/512/fresh`;
  return [
    codecCase({
      ...{ ...common, name, atMost, peerName: 'protobufjs, static' },
      peer: bytes => TracesData.decode(bytes),
    }),
    codecCase({
      ...{ ...common, name: `${name}/buffer`, peerName: 'protobufjs, static, given a Buffer' },
      // Given a Buffer, protobufjs reads text natively; given a plain Uint8Array, in JavaScript.
      peer: bytes => TracesData.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
      onlyFull: shape !== 'http',
    }),
  ];
}

/** What is done with the bytes as they are, against our own encoder on the same spans. */
function onBytes(name: string, atMost: number | undefined, ours: (bytes: Uint8Array) => unknown) {
  return codecCase({
    ...{ name, atMost, of: 'the codec', peerName: 'our encodeTraces' },
    maker: repeated(() => {
      const spans = makeSpans(512);
      return { spans, bytes: otlp.encodeTraces(spans) };
    }),
    ours: ({ bytes }) => ours(bytes),
    peer: ({ spans }) => otlp.encodeTraces(spans),
  });
}

export const codecCases: readonly BenchmarkCase[] = [
  encodeSpans('http', 512, 0.28),
  encodeRepeated,
  encodeSpans('http', 64),
  encodeSpans('http', 1),
  encodeSpans('http', 4096, undefined, true),
  encodeSpans('small', 512),
  encodeSpans('rich', 512),
  ...SHAPES.map(shape => encodeSpans(shape, 64, undefined, true)).filter(({ name }) => !name.includes('http')),
  encodeLogs,
  ...encodeMetrics('sums'),
  ...encodeMetrics('histograms'),
  ...decode('http', 0.28),
  ...decode('small').map(each => ({ ...each, onlyFull: true })),
  ...decode('rich').map(each => ({ ...each, onlyFull: true })),
  onBytes('bytes/check-envelopes/512', 0.02, bytes => otlp.checkStructure('traces', bytes)),
  onBytes('bytes/check-items/512', 1, bytes => otlp.checkStructure('traces', bytes, 'items')),
  onBytes('bytes/split-in-two/512', 0.2, bytes => otlp.splitInTwo('traces', bytes)),
];
