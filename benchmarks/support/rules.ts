/** Rules that several cases compile. */
import { DROPPED_PATH } from './spans';

const statements = (...trace_statements: string[]) => ({ transform: { trace_statements } });

export const HEALTH = { filter: { traces: { span: [`attributes["url.path"] == "${DROPPED_PATH}"`] } } };

export const REPLACE_PATTERN = statements('replace_pattern(span.name, "/[0-9]+", "/{id}")');

/** Twenty statements as a platform team has them, ten of them with a regular expression. */
export const TWENTY_RULES = statements(
  'set(span.attributes["team"], "web") where span.kind == SPAN_KIND_SERVER',
  'set(span.attributes["env"], resource.attributes["deployment.environment.name"])',
  'set(span.attributes["slow"], true) where span.end_time_unix_nano - span.start_time_unix_nano > 1000000000',
  'delete_key(span.attributes, "http.request.header.authorization")',
  'keep_keys(resource.attributes, ["service.name", "host.name", "deployment.environment.name"])',
  'truncate_all(span.attributes, 4096)',
  'limit(span.attributes, 64, ["url.path", "http.route"])',
  'set(span.status.code, STATUS_CODE_ERROR) where span.attributes["http.response.status_code"] >= 500',
  'set(span.attributes["user.id"], SHA256(span.attributes["user.id"])) where span.attributes["user.id"] != nil',
  'set(span.attributes["path"], Concat([span.attributes["http.route"], span.attributes["url.path"]], "|"))',
  'replace_pattern(span.name, "/[0-9]+", "/{id}")',
  'replace_pattern(span.name, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "{uuid}")',
  'replace_all_patterns(span.attributes, "value", "Bearer [A-Za-z0-9._-]+", "Bearer ***")',
  'replace_all_patterns(span.attributes, "value", "[0-9]{13,16}", "****")',
  'delete_matching_keys(span.attributes, "(?i)password|secret|token")',
  'set(span.attributes["internal"], true) where IsMatch(span.attributes["url.path"], "^/(healthz|readyz|metrics)$")',
  'replace_pattern(span.attributes["url.query"], "(token|key)=[^&]*", "$$1=***")',
  'merge_maps(span.attributes, ExtractPatterns(span.attributes["url.path"], "^/api/v(?P<version>[0-9]+)"), "upsert")',
  'replace_pattern(span.attributes["user.email"], "^[^@]+@", "***@")',
  'replace_pattern(span.attributes["client.address"], "\\\\.[0-9]{1,3}$", ".0")',
);
