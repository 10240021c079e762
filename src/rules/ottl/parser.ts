// More than 250 lines: the whole grammar of OTTL is in one place.
import type {
  Argument,
  CallNode,
  ComparisonOperator,
  ConditionNode,
  KeyNode,
  LambdaNode,
  ListNode,
  MapEntry,
  MapNode,
  MathNode,
  PathField,
  PathNode,
  StatementNode,
  ValueNode,
} from './ast';
import { type Token, tokenize, unquote } from './lexer';
import { SyntaxFault } from './syntaxError';

/** Parses an editor call with an optional `where`. Throws SyntaxFault. */
export function parseStatement(text: string): StatementNode {
  const parser = new Parser(text);
  return parser.whole(() => parser.statement());
}

/** Parses a condition. Throws SyntaxFault. */
export function parseCondition(text: string): ConditionNode {
  const parser = new Parser(text);
  return parser.whole(() => parser.condition());
}

/** Parses a value. Throws SyntaxFault. */
export function parseValue(text: string): ValueNode {
  const parser = new Parser(text);
  return parser.whole(() => parser.value());
}

/** Recursive descent. Where one token does not decide, it tries an alternative and backtracks. */
class Parser {
  #tokens: readonly Token[];
  #at = 0;
  /** The fault at the greatest offset. If several alternatives fail, this is the one that was meant. */
  #farthest: SyntaxFault | undefined;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  whole<T>(rule: () => T): T {
    try {
      const node = rule();
      if (this.#token.kind !== 'end') throw this.#unexpected('the end');
      return node;
    } catch (fault) {
      throw fault instanceof SyntaxFault && this.#farthest && this.#farthest.start > fault.start
        ? this.#farthest
        : fault;
    }
  }

