import { ModuleSections } from '../wasm';

/** The custom section of a module made from rules that has its {@link DropRules} as JSON. docs/decisions/predicate-pushdown.md. */
export const DROPS_SECTION = 'otelwasm.drops';

/** What a test reads of a span or log record: one of its fields, or the attribute with a key. */
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

/** A condition that has the same meaning for the SDK's objects as for their bytes. `null` is what is not there. */
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

/** What a test is true of, the guest drops. */
export interface DropRule {
  readonly test: Test;
  /** Where the test cannot be decided, those behind it must not be: the guest may fail on it. */
  readonly strict: boolean;
}

/** What a module would drop before it does anything else, by signal, in order. */
export interface DropRules {
  readonly traces: readonly DropRule[];
  readonly logs: readonly DropRule[];
}

/** The text of the module's section; undefined where there is none, or it is no module. */
export function readDrops(wasm: Uint8Array): string | undefined {
  try {
    return new ModuleSections(wasm).custom(DROPS_SECTION);
  } catch {
    // Whoever loads it says what is wrong.
    return undefined;
  }
}
