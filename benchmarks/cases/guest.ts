/** What it costs to hand a batch to a guest and to take its answer: one call of `alloc`, the write, `consume_traces`, the result. */
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { encodeLogs, encodeTraces } from '../../src/otlp';
import type { BenchmarkCase } from '../support/case';
import { compare, timed } from '../support/compare';
import {
  consume,
  DEDUPE,
  FILTER,
  LIMIT,
  REDACT,
  SAMPLE,
  startGuest,
  TEMPLATES,
  textGuest,
} from '../support/guests';
import { makeLogRecords } from '../support/otherSignals';
import { FILTER_CONFIG, makeSpans, type Shape } from '../support/spans';

interface GuestCase {
  readonly name: string;
  /** A file of the example guests, or the name of one of `test/guests`. */
  readonly guest: string;
  readonly config?: unknown;
  readonly spans?: number;
  readonly dropPercent?: number;
  /** Default http. */
  readonly shape?: Shape;
  /** 0 for none. */
  readonly guestTimeoutMillis?: number;
  /** The same spans and bytes in every round: all of it stays in the processor's caches. */
  readonly repeated?: boolean;
  readonly against: 'our encodeTraces' | "the SDK's serializer";
  readonly atMost?: number;
  readonly onlyFull?: boolean;
}

const ENCODERS = {
  'our encodeTraces': encodeTraces,
  "the SDK's serializer": (spans: ReadableSpan[]) => ProtobufTraceSerializer.serializeRequest(spans),
};

function guestCase(options: GuestCase): BenchmarkCase {
  const { guest, config, spans = 512, dropPercent = 0, shape = 'http', against } = options;
  const { guestTimeoutMillis = 0, repeated = false, atMost, onlyFull } = options;
  const data = repeated ? 'repeated' : 'fresh';
  const name = `guest/${options.name}/${spans}/${data}${guestTimeoutMillis > 0 ? '/deadline' : ''}`;
  return {
    ...{ name, onlyFull },
    run: async () => {
      const instance = startGuest(
        guest.endsWith('.wasm') ? guest : await textGuest(guest),
        config,
        guestTimeoutMillis,
      );
      const make = () => makeSpans(spans, shape, dropPercent);
      const [sameSpans, sameBytes] = [make(), encodeTraces(make())];
      return compare({
        ...{ name, unit: 'µs/batch', atMost },
        ours: {
          name: 'guest',
          round: timed(
            () => (repeated ? sameBytes : encodeTraces(make())),
            bytes => consume(instance, bytes),
          ),
        },
        peer: { name: against, round: timed(() => (repeated ? sameSpans : make()), ENCODERS[against]) },
      });
    },
  };
}

const COPIES_ALONE = 'guest/echo/512/fresh/vs-copies';
/** What of handing a batch over and taking an answer back is more than copying the bytes twice. */
const copiesAlone: BenchmarkCase = {
  name: COPIES_ALONE,
  run: async () => {
    const instance = startGuest(await textGuest('echoes'));
    const make = () => encodeTraces(makeSpans(512));
    const memory = new Uint8Array(new WebAssembly.Memory({ initial: 16 }).buffer);
    const out = new Uint8Array(memory.length);
    return compare({
      ...{ name: COPIES_ALONE, unit: 'µs/batch', atMost: 1.3 },
      ours: { name: 'guest', round: timed(make, bytes => consume(instance, bytes)) },
      peer: {
        name: 'copying the same bytes into a memory and out again',
        round: timed(make, bytes => {
          memory.set(bytes);
          out.set(memory.subarray(0, bytes.length));
        }),
      },
    });
  },
};

const nothing: GuestCase = {
  ...{ name: 'nothing', guest: 'unchanged' },
  against: 'our encodeTraces',
};
const filter: GuestCase = {
  ...{ name: 'filter/drop-10', guest: FILTER, config: FILTER_CONFIG, dropPercent: 10 },
  against: "the SDK's serializer",
};
/** One condition on one attribute, where the text in `FILTER_CONFIG` looks for three. */
const oneAttribute: GuestCase = {
  ...filter,
  name: 'filter/attribute/drop-10',
  config: { drop: [{ attribute: 'url.path', equals: FILTER_CONFIG.drop[0] }] },
};
const atMost = 0.05;

/** Without a configuration: all that it has by default. */
const redact: GuestCase = {
  ...{ name: 'redact', guest: REDACT, against: "the SDK's serializer" },
  atMost: 0.2,
};
const redactSecrets: GuestCase = {
  ...{ ...redact, name: 'redact/secret-in-each', shape: 'secret' },
  atMost: 0.35,
};

const sample: GuestCase = {
  ...{ name: 'sample', guest: SAMPLE, config: { probability: 0.1 }, against: "the SDK's serializer" },
  atMost: 0.05,
};

const limit: GuestCase = {
  ...{ name: 'limit', guest: LIMIT, against: "the SDK's serializer" },
  config: { perSecond: 1e6, by: ['http.route', 'service.name'] },
};

const templates: GuestCase = {
  ...{ name: 'templates', guest: TEMPLATES, against: "the SDK's serializer" },
  atMost: 0.15,
};

const DEDUPED = 'guest/dedupe/512/fresh';
/** Log records that are all different: each is looked at, none is dropped. */
const dedupe: BenchmarkCase = {
  name: DEDUPED,
  run: async () => {
    const instance = startGuest(DEDUPE, null, 0, 'logs');
    const make = () => makeLogRecords(512);
    return compare({
      ...{ name: DEDUPED, unit: 'µs/batch' },
      ours: {
        name: 'guest',
        round: timed(
          () => encodeLogs(make()),
          bytes => consume(instance, bytes),
        ),
      },
      peer: {
        name: "the SDK's serializer of logs",
        round: timed(make, records => ProtobufLogsSerializer.serializeRequest(records)),
      },
    });
  },
};

export const guestCases: readonly BenchmarkCase[] = [
  guestCase({ ...nothing, repeated: true }),
  guestCase(nothing),
  guestCase({ ...nothing, guestTimeoutMillis: 1_000 }),
  copiesAlone,
  guestCase({ ...filter, repeated: true, atMost }),
  guestCase({ ...filter, atMost }),
  guestCase({ ...oneAttribute, repeated: true, atMost }),
  guestCase({ ...oneAttribute, atMost }),
  guestCase({ ...filter, guestTimeoutMillis: 1_000 }),
  guestCase({ ...filter, name: 'filter/drop-50', dropPercent: 50, onlyFull: true }),
  guestCase({ ...filter, name: 'filter/drop-90', dropPercent: 90, onlyFull: true }),
  ...[1, 64, 4096].map(spans => guestCase({ ...filter, spans, onlyFull: true })),
  guestCase({ ...redact, repeated: true }),
  guestCase(redact),
  guestCase(sample),
  guestCase(templates),
  guestCase(limit),
  dedupe,
  guestCase({ ...redactSecrets, repeated: true }),
  guestCase(redactSecrets),
];
