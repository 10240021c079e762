// Random statements and conditions of OTTL, right by grammar, path and number of arguments; types are now and then wrong.
import type { Signal } from '../../../src/abi/signal';
import { KEYS, TEXTS } from './data';
import type { Random } from './random';

type Type = 'any' | 'string' | 'int' | 'float' | 'bool' | 'list' | 'map' | 'time' | 'duration';

/** Paths of a context that can be read, by type; those of its parents can be as well. */
const PATHS: Readonly<Record<string, Partial<Record<Type, readonly string[]>>>> = {
  resource: { map: ['attributes'] },
  scope: { map: ['attributes'], string: ['name', 'version'] },
  span: {
    ...{
      map: ['attributes'],
      string: ['name', 'status.message', 'trace_id.string', 'span_id.string', 'kind.string', 'trace_state'],
    },
    ...{
      int: ['kind', 'status.code', 'start_time_unix_nano', 'end_time_unix_nano', 'flags'],
      time: ['start_time', 'end_time'],
    },
  },
  spanevent: {
    map: ['attributes'],
    string: ['name'],
    int: ['time_unix_nano', 'event_index'],
    time: ['time'],
  },
  log: {
    ...{
      map: ['attributes'],
      string: ['severity_text', 'event_name', 'trace_id.string', 'body.string'],
      any: ['body'],
    },
    ...{ int: ['severity_number', 'time_unix_nano', 'flags'], time: ['time', 'observed_time'] },
  },
  metric: { string: ['name', 'unit', 'description'], int: ['type'] },
  datapoint: {
    map: ['attributes'],
    int: ['value_int', 'flags', 'time_unix_nano'],
    float: ['value_double'],
    time: ['time'],
  },
};

const CONTEXTS: Readonly<Record<Signal, Readonly<Record<string, readonly string[]>>>> = {
  traces: { resource: [], scope: ['resource'], span: ['scope', 'resource'], spanevent: ['span', 'resource'] },
  logs: { scope: ['resource'], log: ['scope', 'resource'] },
  metrics: { metric: ['scope', 'resource'], datapoint: ['metric', 'resource'] },
};

export const PATTERNS = [
  ...[
    '[0-9]+',
    '^/users/',
    '(?i)hello',
    '[a-z]+@[a-z.]+',
    '^$$',
    '.*',
    'a|b',
    '(\\\\w+) (\\\\w+)',
    '\\\\d{4}-\\\\d{2}',
    '[^a-z]',
    'x*',
  ],
  ...['\\\\p{L}+', '^.{0,3}', '(a)(b)?', '\\\\s', '(?P<name>[A-Z]+)', '4[0-9]{15}', '\\\\.', 'e', '(?s).+$$'],
] as const;
const REPLACEMENTS = ['', '*', '$$1', '$${1}_', '[$$0]', 'żółć', '$$name'] as const;
const GLOBS = ['*', 'G?T', '/users/*', '[a-c]*', 'x'] as const;
const FORMATS = ['%Y-%m-%d', '%H:%M:%S.%L', '%F %T', '%b %e %Y'] as const;

/** Converters: their arguments and what they return. `literal:` is one of a fixed list. */
const CONVERTERS: readonly (readonly [string, readonly string[], Type])[] = [
  ...strings(
    'ToLowerCase ToUpperCase ToSnakeCase ToCamelCase SHA1 SHA256 SHA512 MD5 Murmur3Hash Murmur3Hash128 XXH3 XXH128 Base64Encode Trim',
  ),
  ...['Base64Decode', 'ParseJSON', 'ParseKeyValue', 'URL'].map(
    name => [name, ['string'], name === 'Base64Decode' ? 'string' : 'map'] as const,
  ),
  ...['String', 'Hex'].map(name => [name, ['any'], 'string'] as const),
  ...['IsString', 'IsInt', 'IsDouble', 'IsBool', 'IsMap', 'IsList', 'IsEmpty'].map(
    name => [name, ['any'], 'bool'] as const,
  ),
  ...([
    ['Int', ['any'], 'int'],
    ['Double', ['any'], 'float'],
    ['Bool', ['any'], 'bool'],
    ['FNV', ['string'], 'int'],
  ] as const),
  ...([
    ['Len', ['list'], 'int'],
    ['Len', ['string'], 'int'],
    ['Len', ['map'], 'int'],
    ['Keys', ['map'], 'list'],
  ] as const),
  ...([
    ['Concat', ['strings', 'literal:delimiter'], 'string'],
    ['Split', ['string', 'literal:delimiter'], 'list'],
  ] as const),
  ...([
    ['Substring', ['string', 'small', 'small'], 'string'],
    ['IsMatch', ['any', 'pattern'], 'bool'],
  ] as const),
  ...([
    ['HasPrefix', ['string', 'text'], 'bool'],
    ['HasSuffix', ['string', 'text'], 'bool'],
    ['TrimPrefix', ['string', 'text'], 'string'],
  ] as const),
  ...([
    ['ContainsValue', ['list', 'any'], 'bool'],
    ['Index', ['list', 'any'], 'int'],
    ['Sort', ['list'], 'list'],
  ] as const),
  ...([
    ['Coalesce', ['anys'], 'any'],
    ['Format', ['literal:format', 'anys'], 'string'],
    ['Log', ['float'], 'float'],
  ] as const),
  ...([
    ['UnixNano', ['time'], 'int'],
    ['UnixMilli', ['time'], 'int'],
    ['Hour', ['time'], 'int'],
    ['Weekday', ['time'], 'int'],
  ] as const),
  ...([
    ['FormatTime', ['time', 'literal:time'], 'string'],
    ['TruncateTime', ['time', 'duration'], 'time'],
  ] as const),
  ...([
    ['Milliseconds', ['duration'], 'int'],
    ['Seconds', ['duration'], 'float'],
    ['ParseInt', ['string', 'base'], 'int'],
  ] as const),
  ...([
    ['ToKeyValueString', ['map', 'literal:colon', 'literal:comma', 'yes'], 'string'],
    ['IsValidLuhn', ['string'], 'bool'],
  ] as const),
  ...([
    ['Filter', ['list', 'predicate'], 'list'],
    ['Any', ['list', 'predicate'], 'bool'],
    ['All', ['map', 'predicate'], 'bool'],
  ] as const),
  ...([
    ['MapEach', ['list', 'mapper'], 'list'],
    ['Find', ['list', 'predicate'], 'any'],
  ] as const),
];

