import { isIP } from 'node:net';
import { parseFormat, wrongFormatText } from './format';
import { define, type Literal } from './spec';
import { hasLocation, zoneTable } from './zone';

const TIME_PARTS = ['Year', 'Month', 'Day', 'Hour', 'Minute', 'Second', 'Nanosecond', 'Weekday'];
const SINCE_1970 = ['UnixNano', 'UnixMicro', 'UnixMilli', 'UnixSeconds'];
const HASHES = ['FNV', 'MD5', 'Murmur3Hash', 'Murmur3Hash128', 'SHA1', 'SHA256', 'SHA512', 'XXH128', 'XXH3'];
const UNITS = ['Hours', 'Minutes', 'Seconds', 'Milliseconds', 'Microseconds', 'Nanoseconds'];

const oneOf =
  (index: number, allowed: readonly string[]) =>
  (literals: readonly Literal[]): string | undefined =>
    literals[index] === undefined || allowed.includes(String(literals[index]))
      ? undefined
      : `"${String(literals[index])}" must be one of ${allowed.join(', ')}`;

/** The range of 64-bit nanoseconds. */
const MAX_SECONDS = 9_223_372_036n;

/** assembly/rules/functions/conversions.ts and assembly/rules/text/encodings.ts have the same list. */
const ENCODINGS = [
  ...['base64', 'base64-raw', 'base64-url', 'base64-raw-url', 'utf-8', 'utf8', 'us-ascii', 'ascii'],
  ...['iso-8859-1', 'latin1', 'utf-16', 'utf16', 'utf-16be', 'utf-16le'],
];

const idOf =
  (size: number) =>
  ([id]: readonly Literal[]): string | undefined => {
    const isGood =
      typeof id === 'string'
        ? id.length === size || (id.length === 2 * size && /^[\da-f]*$/i.test(id))
        : !(id instanceof Uint8Array) || id.length === size || id.length === 2 * size;
    return isGood ? undefined : `an id must have ${size} bytes or ${2 * size} hexadecimal digits`;
  };

function wrongFormat(format: Literal): string | undefined {
  const text = String(format);
  if (text === '') return 'the format is empty';
  if (/\d/.test(text)) return 'a format cannot contain digits';
  const directive = text
    .match(/%./g)
    ?.find(each => !'YymoqbhBdegaAHlIpPMSLfsZzwijkDxFTXrRnt%c'.includes(each[1]));
  if (directive !== undefined) return `unknown directive ${directive}`;
  const decimals = /[^.,]%[Lfs]/.exec(text)?.[0];
  return decimals === undefined ? undefined : `"${decimals}": a fraction of a second must follow "." or ","`;
}

function isUtc(location: Literal): boolean {
  return location === undefined || location === '' || location === 'UTC';
}

function wrongNetwork(network: string): string | undefined {
  const [address, bits, ...rest] = network.split('/');
  const family = isIP(address);
  const isGood =
    family > 0 && rest.length === 0 && /^\d+$/.test(bits ?? '') && Number(bits) <= (family === 4 ? 32 : 128);
  return isGood ? undefined : `"${network}" is not a network: expected an address, "/" and a number of bits`;
}

