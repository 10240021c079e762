import { SyntaxFault } from './syntaxError';

/** `lower`: paths and editors. `upper`: enums. `mixed`: other names, which only functions have. */
export type TokenKind =
  | 'bytes'
  | 'float'
  | 'int'
  | 'string'
  | 'word'
  | 'lower'
  | 'upper'
  | 'mixed'
  | 'comparison'
  | 'symbol'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reserved words. `where` is reserved only where a statement can have a condition. */
const WORDS: ReadonlySet<string> = new Set(['nil', 'not', 'or', 'and', 'true', 'false']);

const RULES: readonly (readonly [TokenKind, RegExp])[] = [
  ['bytes', /0x[a-fA-F0-9]+/y],
  ['float', /(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?/y],
  ['int', /\d+/y],
  ['string', /"(?:\\[^\n]|[^\\"])*"/y],
  ['comparison', /==|!=|>=|<=|>|</y],
  ['symbol', /=>|[-+*/=(){}:,.[\]]/y],
  ['mixed', /[A-Za-z][A-Za-z0-9_]*|_(?![A-Za-z0-9_])/y],
];

/** The tokens of a statement, followed by one of kind `end`. Throws SyntaxFault. */
export function tokenize(statement: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ;) {
    while (/\s/.test(statement[at] ?? '')) at++;
    if (at >= statement.length) break;
    const token = tokenAt(statement, at);
    tokens.push(token);
    at = token.end;
  }
  return [...tokens, { kind: 'end', text: '', start: statement.length, end: statement.length }];
}

function tokenAt(statement: string, start: number): Token {
  for (const [kind, pattern] of RULES) {
    pattern.lastIndex = start;
    const text = pattern.exec(statement)?.[0];
    if (text === undefined) continue;
    return { kind: kind === 'mixed' ? kindOfName(text) : kind, text, start, end: start + text.length };
  }
  if (statement[start] === '"') throw new SyntaxFault(start, statement.length, 'unterminated string');
  throw new SyntaxFault(start, start + 1, `unexpected character ${JSON.stringify(statement[start])}`);
}

function kindOfName(name: string): TokenKind {
  if (WORDS.has(name)) return 'word';
  if (/^[a-z][a-z0-9_]*$/.test(name)) return 'lower';
  return /^[A-Z][A-Z0-9_]*$/.test(name) ? 'upper' : 'mixed';
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** The value of a string literal, with Go's escapes. */
export function unquote(token: Token): string {
  const body = token.text.slice(1, -1);
  return body.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([^]))/g,
    (whole, hex?: string, short?: string, long?: string, octal?: string, single?: string) => {
      const code = hex ?? short ?? long;
      if (code !== undefined) return String.fromCodePoint(parseInt(code, 16));
      if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8));
      const escaped = ESCAPES[single ?? ''];
      if (escaped === undefined)
        throw new SyntaxFault(
          token.start,
          token.end,
          `"${whole}" is not an escape: write a backslash as "\\\\"; allowed are \\n \\r \\t \\" \\\\ \\a \\b \\f \\v \\xNN \\uNNNN \\UNNNNNNNN \\NNN`,
        );
      return escaped;
    },
  );
}
