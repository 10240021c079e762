import type { Signal } from '../../abi';
import type { Fields, RecordName } from './access';
import { datapoint, exemplar, metric } from './metrics';
import { log } from './logs';
import { resource, scope } from './heads';
import { span, spanevent } from './traces';

export type ContextName =
  'resource' | 'scope' | 'span' | 'spanevent' | 'metric' | 'datapoint' | 'exemplar' | 'log';

/** A context of statements: the message at which its paths begin, and the outer contexts that they can name. */
export interface Context {
  readonly name: ContextName;
  readonly record: RecordName;
  readonly fields: Fields;
  /** The level of a pass at which its statements run. */
  readonly level: 'resource' | 'scope' | 'item' | 'part' | 'exemplar';
  readonly signals: readonly Signal[];
  readonly above: readonly ContextName[];
}

const HEADS = ['scope', 'resource'] as const;
const ALL: readonly Signal[] = ['traces', 'metrics', 'logs'];

export const CONTEXTS: Readonly<Record<ContextName, Context>> = {
  resource: {
    name: 'resource',
    record: 'resource',
    fields: resource,
    level: 'resource',
    signals: ALL,
    above: [],
  },
  scope: { name: 'scope', record: 'scope', fields: scope, level: 'scope', signals: ALL, above: ['resource'] },
  span: { name: 'span', record: 'item', fields: span, level: 'item', signals: ['traces'], above: HEADS },
  spanevent: {
    name: 'spanevent',
    record: 'part',
    fields: spanevent,
    level: 'part',
    signals: ['traces'],
    above: ['span', ...HEADS],
  },
  metric: {
    name: 'metric',
    record: 'item',
    fields: metric,
    level: 'item',
    signals: ['metrics'],
    above: HEADS,
  },
  datapoint: {
    name: 'datapoint',
    record: 'part',
    fields: datapoint,
    level: 'part',
    signals: ['metrics'],
    above: ['metric', ...HEADS],
  },
  exemplar: {
    name: 'exemplar',
    record: 'exemplar',
    fields: exemplar,
    level: 'exemplar',
    signals: ['metrics'],
    above: ['datapoint', 'metric', ...HEADS],
  },
  log: { name: 'log', record: 'item', fields: log, level: 'item', signals: ['logs'], above: HEADS },
};

/** `instrumentation_scope` is an older name of `scope` in paths. */
export function contextNamed(name: string): ContextName | undefined {
  if (name === 'instrumentation_scope') return 'scope';
  return name in CONTEXTS ? (name as ContextName) : undefined;
}
