/** What a regular expression costs a guest: a number in every span's name replaced. */
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { join } from 'node:path';
import { encodeTraces } from '../../src/otlp';
import type { BenchmarkCase } from '../support/case';
import { compare, timed } from '../support/compare';
import { BUILT, consume, startGuest } from '../support/guests';
import { makeSpans, random } from '../support/spans';

const TEMPLATE = join(BUILT, '../benchmarks/template.wasm');

function namedSpans(count: number) {
  return makeSpans(count).map(span => Object.assign(span, { name: `GET /api/v1/orders/${random(1e6)}` }));
}

const NAME = 'guest/pattern/replace/512/fresh';

export const patternCases: readonly BenchmarkCase[] = [
  {
    name: NAME,
    run: async () => {
      const instance = startGuest(TEMPLATE);
      return compare({
        ...{ name: NAME, unit: 'µs/batch', bar: { atMost: 0.15, of: 'patterns' } },
        ours: {
          name: 'guest',
          round: timed(
            () => encodeTraces(namedSpans(512)),
            bytes => consume(instance, bytes),
          ),
        },
        peer: {
          name: "the SDK's serializer",
          round: timed(
            () => namedSpans(512),
            spans => ProtobufTraceSerializer.serializeRequest(spans),
          ),
        },
      });
    },
  },
];
