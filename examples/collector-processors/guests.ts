import { existsSync } from 'node:fs';

/** The Collector's processors as guests (examples/guests/go), configured as in the Collector's YAML. */
export const filter = {
  guest: 'build/guests/go/filter.wasm',
  pluginConfig: {
    traces: { span: ['attributes["url.path"] == "/healthz"'] },
    metrics: { metric: ['IsMatch(name, "^debug\\\\.")'] },
    logs: { log_record: ['severity_number < SEVERITY_NUMBER_INFO'] },
  },
};

export const transform = {
  guest: 'build/guests/go/transform.wasm',
  pluginConfig: {
    trace_statements: [
      'replace_pattern(span.name, "/[0-9]+", "/{id}")',
      'set(span.attributes["user"], SHA256(span.attributes["user"])) where span.attributes["user"] != nil',
    ],
    metric_statements: ['aggregate_on_attributes("sum", ["tier"]) where metric.name == "orders"'],
    log_statements: [
      'merge_maps(log.attributes, ParseJSON(log.body), "upsert") where IsMatch(log.body, "^\\\\{")',
      'set(log.body, log.attributes["message"]) where log.attributes["message"] != nil',
      'delete_key(log.attributes, "message")',
    ],
  },
};

export const redaction = {
  guest: 'build/guests/go/redaction.wasm',
  pluginConfig: {
    allow_all_keys: true,
    blocked_values: ['4[0-9]{3}(-[0-9]{4}){3}'],
    summary: 'silent',
  },
};

/** The files of guests that nobody has built yet. */
export function missingGuests(): string[] {
  return [filter, transform, redaction].map(({ guest }) => guest).filter(guest => !existsSync(guest));
}
