import { checkValue } from '../check';
import { parseValue } from '../ottl';
import { type Context, CONTEXTS } from '../paths';
import type { Block, Code, Pass, Rule } from '../program';
import { compileRegex, PatternError } from '../regex';
import type { ConfigNode } from '../source';
import { literal, matchedBy, OPTIONS_BY_KIND } from './match';
import { type Processor, refusingPass } from './processor';

const ACTIONS = ['insert', 'update', 'upsert', 'delete', 'hash', 'extract', 'convert'] as const;
const OPTIONS = [
  'action',
  'key',
  'value',
  'default_value',
  'pattern',
  'from_attribute',
  'from_context',
  'converted_type',
];

/** `attributes`: actions on the attributes of spans, log records and data points. */
export const attributes: Processor = config => {
  config.only(['actions', 'include', 'exclude']);
  const actions = config.get('actions');
  if (actions.items().length === 0) config.fail('needs actions');
  const passesFor = (context: Context, kind: 'span' | 'log' | 'metric'): Pass[] => {
    const condition = matchedBy(config, context, kind);
    return [passOf(context, compileActions(actions, context), condition)];
  };
  const fitting = (context: Context, kind: 'span' | 'log' | 'metric'): Pass[] => {
    const stray = ['include', 'exclude']
      .flatMap(name => config.get(name).entries())
      .find(([key]) => isForOthers(key, kind));
    return stray
      ? [refusingPass(config, `"${stray[0]}" does not apply to this signal`)]
      : passesFor(context, kind);
  };
  return {
    traces: fitting(CONTEXTS.span, 'span'),
    logs: fitting(CONTEXTS.log, 'log'),
    metrics: fitting(CONTEXTS.datapoint, 'metric'),
  };
};

/** Options that select spans do not apply to metrics. */
function isForOthers(option: string, kind: 'span' | 'log' | 'metric'): boolean {
  return [...OPTIONS_BY_KIND.span, ...OPTIONS_BY_KIND.log, ...OPTIONS_BY_KIND.metric].includes(option)
    ? !OPTIONS_BY_KIND[kind].includes(option)
    : false;
}

/** `resource`: the same actions on the resource's attributes. */
export const resource: Processor = config => {
  config.only(['attributes']);
  const actions = config.get('attributes');
  if (actions.items().length === 0) config.fail('needs attributes: a list of actions');
  const passes = [passOf(CONTEXTS.resource, compileActions(actions, CONTEXTS.resource), undefined)];
  return { traces: passes, metrics: passes, logs: passes };
};

function passOf(context: Context, rules: readonly Rule[], condition: Code | undefined): Pass {
  const block: Block = {
    action: 'execute',
    errorMode: 'ignore',
    conditions: condition ? [condition] : [],
    rules,
  };
  return { dropsEmpty: false, [context.level]: block };
}

function compileActions(actions: ConfigNode, context: Context): Rule[] {
  return actions.items().flatMap(action => compileAction(action, context));
}

/**
 * An action is a call of an internal editor, which statements cannot name. Its first arguments are the map and the
 * key.
 */
function compileAction(node: ConfigNode, context: Context): Rule[] {
  node.only(OPTIONS);
  const { value: name } = node.get('action');
  const action = ACTIONS.find(known => known === String(name).toLowerCase());
  if (action === undefined) {
    node.get('action').expected(`one of ${ACTIONS.join(', ')}`);
    return [];
  }
  const key = node.get('key').text() ?? '';
  const has = (option: string): boolean => !node.get(option).isAbsent && node.get(option).value !== '';
  const refuse = (...options: string[]): void => {
    for (const option of options)
      if (has(option)) node.get(option).fail(`is not allowed for the action "${action}"`);
  };
  if (key === '' && !((action === 'delete' || action === 'hash') && has('pattern'))) node.fail('needs a key');
  const args: (Code | undefined)[] = [valueOf(`${context.name}.attributes`, context), text(key)];
  if (action === 'insert' || action === 'update' || action === 'upsert') {
    refuse('pattern', 'converted_type');
    const sources = ['value', 'from_attribute', 'from_context'].filter(has);
    if (sources.length > 1) node.fail(`has more than one of value, from_attribute and from_context`);
    if (sources.length === 0 && !has('default_value') && node.get('value').value !== '')
      node.fail('needs a value, from_attribute, from_context or default_value');
    const literalOf = (option: string): Code | undefined =>
      node.get(option).isAbsent ? undefined : valueOf(literal(node.get(option).value), context);
    const from = has('from_attribute') ? text(node.get('from_attribute').text() ?? '') : undefined;
    args.push(literalOf('value'), from, literalOf('default_value'));
  } else if (action === 'convert') {
    refuse('value', 'from_attribute', 'from_context', 'pattern');
    if (!has('converted_type')) node.fail('needs a converted_type: string, int or double');
    args.push(text(node.get('converted_type').oneOf(['string', 'int', 'double']) ?? ''));
  } else {
    refuse('value', 'from_attribute', 'converted_type');
    if (action === 'extract') {
      refuse('from_context');
      if (!has('pattern')) node.fail('needs a pattern');
    }
    args.push(has('pattern') ? patternOf(node.get('pattern'), action === 'extract') : undefined);
  }
  const code: Code = { op: 'statement', call: { op: 'call', name: `@${action}`, args }, where: undefined };
  return [{ code, text: `${action} ${key || String(node.get('pattern').text())}` }];
}

function text(value: string): Code {
  return { op: 'const', value: { kind: 'text', value } };
}

function valueOf(source: string, context: Context): Code | undefined {
  return checkValue(parseValue(source), context).code;
}

export function patternOf(node: ConfigNode, needsNames: boolean): Code | undefined {
  try {
    const { program, groups } = compileRegex(node.text() ?? '');
    if (needsNames && (groups.length < 2 || groups.slice(1).includes('')))
      return node.fail('each group of this pattern must have a name: (?P<name>...)');
    return { op: 'pattern', program, groups };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return node.fail(error.message);
  }
}
