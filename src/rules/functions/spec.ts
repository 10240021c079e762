import type { Code } from '../program';

/**
 * What a parameter accepts. A getter's value is checked when the call runs: `text` must be a text, `textLike` is
 * converted to one. A collection is a map or a list. A path can be assigned to. A literal is known at compile time,
 * and so are a pattern (a regular expression) and a glob. A function is given by name.
 */
export type ParamType =
  | 'any'
  | 'collection'
  | 'text'
  | 'textLike'
  | 'int'
  | 'intLike'
  | 'double'
  | 'doubleLike'
  | 'bool'
  | 'boolLike'
  | 'bytesLike'
  | 'map'
  | 'list'
  | 'time'
  | 'duration'
  | 'path'
  | 'mapPath'
  | 'listPath'
  | 'textLiteral'
  | 'intLiteral'
  | 'doubleLiteral'
  | 'boolLiteral'
  | 'bytesLiteral'
  | 'enum'
  | 'function'
  | 'pattern'
  | 'namedPattern'
  | 'glob';

export interface Param {
  readonly name: string;
  readonly type: ParamType;
  /** May be omitted. Only after parameters that may not. */
  readonly optional?: boolean;
  /** A list literal of such arguments. */
  readonly isList?: boolean;
  /** A lambda with this number of parameters, instead of a type. */
  readonly lambda?: number;
}

/** The compile-time value of an argument; an array of them for a list. */
export type Literal = string | bigint | number | boolean | Uint8Array | undefined | readonly Literal[];

/** A function of OTTL. Its implementation has the same name in assembly/rules/functions. */
export interface FunctionSpec {
  readonly name: string;
  readonly params: readonly Param[];
  /** Contexts that have it. Default: all. */
  readonly contexts?: readonly string[];
  /** Whether only the processor `filter` has it. */
  readonly isFilters?: boolean;
  /**
   * Finds problems with the arguments at compile time. It gets the literals by parameter, the length of each argument
   * as a list (1 if it is not a list), and the compiled code.
   */
  readonly check?: (
    literals: readonly Literal[],
    given: readonly (number | undefined)[],
    args: readonly (Code | undefined)[],
  ) => string | undefined;
  /** Replaces the arguments of the call. It gets the same parameters. */
  readonly rewrite?: (
    args: readonly (Code | undefined)[],
    literals: readonly Literal[],
    given: readonly (number | undefined)[],
  ) => (Code | undefined)[];
}

/**
 * A function from its signature, e.g. `define('set', 'target: path, value: any')`. `?` after a name means optional,
 * `[]` after a type a list of it, `lambda2` a lambda with two parameters.
 */
export function define(
  name: string,
  signature: string,
  rest: Omit<FunctionSpec, 'name' | 'params'> = {},
): FunctionSpec {
  const params = signature === '' ? [] : signature.split(', ').map(paramOf);
  return Object.freeze({ name, params: Object.freeze(params), ...rest });
}

function paramOf(text: string): Param {
  const [, name, optional, type, list] = /^(\w+)(\??): (\w+)(\[\])?$/.exec(text) as RegExpExecArray;
  const lambda = /^lambda(\d)$/.exec(type)?.[1];
  return Object.freeze({
    name,
    type: lambda === undefined ? (type as ParamType) : 'any',
    ...(optional === '?' && { optional: true }),
    ...(list !== undefined && { isList: true }),
    ...(lambda !== undefined && { lambda: Number(lambda) }),
  });
}
