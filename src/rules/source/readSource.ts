import { readFileSync } from 'node:fs';
import { types } from 'node:util';
import type { Scalar } from 'yaml';
import { isScalar, LineCounter, parseDocument } from 'yaml';
import { messageOf, OtelWasmError } from '../../abi';
import { ConfigNode } from './configNode';
import { type ConfigPath, type Place, Problems } from './problems';

/** A YAML file, YAML text, or parsed YAML. */
export type RulesSource = string | URL | Readonly<Record<string, unknown>>;

/**
 * Reads rules. A text with a line break, or with a colon and a space, is YAML; any other text is a path. Throws
 * `RULES_INVALID`.
 */
export function readSource(source: RulesSource): ConfigNode {
  if (typeof source === 'string' && /\n|: /.test(source)) return parse(source, undefined);
  if (typeof source === 'string' || source instanceof URL) {
    try {
      return parse(readFileSync(source, 'utf8'), String(source));
    } catch (cause) {
      if (cause instanceof OtelWasmError) throw cause;
      throw new OtelWasmError(
        'GUEST_NOT_FOUND',
        `${String(source)}: the rules cannot be read: ${messageOf(cause)}`,
        {
          cause,
        },
      );
    }
  }
  if (typeof source !== 'object' || source === null || types.isProxy(source))
    throw new OtelWasmError('INVALID_OPTION', 'rules must be a path, YAML, or an object');
  return new ConfigNode(source, [], new Problems(undefined, () => undefined));
}

function parse(text: string, file: string | undefined): ConfigNode {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const locate = (path: ConfigPath, offset: number): Place | undefined => {
    // The position of an excess key is that of its map. The position of a missing key is that of the value that
    // should contain it.
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      const range = (node as { range?: [number, number, number] } | null | undefined)?.range;
      if (!range) continue;
      const inner = length === path.length && isScalar(node) ? offsetIn(text, node, offset) : 0;
      return place(range[0] + inner);
    }
    return undefined;
  };
  const problems = new Problems(file, locate);
  const [error] = document.errors;
  if (error) {
    const { line, column } = place(error.pos[0]);
    throw new OtelWasmError(
      'RULES_INVALID',
      `${file ?? 'rules'}:${line}:${column}: ${error.message.split('\n')[0]}`,
    );
  }
  return new ConfigNode(expanded(document.toJS(), problems, []), [], problems);
}

/** Inserts environment variables for `${env:NAME}` and `${NAME}`, like a Collector. `$$` is one dollar sign. */
function expanded(value: unknown, problems: Problems, path: ConfigPath): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\$|\$\{([^}]*)\}/g, (whole, name?: string) => {
      if (name === undefined) return '$';
      const [, key, , byDefault] = /^(?:env:)?([A-Za-z_]\w*)(:-(.*))?$/.exec(name) ?? [];
      if (key === undefined) {
        problems.add(
          path,
          `"${whole}" is not a variable: allowed are \${env:NAME} and \${env:NAME:-default}`,
        );
        return whole;
      }
      return process.env[key] ?? byDefault ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => expanded(item, problems, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, expanded(item, problems, [...path, key])]),
  );
}

/** The offset of a character of a scalar, from the scalar's start in the file. */
function offsetIn(text: string, node: Scalar, offset: number): number {
  const [start, end] = node.range as [number, number, number];
  const source = text.slice(start, end);
  const value = String(node.value);
  // The text occurs literally, plain or quoted, so everything before it is literal too.
  const plain = source.indexOf(value);
  if (plain >= 0) return plain + offset;
  // Otherwise the words are matched: escapes and folded lines only change what is between them.
  let at = /^[|>]/.test(source) ? source.indexOf('\n') + 1 : /^["']/.test(source) ? 1 : 0;
  for (const character of value.slice(0, offset).replace(/\s/g, '')) {
    const next = source.indexOf(character, at);
    if (next < 0) break;
    at = next + 1;
  }
  while (/[\s\\]/.test(source[at] ?? '')) at++;
  return at;
}
