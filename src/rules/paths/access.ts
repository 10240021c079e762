/** How the engine reads and writes a field. assembly/rules/program/access.ts has the same list, in the same order. */
export const ACCESSES = [
  'text',
  'varint',
  'varint32',
  'fixed64',
  'fixed32',
  'time',
  'bool',
  'double',
  'map',
  'value',
  'traceId',
  'spanId',
  'profileId',
  'traceIdText',
  'spanIdText',
  'profileIdText',
  'opaque',
  'symbol',
  'cache',
  'valueText',
  'pointDouble',
  'pointInt',
  'zigzag',
  'packedFixed64',
  'packedVarint',
  'packedDouble',
  'metricType',
  'traceState',
  'optionalDouble',
  'eventIndex',
] as const;

/** Marks a field number that contains five numbers, of six bits each. */
export const BY_KIND = 0x8000_0000;

export type Access = (typeof ACCESSES)[number];

/** The messages at which a path can begin. assembly/rules/records/state.ts has the same list. */
export const RECORDS = [
  'resource',
  'scope',
  'item',
  'part',
  'data',
  'exemplar',
  'resourceGroup',
  'scopeGroup',
] as const;

export type RecordName = (typeof RECORDS)[number];

/** A field that paths can name. */
export interface Field {
  readonly access: Access;
  /**
   * Its number in the message. An array if the number differs by kind of metric: one for each kind, 0 for kinds
   * without the field.
   */
  readonly field:
    number | readonly [gauge: number, sum: number, histogram: number, exponential: number, summary: number];
  /** The number of an intermediate message. */
  readonly child?: number;
  /** A message other than the context's own. */
  readonly record?: RecordName;
  /**
   * For `symbol`: the texts by number, '' for those that cannot be set. For `opaque`: a number that distinguishes one
   * kind from another. For `pointDouble` and `pointInt`: the number of the other field.
   */
  readonly extra?: readonly string[] | number;
}

/** Fields by their names, joined with dots. */
export type Fields = Readonly<Record<string, Field>>;
