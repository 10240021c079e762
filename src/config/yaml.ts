import { type Document, isScalar, LineCounter, type Node, parseDocument, Scalar, visit } from 'yaml';
import { messageOf, OtelWasmError } from '../abi';

/** A YAML document that knows the positions of its values. */
export interface YamlDocument {
  /**
   * Replaces the text of each value, but not of keys. The type of an unquoted value follows from its new text: `5` is
   * a number, an empty text is null. The text always stays a single value, even if it looks like YAML.
   */
  replaceTexts(replace: (text: string, line: number) => string): void;
  /**
   * The document as plain objects. Throws the error that `fail` creates for a value that JSON cannot hold, or an
   * invalid alias.
   */
  toJS(fail: (line: number, problem: string) => Error): unknown;
  /** The line, counted from 1, of the value at a path, or of the nearest enclosing value. */
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
    toJS: fail => {
      const failAt = (node: Node, problem: string): Error =>
        fail(lineCounter.linePos(node.range?.[0] ?? 0).line, problem);
      checkValues(document, failAt);
      try {
        return document.toJS() as unknown;
      } catch (error) {
        // Aliases expand without limit. The parser does not say which.
        throw fail(1, messageOf(error));
      }
    },
    lineOf: path => lineCounter.linePos(offsetOf(document, path)).line,
  };
}

/** Refuses values that would change on their way to a guest: sets, ordered maps, dates, infinity, large integers. */
function checkValues(document: Document, failAt: (node: Node, problem: string) => Error): void {
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) === undefined) throw failAt(node, `the alias *${node.source} has no anchor`);
    },
    Node: (_, node) => {
      if (node.tag !== undefined && !JSON_TAGS.has(node.tag))
        throw failAt(
          node,
          `the tag ${node.tag} has no equivalent in JSON: allowed are plain maps, lists and values`,
        );
      if (!isScalar(node)) return;
      const { value, source } = node;
      if (typeof value === 'number' && !Number.isFinite(value))
        throw failAt(node, `${source ?? value} is not a number that JSON can represent`);
      if (
        typeof value === 'number' &&
        Number.isInteger(value) &&
        !Number.isSafeInteger(value) &&
        isDigits(source)
      )
        throw failAt(node, `${source} is beyond 2^53 and would become ${value}: write it in quotes`);
    },
  });
}

const JSON_TAGS = new Set(
  ['map', 'seq', 'str', 'int', 'float', 'bool', 'null'].map(name => `tag:yaml.org,2002:${name}`),
);

function isDigits(source: string | undefined): boolean {
  return source !== undefined && /^[-+]?(?:\d+|0x[\da-fA-F]+|0o[0-7]+)$/.test(source);
}

/** The value of a plain scalar, by YAML's core schema. */
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
