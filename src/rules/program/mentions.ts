import type { Code } from './code';

/** As many texts as the engine's prefilter takes, of at least so many bytes. */
const MOST = 8;
const LEAST_BYTES = 2;

const ITEM = 2;

/**
 * Texts of which an item's bytes have at least one if one of the conditions is true of it; none when that cannot be told. What
 * a resource or scope says is not among an item's bytes.
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

/** A text or attribute of the item itself that has this text as it is. */
function equality(path: Code, value: Code): Texts {
  if (path.op !== 'path' || path.record !== ITEM || value.op !== 'const' || value.value.kind !== 'text')
    return undefined;
  const isText = path.access === 0 || path.keys.length > 0;
  return isText && Buffer.byteLength(value.value.value) >= LEAST_BYTES ? [value.value.value] : undefined;
}
