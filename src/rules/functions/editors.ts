import { define } from './spec';

const REPLACE = 'function?: function, replacement_format?: text';

const isBelow = (value: unknown, least: bigint): boolean => typeof value === 'bigint' && value < least;

/** Functions that change the value at a path. */
export const EDITORS = [
  define('set', 'target: path, value: any'),
  define('append', 'target: path, value?: any, values?: any[]', {
    check: (_, given) => (given[1] || given[2] ? undefined : 'append needs a "value" or "values"'),
  }),
  define('clear', 'target: path'),
  define('delete_index', 'target: listPath, start_index: int, end_index?: int'),
  define('delete_key', 'target: mapPath, key: text'),
  define('delete_matching_keys', 'target: mapPath, pattern: pattern'),
  define(
    'flatten',
    'target: mapPath, prefix?: textLiteral, depth?: intLiteral, resolve_conflicts?: boolLiteral',
    {
      check: ([, , depth]) => (isBelow(depth, 1n) ? 'the depth must be 1 or more' : undefined),
    },
  ),
  define('keep_keys', 'target: mapPath, keys: text[]'),
  define('keep_matching_keys', 'target: mapPath, pattern: pattern'),
  define('limit', 'target: mapPath, limit: intLiteral, priority_keys: textLiteral[]', {
    check: ([, limit], given) => {
      if (isBelow(limit, 0n)) return 'the limit cannot be negative';
      return isBelow(limit, BigInt(given[2] ?? 0))
        ? 'the limit is lower than the number of priority keys'
        : undefined;
    },
  }),
  define('merge_maps', 'target: mapPath, source: map, strategy: textLiteral', {
    check: ([, , strategy]) =>
      ['insert', 'update', 'upsert'].includes(String(strategy))
        ? undefined
        : `the strategy must be "insert", "update" or "upsert", not "${String(strategy)}"`,
  }),
  define('replace_all_matches', `target: mapPath, pattern: glob, replacement: text, ${REPLACE}`),
  define(
    'replace_all_patterns',
    `target: mapPath, mode: textLiteral, regex_pattern: pattern, replacement: text, ${REPLACE}`,
    {
      check: ([, mode]) =>
        mode === 'key' || mode === 'value'
          ? undefined
          : `the mode must be "key" or "value", not "${String(mode)}"`,
    },
  ),
  define('replace_match', `target: path, pattern: glob, replacement: text, ${REPLACE}`),
  define('replace_pattern', `target: path, regex_pattern: pattern, replacement: text, ${REPLACE}`),
  define(
    'set_semconv_span_name',
    'semconv_version: textLiteral, original_span_name_attribute?: textLiteral',
    {
      contexts: ['span'],
      check: ([version, attribute]) => {
        const minor = Number(/^v?1\.(\d+)(\.0+)?$/.exec(String(version))?.[1]);
        if (!(minor >= 37 && minor <= 43))
          return `the version must be 1.37.0 to 1.43.0, not "${String(version)}"`;
        return attribute === '' ? 'the name of the attribute is empty' : undefined;
      },
    },
  ),
  define('stringify_all', 'target: mapPath'),
  define(
    'truncate_all',
    'target: mapPath, limit: intLiteral, utf8_safe?: boolLiteral, truncation_marker?: textLiteral',
    {
      check: ([, limit, , marker]) => {
        if (isBelow(limit, 0n)) return 'the limit cannot be negative';
        const size = BigInt(Buffer.byteLength(typeof marker === 'string' ? marker : ''));
        return isBelow(limit, size) ? 'the marker is longer than the limit' : undefined;
      },
    },
  ),
];
