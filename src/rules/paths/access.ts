/** How the engine reads and writes a field: assembly/rules/program/access.ts has the same list, in the same order. */
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

/** Marks the number of a field as five, of six bits each. */
export const BY_KIND = 0x8000_0000;

export type Access = (typeof ACCESSES)[number];

/** The messages that a path can begin at: assembly/rules/records/state.ts has the same list. */
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

/** A field that paths name. */
export interface Field {
  readonly access: Access;
  /** Its number in the message; where it is another for each kind of metric, one for each, 0 for kinds that have it not. */
  readonly field:
    number | readonly [gauge: number, sum: number, histogram: number, exponential: number, summary: number];
  /** The number of a message in between. */
  readonly child?: number;
  /** Another message than the context's own. */
  readonly record?: RecordName;
  /**
   * Of `symbol`: the texts by number, '' for those that cannot be set. Of `opaque`: what tells one kind from another. Of
   * `pointDouble` and `pointInt`: the number of the other.
   */
  readonly extra?: readonly string[] | number;
}

/** Fields by their names, joined by dots. */
export type Fields = Readonly<Record<string, Field>>;
