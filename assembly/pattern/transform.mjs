/**
 * Compiles patterns when a guest is built: `Pattern.of('...')` becomes `Pattern.load(...)` with the bytes from the
 * package's compiler.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { report, walkSource } from '../transform/tree.mjs';

const COMPILER = fileURLToPath(new URL('../../build/src/rules/regex/index.js', import.meta.url));

let compileRegex;
let parsed = 0;

/**
 * Compiles the patterns of all sources. Reports, at its position, each one that is not RE2 syntax or not a literal.
 */
export function compilePatterns(parser) {
  for (const source of parser.sources.filter(({ text }) => text.includes('Pattern.of'))) {
    walkSource(source, node => {
      if (node.args === undefined || !isPatternOf(node.expression)) return true;
      compileCall(parser, node);
      return false;
    });
  }
}

function compileCall(parser, call) {
  const pattern = call.args.length === 1 ? literalOf(call.args[0]) : undefined;
  const fail = problem => report(parser, call.range, problem);
  if (pattern === undefined)
    return fail('Pattern.of takes one literal: patterns are compiled when the guest is built');
  let program;
  try {
    program = compiler()(pattern).program;
  } catch (error) {
    return fail(error.message);
  }
  const made = parseExpression(parser, `Pattern.load(memory.data<u8>([${program}]))`);
  call.expression = made.expression;
  call.args = made.args;
}

function compiler() {
  if (!existsSync(COMPILER)) throw new Error(`${COMPILER} is missing: npm run build`);
  compileRegex ??= createRequire(import.meta.url)(COMPILER).compileRegex;
  return compileRegex;
}

/** The text of a string, a template without expressions, or a concatenation of them; undefined for anything else. */
function literalOf(node) {
  if (typeof node.value === 'string' && node.literalKind !== undefined) return node.value;
  if (node.parts?.length === 1) return node.parts[0];
  if (node.left === undefined || node.right === undefined) return undefined;
  const [left, right] = [literalOf(node.left), literalOf(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

/** The syntax tree of an expression that is not part of a source. */
function parseExpression(parser, text) {
  // The parser accepts each path only once.
  parser.parseFile(text, `~pattern${parsed++}.ts`, false);
  const [statement] = parser.sources.pop().statements;
  return statement.expression;
}

function isPatternOf(callee) {
  return callee?.property?.text === 'of' && callee.expression?.text === 'Pattern';
}
