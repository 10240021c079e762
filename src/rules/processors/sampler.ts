import { checkValue } from '../check';
import { parseValue } from '../ottl';
import { type Context, CONTEXTS } from '../paths';
import type { Code, Constant, Pass } from '../program';
import type { ConfigNode } from '../source';
import { type Processor, refusingPass } from './processor';

const OPTIONS = [
  'attribute_source',
  'fail_closed',
  'from_attribute',
  'hash_seed',
  'mode',
  'sampling_percentage',
  'sampling_precision',
  'sampling_priority',
];

/** The first is for a percentage of 0. assembly/rules/processors/sampling.ts has the same list. */
const MODES = ['never', 'hash_seed', 'equalizing', 'proportional'] as const;
const BUCKETS = 0x4000;
const MAX_PRECISION = 14;
const LEAST_RATIO = 2 ** -56;

/** `probabilistic_sampler`: keeps a share of the spans or log records, chosen by trace. */
export const probabilisticSampler: Processor = config => {
  config.only(OPTIONS);
  const settings = settingsOf(config);
  return {
    traces: [passOf(CONTEXTS.span, settings)],
    logs: [passOf(CONTEXTS.log, settings)],
    metrics: [refusingPass(config, 'probabilistic_sampler is for traces and logs')],
  };
};

function passOf(context: Context, settings: readonly Code[]): Pass {
  const paths = ['attributes', 'trace_id', ...(context.name === 'span' ? ['trace_state'] : [])];
  const args = paths.map(name => checkValue(parseValue(`${context.name}.${name}`), context).code);
  const call: Code = { op: 'call', name: '@sample', args: [args[0], args[1], args[2], ...settings] };
  const code: Code = { op: 'truth', operands: [call] };
  const text = `sample ${context.name}s`;
  const block = { action: 'drop', errorMode: 'ignore', conditions: [], rules: [{ code, text }] } as const;
  return { dropsEmpty: true, [context.level]: block };
}

function settingsOf(config: ConfigNode): Code[] {
  // The Collector stores percentages, and their conversion in hash_seed, in 32 bits.
  const percentage = Math.min(Math.fround(config.get('sampling_percentage').number() ?? 0), 100);
  const ratio = percentage / 100;
  if (!(ratio >= LEAST_RATIO || ratio === 0))
    config.get('sampling_percentage').fail(`must be 0 or at least ${100 * LEAST_RATIO}, not ${percentage}`);
  const precision = config.get('sampling_precision').number() ?? 4;
  if (!Number.isInteger(precision) || precision < 1 || precision > MAX_PRECISION)
    config.get('sampling_precision').expected(`a whole number from 1 to ${MAX_PRECISION}`);
  const source = config.get('attribute_source').oneOf(['traceID', 'record', '']) ?? 'traceID';
  const mode = config.get('mode').oneOf([...MODES.slice(1), '']) || 'hash_seed';
  const kept = Math.trunc(Math.fround(percentage * Math.fround(BUCKETS / 100)));
  const isNever = percentage === 0 || (mode === 'hash_seed' && kept === 0);
  const constants: Constant[] = [
    { kind: 'int', value: BigInt(isNever ? 0 : (MODES as readonly string[]).indexOf(mode)) },
    { kind: 'double', value: mode === 'hash_seed' ? BUCKETS - kept : ratio },
    { kind: 'int', value: BigInt(Math.trunc(precision)) },
    { kind: 'int', value: BigInt(seedOf(config.get('hash_seed'))) },
    { kind: 'bool', value: config.get('fail_closed').bool() ?? true },
    { kind: 'bool', value: source === 'traceID' },
    { kind: 'text', value: config.get('from_attribute').text() ?? '' },
    { kind: 'text', value: config.get('sampling_priority').text() ?? '' },
  ];
  return constants.map(value => ({ op: 'const', value }));
}

function seedOf(node: ConfigNode): number {
  const seed = node.number() ?? 0;
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  node.expected('an unsigned 32-bit integer');
  return 0;
}
