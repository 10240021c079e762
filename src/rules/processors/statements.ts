import { type Checked, checkCondition, checkStatement } from '../check';
import { parseCondition, parseStatement, SyntaxFault } from '../ottl';
import type { Context } from '../paths';
import type { Code } from '../program';
import type { ConfigNode } from '../source';

/** Compiles each of a list of conditions. What is wrong is told at its place. */
export function compileConditions(list: ConfigNode, context: Context): Code[] {
  return list
    .items()
    .flatMap(item => compileText(item, text => checkCondition(parseCondition(text), context)));
}

/** Compiles each of a list of statements. */
export function compileStatements(list: ConfigNode, context: Context): Code[] {
  return list
    .items()
    .flatMap(item => compileText(item, text => checkStatement(parseStatement(text), context)));
}

function compileText(node: ConfigNode, compile: (text: string) => Checked): Code[] {
  const text = node.text();
  if (text === undefined) {
    if (node.isAbsent) node.fail('this is empty');
    return [];
  }
  try {
    const { code, problems } = compile(text);
    for (const { start, end, message } of problems)
      node.problems.add(node.path, message, { text, start, end });
    return code === undefined ? [] : [code];
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    const { start, end, message } = fault;
    node.problems.add(node.path, message, { text, start, end });
    return [];
  }
}
