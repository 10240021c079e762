import { type Document, LineCounter, parseDocument } from 'yaml';
import { OtelWasmError } from '../abi/errors';

/** A YAML document whose values can be found in the text again. */
export interface YamlDocument {
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
    toJS: () => document.toJS() as unknown,
    lineOf: path => lineCounter.linePos(offsetOf(document, path)).line,
  };
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
