import { type Document, isScalar, LineCounter, parseDocument, Scalar, visit } from 'yaml';
import { OtelWasmError } from '../abi';

/** A YAML document whose values can be found in the text again. */
export interface YamlDocument {
  /**
   * Replaces the text of each value; keys stay. The type of a value that is not quoted is seen in its new text: `5` is a
   * number, nothing is null. It stays one value, whatever the text looks like.
   */
  replaceTexts(replace: (text: string, line: number) => string): void;
  /** The document as plain objects. */
  toJS(): unknown;
  /** Line, from 1 on, of the value at a path, or of the nearest one around it. */
  lineOf(path: readonly (string | number)[]): number;
}

/** Parses YAML 1.2. Throws OtelWasmError `INVALID_OPTION` with the line of the first error. */
export function parseYaml(text: string): YamlDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const error = document.errors.at(0);
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw new OtelWasmError(
      'INVALID_OPTION',
      `broken YAML at line ${line}, column ${col}: ${error.message}`,
      {
        cause: error,
      },
    );
  }
  return {
    replaceTexts: replace => {
      visit(document, {
        Scalar: (key, node) => {
          if (key === 'key' || typeof node.value !== 'string') return;
          const text = replace(node.value, lineCounter.linePos(node.range?.[0] ?? 0).line);
          const plain = node.type === Scalar.PLAIN && node.tag === undefined;
          if (text !== node.value) node.value = plain ? typed(text, document) : text;
        },
      });
    },
    toJS: () => document.toJS() as unknown,
    lineOf: path => lineCounter.linePos(offsetOf(document, path)).line,
  };
}

/** The value of a plain scalar, as YAML's core schema has it. */
function typed(text: string, { schema, options }: Document): unknown {
  for (const tag of schema.tags) {
    if (tag.collection !== undefined || tag.default !== true || !tag.test?.test(text)) continue;
    const value = tag.resolve(text, () => undefined, options);
    return isScalar(value) ? value.value : value;
  }
  return text;
}

function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as
      { range?: readonly number[] | null } | undefined;
    const offset = node?.range?.[0];
    if (offset !== undefined) return offset;
  }
  return 0;
}
