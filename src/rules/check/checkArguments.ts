import { functionNamed, type FunctionSpec, type Literal, type Param, type ParamType } from '../functions';
import type { Argument, CallNode, ValueNode } from '../ottl';
import type { Code } from '../program';
import type { Checks } from './checks';
import { checkPattern } from './checkPattern';

type Args = (Code | undefined)[];

/** Finds the argument of each parameter and checks it. Undefined on an error. */
export function checkArguments(call: CallNode, spec: FunctionSpec, checker: Checks): Args | undefined {
  const { params } = spec;
  const at = { start: call.start, end: call.start + call.name.length };
  // The Collector ignores arguments of functions without parameters.
  if (params.length === 0) return [];
  const required = params.filter(param => !param.optional).length;
  if (call.args.length < required || call.args.length > params.length) {
    const allowed = required === params.length ? String(required) : `${required} to ${params.length}`;
    return checker.fail(
      at,
      `${call.name}(${signatureOf(spec)}) takes ${allowed} arguments, not ${call.args.length}`,
    );
  }
  const given: (Argument | undefined)[] = params.map(() => undefined);
  let ok = true;
  let isNamed = false;
  call.args.forEach((arg, index) => {
    isNamed ||= arg.name !== undefined;
    if (isNamed && arg.name === undefined) {
      ok = false;
      return checker.fail(arg, 'a positional argument follows a named one');
    }
    const place = arg.name === undefined ? index : params.findIndex(({ name }) => sameName(name, arg.name));
    if (place < 0) {
      ok = false;
      return checker.fail(
        arg,
        `${call.name} has no parameter "${arg.name}": its signature is ${call.name}(${signatureOf(spec)})`,
      );
    }
    given[place] = arg;
  });
  if (!ok) return undefined;
  const codes = params.map((param, index) => {
    const arg = given[index];
    if (arg === undefined) {
      if (param.optional) return undefined;
      ok = false;
      return checker.fail(at, `${call.name} needs its argument "${param.name}"`);
    }
    const code = checkArgument(arg.value, param, checker);
    ok &&= code !== undefined;
    return code;
  });
  if (!ok) return undefined;
  const literals = given.map(arg => literalOf(arg?.value));
  const counts = given.map(arg => (arg?.value.kind === 'list' ? arg.value.items.length : arg && 1));
  const problem = spec.check?.(literals, counts, codes);
  if (problem !== undefined) return checker.fail(call, problem);
  return spec.rewrite ? spec.rewrite(codes, literals, counts) : codes;
}

/** A function's parameters, as users write them. */
export function signatureOf({ params }: FunctionSpec): string {
  return params.map(({ name, optional }) => (optional ? `[${name}]` : name)).join(', ');
}

function sameName(a: string, b: string | undefined): boolean {
  const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
  return b !== undefined && plain(a) === plain(b);
}

function literalOf(node: ValueNode | undefined): Literal {
  if (node === undefined) return undefined;
  if (node.kind === 'list') return node.items.map(literalOf);
  const { kind } = node;
  if (kind === 'bytes') return node.value;
  return kind === 'text' || kind === 'int' || kind === 'float' || kind === 'bool' ? node.value : undefined;
}

function checkArgument(node: ValueNode, param: Param, checker: Checks): Code | undefined {
  if (param.lambda !== undefined) {
    if (node.kind !== 'lambda') return checker.fail(node, `"${param.name}" must be a lambda`);
    if (node.params.length !== param.lambda)
      return checker.fail(
        node,
        `this lambda must have ${param.lambda} parameters, it has ${node.params.length}`,
      );
    return checker.lambda(node);
  }
  if (!param.isList) return checkOne(node, param.name, param.type, checker);
  if (node.kind !== 'list') return checker.fail(node, `"${param.name}" must be a list: [..., ...]`);
  const operands = node.items.map(item => checkOne(item, param.name, param.type, checker));
  return operands.includes(undefined) ? undefined : { op: 'list', operands: operands as Code[] };
}

const LITERALS: Readonly<Partial<Record<ParamType, readonly [ValueNode['kind'], string]>>> = {
  textLiteral: ['text', 'a string in double quotes'],
  intLiteral: ['int', 'an integer'],
  doubleLiteral: ['float', 'a number with a decimal point'],
  boolLiteral: ['bool', 'true or false'],
  bytesLiteral: ['bytes', 'bytes such as 0x0123'],
};

