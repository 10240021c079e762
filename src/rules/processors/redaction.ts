import { checkValue } from '../check';
import { parseValue } from '../ottl';
import { type Context, CONTEXTS } from '../paths';
import type { Block, Code, Pass } from '../program';
import { compileRegex } from '../regex';
import type { ConfigNode } from '../source';
import { patternOf } from './attributes';
import type { Processor } from './processor';

const OPTIONS = [
  'allow_all_keys',
  'allowed_keys',
  'allowed_values',
  'blocked_key_patterns',
  'blocked_values',
  'db_sanitizer',
  'hash_function',
  'hmac_key',
  'ignored_key_patterns',
  'ignored_keys',
  'redact_all_types',
  'summary',
  'url_sanitizer',
];

/** The replacement of a masked part. The first is stars. assembly/rules/processors/masking.ts has the same list. */
const MASKS = ['', 'sha1', 'sha3', 'md5', 'hmac-sha256', 'hmac-sha512'] as const;
const STARS = '****';
/** The minimum number of bytes of an HMAC key. */
const LEAST_KEY: Readonly<Record<string, number>> = { 'hmac-sha256': 32, 'hmac-sha512': 64 };
/** The amount of detail that its attributes report. assembly/rules/processors/findings.ts has the same list. */
const SUMMARIES = ['silent', 'info', 'debug'];

/** Keys that the processor itself writes. They are allowed. */
const OWN_KEYS = ['redacted.keys', 'redacted.count', 'masked.keys', 'masked.count', 'ignored.count'];

/**
 * `redaction`: removes attributes that are not allowed, and masks sensitive parts of the others and of log bodies.
 */
export const redaction: Processor = config => {
  config.only(OPTIONS);
  refuseSanitizers(config);
  const rules = rulesOf(config);
  const passOf = (contexts: readonly Context[]): Pass => ({
    dropsEmpty: false,
    ...Object.fromEntries(contexts.map(context => [context.level, blockOf(context, rules)])),
  });
  const { resource, scope, span, spanevent, log, datapoint } = CONTEXTS;
  return {
    traces: [passOf([resource, scope, span, spanevent])],
    logs: [passOf([resource, scope, log])],
    metrics: [passOf([resource, scope, datapoint])],
  };
};

function blockOf(context: Context, rules: readonly (Code | undefined)[]): Block {
  const body = context.name === 'log' ? pathOf('log.body', context) : undefined;
  const args = [pathOf(`${context.name}.attributes`, context), body, ...rules];
  const code: Code = { op: 'statement', call: { op: 'call', name: '@redact', args }, where: undefined };
  const text = `redact ${context.name}.attributes${body ? ' and log.body' : ''}`;
  return { action: 'execute', errorMode: 'ignore', conditions: [], rules: [{ code, text }] };
}

/** The arguments after the paths. assembly/rules/processors/redaction.ts reads them. */
function rulesOf(config: ConfigNode): (Code | undefined)[] {
  const texts = (values: readonly string[]): Code => listOf(values.map(textOf));
  const patterns = (option: string): Code =>
    listOf(
      config
        .get(option)
        .items()
        .flatMap(node => patternOf(node, false) ?? []),
    );
  const { program, groups } = compileRegex('.*');
  const mask = maskOf(config);
  const ownKeys = OWN_KEYS.map(name => `redaction.${name}`);
  return [
    texts([...config.get('allowed_keys').texts(), ...ownKeys]),
    texts(config.get('ignored_keys').texts()),
    patterns('ignored_key_patterns'),
    patterns('allowed_values'),
    patterns('blocked_key_patterns'),
    patterns('blocked_values'),
    { op: 'pattern', program, groups },
    boolOf(config.get('allow_all_keys').bool() ?? false),
    boolOf(config.get('redact_all_types').bool() ?? false),
    intOf(Math.max(0, SUMMARIES.indexOf(config.get('summary').text() ?? ''))),
    intOf(mask),
    textOf(mask === 0 ? STARS : (config.get('hmac_key').text() ?? '')),
  ];
}

function maskOf(config: ConfigNode): number {
  const node = config.get('hash_function');
  const name = (node.text() ?? '').toLowerCase();
  const mask = MASKS.findIndex(known => known === name);
  if (mask < 0) node.expected(`one of ${MASKS.slice(1).join(', ')}`);
  const least = LEAST_KEY[name] ?? 0;
  const size = Buffer.byteLength(config.get('hmac_key').text() ?? '');
  if (size < least) node.fail(`"${name}" needs an hmac_key of at least ${least} bytes, not ${size}`);
  return mask;
}

/** Models of URLs and parsers of database languages are too large for this module. */
function refuseSanitizers(config: ConfigNode): void {
  const url = config.get('url_sanitizer');
  url.only(['enabled', 'attributes', 'sanitize_span_name']);
  const databases = config.get('db_sanitizer');
  databases.only(['sql', 'redis', 'valkey', 'memcached', 'mongo', 'opensearch', 'es', 'sanitize_span_name']);
  const parts = databases.entries().filter(([name]) => name !== 'sanitize_span_name');
  for (const node of [url, ...parts.map(([, part]) => part)]) {
    if (node.get('enabled').bool()) node.fail(`${node.name} is not supported`);
  }
}

function pathOf(source: string, context: Context): Code | undefined {
  return checkValue(parseValue(source), context).code;
}

const listOf = (operands: readonly Code[]): Code => ({ op: 'list', operands });
const textOf = (value: string): Code => ({ op: 'const', value: { kind: 'text', value } });
const boolOf = (value: boolean): Code => ({ op: 'const', value: { kind: 'bool', value } });
const intOf = (value: number): Code => ({ op: 'const', value: { kind: 'int', value: BigInt(value) } });
