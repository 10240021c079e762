import { OtelWasmError } from '../../abi';

/** Keys and indexes from the root of the configuration. */
export type ConfigPath = readonly (string | number)[];

interface Found {
  readonly path: ConfigPath;
  readonly message: string;
  /** The statement and the part of it that is wrong. */
  readonly statement?: { readonly text: string; readonly start: number; readonly end: number };
}

/** A position in a file. Line and column are counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Finds the position in a file of a value, or of a character in a text. */
export type Locate = (path: ConfigPath, offset: number) => Place | undefined;

/** Collects all problems of some rules, so that users see them at once. */
export class Problems {
  #found: Found[] = [];

  constructor(
    private readonly file: string | undefined,
    private readonly locate: Locate,
  ) {}

  add(path: ConfigPath, message: string, statement?: Found['statement']): void {
    this.#found.push({ path, message, statement });
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  /** Throws `RULES_INVALID` with all problems, if there are any. */
  throwIfAny(): void {
    if (this.isEmpty) return;
    throw new OtelWasmError('RULES_INVALID', this.#found.map(found => this.#format(found)).join('\n'));
  }

  #format({ path, message, statement }: Found): string {
    const place = this.locate(path, statement?.start ?? 0);
    const name = path.map(part => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
    const where = [this.file, ...(place ? [place.line, place.column] : [])].filter(
      part => part !== undefined,
    );
    const head = where.length > 0 ? where.join(':') : name.replace(/^\./, '') || 'rules';
    return [`${head}: ${message}`, ...(statement ? marked(statement) : [])].join('\n');
  }
}

/** The line of the statement with the fault, and carets below it. */
function marked({ text, start, end }: { text: string; start: number; end: number }): string[] {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', lineStart);
  const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const carets = Math.max(1, Math.min(end, lineStart + line.length) - start);
  return [`    ${line}`, `    ${' '.repeat(start - lineStart)}${'^'.repeat(carets)}`];
}
