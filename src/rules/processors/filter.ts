import { type Signal, SIGNALS } from '../../abi/signal';
import { type ContextName, CONTEXTS } from '../paths';
import type { Block, ErrorMode, Pass } from '../program';
import type { ConfigNode } from '../source';
import { contextsOf, groupsOf } from './groups';
import { errorModeOf, type Processor } from './processor';
import { compileConditions, contextOfGroup, parseConditions } from './statements';

/** The contexts of each signal, under the names that `traces`, `metrics` and `logs` have for them. */
const BY_SIGNAL: Readonly<Record<Signal, Readonly<Record<string, ContextName>>>> = {
  traces: { resource: 'resource', span: 'span', spanevent: 'spanevent' },
  metrics: { resource: 'resource', metric: 'metric', datapoint: 'datapoint' },
  logs: { resource: 'resource', log_record: 'log' },
};

const CONDITIONS: Readonly<Record<Signal, string>> = {
  traces: 'trace_conditions',
  metrics: 'metric_conditions',
  logs: 'log_conditions',
};

/** `filter`: drops what one of its conditions is true of. */
export const filter: Processor = config => {
  config.only(['error_mode', ...SIGNALS, ...Object.values(CONDITIONS)]);
  const errorMode = errorModeOf(config, 'ignore');
  return Object.fromEntries(
    SIGNALS.map(signal => {
      const groups = config.get(CONDITIONS[signal]);
      const old = config.get(signal);
      if (!groups.isAbsent && !old.isAbsent) old.fail(`cannot be used together with ${CONDITIONS[signal]}`);
      return [
        signal,
        groups.items().length > 0
          ? groupsOf(groups, 'conditions').flatMap(group => compileGroup(group, signal, errorMode))
          : compileSignal(old, BY_SIGNAL[signal], errorMode),
      ];
    }),
  );
};

/** A group of conditions of one context. */
function compileGroup(group: ConfigNode, signal: Signal, byDefault: ErrorMode): Pass[] {
  group.only(['context', 'conditions', 'error_mode']);
  const conditions = parseConditions(group.get('conditions'));
  const context = contextOfGroup(group, contextsOf(signal), conditions);
  if (context === undefined) return [];
  return [
    {
      dropsEmpty: true,
      [context.level]: {
        action: 'drop',
        errorMode: errorModeOf(group, byDefault),
        conditions: [],
        nodes: compileConditions(conditions, context),
      } satisfies Block,
    },
  ];
}

/** The older form: lists by context, looked at in one walk. */
function compileSignal(
  config: ConfigNode,
  contexts: Readonly<Record<string, ContextName>>,
  errorMode: ErrorMode,
): Pass[] {
  if (config.isAbsent) return [];
  config.only(Object.keys(contexts));
  const blocks: Partial<Record<'resource' | 'scope' | 'item' | 'part', Block>> = {};
  for (const [key, name] of Object.entries(contexts)) {
    const list = config.get(key);
    if (list.isAbsent) continue;
    const context = CONTEXTS[name];
    const nodes = compileConditions(parseConditions(list), context);
    blocks[context.level] = { action: 'drop', errorMode, conditions: [], nodes };
  }
  return Object.keys(blocks).length === 0 ? [] : [{ dropsEmpty: true, ...blocks }];
}
