import type { Code } from './code';

/** The number of texts in the engine's prefilter, and their minimum length. */
const MOST = 8;
const LEAST_BYTES = 2;

const ITEM = 2;

/**
 * Texts of which an item's bytes must contain at least one for a condition to be true; none if that is unknown. An
 * item's bytes do not contain its resource and scope.
 */
export function mentionsOf(conditions: readonly Code[]): string[] {
  const all = any(conditions);
  return all === undefined || all.length > MOST ? [] : all;
}

type Texts = string[] | undefined;

function any(codes: readonly Code[]): Texts {
  const each = codes.map(mentions);
  return each.includes(undefined) ? undefined : [...new Set(each.flat() as string[])];
}

function mentions(code: Code): Texts {
  switch (code.op) {
    case 'or':
      return any(code.operands);
    case 'and':
      return code.operands
        .map(mentions)
        .reduce((best, texts) =>
          best === undefined || (texts && texts.length < best.length) ? texts : best,
        );
    case '==': {
      const [left, right] = code.operands;
      return equality(left, right) ?? equality(right, left);
    }
    case 'truth': {
      const [call] = code.operands;
      if (call.op !== 'call' || (call.name !== 'HasPrefix' && call.name !== 'HasSuffix')) return undefined;
      const [target, part] = call.args;
      return target && part ? equality(target, part) : undefined;
    }
    default:
      return undefined;
  }
}

/** The text if the path is a text or attribute of the item itself. */
function equality(path: Code, value: Code): Texts {
  if (path.op !== 'path' || path.record !== ITEM || value.op !== 'const' || value.value.kind !== 'text')
    return undefined;
  const isText = path.access === 0 || path.keys.length > 0;
  return isText && Buffer.byteLength(value.value.value) >= LEAST_BYTES ? [value.value.value] : undefined;
}
