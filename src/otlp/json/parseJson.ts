import { messageOf, OtelWasmError } from '../../abi';
import { findLongInteger, markLongIntegers } from './longIntegers';

/** White space, then one token of JSON: punctuation, a string, or a number or word. */
const TOKEN =
  // eslint-disable-next-line no-control-regex
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y;

const SPACE = /[ \t\n\r]*/y;

/**
 * `JSON.parse` with positions in errors, which Node before 22 often lacks. It refuses integers beyond 2^53, which
 * `JSON.parse` would round.
 * @throws OtelWasmError `DECODE` with line and column
 */
export function parseJson(text: string): unknown {
  const value = parsed(text, text, 1);
  const long = findLongInteger(text);
  if (long === undefined) return value;
  const { line, column } = placeOf(text, long.offset);
  throw new OtelWasmError(
    'DECODE',
    `line ${line}, column ${column}: ${long.token} is beyond 2^53 and would become ${Number(long.token)}: ` +
      'write it in quotes',
  );
}

/** {@link parseJson} for `otlpFromJson`, which reads integers beyond 2^53 exactly. */
export function parseOtlpJson(text: string, firstLine = 1): unknown {
  return parsed(markLongIntegers(text), text, firstLine);
}

function parsed(json: string, text: string, firstLine: number): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    const { offset, expected } = findError(text) ?? { offset: 0, expected: messageOf(cause) };
    const { line, column } = placeOf(text, offset);
    const found =
      offset >= text.length ? 'the end' : JSON.stringify(/^\S{0,12}/.exec(text.slice(offset))?.[0]);
    throw new OtelWasmError(
      'DECODE',
      `broken JSON at line ${line + firstLine - 1}, column ${column}: found ${found}, expected ${expected}`,
      { cause },
    );
  }
}

/** Line and column, both counted from 1. */
function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

type State = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or ]' | ', or }' | 'the end';

/** Where a text stops being JSON, and what is allowed there. */
function findError(text: string): { offset: number; expected: string } | undefined {
  const open: ('[' | '{')[] = [];
  let state: State = 'value';
  const after = (): State => (open.length === 0 ? 'the end' : open.at(-1) === '[' ? ', or ]' : ', or }');
  for (let position = 0; ;) {
    SPACE.lastIndex = position;
    const start = position + (SPACE.exec(text) as RegExpExecArray)[0].length;
    TOKEN.lastIndex = position;
    const token = TOKEN.exec(text);
    if (token === null)
      return start >= text.length && state === 'the end' ? undefined : { offset: start, expected: state };
    position = TOKEN.lastIndex;
    const [, mark, string] = token;
    const isValue = mark === undefined;
    if ((state === 'value' || state === 'value or ]') && (isValue || mark === '[' || mark === '{')) {
      if (isValue) state = after();
      else {
        open.push(mark);
        state = mark === '[' ? 'value or ]' : 'name or }';
      }
    } else if ((state === 'name' || state === 'name or }') && string !== undefined) state = ':';
    else if (state === ':' && mark === ':') state = 'value';
    else if (mark === ',' && state === ', or ]') state = 'value';
    else if (mark === ',' && state === ', or }') state = 'name';
    else if (mark !== undefined && (mark === ']' || mark === '}') && state.endsWith(`or ${mark}`)) {
      open.pop();
      state = after();
    } else return { offset: start, expected: state };
  }
}
