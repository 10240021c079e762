import type { Signal } from '../../abi/signal';
import { type ContextName, CONTEXTS } from '../paths';
import type { Block, ErrorMode, Pass } from '../program';
import type { ConfigNode } from '../source';
import { errorModeOf, type Processor } from './processor';
import { compileConditions } from './statements';

/** The contexts of each signal, under the names that `traces`, `metrics` and `logs` have for them. */
const BY_SIGNAL: Readonly<Record<Signal, Readonly<Record<string, ContextName>>>> = {
  traces: { resource: 'resource', span: 'span', spanevent: 'spanevent' },
  metrics: { resource: 'resource', metric: 'metric', datapoint: 'datapoint' },
  logs: { resource: 'resource', log_record: 'log' },
};

/** `filter`: drops what one of its conditions is true of. */
export const filter: Processor = config => {
  config.only(['error_mode', ...Object.keys(BY_SIGNAL)]);
  const errorMode = errorModeOf(config, 'ignore');
  return Object.fromEntries(
    Object.entries(BY_SIGNAL).map(([signal, contexts]) => [
      signal,
      compileSignal(config.get(signal), contexts, errorMode),
    ]),
  );
};

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
    blocks[context.level] = {
      action: 'drop',
      errorMode,
      conditions: [],
      nodes: compileConditions(list, context),
    };
  }
  return Object.keys(blocks).length === 0 ? [] : [{ dropsEmpty: true, ...blocks }];
}
