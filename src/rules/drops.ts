import { type DropRule, type DropRules, type Field, isExact, type Test } from '../pushdown';
import { ACCESSES, RECORDS } from './paths';
import { type Block, type Code, LEVELS, type Pass, type Passes } from './program';

/**
 * The part of the rules that a host may evaluate before encoding: conditions that drop an item before anything is
 * changed, and without hiding an error.
 */
export function dropRulesOf(passes: Passes): DropRules {
  return { traces: rulesOf(passes.traces), logs: rulesOf(passes.logs) };
}

/** Collects rules up to the first pass that does more than drop. */
function rulesOf(passes: readonly Pass[]): DropRule[] {
  const rules: DropRule[] = [];
  for (const pass of passes) {
    const { item } = pass;
    if (LEVELS.some(level => pass[level] !== undefined && !onlyDrops(pass[level]))) break;
    // Such an error fails the batch, and must not depend on items dropped before.
    if ([pass.resource, pass.scope].some(block => block?.errorMode === 'propagate')) break;
    if (item !== undefined && !addRules(item, rules)) break;
    if (pass.part !== undefined || pass.exemplar !== undefined) break;
  }
  return rules;
}

function onlyDrops({ action, conditions, rules }: Block): boolean {
  // Internal conditions that users cannot write, such as the sampler's, may also change the item.
  return action === 'drop' && conditions.length === 0 && !rules.some(({ code }) => callsInternal(code));
}

function callsInternal(code: Code | undefined): boolean {
  if (code === undefined) return false;
  if (code.op === 'call') return code.name.startsWith('@') || code.args.some(callsInternal);
  return 'operands' in code && code.operands.some(callsInternal);
}

/** Returns false if no later rule may be evaluated. */
function addRules({ errorMode, rules }: Block, found: DropRule[]): boolean {
  const strict = errorMode === 'propagate';
  for (const { code } of rules) {
    const test = testOf(code);
    if (may(test, true)) found.push({ test, strict });
    else if (strict) return false;
  }
  return true;
}

/** Whether a test can have this result. An undecidable test ends evaluation. */
function may(test: Test, verdict: boolean): boolean {
  switch (test.op) {
    case 'unknown':
      return false;
    case 'not':
      return may(test.test, !verdict);
    case 'and':
    case 'or': {
      const goesOn = test.op === 'and';
      const last = test.tests.findIndex(one => !may(one, goesOn));
      if (verdict === goesOn) return last < 0;
      return test.tests.slice(0, last < 0 ? undefined : last + 1).some(one => may(one, verdict));
    }
    default:
      return true;
  }
}

const UNKNOWN: Test = { op: 'unknown' };

function testOf(code: Code): Test {
  switch (code.op) {
    case 'and':
    case 'or':
      return { op: code.op, tests: code.operands.map(testOf) };
    case 'not':
      return { op: 'not', test: testOf(code.operands[0]) };
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparisonOf(code.op, code.operands) ?? UNKNOWN;
    case 'truth':
      return textTestOf(code.operands[0]) ?? UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function comparisonOf(
  op: '==' | '!=' | '<' | '<=' | '>' | '>=',
  [left, right]: readonly Code[],
): Test | undefined {
  const field = fieldOf(left);
  const value = constantOf(right);
  if (field === undefined || value === undefined) return undefined;
  if (op === '==' || op === '!=') return { op, field, value };
  return typeof value === 'number' ? { op, field, value } : undefined;
}

function textTestOf(call: Code): Test | undefined {
  if (call.op !== 'call' || call.args.length < 2) return undefined;
  const [target, part] = call.args;
  const field = target && fieldOf(target);
  if (field === undefined || part === undefined) return undefined;
  if (call.name === 'IsMatch')
    return part.op === 'pattern' && part.source !== undefined ? literalTest(field, part.source) : undefined;
  const value = constantOf(part);
  if (typeof value !== 'string') return undefined;
  if (call.name === 'HasPrefix') return { op: 'starts', field, value };
  return call.name === 'HasSuffix' ? { op: 'ends', field, value } : undefined;
}

/** A regular expression that only tests the position of a literal text. */
function literalTest(field: Field, source: string): Test | undefined {
  const [, head, body, tail] =
    /^(\^|\.\*)?((?:[\w\s/:;,=<>@#%&"'!~-]|\\[./\-+*?|()[\]{}^$])+)(\$|\.\*)?$/.exec(source) ?? [];
  if (body === undefined) return undefined;
  const value = body.replace(/\\(.)/g, '$1');
  if (!isExact(value)) return undefined;
  const ends = tail === '$';
  if (head === '^') return { op: ends ? 'is' : 'starts', field, value };
  return { op: ends ? 'ends' : 'contains', field, value };
}

const FIELDS: Readonly<Record<string, Field>> = {
  'item text 5 0': 'name',
  'item varint 6 0': 'kind',
  'item varint 3 15': 'status_code',
  'scope text 1 0': 'scope_name',
  'item varint 2 0': 'severity_number',
  'item text 3 0': 'severity_text',
  'item value 5 0': 'body',
};

function fieldOf(code: Code): Field | undefined {
  if (code.op !== 'path') return undefined;
  const [record, access] = [RECORDS[code.record], ACCESSES[code.access]];
  if (code.keys.length === 0) return FIELDS[`${record} ${access} ${code.field} ${code.child}`];
  if (record !== 'item' || access !== 'map' || code.keys.length > 1) return undefined;
  const key = constantOf(code.keys[0]);
  return typeof key === 'string' ? { attribute: key } : undefined;
}

/** A constant that JSON and JavaScript represent exactly like the guest; `null` for nil. */
function constantOf(code: Code): string | number | boolean | null | undefined {
  if (code.op !== 'const') return undefined;
  const { value: constant } = code;
  switch (constant.kind) {
    case 'nil':
      return null;
    case 'text':
      return isExact(constant.value) ? constant.value : undefined;
    case 'bool':
      return constant.value;
    case 'int':
      return Number.isSafeInteger(Number(constant.value)) ? Number(constant.value) : undefined;
    case 'double':
      return Number.isFinite(constant.value) ? constant.value : undefined;
    default:
      return undefined;
  }
}
