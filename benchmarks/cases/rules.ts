/** What rules cost: modules of `compileRules` over batches of spans, against the SDK's serializer over the same spans. */
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { encodeTraces } from '../../src/otlp';
import { compileRules } from '../../src/rules';
import type { BenchmarkCase } from '../support/case';
import { compare, timed } from '../support/compare';
import { consume, startGuest } from '../support/guests';
import { DROPPED_PATH, makeSpans } from '../support/spans';

interface RulesCase {
  readonly name: string;
  readonly rules: Readonly<Record<string, unknown>>;
  readonly dropPercent?: number;
  readonly atMost: number;
}

const span = (...conditions: string[]) => ({ filter: { traces: { span: conditions } } });

const CASES: readonly RulesCase[] = [
  {
    name: 'health',
    rules: span(`attributes["url.path"] == "${DROPPED_PATH}"`),
    dropPercent: 10,
    atMost: 0.05,
  },
  {
    name: 'ten-conditions',
    rules: span(
      'attributes["url.path"] == "/healthz"',
      'attributes["url.path"] == "/readyz" and attributes["http.request.method"] == "GET"',
      'attributes["http.request.method"] == "OPTIONS"',
      'attributes["http.response.status_code"] == 404',
      'attributes["http.response.status_code"] >= 600',
      'attributes["http.route"] == "/internal"',
      'attributes["server.address"] == "localhost"',
      'attributes["user_agent.original"] == "kube-probe"',
      'attributes["http.route"] == "/metrics" or attributes["http.route"] == "/version"',
      'attributes["server.address"] == nil and attributes["url.path"] == nil',
    ),
    atMost: 0.1,
  },
  {
    name: 'replace-pattern',
    rules: { transform: { trace_statements: ['replace_pattern(span.name, "/[0-9]+", "/{id}")'] } },
    atMost: 0.2,
  },
];

function rulesCase({ name: short, rules, dropPercent = 0, atMost }: RulesCase): BenchmarkCase {
  const name = `rules/${short}/512/fresh`;
  return {
    name,
    run: () => {
      const instance = startGuest(compileRules(rules));
      const make = () => named(makeSpans(512, 'http', dropPercent));
      return compare({
        ...{ name, unit: 'µs/batch', atMost },
        ours: {
          name: 'compiled rules',
          round: timed(
            () => encodeTraces(make()),
            bytes => consume(instance, bytes),
          ),
        },
        peer: {
          name: "the SDK's serializer",
          round: timed(make, spans => ProtobufTraceSerializer.serializeRequest(spans)),
        },
      });
    },
  };
}

/** Each span has a path with a number in its name, as an app without templates has them. */
function named(spans: ReturnType<typeof makeSpans>): ReturnType<typeof makeSpans> {
  spans.forEach((one, index) => Object.assign(one, { name: `GET /api/v1/orders/${index}` }));
  return spans;
}

export const rulesCases: readonly BenchmarkCase[] = CASES.map(rulesCase);
