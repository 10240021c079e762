import type { EQUALITIES, ORDERS, TEXT_TESTS } from './dropRules';

/** Only the guest can decide, or the guest may fail. */
export const UNKNOWN = undefined;
export type Verdict = boolean | undefined;

/** An absent value. */
export const NOTHING = null;

/** Compares a value with a constant as OTTL does. Throws for a constant of another kind. */
export function comparison(
  op: (typeof EQUALITIES)[number] | (typeof ORDERS)[number],
  constant: unknown,
): (value: unknown) => Verdict {
  const isNumber = typeof constant === 'number' && Number.isFinite(constant);
  if (op !== '==' && op !== '!=') {
    if (!isNumber) throw new TypeError('only numbers have an order');
    return order(op, constant);
  }
  if (!isNumber && constant !== NOTHING && typeof constant !== 'boolean' && !isExact(constant))
    throw new TypeError('unknown constant');
  const equal = op === '==';
  return value => (value === constant ? equal : isComparable(value) ? !equal : UNKNOWN);
}

/** Numbers and other values have no order. OTTL answers false, without an error. */
function order(op: (typeof ORDERS)[number], constant: number): (value: unknown) => Verdict {
  const numbers = {
    '<': (value: number) => value < constant,
    '<=': (value: number) => value <= constant,
    '>': (value: number) => value > constant,
    '>=': (value: number) => value >= constant,
  }[op];
  return value => (typeof value === 'number' ? numbers(value) : isComparable(value) ? false : UNKNOWN);
}

/** Tests a text. The guest may accept or refuse other values. */
export function textTest(op: (typeof TEXT_TESTS)[number], part: unknown): (value: unknown) => Verdict {
  if (!isExact(part)) throw new TypeError('unknown string');
  switch (op) {
    case 'is':
      return value => (typeof value === 'string' ? value === part : UNKNOWN);
    case 'starts':
      return value => (typeof value === 'string' ? value.startsWith(part) : UNKNOWN);
    case 'ends':
      return value => (typeof value === 'string' ? value.endsWith(part) : UNKNOWN);
    case 'contains':
      return value => (typeof value === 'string' ? value.includes(part) : UNKNOWN);
  }
}

/**
 * Whether searching for this text gives the same result in UTF-16 as in UTF-8. Half a surrogate pair does not: it is
 * encoded as U+FFFD.
 */
export function isExact(text: unknown): text is string {
  return typeof text === 'string' && !/\p{Surrogate}|\uFFFD/u.test(text);
}

function isComparable(value: unknown): boolean {
  return (
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === NOTHING
  );
}
