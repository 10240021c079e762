/** Opcodes of the program's nodes. assembly/rules/program/ops.ts has the same list, in the same order. */
export const OPS = [
  'const',
  'path',
  'call',
  'index',
  'list',
  'map',
  '+',
  '-',
  '*',
  '/',
  'negate',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'and',
  'or',
  'not',
  'truth',
  'lambda',
  'local',
  'statement',
  'pattern',
] as const;

export type Op = (typeof OPS)[number];

/** Kinds of constants, with the numbers of assembly/rules/values/val.ts. */
export const KIND = {
  nil: 0,
  text: 1,
  bool: 2,
  int: 3,
  double: 4,
  list: 5,
  map: 6,
  bytes: 7,
  time: 8,
  duration: 9,
} as const;
