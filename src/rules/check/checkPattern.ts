import type { ValueNode } from '../ottl';
import type { Code } from '../program';
import { compileRegex, PatternError } from '../regex';
import type { Checks } from './checks';

/** Compiles a regular expression or a glob. If it has named groups, their names follow it. */
export function checkPattern(
  node: ValueNode,
  name: string,
  type: 'pattern' | 'namedPattern' | 'glob',
  checker: Checks,
): Code | undefined {
  const text = knownText(node);
  if (text === undefined)
    return checker.fail(
      node,
      `"${name}" must be a string in double quotes or a Concat of such strings: other patterns are not supported`,
    );
  try {
    const source = type === 'glob' ? regexOfGlob(text) : text;
    const { program, groups } = compileRegex(source);
    return { op: 'pattern', source, program, groups };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return checker.fail(node, error.message);
  }
}

/** A text that is known at compile time, in one piece or joined: `Concat(["^/", "users"], "")`. */
function knownText(node: ValueNode): string | undefined {
  if (node.kind === 'text') return node.value;
  if (node.kind !== 'call' || node.name !== 'Concat' || node.keys.length > 0 || node.args.length !== 2)
    return undefined;
  const [values, delimiter] = ['vals', 'delimiter'].map(
    (param, index) => node.args.find(({ name }, place) => (name ? name === param : place === index))?.value,
  );
  if (values?.kind !== 'list' || delimiter === undefined) return undefined;
  const between = knownText(delimiter);
  const texts = values.items.map(knownText);
  return between === undefined || texts.includes(undefined) ? undefined : texts.join(between);
}

/** `*` and `**`, `?`, `[abc]`, `[!a-z]`, `{one,other}`, and `\` to escape any of them. */
export function regexOfGlob(glob: string): string {
  let regex = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at];
    if (character === '*') regex += '.*';
    else if (character === '?') regex += '.';
    else if (character === '{') {
      depth++;
      regex += '(?:';
    } else if (character === '}' && depth > 0) {
      depth--;
      regex += ')';
    } else if (character === ',' && depth > 0) regex += '|';
    else if (character === '[') {
      const end = glob.indexOf(']', at + 1);
      const members = end < 0 ? '' : glob.slice(at + 1, end);
      regex += `[${members.replace(/^!/, '^').replace(/\\/g, '\\\\')}]`;
      at = end < 0 ? glob.length : end;
    } else regex += escaped(character === '\\' ? (glob[++at] ?? '') : character);
  }
  return `(?s)^(?:${regex})$`;
}

function escaped(character: string): string {
  return character.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
