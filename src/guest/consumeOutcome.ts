import type { OtelWasmError, OwnedBytes } from '../abi';

/**
 * How a guest answered a batch. Expected outcomes are values; a guest that failed for good is one of them.
 *
 * | status | the batch | the instance |
 * | --- | --- | --- |
 * | `unchanged` | was accepted and continues unchanged | lives |
 * | `changed` | is now `bytes`, OTLP protobuf; empty when everything was dropped | lives |
 * | `refused` | the guest returned an error status (`GUEST_STATUS`) | lives |
 * | `no_room` | `alloc` returned 0 (`ALLOC_FAILED`): it was not handed over | lives |
 * | `failed` | the guest trapped, exited, timed out or broke the ABI | must not be called again |
 */
export type ConsumeOutcome =
  | { readonly status: 'unchanged' }
  | ({ readonly status: 'changed' } & OwnedBytes)
  | { readonly status: 'refused' | 'no_room' | 'failed'; readonly error: OtelWasmError };
