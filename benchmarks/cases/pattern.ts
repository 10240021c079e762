/** What regular expressions and the detectors of secrets cost a guest. */
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { join } from 'node:path';
import { encodeTraces } from '../../src/otlp';
import type { BenchmarkCase } from '../support/case';
import { compare, timed } from '../support/compare';
import { BUILT, consume, startGuest } from '../support/guests';
import { makeSpans, random } from '../support/spans';

const SPANS = 512;

/** Spans with a number in their names. */
function namedSpans() {
  return makeSpans(SPANS).map(span => Object.assign(span, { name: `GET /api/v1/orders/${random(1e6)}` }));
}

function patternCase(what: string, guest: string, atMost: number): BenchmarkCase {
  const name = `guest/${what}/${SPANS}/fresh`;
  return {
    name,
    run: async () => {
      const instance = startGuest(join(BUILT, `../benchmarks/${guest}.wasm`));
      return compare({
        ...{ name, unit: 'µs/batch', atMost },
        ours: {
          name: 'guest',
          round: timed(
            () => encodeTraces(namedSpans()),
            bytes => consume(instance, bytes),
          ),
        },
        peer: {
          name: "the SDK's serializer",
          round: timed(namedSpans, spans => ProtobufTraceSerializer.serializeRequest(spans)),
        },
      });
    },
  };
}

export const patternCases: readonly BenchmarkCase[] = [
  patternCase('pattern/replace-in-name', 'template', 0.15),
  patternCase('secrets/none-in-any-text', 'secrets', 0.15),
];