const EDITORS: readonly (readonly [string, readonly string[]])[] = [
  ...Array.from({ length: 8 }, () => ['set', ['target', 'any']] as const),
  ...([
    ['delete_key', ['own map', 'key']],
    ['delete_matching_keys', ['own map', 'pattern']],
    ['keep_keys', ['own map', 'keys']],
  ] as const),
  ...([
    ['keep_matching_keys', ['own map', 'pattern']],
    ['truncate_all', ['own map', 'small']],
    ['stringify_all', ['own map']],
  ] as const),
  ...([
    ['replace_pattern', ['text target', 'pattern', 'replacement']],
    ['replace_match', ['text target', 'glob', 'text']],
  ] as const),
  ...([
    ['replace_all_patterns', ['own map', 'literal:mode', 'pattern', 'replacement']],
    ['replace_all_matches', ['own map', 'glob', 'text']],
  ] as const),
  ...([
    ['merge_maps', ['own map', 'map', 'literal:strategy']],
    ['flatten', ['own map']],
    ['append', ['target', 'any']],
  ] as const),
  ...([
    ['delete_index', ['target', 'small']],
    ['clear', ['target']],
  ] as const),
];

const LITERALS: Readonly<Record<string, readonly string[]>> = {
  ...{
    delimiter: ['""', '"-"', '","', '" "'],
    format: ['"%v"', '"%s/%d"', '"%5.1f|%v"', '"%q"'],
    colon: ['":"'],
    comma: ['","'],
  },
  ...{
    mode: ['"key"', '"value"'],
    strategy: ['"insert"', '"update"', '"upsert"'],
    time: FORMATS.map(format => `"${format}"`),
  },
};

export class Statements {
  readonly #random: Random;
  readonly #contexts: readonly string[];
  readonly #context: string;

  constructor(random: Random, signal: Signal) {
    this.#random = random;
    const contexts = Object.entries(CONTEXTS[signal]);
    const [context, parents] = random.pick(contexts);
    this.#context = context;
    this.#contexts = [context, context, context, ...parents];
  }

  statement(): string {
    const [name, parameters] = this.#random.pick(EDITORS);
    const call = `${name}(${parameters.map(parameter => this.#argument(parameter, 2)).join(', ')})`;
    return this.#random.chance(40) ? `${call} where ${this.#boolean(2)}` : call;
  }

  condition(): string {
    const { text } = this.#own();
    return this.#random.chance(70)
      ? this.#comparison(2)
      : `${this.#boolean(2)} ${this.#random.pick(['and', 'or'])} ${text} != nil`;
  }

  #boolean(depth: number): string {
    if (depth > 0 && this.#random.chance(35)) {
      const parts = [this.#boolean(depth - 1), this.#boolean(depth - 1)];
      return `(${parts.join(this.#random.chance(50) ? ' and ' : ' or ')})`;
    }
    if (this.#random.chance(15)) return `not ${this.#comparison(0)}`;
    return this.#random.chance(30) ? this.#call('bool', 1) : this.#comparison(depth);
  }

  #comparison(depth: number): string {
    const type = this.#random.pick(['any', 'string', 'int', 'float', 'any', 'time', 'list', 'map'] as const);
    const other = this.#random.chance(75) ? type : 'any';
    const operator = this.#random.pick(['==', '!=', '<', '<=', '>', '>=', '==', '!=']);
    const right = this.#random.chance(12) ? 'nil' : this.#value(other, depth - 1);
    return `${this.#path(type).text} ${operator} ${right}`;
  }

