import { type Checked, checkCondition, checkStatement, inferContext } from '../check';
import { type ConditionNode, parseCondition, parseStatement, type StatementNode, SyntaxFault } from '../ottl';
import type { Context } from '../paths';
import type { Rule } from '../program';
import type { ConfigNode } from '../source';

/** A text of the configuration with its syntax tree. */
export interface Parsed<T> {
  readonly node: ConfigNode;
  readonly text: string;
  readonly tree: T;
}

/** Parses a list of conditions. Reports each error at its position. */
export function parseConditions(list: ConfigNode): Parsed<ConditionNode>[] {
  return list.items().flatMap(node => parseText(node, parseCondition));
}

/** Parses each of a list of statements. */
export function parseStatements(list: ConfigNode): Parsed<StatementNode>[] {
  return list.items().flatMap(node => parseText(node, parseStatement));
}

function parseText<T>(node: ConfigNode, parse: (text: string) => T): Parsed<T>[] {
  const text = node.text();
  if (text === undefined) {
    if (node.isAbsent) node.fail('must not be empty');
    return [];
  }
  try {
    return [{ node, text, tree: parse(text) }];
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    const { start, end, message } = fault;
    node.problems.add(node.path, message, { text, start, end });
    return [];
  }
}

export function compileConditions(
  parsed: readonly Parsed<ConditionNode>[],
  context: Context,
  inFilter = false,
): Rule[] {
  return parsed.flatMap(one => ruleOf(one, checkCondition(one.tree, context, inFilter)));
}

export function compileStatements(parsed: readonly Parsed<StatementNode>[], context: Context): Rule[] {
  return parsed.flatMap(one => ruleOf(one, checkStatement(one.tree, context)));
}

function ruleOf({ node, text }: Parsed<unknown>, { code, problems }: Checked): Rule[] {
  for (const { start, end, message } of problems) node.problems.add(node.path, message, { text, start, end });
  return code === undefined ? [] : [{ code, text }];
}

/**
 * The context that a group names, or that its paths name. In the latter case every path must name one. Undefined,
 * with a problem reported, if there is none.
 */
export function contextOfGroup(
  group: ConfigNode,
  candidates: readonly Context[],
  parsed: readonly Parsed<ConditionNode | StatementNode>[],
): Context | undefined {
  const named = group.get('context');
  if (!named.isAbsent) {
    if (named.value === 'exemplar') return named.fail('the context "exemplar" is not supported');
    const name = named.oneOf(candidates.map(candidate => candidate.name));
    return candidates.find(candidate => candidate.name === name);
  }
  if (parsed.length === 0) return undefined;
  const { context, lacking } = inferContext(
    parsed.map(({ tree }) => tree),
    candidates,
  );
  if (context) return context;
  const [{ node, text }] = parsed;
  if (/\bexemplar\./.test(text)) return node.fail('the context "exemplar" is not supported');
  const names = candidates.map(candidate => candidate.name).join(', ');
  const problem =
    lacking === undefined
      ? `the context is ambiguous: begin the paths with a context, such as "${candidates[candidates.length - 1].name}.", or set "context:" (${names})`
      : `the paths of these statements belong to "${lacking.context}", which has no ${lacking.name}: put statements of other contexts into separate groups (${names})`;
  node.problems.add(node.path, problem, { text, start: 0, end: text.length });
  return undefined;
}