/** Literals that a getter can never accept. */
const NEVER: Readonly<Partial<Record<ParamType, readonly ValueNode['kind'][]>>> = {
  text: ['nil', 'bytes', 'bool', 'int', 'float', 'map', 'list'],
  int: ['nil', 'bytes', 'bool', 'text', 'float', 'map', 'list'],
  double: ['nil', 'bytes', 'bool', 'text', 'int', 'map', 'list'],
  bool: ['nil', 'bytes', 'int', 'text', 'float', 'map', 'list'],
  intLike: ['bytes', 'map', 'list'],
  doubleLike: ['bytes', 'map', 'list'],
  boolLike: ['bytes', 'map', 'list'],
  bytesLike: ['map', 'list'],
  map: ['nil', 'bytes', 'int', 'text', 'float', 'bool', 'list'],
  list: ['nil', 'bytes', 'int', 'text', 'float', 'bool', 'map'],
  time: ['nil', 'bytes', 'int', 'text', 'float', 'bool', 'map', 'list'],
  duration: ['nil', 'bytes', 'int', 'text', 'float', 'bool', 'map', 'list'],
};

/** Names of types in messages. Other types are named "a" and their own name. */
const WANTED: Readonly<Partial<Record<ParamType, string>>> = {
  text: 'a string',
  int: 'an integer',
  intLike: 'convertible to an integer',
  doubleLike: 'convertible to a double',
  boolLike: 'convertible to a bool',
  bytesLike: 'convertible to bytes',
};

function checkOne(node: ValueNode, name: string, type: ParamType, checker: Checks): Code | undefined {
  const literal = LITERALS[type];
  if (literal) {
    const isNegative = node.kind === 'float' && (node.value < 0 || Object.is(node.value, -0));
    return node.kind === literal[0] && !isNegative
      ? checker.value(node)
      : checker.fail(node, `"${name}" must be ${literal[1]}`);
  }
  switch (type) {
    case 'path':
    case 'mapPath':
    case 'listPath':
      return node.kind === 'path' ? checker.value(node) : checker.fail(node, `"${name}" must be a path`);
    case 'enum':
      return node.kind === 'symbol' ? checker.value(node) : checker.fail(node, `"${name}" must be a symbol`);
    case 'pattern':
    case 'namedPattern':
    case 'glob':
      return checkPattern(node, name, type, checker);
    case 'function':
      return checkFunctionName(node, name, checker);
    case 'collection':
      return holdsMaps(node) ? refusal('a literal list cannot contain maps') : checker.value(node);
    default:
      if (type === 'list' && holdsMaps(node)) return checker.fail(node, 'a literal list cannot contain maps');
      if (NEVER[type]?.includes(node.kind) || isNoNumber(type, node))
        return checker.fail(node, `"${name}" must be ${WANTED[type] ?? `a ${type}`}`);
      return checker.value(node);
  }
}

function holdsMaps(node: ValueNode): boolean {
  return node.kind === 'list' && node.items.some(({ kind }) => kind === 'map');
}

/** An expression that fails with `reason` whenever the statement runs, like in the Collector. */
function refusal(reason: string): Code {
  return { op: 'call', name: '@refuse', args: [{ op: 'const', value: { kind: 'text', value: reason } }] };
}

/** Whether a converter would have to read a number from text that contains none. */
function isNoNumber(type: ParamType, node: ValueNode): boolean {
  if (node.kind !== 'text') return false;
  const { value } = node;
  if (type === 'intLike')
    return !/^[-+]?\d+$/.test(value) || BigInt.asIntN(64, BigInt(value)) !== BigInt(value);
  if (type === 'boolLike') return !/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value);
  if (type !== 'doubleLike') return false;
  if (/\d_\d/.test(value)) return isNoNumber(type, { ...node, value: value.replace(/(?<=\d)_(?=\d)/g, '') });
  if (/^[-+]?0x([\da-f]+\.?[\da-f]*|\.[\da-f]+)p[-+]?\d+$/i.test(value)) return false;
  const isDecimal = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value);
  return isDecimal ? !Number.isFinite(Number(value)) : !/^(nan|[-+]?inf(inity)?)$/i.test(value);
}

/** Checks an argument that names a converter of one argument. It is compiled to a lambda that calls it. */
function checkFunctionName(node: ValueNode, name: string, checker: Checks): Code | undefined {
  if (node.kind !== 'symbol') return checker.fail(node, `"${name}" must be the name of a converter`);
  const spec = functionNamed(node.name);
  if (spec === undefined) return checker.fail(node, `there is no converter "${node.name}"`);
  const { start, end } = node;
  const params = ['value'];
  const value: ValueNode = {
    kind: 'path',
    fields: [{ name: 'value', keys: [], start, end }],
    start,
    end,
  };
  const body: ValueNode = {
    kind: 'call',
    name: node.name,
    args: [{ value, start, end }],
    keys: [],
    start,
    end,
  };
  return checker.lambda({ kind: 'lambda', params, body, start, end });
}