  #value(type: Type, depth: number): string {
    const kind = this.#random.below(10);
    if (depth <= 0 || kind < 4)
      return kind % 2 === 0 && type !== 'time' ? this.#literal(type) : this.#path(type).text;
    if (kind < 6 && (type === 'int' || type === 'float' || type === 'any'))
      return this.#maths(type === 'float' ? 'float' : 'int', depth);
    return this.#call(type, depth);
  }

  #maths(type: 'int' | 'float', depth: number): string {
    return `${this.#path(type).text} ${this.#random.pick(['+', '-', '*', '/'])} ${this.#value(type, depth - 1)}`;
  }

  #call(type: Type, depth: number): string {
    const fitting = CONVERTERS.filter(([, , returned]) => type === 'any' || returned === type);
    if (fitting.length === 0) return this.#literal(type);
    const [name, parameters] = this.#random.pick(fitting);
    return `${name}(${parameters.map(parameter => this.#argument(parameter, depth - 1)).join(', ')})`;
  }

  #literal(type: Type): string {
    const random = this.#random;
    switch (type) {
      case 'string':
        return this.#text();
      case 'int':
        return random.pick(['0', '1', '-1', '42', '9223372036854775807', '500']);
      case 'float':
        return random.pick(['0.5', '-2.25', '3.0', '1000000.0']);
      case 'bool':
        return random.pick(['true', 'false']);
      case 'list':
        return `[${random.some(0, 3, () => this.#literal(random.pick(['string', 'int', 'float']))).join(', ')}]`;
      case 'map':
        return `{${random.some(0, 1, () => `"${random.pick(KEYS)}": ${this.#literal(random.pick(['string', 'int']))}`).join(', ')}}`;
      case 'duration':
        return `Duration("${random.pick(['1s', '1h30m', '250ms', '-5m'])}")`;
      case 'time':
        return `Unix(${random.pick(['0', '1700000000', '1700001000'])})`;
      case 'any':
        return random.chance(8)
          ? '0x00ff'
          : this.#literal(random.pick(['string', 'int', 'float', 'bool', 'list', 'map']));
    }
  }

  #text(): string {
    const texts = TEXTS.filter(text => !/[\udc80-\udcff]/.test(text.replace(/[\ud800-\udbff]./g, '')));
    return JSON.stringify(this.#random.pick(texts)).replaceAll('$', '$$$$');
  }

  /** A path of this context alone, so that the context is inferred. */
  #own(): { text: string } {
    return this.#path('any', [this.#context]);
  }

  #path(type: Type, contexts: readonly string[] = this.#contexts): { text: string } {
    const random = this.#random;
    const context = random.pick(contexts);
    const paths = PATHS[context];
    const named = paths[type] ?? [];
    // A value of an attribute can be of any type; a whole map is one of the named paths.
    if (named.length > 0 && random.chance(type === 'map' ? 75 : 60))
      return { text: `${context}.${random.pick(named)}` };
    if (paths.map === undefined) return { text: `${context}.${random.pick(Object.values(paths).flat())}` };
    const index = random.chance(15) ? `[${random.pick(['0', '1', `"${random.pick(KEYS)}"`])}]` : '';
    return { text: `${context}.attributes["${random.pick(KEYS)}"]${index}` };
  }

  #argument(parameter: string, depth: number): string {
    const random = this.#random;
    const [kind, name] = parameter.split(':');
    switch (kind) {
      case 'literal':
        return random.pick(LITERALS[name]);
      case 'target':
        return this.#own().text;
      case 'own map':
        return this.#path('map', random.chance(80) ? [this.#context] : this.#contexts).text;
      case 'text target':
        return this.#path('string', [this.#context]).text;
      case 'pattern':
        return `"${random.pick(PATTERNS)}"`;
      case 'glob':
        return `"${random.pick(GLOBS)}"`;
      case 'replacement':
        return `"${random.pick(REPLACEMENTS)}"`;
      case 'text':
        return this.#text();
      case 'key':
        return `"${random.pick(KEYS)}"`;
      case 'keys':
        return `[${random.some(0, 3, () => `"${random.pick(KEYS)}"`).join(', ')}]`;
      case 'small':
        return String(random.below(6));
      case 'base':
        return random.pick(['10', '16', '0']);
      case 'yes':
        return 'true';
      case 'strings':
        return `[${random.some(1, 3, () => this.#value('string', depth)).join(', ')}]`;
      case 'anys':
        return `[${random.some(1, 3, () => this.#value('any', depth)).join(', ')}]`;
      case 'predicate':
        return random.pick([
          '(_, v) => v == "x"',
          '(k, v) => IsString(v)',
          '(_, v) => v != nil and v != 1',
          '(i, _) => i == 0',
        ]);
      case 'mapper':
        return random.pick(['(_, v) => String(v)', '(i, v) => [i, v]', '(_, v) => v + 1', '(i, _) => i']);
      case 'map':
        return random.chance(80) ? this.#path('map').text : this.#value('map', depth);
      default:
        return depth > 0 || random.chance(80)
          ? this.#value(kind as Type, depth)
          : this.#path(kind as Type).text;
    }
  }
}

function strings(names: string): (readonly [string, readonly string[], Type])[] {
  return names.split(' ').map(name => [name, ['string'], 'string']);
}
