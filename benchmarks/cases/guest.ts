/** What it costs to hand a batch to a guest and to take its answer: one call of `alloc`, the write, `consume_traces`, the result. */
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { encodeTraces } from '../../src/otlp';
import type { BenchmarkCase } from '../support/case';
import { compare, timed } from '../support/compare';
import { consume, FILTER, REDACT, REDACT_CONFIG, startGuest, textGuest } from '../support/guests';
import type { Bar } from '../support/result';
import { FILTER_CONFIG, makeSpans } from '../support/spans';

interface GuestCase {
  readonly name: string;
  /** A file of the example guests, or the name of one of `test/guests`. */
  readonly guest: string;
  readonly config?: unknown;
  readonly spans?: number;
  readonly dropPercent?: number;
  /** 0 for none. */
  readonly guestTimeoutMillis?: number;
  readonly against: 'our encodeTraces' | "the SDK's serializer";
  readonly bar?: Omit<Bar, 'met'>;
  readonly onlyFull?: boolean;
  readonly note?: string;
}

const ENCODERS = {
  'our encodeTraces': encodeTraces,
  "the SDK's serializer": ProtobufTraceSerializer.serializeRequest.bind(ProtobufTraceSerializer),
};

function guestCase(options: GuestCase): BenchmarkCase {
  const { name, guest, config, spans = 512, dropPercent = 0, guestTimeoutMillis, against } = options;
  return {
    ...{ name, onlyFull: options.onlyFull },
    run: async () => {
      const source = guest.endsWith('.wasm') ? guest : await textGuest(guest);
      const instance = startGuest(source, config, guestTimeoutMillis);
      const make = () => makeSpans(spans, 'http', dropPercent);
      const encode = ENCODERS[against];
      return compare({
        ...{ name, unit: 'µs/batch', bar: options.bar, note: options.note },
        ours: {
          name: 'guest',
          round: timed(
            () => encodeTraces(make()),
            bytes => consume(instance, bytes),
          ),
        },
        peer: { name: against, round: timed(make, encode as (data: unknown) => unknown) },
      });
    },
  };
}

const nothing = { guest: 'unchanged', against: 'our encodeTraces' } as const;
const filter = { guest: FILTER, config: FILTER_CONFIG, against: "the SDK's serializer" } as const;

export const guestCases: readonly BenchmarkCase[] = [
  guestCase({
    ...{ ...nothing, name: 'guest/nothing/512', bar: { atMost: 0.02, of: 'issue 7' } },
    note: 'as in a worker: no deadline on this thread',
  }),
  guestCase({ ...nothing, name: 'guest/nothing/512/deadline', guestTimeoutMillis: 1_000 }),
  guestCase({
    ...{ ...filter, name: 'guest/filter/512/drop-10', dropPercent: 10 },
    bar: { atMost: 0.05, of: 'issue 2' },
    note: 'as in a worker: no deadline on this thread',
  }),
  guestCase({
    ...{ ...filter, name: 'guest/filter/512/drop-10/deadline', dropPercent: 10 },
    guestTimeoutMillis: 1_000,
  }),
  guestCase({ ...filter, name: 'guest/filter/512/drop-50', dropPercent: 50, onlyFull: true }),
  guestCase({ ...filter, name: 'guest/filter/512/drop-90', dropPercent: 90, onlyFull: true }),
  ...[1, 64, 4096].map(spans =>
    guestCase({ ...filter, name: `guest/filter/${spans}/drop-10`, spans, dropPercent: 10, onlyFull: true }),
  ),
  guestCase({
    ...{ name: 'guest/redact/512', guest: REDACT, config: REDACT_CONFIG },
    ...{ against: "the SDK's serializer", dropPercent: 0 },
  }),
];
