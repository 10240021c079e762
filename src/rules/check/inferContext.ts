import { functionNamed } from '../functions';
import type { ConditionNode, KeyNode, StatementNode, ValueNode } from '../ottl';
import { type Context, type ContextName, contextNamed, CONTEXTS, symbolsOf } from '../paths';

type Node = ValueNode | ConditionNode | StatementNode;

/** Order of contexts when statements name several: first the one that can access the others. */
const PRIORITY: readonly ContextName[] = [
  'log',
  'exemplar',
  'datapoint',
  'metric',
  'spanevent',
  'span',
  'scope',
  'resource',
];

/**
 * What statements reveal about their context: the contexts of their paths, and the functions and symbols that they
 * use.
 */
interface Hints {
  readonly contexts: Set<ContextName>;
  readonly functions: Set<string>;
  readonly symbols: Set<string>;
}

/** The inferred context, or the reason why there is none. */
export interface Inferred {
  readonly context?: Context;
  /** The context that paths name but that lacks one of these functions or symbols. */
  readonly lacking?: { readonly context: ContextName; readonly name: string };
}

/**
 * The context of statements that do not state one, as the Collector infers it: the context nearest to the items that
 * a path names, or a lower one that has all the functions and symbols. Undefined when no path names a context.
 */
export function inferContext(nodes: readonly Node[], candidates: readonly Context[]): Inferred {
  const hints: Hints = { contexts: new Set(), functions: new Set(), symbols: new Set() };
  for (const node of nodes) collect(node, hints, []);
  const named = PRIORITY.find(name => hints.contexts.has(name));
  if (named === undefined) return {};
  const below = PRIORITY.filter(name => CONTEXTS[name].above.includes(named));
  const context = [named, ...below]
    .map(name => CONTEXTS[name])
    .find(each => candidates.includes(each) && lackingIn(each, hints) === undefined);
  if (context !== undefined) return { context };
  const name = lackingIn(CONTEXTS[named], hints);
  return name === undefined ? {} : { lacking: { context: named, name } };
}

/** The function or symbol that a context lacks. */
function lackingIn(context: Context, { functions, symbols }: Hints): string | undefined {
  return (
    [...functions].find(name => functionNamed(name)?.contexts?.includes(context.name) === false) ??
    [...symbols].find(name => !Object.hasOwn(symbolsOf(context), name))
  );
}

function collect(node: Node, hints: Hints, locals: readonly string[]): void {
  const all = (nodes: readonly Node[]): void => nodes.forEach(inner => collect(inner, hints, locals));
  const keys = (list: readonly KeyNode[]): void => all(list);
  switch (node.kind) {
    case 'statement':
      return all([node.editor, ...(node.where ? [node.where] : [])]);
    case 'path': {
      const [first] = node.fields;
      if (!locals.includes(first.name)) {
        const isContext = node.fields.length > 1 && first.name !== 'instrumentation_scope';
        const context = isContext ? contextNamed(first.name) : undefined;
        if (context !== undefined) hints.contexts.add(context);
      }
      return node.fields.forEach(field => keys(field.keys));
    }
    case 'call':
      hints.functions.add(node.name);
      // A function's name in capitals also counts as a symbol here. No context has such a symbol, so the statement
      // must state its context.
      all(node.args.map(({ value }) => value));
      return keys(node.keys);
    case 'symbol':
      if (/[a-z]/.test(node.name)) return;
      hints.symbols.add(node.name);
      return;
    case 'lambda':
      return collect(node.body, hints, [...locals, ...node.params]);
    case 'comparison':
    case 'math':
      return all([node.left, node.right]);
    case 'not':
    case 'negate':
      return collect(node.operand, hints, locals);
    case 'and':
    case 'or':
      return all(node.operands);
    case 'truth':
      return collect(node.value, hints, locals);
    case 'list':
      return all(node.items);
    case 'map':
      return all(node.entries.map(({ value }) => value));
  }
}
