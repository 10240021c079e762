import { type Signal, SIGNALS } from '../../abi';
import type { Block, ErrorMode, Pass } from '../program';
import type { ConfigNode } from '../source';
import { contextsOf, groupsOf } from './groups';
import { errorModeOf, type Processor } from './processor';
import {
  compileConditions,
  compileStatements,
  contextOfGroup,
  parseConditions,
  parseStatements,
} from './statements';

const STATEMENTS: Readonly<Record<Signal, string>> = {
  traces: 'trace_statements',
  metrics: 'metric_statements',
  logs: 'log_statements',
};

/** `transform`: runs statements, group by group, each group over the whole batch. */
export const transform: Processor = config => {
  config.only(['error_mode', 'flatten_data', ...Object.values(STATEMENTS)]);
  const flatten = config.get('flatten_data');
  if (flatten.bool()) flatten.fail('flatten_data is not supported');
  const errorMode = errorModeOf(config, 'ignore');
  return Object.fromEntries(
    SIGNALS.map(signal => [
      signal,
      groupsOf(config.get(STATEMENTS[signal]), 'statements').flatMap(group =>
        compileGroup(group, signal, errorMode),
      ),
    ]),
  );
};

function compileGroup(group: ConfigNode, signal: Signal, byDefault: ErrorMode): Pass[] {
  group.only(['context', 'conditions', 'error_mode', 'shared_cache', 'statements']);
  const conditions = parseConditions(group.get('conditions'));
  const statements = parseStatements(group.get('statements'));
  const context = contextOfGroup(group, contextsOf(signal), [...statements, ...conditions]);
  if (context === undefined) return [];
  return [
    {
      dropsEmpty: false,
      [context.level]: {
        action: 'execute',
        errorMode: errorModeOf(group, byDefault),
        sharedCache: group.get('shared_cache').bool() ?? false,
        conditions: compileConditions(conditions, context).map(({ code }) => code),
        rules: compileStatements(statements, context),
      } satisfies Block,
    },
  ];
}
