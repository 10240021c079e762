import type { Code } from '../program';

/**
 * What a parameter takes. A getter's value is looked at when the call runs: `text` must be a text then, `textLike` is made one.
 * A collection is a map or a list. A path is something that can be set. A literal is known when the rules are compiled; so are a pattern, which is a regular
 * expression, and a glob. A function is named.
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
  /** May be left out; only behind those that may not. */
  readonly optional?: boolean;
  /** A list, written out, of such arguments. */
  readonly isList?: boolean;
  /** A lambda with so many parameters, instead of a type. */
  readonly lambda?: number;
}

/** What an argument says by itself; a list of such for a list. */
export type Literal = string | bigint | number | boolean | Uint8Array | undefined | readonly Literal[];

/** A function of the language. Its implementation has the same name in assembly/rules/functions. */
export interface FunctionSpec {
  readonly name: string;
  readonly params: readonly Param[];
  /** Contexts that have it; all when left out. */
  readonly contexts?: readonly string[];
  /** Whether the processor `filter` alone has it. */
  readonly isFilters?: boolean;
  /**
   * What is wrong with the arguments, seen when the rules are compiled: the literals by parameter, how long what was given is
   * as a list (1 for what is none), and what they are compiled to.
   */
  readonly check?: (
    literals: readonly Literal[],
    given: readonly (number | undefined)[],
    args: readonly (Code | undefined)[],
  ) => string | undefined;
  /** What the call is given instead of the arguments, by the same. */
  readonly rewrite?: (
    args: readonly (Code | undefined)[],
    literals: readonly Literal[],
    given: readonly (number | undefined)[],
  ) => (Code | undefined)[];
}

/**
 * A function from its signature, e.g. `define('set', 'target: path, value: any')`: `?` behind a name says optional, `[]`
 * behind a type a list of it, `lambda2` a lambda with two parameters.
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