/** Functions that return a value. */
export const CONVERTERS = [
  // Texts
  define('Concat', 'vals: textLike[], delimiter: text'),
  define('ConvertCase', 'target: text, to_case: textLiteral', {
    check: oneOf(1, ['lower', 'upper', 'snake', 'camel']),
  }),
  define('Format', 'format: textLiteral, vals: any[]', {
    check: ([format]) => wrongFormatText(String(format)),
    rewrite: ([, ...rest], [format], given) => [parseFormat(String(format), given[1] ?? 0), ...rest],
  }),
  define('HasPrefix', 'target: text, prefix: text'),
  define('HasSuffix', 'target: text, suffix: text'),
  define('Split', 'target: text, delimiter: text'),
  define('Substring', 'target: text, start: int, length: int, utf8_safe?: boolLiteral'),
  define('ToCamelCase', 'target: text'),
  define('ToLowerCase', 'target: text'),
  define('ToSnakeCase', 'target: text'),
  define('ToUpperCase', 'target: text'),
  define('Trim', 'target: text, replacement?: text'),
  define('TrimPrefix', 'target: text, prefix: text'),
  define('TrimSuffix', 'target: text, suffix: text'),
  // Regular expressions
  define('ExtractPatterns', 'target: text, pattern: namedPattern'),
  define('IsMatch', 'target: textLike, pattern: pattern'),
  // Types
  define('Bool', 'target: boolLike'),
  define('Double', 'target: doubleLike'),
  define('Int', 'target: intLike'),
  define('String', 'target: textLike'),
  define('IsBool', 'target: bool'),
  define('IsDouble', 'target: double'),
  define('IsEmpty', 'target: any'),
  define('IsInt', 'target: int'),
  define('IsList', 'target: any'),
  define('IsMap', 'target: map'),
  define('IsString', 'target: text'),
  define('IsRootSpan', '', { contexts: ['span'] }),
  define('IsValidLuhn', 'target: textLike'),
  // Numbers and encodings
  define('Base64Decode', 'target: text'),
  define('Base64Encode', 'target: text, variant?: text'),
  define('Decode', 'target: any, encoding: text', {
    check: ([, encoding]) =>
      typeof encoding !== 'string' || ENCODINGS.includes(encoding.toLowerCase())
        ? undefined
        : `the encoding "${encoding}" is not supported: allowed are ${ENCODINGS.join(', ')}`,
  }),
  define('Hex', 'target: bytesLike'),
  define('Log', 'target: doubleLike'),
  define('ParseInt', 'target: text, base: int'),
  // Hashes
  ...HASHES.map(name => define(name, 'target: text')),
  // Ids and addresses
  define('IsInCIDR', 'target: text, networks: text[]', {
    check: ([, networks]) =>
      Array.isArray(networks) && networks.every(network => typeof network === 'string')
        ? networks.map(wrongNetwork).find(problem => problem !== undefined)
        : undefined,
  }),
  define('UUID', ''),
  define('UUIDv7', ''),
  define('ProfileID', 'target: bytesLike', { check: idOf(16) }),
  define('SpanID', 'target: bytesLike', { check: idOf(8) }),
  define('TraceID', 'target: bytesLike', { check: idOf(16) }),
  // Lists and maps
  define('Coalesce', 'values: any[]', {
    check: (_, given) => (given[0] === 0 ? 'there must be at least one value' : undefined),
  }),
  define('ContainsValue', 'target: list, item: any'),
  define('Index', 'target: any, value: any'),
  define('Keys', 'target: map'),
  define('Len', 'target: any'),
  define(
    'ParseCSV',
    'target: text, header: text, delimiter?: textLiteral, header_delimiter?: textLiteral, mode?: textLiteral',
    {
      check: literals =>
        literals.slice(2, 4).some(text => typeof text === 'string' && [...text].length !== 1)
          ? 'a delimiter must be a single character'
          : oneOf(4, ['strict', 'lazyQuotes', 'ignoreQuotes'])(literals),
    },
  ),
  define('ParseCEF', 'target: text', { contexts: ['log'] }),
  define('ParseCLF', 'target: text, format?: textLiteral', {
    contexts: ['log'],
    check: oneOf(1, ['clf', 'combined']),
  }),
  define('ParseELF', 'target: text', { contexts: ['log'] }),
  define('ParseLEEF', 'target: text', { contexts: ['log'] }),
  define('URL', 'uri: text'),
  define('ParseJSON', 'target: text'),
  define('ParseKeyValue', 'target: text, delimiter?: textLiteral, pair_delimiter?: textLiteral', {
    check: ([, delimiter, between]) => {
      if (delimiter === '' || between === '') return 'a delimiter cannot be empty';
      return (delimiter ?? '=') === (between ?? ' ') ? 'both delimiters are the same' : undefined;
    },
  }),
  define('ParseSeverity', 'target: any, mapping: map'),
  define('SliceToMap', 'target: list, key_path?: textLiteral[], value_path?: textLiteral[]'),
  define('Sort', 'target: collection, order?: textLiteral', { check: oneOf(1, ['asc', 'desc']) }),
  define(
    'ToKeyValueString',
    'target: map, delimiter?: textLiteral, pair_delimiter?: textLiteral, sort_output?: boolLiteral',
    {
      check: ([, delimiter, between]) => {
        if (delimiter === '' || between === '') return 'a delimiter cannot be empty';
        return (delimiter ?? '=') === (between ?? ' ') ? 'both delimiters are the same' : undefined;
      },
    },
  ),
  define('Values', 'target: map'),
  // Metrics, only in the filter processor
  define('HasAttrKeyOnDatapoint', 'key: textLiteral', { contexts: ['metric'], isFilters: true }),
  define('HasAttrOnDatapoint', 'key: textLiteral, expected_val: textLiteral', {
    contexts: ['metric'],
    isFilters: true,
  }),
  // Lambdas
  define('All', 'source: collection, predicate: lambda2'),
  define('Any', 'source: collection, predicate: lambda2'),
  define('Filter', 'source: collection, predicate: lambda2'),
  define('Find', 'source: collection, predicate: lambda2, mapper?: lambda2'),
  define('MapEach', 'source: collection, mapper: lambda2'),
  define('MapKeys', 'source: map, key_mapper: lambda2'),
  define('Reduce', 'source: collection, seed: any, accumulator: lambda3'),
  define('When', 'condition: lambda0, true_value: any, false_value: any'),
  // Times
  define('Duration', 'duration: text'),
  define('FormatTime', 'time: time, format: textLiteral', {
    check: ([, format], _, [time]) =>
      String(format).includes('%Z') && hasLocation(time)
        ? '"%Z" of a time with a location is not supported: use %z or %j'
        : wrongFormat(format),
  }),
  define('Now', ''),
  define('Time', 'time: text, format: textLiteral, location?: textLiteral, locale?: textLiteral', {
    check: ([, format, location = '', locale = '']) => {
      if (!isUtc(location)) {
        if (zoneTable(String(location)) === undefined)
          return `unknown location "${String(location)}": the time zone data of this Node does not contain it`;
        if (String(format).includes('%Z'))
          return '"%Z" together with a location is not supported: use %z or %j';
      }
      return /^(en([-_]\w+)?)?$/.test(String(locale))
        ? wrongFormat(format)
        : `the locale "${String(locale)}" is not supported: allowed is only en`;
    },
    rewrite: ([time, format], [, , location]) => {
      const value = isUtc(location) ? undefined : zoneTable(String(location));
      return [time, format, value && { op: 'const', value: { kind: 'bytes', value } }];
    },
  }),
  define('TruncateTime', 'time: time, duration: duration'),
  define('Unix', 'seconds: int, nanoseconds?: int', {
    check: ([seconds]) =>
      typeof seconds !== 'bigint' || (seconds < MAX_SECONDS && seconds > -MAX_SECONDS)
        ? undefined
        : 'a time must be in 1678 to 2261',
  }),
  ...[...TIME_PARTS, ...SINCE_1970].map(name => define(name, 'time: time')),
  ...UNITS.map(name => define(name, 'duration: duration')),
];
