import { type Context, symbolsOf } from '../paths';
import { functionNamed, FUNCTIONS, type FunctionSpec, UNSUPPORTED } from '../functions';
import type { CallNode, ConditionNode, LambdaNode, PathNode, StatementNode, ValueNode } from '../ottl';
import { isCondition } from '../ottl';
import type { Code, Constant } from '../program';
import type { Checks } from './checks';
import { checkArguments } from './checkArguments';
import { checkPath } from './checkPath';
import { type Problem, suggestion } from './problems';

/** The result of a check: the code, absent if there is a problem, and all problems. */
export interface Checked {
  readonly code: Code | undefined;
  readonly problems: readonly Problem[];
}

/** Checks a statement in a context and compiles it. */
export function checkStatement(statement: StatementNode, context: Context): Checked {
  const checker = new Checker(context);
  const call = checker.call(statement.editor);
  const where = statement.where && checker.condition(statement.where);
  return checker.result(call && { op: 'statement', call, where });
}

/** Checks a condition in a context and compiles it. The processor `filter` has additional functions. */
export function checkCondition(condition: ConditionNode, context: Context, inFilter = false): Checked {
  const checker = new Checker(context, inFilter);
  return checker.result(checker.condition(condition));
}

/** Checks a value in a context and compiles it. */
export function checkValue(value: ValueNode, context: Context): Checked {
  const checker = new Checker(context);
  return checker.result(checker.value(value));
}

/** Methods return undefined on an error. They add the reason to `problems`, and checking continues. */
class Checker implements Checks {
  #problems: Problem[] = [];
  /** Slots of the lambda parameters in scope, innermost first. */
  #locals: ReadonlyMap<string, number>[] = [];
  #slots = 0;

  constructor(
    private readonly context: Context,
    private readonly inFilter = false,
  ) {}

  result(code: Code | undefined): Checked {
    return { code: this.#problems.length > 0 ? undefined : code, problems: this.#problems };
  }

  readonly fail = ({ start, end }: { start: number; end: number }, message: string): undefined => {
    this.#problems.push({ start, end, message });
    return undefined;
  };

  // #region conditions

  condition(node: ConditionNode): Code | undefined {
    switch (node.kind) {
      case 'comparison':
        return this.#operands(node.op, [this.value(node.left), this.value(node.right)]);
      case 'not':
        return this.#operands('not', [this.condition(node.operand)]);
      case 'and':
      case 'or':
        return this.#operands(
          node.kind,
          node.operands.map(operand => this.condition(operand)),
        );
      case 'truth':
        return this.#operands('truth', [this.value(node.value)]);
    }
  }

  #operands(
    op: Extract<Code, { operands: unknown }>['op'],
    operands: (Code | undefined)[],
  ): Code | undefined {
    return operands.includes(undefined) ? undefined : ({ op, operands } as Code);
  }

  // #endregion
  // #region values

  value(node: ValueNode): Code | undefined {
    switch (node.kind) {
      case 'nil':
        return constant({ kind: 'nil' });
      case 'text':
      case 'bytes':
      case 'bool':
      case 'int':
        return constant(node);
      case 'float':
        return constant({ kind: 'double', value: node.value });
      case 'symbol':
        return this.#symbol(node);
      case 'path':
        return this.path(node);
      case 'call':
        return this.call(node);
      case 'math':
        return this.#operands(node.op, [this.value(node.left), this.value(node.right)]);
      case 'negate':
        return this.#operands('negate', [this.value(node.operand)]);
      case 'list':
        return this.#operands(
          'list',
          node.items.map(item => this.value(item)),
        );
      case 'map': {
        // The second of two entries with the same key counts.
        const entries = new Map(node.entries.map(entry => [entry.key, entry.value]));
        return this.#operands(
          'map',
          [...entries].flatMap(([key, value]) => [constant({ kind: 'text', value: key }), this.value(value)]),
        );
      }
      case 'lambda':
        return this.fail(node, 'a lambda can only be an argument of a function that takes one');
    }
  }

  #symbol(node: ValueNode & { kind: 'symbol' }): Code | undefined {
    const value = this.enumValue(node.name);
    if (value !== undefined) return constant({ kind: 'int', value: BigInt(value) });
    const known = Object.keys(symbolsOf(this.context));
    const none = known.length === 0 ? `a ${this.context.name} has no symbols` : 'no such symbol';
    return this.fail(node, `"${node.name}": ${none}${suggestion(node.name, known)}`);
  }

  enumValue(name: string): number | undefined {
    const symbols = symbolsOf(this.context);
    return Object.hasOwn(symbols, name) ? symbols[name] : undefined;
  }

  path(node: PathNode): Code | undefined {
    const [first] = node.fields;
    const slot = this.#locals.find(scope => scope.has(first.name))?.get(first.name);
    if (slot !== undefined) {
      if (node.fields.length > 1) return this.fail(node, `"${first.name}" is a parameter: it has no fields`);
      const keys = first.keys.map(key => this.value(key));
      if (keys.length === 0) return { op: 'local', slot };
      return this.#operands('index', [{ op: 'local', slot }, ...keys]);
    }
    const { keys } = node.fields[node.fields.length - 1];
    return checkPath(node, this.context, index => this.value(keys[index]), this.fail);
  }

  call(node: CallNode): Code | undefined {
    const spec = functionNamed(node.name);
    const name = { start: node.start, end: node.start + node.name.length };
    if (spec === undefined || (spec.isFilters && !this.inFilter))
      return this.#unknownFunction(node.name, name);
    if (spec.contexts && !spec.contexts.includes(this.context.name))
      return this.fail(
        name,
        `"${spec.name}" is for statements about ${spec.contexts.join(' or ')}, this one is about a ${this.context.name}`,
      );
    const args = checkArguments(node, spec, this);
    const keys = node.keys.map(key => this.value(key));
    if (args === undefined || keys.includes(undefined)) return undefined;
    const call: Code = { op: 'call', name: spec.name, args };
    return keys.length === 0 ? call : this.#operands('index', [call, ...keys]);
  }

  #unknownFunction(name: string, at: { start: number; end: number }): undefined {
    if (UNSUPPORTED.has(name)) return this.fail(at, `"${name}" is not supported`);
    const isEditor = /^[a-z]/.test(name);
    const known = FUNCTIONS.map((spec: FunctionSpec) => spec.name).filter(
      other => /^[a-z]/.test(other) === isEditor,
    );
    return this.fail(
      at,
      `there is no ${isEditor ? 'editor' : 'converter'} "${name}"${suggestion(name, known)}`,
    );
  }

  /** A lambda with as many parameters as its function passes values. */
  lambda(node: LambdaNode): Code | undefined {
    const scope = new Map<string, number>();
    const slots = node.params.map(name => {
      if (name !== '_' && scope.has(name)) this.fail(node, `two parameters are named "${name}"`);
      const slot = this.#slots++;
      if (name !== '_') scope.set(name, slot);
      return slot;
    });
    this.#locals.unshift(scope);
    const body = isCondition(node.body) ? this.condition(node.body) : this.value(node.body);
    this.#locals.shift();
    return body && { op: 'lambda', slots, body };
  }

  // #endregion
}

function constant(value: Constant): Code {
  return { op: 'const', value };
}
