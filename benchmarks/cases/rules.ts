/** What rules cost: modules of `compileRules` over batches of spans, against the SDK's serializer over the same spans. */
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { encodeTraces } from '../../src/otlp';
import { compileRules } from '../../src/rules';
import type { BenchmarkCase } from '../support/case';
import { compare, timed } from '../support/compare';
import { consume, startGuest } from '../support/guests';
import { HEALTH, REPLACE_PATTERN } from '../support/rules';
import { makeNamedSpans } from '../support/spans';

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
    rules: HEALTH,
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
    rules: REPLACE_PATTERN,
    atMost: 0.2,
  },
];

function rulesCase({ name: short, rules, dropPercent = 0, atMost }: RulesCase): BenchmarkCase {
  const name = `rules/${short}/512/fresh`;
  return {
    name,
    run: () => {
      const instance = startGuest(compileRules(rules));
      const make = () => makeNamedSpans(512, dropPercent);
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

export const rulesCases: readonly BenchmarkCase[] = CASES.map(rulesCase);