  statement(): StatementNode {
    const { start } = this.#token;
    const editor = this.#call();
    if (!/^[a-z]/.test(editor.name))
      throw new SyntaxFault(
        editor.start,
        editor.start + editor.name.length,
        `"${editor.name}" is a converter: a statement begins with an editor, such as set(...)`,
      );
    if (editor.keys.length > 0)
      throw new SyntaxFault(editor.keys[0].start, editor.end, 'an editor has no value and cannot be indexed');
    const where = this.#takeName('where') ? this.condition() : undefined;
    return Object.freeze({ kind: 'statement', editor, where, start, end: this.#end });
  }

  // #region conditions

  condition(): ConditionNode {
    return this.#joined('or', () => this.#joined('and', () => this.#term()));
  }

  #joined(word: 'and' | 'or', operand: () => ConditionNode): ConditionNode {
    const { start } = this.#token;
    const operands = [operand()];
    while (this.#take('word', word)) operands.push(operand());
    if (operands.length === 1) return operands[0];
    return Object.freeze({ kind: word, operands: Object.freeze(operands), start, end: this.#end });
  }

  #term(): ConditionNode {
    const { start } = this.#token;
    if (!this.#take('word', 'not')) return this.#plainTerm();
    const operand = this.#plainTerm();
    return Object.freeze({ kind: 'not', operand, start, end: this.#end });
  }

  #plainTerm(): ConditionNode {
    const { start } = this.#token;
    const comparison = this.#try(() => {
      const left = this.value();
      const op = this.#token;
      if (op.kind !== 'comparison') throw this.#unexpected('a comparison such as ==');
      this.#at++;
      return Object.freeze({
        kind: 'comparison' as const,
        op: op.text as ComparisonOperator,
        left,
        right: this.value(),
        start,
        end: this.#end,
      });
    });
    if (comparison) return comparison;
    if (this.#token.kind === 'word' && /^(true|false)$/.test(this.#token.text)) {
      const value = this.#bool();
      return Object.freeze({ kind: 'truth', value, start, end: this.#end });
    }
    if (this.#take('symbol', '(')) {
      const inner = this.condition();
      this.#expect(')');
      return inner;
    }
    if (this.#isCall()) {
      const value = this.#call();
      this.#mustBeConverter(value);
      return Object.freeze({ kind: 'truth', value, start, end: this.#end });
    }
    throw this.#farthest ?? this.#unexpected('a condition');
  }

  // #endregion
  // #region values

  value(): ValueNode {
    const token = this.#token;
    const { start, end } = token;
    if (token.kind === 'symbol' && token.text === '(' && this.#isLambda()) return this.#lambda();
    if (token.kind === 'symbol' && token.text === '{') return this.#map();
    if (token.kind === 'symbol' && token.text === '[') return this.#list();
    if (token.kind === 'word' && /^(true|false)$/.test(token.text)) return this.#bool();
    if (token.kind === 'word' && token.text === 'nil') {
      this.#at++;
      return Object.freeze({ kind: 'nil', start, end });
    }
    if (token.kind === 'string') {
      this.#at++;
      return Object.freeze({ kind: 'text', value: unquote(token), start, end });
    }
    if (token.kind === 'bytes') {
      this.#at++;
      if (token.text.length % 2 !== 0)
        throw new SyntaxFault(
          start,
          end,
          `a byte literal needs an even number of hexadecimal digits: ${token.text}`,
        );
      const value = Uint8Array.from(Buffer.from(token.text.slice(2), 'hex'));
      return Object.freeze({ kind: 'bytes', value, start, end });
    }
    if (token.kind === 'upper' && !this.#isCall()) {
      this.#at++;
      return Object.freeze({ kind: 'symbol', name: token.text, start, end });
    }
    return this.#sum();
  }

  #bool(): ValueNode & { kind: 'bool' } {
    const { text, start, end } = this.#tokens[this.#at++];
    return Object.freeze({ kind: 'bool', value: text === 'true', start, end });
  }

  #sum(): ValueNode {
    return this.#operations(['+', '-'], () => this.#operations(['*', '/'], () => this.#factor()));
  }

  #operations(operators: readonly string[], operand: () => ValueNode): ValueNode {
    const { start } = this.#token;
    let left = operand();
    for (;;) {
      const { kind, text } = this.#token;
      if (kind !== 'symbol' || !operators.includes(text)) return left;
      this.#at++;
      const op = text as MathNode['op'];
      left = Object.freeze({ kind: 'math', op, left, right: operand(), start, end: this.#end });
    }
  }

  #factor(): ValueNode {
    const { start } = this.#token;
    if (this.#take('symbol', '-')) {
      const operand = this.#unsigned();
      const { end } = operand;
      if (operand.kind === 'int' || operand.kind === 'float')
        return Object.freeze({ ...operand, value: -operand.value, start, end } as ValueNode);
      return Object.freeze({ kind: 'negate', operand, start, end });
    }
    this.#take('symbol', '+');
    return this.#unsigned();
  }

  #unsigned(): ValueNode {
    const token = this.#token;
    const { start, end } = token;
    if (token.kind === 'float') {
      this.#at++;
      return Object.freeze({ kind: 'float', value: Number(token.text), start, end });
    }
    if (token.kind === 'int') {
      this.#at++;
      const value = BigInt(token.text);
      if (value > 0x7fff_ffff_ffff_ffffn)
        throw new SyntaxFault(start, end, `${token.text} does not fit in 64 bits`);
      return Object.freeze({ kind: 'int', value, start, end });
    }
    if (this.#take('symbol', '(')) {
      const inner = this.#sum();
      this.#expect(')');
      return inner;
    }
    if (this.#isCall()) {
      const call = this.#call();
      this.#mustBeConverter(call);
      return call;
    }
    if (token.kind === 'lower') return this.#path();
    throw this.#unexpected('a value');
  }

  #path(): PathNode {
    const { start } = this.#token;
    const fields: PathField[] = [];
    do {
      const { kind, text, start: fieldStart } = this.#token;
      if (kind !== 'lower') throw this.#unexpected('the name of a field');
      this.#at++;
      fields.push(Object.freeze({ name: text, keys: this.#keys(), start: fieldStart, end: this.#end }));
    } while (this.#take('symbol', '.'));
    return Object.freeze({ kind: 'path', fields: Object.freeze(fields), start, end: this.#end });
  }

  #keys(): readonly KeyNode[] {
    const keys: KeyNode[] = [];
    while (this.#take('symbol', '[')) {
      const { kind } = this.#token;
      const key = kind === 'string' ? this.value() : kind === 'int' ? this.#unsigned() : this.#sum();
      this.#expect(']');
      keys.push(key);
    }
    return Object.freeze(keys);
  }

  #list(): ListNode {
    const { start } = this.#token;
    this.#expect('[');
    const items: ValueNode[] = [];
    if (!this.#take('symbol', ']')) {
      do items.push(this.value());
      while (this.#take('symbol', ','));
      this.#expect(']');
    }
    return Object.freeze({ kind: 'list', items: Object.freeze(items), start, end: this.#end });
  }

  #map(): MapNode {
    const { start } = this.#token;
    this.#expect('{');
    const entries: MapEntry[] = [];
    while (!this.#take('symbol', '}')) {
      const key = this.#token;
      if (key.kind !== 'string') throw this.#unexpected('a key in double quotes');
      this.#at++;
      this.#expect(':');
      const value = this.value();
      entries.push(Object.freeze({ key: unquote(key), value, start: key.start, end: this.#end }));
      this.#take('symbol', ',');
    }
    return Object.freeze({ kind: 'map', entries: Object.freeze(entries), start, end: this.#end });
  }

  #isLambda(): boolean {
    let at = this.#at + 1;
    while (this.#tokens[at].kind === 'lower' || /^[,_]$/.test(this.#tokens[at].text)) at++;
    return this.#tokens[at].text === ')' && this.#tokens[at + 1]?.text === '=>';
  }

  #lambda(): LambdaNode {
    const { start } = this.#token;
    this.#expect('(');
    const params: string[] = [];
    if (!this.#take('symbol', ')')) {
      do {
        const { kind, text } = this.#token;
        if (kind !== 'lower' && text !== '_') throw this.#unexpected('a name');
        this.#at++;
        params.push(text);
      } while (this.#take('symbol', ','));
      this.#expect(')');
    }
    this.#expect('=>');
    const body =
      this.#try(() => {
        const value = this.value();
        const { kind, text } = this.#token;
        if (kind === 'comparison' || (kind === 'word' && /^(and|or)$/.test(text)))
          throw this.#unexpected('the end of the value');
        return value;
      }) ?? this.condition();
    if (body.kind === 'lambda')
      throw new SyntaxFault(body.start, body.end, 'the body of a lambda cannot be another lambda');
    return Object.freeze({ kind: 'lambda', params: Object.freeze(params), body, start, end: this.#end });
  }

  // #endregion
  // #region calls

  #isCall(): boolean {
    return /^(lower|upper|mixed)$/.test(this.#token.kind) && this.#tokens[this.#at + 1].text === '(';
  }

  #call(): CallNode {
    const { kind, text: name, start } = this.#token;
    if (!/^(lower|upper|mixed)$/.test(kind)) throw this.#unexpected('the name of a function');
    this.#at++;
    this.#expect('(');
    const args: Argument[] = [];
    if (!this.#take('symbol', ')')) {
      do args.push(this.#argument());
      while (this.#take('symbol', ','));
      this.#expect(')');
    }
    const keys = this.#keys();
    return Object.freeze({ kind: 'call', name, args: Object.freeze(args), keys, start, end: this.#end });
  }

  #argument(): Argument {
    const { kind, text, start } = this.#token;
    const isNamed = /^(lower|mixed)$/.test(kind) && this.#tokens[this.#at + 1].text === '=';
    if (isNamed) this.#at += 2;
    const value = this.#functionName() ?? this.value();
    return Object.freeze({ name: isNamed ? text : undefined, value, start, end: this.#end });
  }

  /** A converter passed by name, e.g. `SHA256`. */
  #functionName(): ValueNode | undefined {
    const { kind, text, start, end } = this.#token;
    if (kind !== 'mixed' || !/^[A-Z]/.test(text) || !/^[,)]$/.test(this.#tokens[this.#at + 1].text)) return;
    this.#at++;
    return Object.freeze({ kind: 'symbol', name: text, start, end });
  }

  #mustBeConverter({ name, start }: CallNode): void {
    if (/^[a-z]/.test(name))
      throw new SyntaxFault(
        start,
        start + name.length,
        `"${name}" is an editor, which has no value: converters begin with a capital letter`,
      );
  }

  // #endregion

  get #token(): Token {
    return this.#tokens[this.#at];
  }

  /** The end of the previous token. */
  get #end(): number {
    return this.#tokens[this.#at - 1].end;
  }

  #take(kind: Token['kind'], text: string): boolean {
    const found = this.#token.kind === kind && this.#token.text === text;
    if (found) this.#at++;
    return found;
  }

  #takeName(name: string): boolean {
    return this.#take('lower', name);
  }

  #expect(text: string): void {
    if (!this.#take('symbol', text)) throw this.#unexpected(`"${text}"`);
  }

  /** The result of a rule. If the rule does not match: undefined, and the position is restored. */
  #try<T>(rule: () => T): T | undefined {
    const before = this.#at;
    try {
      return rule();
    } catch (fault) {
      if (!(fault instanceof SyntaxFault)) throw fault;
      this.#at = before;
      if (!this.#farthest || fault.start > this.#farthest.start) this.#farthest = fault;
      return undefined;
    }
  }

  #unexpected(wanted: string): SyntaxFault {
    const { kind, text, start, end } = this.#token;
    const found = kind === 'end' ? 'the end' : `"${text}"`;
    return new SyntaxFault(start, end, `expected ${wanted}, found ${found}`);
  }
}
