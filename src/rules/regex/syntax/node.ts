import type { RuneSet } from '../unicode';

/** Conditions on the position between two characters. The guest's runtime has the same bits. */
export const Assert = {
  BeginLine: 1,
  EndLine: 2,
  BeginText: 4,
  EndText: 8,
  WordBoundary: 16,
  NoWordBoundary: 32,
} as const;

/** The parts of a parsed pattern. */
export type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: RuneSet }
  | { readonly kind: 'assert'; readonly assert: number }
  | { readonly kind: 'group'; readonly index: number; readonly of: Node }
  | { readonly kind: 'concat'; readonly parts: readonly Node[] }
  | { readonly kind: 'alternate'; readonly parts: readonly Node[] }
  | Repeat;

/** `max` is Infinity for no limit. */
export interface Repeat {
  readonly kind: 'repeat';
  readonly of: Node;
  readonly min: number;
  readonly max: number;
  readonly greedy: boolean;
}

export const EMPTY: Node = Object.freeze({ kind: 'empty' });

/** A parsed pattern: its tree, and the names of its groups by number. Group 0 is the whole match. */
export interface Parsed {
  readonly node: Node;
  readonly groups: readonly string[];
}
