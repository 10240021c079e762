import type { Op } from './ops';

/** A value that is known at compile time. */
export type Constant =
  | { readonly kind: 'nil' }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'time' | 'duration'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number };

/** Texts or bytes that the engine finds by address: names of an enum, a compiled pattern. */
export type Extra = { readonly names: readonly string[] } | { readonly bytes: Uint8Array } | number;

/** Compiled statements: a tree of nodes, which encode.ts writes into the program. */
export type Code =
  | { readonly op: 'const'; readonly value: Constant }
  | {
      readonly op: 'path';
      readonly record: number;
      readonly access: number;
      readonly field: number;
      readonly child: number;
      readonly extra: Extra;
      readonly keys: readonly Code[];
    }
  | { readonly op: 'call'; readonly name: string; readonly args: readonly (Code | undefined)[] }
  | { readonly op: 'index'; readonly operands: readonly Code[] }
  | { readonly op: 'lambda'; readonly slots: readonly number[]; readonly body: Code }
  | { readonly op: 'local'; readonly slot: number }
  | { readonly op: 'statement'; readonly call: Code; readonly where: Code | undefined }
  | {
      readonly op: 'pattern';
      /** Its source text, if any. */
      readonly source?: string;
      readonly program: Uint8Array;
      readonly groups: readonly string[];
    }
  | {
      readonly op: Exclude<
        Op,
        'const' | 'path' | 'call' | 'index' | 'lambda' | 'local' | 'statement' | 'pattern'
      >;
      readonly operands: readonly Code[];
    };

export type ErrorMode = 'ignore' | 'silent' | 'propagate';

/** A condition or statement with its source text. */
export interface Rule {
  readonly code: Code;
  readonly text: string;
}

/** The work at one level of a batch. */
export interface Block {
  readonly action: 'drop' | 'execute';
  readonly errorMode: ErrorMode;
  /** Whether statements of different items share a cache. */
  readonly sharedCache?: boolean;
  readonly conditions: readonly Code[];
  /** Conditions, or statements. */
  readonly rules: readonly Rule[];
}

/** The levels at which a pass has blocks. */
export const LEVELS = ['resource', 'scope', 'item', 'part', 'exemplar'] as const;

/** One walk over a batch. */
export interface Pass {
  /** The id of its processor. */
  readonly processor?: string;
  /** Why its processor does not support this signal. */
  readonly unfit?: string;
  readonly dropsEmpty: boolean;
  readonly resource?: Block;
  readonly scope?: Block;
  readonly item?: Block;
  readonly part?: Block;
  readonly exemplar?: Block;
}

export type Passes = Readonly<Record<'traces' | 'metrics' | 'logs', readonly Pass[]>>;
