import type { Naming } from '../abi';

/** A guest that ships with the package: `otelwasm:<name>` wherever a guest is accepted. */
export interface ShippedGuest {
  readonly name: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** The same guest with both kinds of names. */
  readonly modules: Readonly<Record<Naming, { readonly sizeBytes: number; readonly sha256: string }>>;
}
