import { ModuleSections } from '../wasm';

/**
 * The custom section with the {@link DropRules} of a module made from rules, as JSON
 * (docs/decisions/predicate-pushdown.md).
 */
export const DROPS_SECTION = 'otelwasm.drops';

/** The part of a span or log record that a test reads: one of its fields, or the attribute with a key. */
export type Field =
  | 'name'
  | 'kind'
  | 'status_code'
  | 'scope_name'
  | 'severity_number'
  | 'severity_text'
  | 'body'
  | { readonly attribute: string };

export const ORDERS = ['<', '<=', '>', '>='] as const;
export const EQUALITIES = ['==', '!='] as const;
export const TEXT_TESTS = ['is', 'starts', 'ends', 'contains'] as const;

/** A condition that has the same meaning for SDK objects as for their bytes. `null` is an absent value. */
export type Test =
  | { readonly op: 'and' | 'or'; readonly tests: readonly Test[] }
  | { readonly op: 'not'; readonly test: Test }
  | {
      readonly op: (typeof EQUALITIES)[number];
      readonly field: Field;
      readonly value: string | number | boolean | null;
    }
  | { readonly op: (typeof ORDERS)[number]; readonly field: Field; readonly value: number }
  | { readonly op: (typeof TEXT_TESTS)[number]; readonly field: Field; readonly value: string }
  /** Only the guest can decide. */
  | { readonly op: 'unknown' };

/** The guest drops every item for which `test` is true. */
export interface DropRule {
  readonly test: Test;
  /** When the test cannot be decided, later rules must not be evaluated either: the guest may fail on this one. */
  readonly strict: boolean;
}

/** The drop rules that a module applies before anything else, by signal, in order. */
export interface DropRules {
  readonly traces: readonly DropRule[];
  readonly logs: readonly DropRule[];
}

/** The text of the module's section. Undefined without one, or when the bytes are not a module. */
export function readDrops(wasm: Uint8Array): string | undefined {
  try {
    return new ModuleSections(wasm).custom(DROPS_SECTION);
  } catch {
    // The loader of the module reports the fault.
    return undefined;
  }
}
