import { checkCondition } from '../check';
import { parseCondition } from '../ottl';
import type { Context } from '../paths';
import type { Code } from '../program';
import type { ConfigNode } from '../source';

const TEXTS = {
  services: 'resource.attributes["service.name"]',
  span_names: 'span.name',
  span_kinds: 'span.kind.deprecated_string',
  metric_names: 'metric.name',
  log_bodies: 'log.body.string',
  log_severity_texts: 'log.severity_text',
} as const;

/** The options that select items, by kind of item. */
export const OPTIONS_BY_KIND: Readonly<Record<'span' | 'log' | 'metric', readonly string[]>> = {
  span: ['services', 'span_names', 'span_kinds', 'attributes', 'resources', 'libraries'],
  log: ['log_bodies', 'log_severity_texts', 'log_severity_number', 'attributes', 'resources', 'libraries'],
  metric: ['metric_names', 'resources'],
};

/**
 * The condition that `include` and `exclude` express: an item matches the former and not the latter. Undefined when
 * there is neither.
 */
export function matchedBy(
  config: ConfigNode,
  context: Context,
  kind: 'span' | 'log' | 'metric',
): Code | undefined {
  const include = config.get('include');
  const exclude = config.get('exclude');
  const parts = [
    ...(include.isAbsent ? [] : [matchText(include, kind)]),
    ...(exclude.isAbsent ? [] : [`not (${matchText(exclude, kind)})`]),
  ];
  if (parts.length === 0) return undefined;
  const { code, problems } = checkCondition(parseCondition(parts.join(' and ')), context);
  if (code === undefined) config.fail(problems.map(({ message }) => message).join('; '));
  return code;
}

/** The names of these options in `filter`, for metrics and logs. */
const ALIASES: Readonly<Record<string, string>> = {
  resources: 'resource_attributes',
  attributes: 'record_attributes',
  log_bodies: 'bodies',
  log_severity_texts: 'severity_texts',
  log_severity_number: 'severity_number',
};

export function matchText(match: ConfigNode, kind: 'span' | 'log' | 'metric', aliased = false): string {
  const named = (option: string): string => (aliased ? (ALIASES[option] ?? option) : option);
  if (match.get('match_type').value === 'expr') {
    match.get('match_type').fail('"expr" is not supported: allowed are strict and regexp');
    return 'true';
  }
  match.only(['match_type', 'regexp', ...OPTIONS_BY_KIND[kind].map(named)]);
  const isRegexp = match.get('match_type').oneOf(['strict', 'regexp']) === 'regexp';
  if (match.get('match_type').isAbsent) match.fail('needs match_type: strict or regexp');
  const parts = OPTIONS_BY_KIND[kind].flatMap(option => {
    const node = match.get(named(option));
    if (node.isAbsent) return [];
    if (option === 'attributes') return attributesText(node, `${kind}.attributes`, isRegexp);
    // The processor `attributes` ignores this option for metrics.
    if (option === 'resources' && kind === 'metric' && !aliased) return ['true'];
    if (option === 'resources') return attributesText(node, 'resource.attributes', isRegexp);
    if (option === 'libraries') return [librariesText(node, isRegexp)];
    if (option === 'log_severity_number') return [severityText(node)];
    const path = TEXTS[option as keyof typeof TEXTS];
    return [either(node.texts().map(text => textIs(path, text, isRegexp)))];
  });
  if (parts.length === 0) match.fail(`is empty: needs one of ${OPTIONS_BY_KIND[kind].map(named).join(', ')}`);
  return parts.length === 0 ? 'true' : parts.map(part => `(${part})`).join(' and ');
}

function either(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.join(' or ');
}

function textIs(path: string, text: string, isRegexp: boolean): string {
  return isRegexp ? `IsMatch(${path}, ${quoted(text)})` : `String(${path}) == ${quoted(text)}`;
}

function attributesText(list: ConfigNode, map: string, isRegexp: boolean): string[] {
  return list.items().map(item => {
    item.only(['key', 'value']);
    const key = item.get('key').text() ?? '';
    if (key === '') item.fail('needs a key');
    const path = `${map}[${quoted(key)}]`;
    const value = item.get('value');
    if (value.isAbsent) return `${path} != nil`;
    if (isRegexp) {
      const isScalar = ['IsString', 'IsBool', 'IsInt', 'IsDouble']
        .map(name => `${name}(${path})`)
        .join(' or ');
      if (typeof value.value !== 'string') value.fail('must be a string when match_type is regexp');
      return `(${isScalar}) and IsMatch(${path}, ${quoted(String(value.value))})`;
    }
    const isInt = typeof value.value === 'number' && Number.isInteger(value.value);
    return `${path} == ${literal(value.value)}${isInt ? ` and IsInt(${path})` : ''}`;
  });
}

function librariesText(list: ConfigNode, isRegexp: boolean): string {
  return either(
    list.items().map(item => {
      item.only(['name', 'version']);
      const name = textIs('scope.name', item.get('name').text() ?? '', isRegexp);
      const version = item.get('version');
      return version.isAbsent
        ? `(${name})`
        : `(${name} and ${textIs('scope.version', version.text() ?? '', isRegexp)})`;
    }),
  );
}

const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

function severityText(node: ConfigNode): string {
  node.only(['min', 'match_undefined']);
  const { value } = node.get('min');
  const [, name, step] = /^([A-Z]+)([2-4])?$/.exec(String(value).toUpperCase()) ?? [];
  const index = SEVERITIES.indexOf(name);
  const least = typeof value === 'number' ? value : index < 0 ? 0 : 4 * index + Number(step ?? 1);
  if (least < 1 || least > 24) node.get('min').fail(`unknown severity: ${JSON.stringify(value)}`);
  const atLeast = `log.severity_number >= ${least}`;
  return node.get('match_undefined').bool()
    ? `${atLeast} or log.severity_number == 0`
    : `${atLeast} and log.severity_number != 0`;
}

/** A value as a literal of OTTL. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') {
    if (Number.isInteger(value)) return String(value);
    return /[.e]/.test(String(value)) ? String(value).replace(/^(-?\d+)e/, '$1.0e') : String(value);
  }
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, item]) => `${quoted(key)}: ${literal(item)}`)
      .join(', ')}}`;
  return typeof value === 'boolean' ? String(value) : 'nil';
}

export function quoted(text: string): string {
  return `"${text
    .replace(/[\\"]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')}"`;
}
