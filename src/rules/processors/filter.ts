import { type Signal, SIGNALS } from '../../abi';
import { checkCondition } from '../check';
import { parseCondition } from '../ottl';
import { type Context, type ContextName, CONTEXTS } from '../paths';
import type { Block, ErrorMode, Pass } from '../program';
import type { ConfigNode } from '../source';
import { contextsOf, groupsOf } from './groups';
import { matchText } from './match';
import { errorModeOf, type Processor } from './processor';
import { compileConditions, contextOfGroup, parseConditions } from './statements';

/** The contexts of each signal, under their names in `traces`, `metrics` and `logs`. */
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

/** `filter`: drops items for which one of its conditions is true. */
export const filter: Processor = config => {
  config.only(['error_mode', 'spans', ...SIGNALS, ...Object.values(CONDITIONS)]);
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
          : compileOld(config, signal, errorMode),
      ];
    }),
  );
};

/**
 * A group of conditions in the context that the group names, or that each condition names. All are evaluated in one
 * walk.
 */
function compileGroup(group: ConfigNode, signal: Signal, byDefault: ErrorMode): Pass[] {
  group.only(['context', 'conditions', 'error_mode']);
  const conditions = parseConditions(group.get('conditions'));
  const errorMode = errorModeOf(group, byDefault);
  const blocks: Partial<Record<Context['level'], Block>> = {};
  for (const condition of conditions) {
    const context = contextOfGroup(
      group,
      contextsOf(signal).filter(({ name }) => name !== 'exemplar'),
      [condition],
    );
    if (context === undefined) continue;
    const before = blocks[context.level]?.rules ?? [];
    const rules = [...before, ...compileConditions([condition], context, true)];
    blocks[context.level] = { action: 'drop', errorMode, conditions: [], rules };
  }
  return Object.keys(blocks).length === 0 ? [] : [{ dropsEmpty: true, ...blocks }];
}

/** The older forms: `traces: {span: [...]}`, and the oldest, `include` and `exclude`. */
function compileOld(config: ConfigNode, signal: Signal, errorMode: ErrorMode): Pass[] {
  const old = config.get(signal);
  const matches = signal === 'traces' ? config.get('spans') : old;
  if (matches.get('include').isAbsent && matches.get('exclude').isAbsent)
    return compileSignal(old, BY_SIGNAL[signal], errorMode);
  matches.only(['include', 'exclude', 'regexp']);
  const { kind, context } = MATCHED[signal];
  const aliased = signal !== 'traces';
  const rules = ['include', 'exclude'].flatMap(name => {
    const match = matches.get(name);
    if (match.isAbsent) return [];
    const text = matchText(match, kind, aliased);
    const condition = parseCondition(name === 'include' ? `not (${text})` : text);
    const { code } = checkCondition(condition, CONTEXTS[context], true);
    return code ? [{ code, text: name }] : [];
  });
  return [{ dropsEmpty: true, item: { action: 'drop', errorMode: 'ignore', conditions: [], rules } }];
}

const MATCHED = {
  traces: { kind: 'span', context: 'span' },
  metrics: { kind: 'metric', context: 'metric' },
  logs: { kind: 'log', context: 'log' },
} as const;

/** The older form: lists by context, evaluated in one walk. */
function compileSignal(
  config: ConfigNode,
  contexts: Readonly<Record<string, ContextName>>,
  errorMode: ErrorMode,
): Pass[] {
  if (config.isAbsent) return [];
  config.only(Object.keys(contexts));
  const blocks: Partial<Record<Context['level'], Block>> = {};
  for (const [key, name] of Object.entries(contexts)) {
    const list = config.get(key);
    if (list.isAbsent) continue;
    const context = CONTEXTS[name];
    const rules = compileConditions(parseConditions(list), context, true);
    blocks[context.level] = { action: 'drop', errorMode, conditions: [], rules };
  }
  return Object.keys(blocks).length === 0 ? [] : [{ dropsEmpty: true, ...blocks }];
}
