import type { OtelWasmError, OwnedBytes } from '../abi';

/**
 * A guest's answer to a batch. All expected outcomes are values, including a guest that failed for good.
 *
 * | status | the batch | the instance |
 * | --- | --- | --- |
 * | `unchanged` | was accepted unchanged | lives |
 * | `changed` | is now `bytes`, OTLP protobuf; empty when everything was dropped | lives |
 * | `refused` | the guest returned an error status (`GUEST_STATUS`) | lives |
 * | `no_room` | `alloc` returned 0 (`ALLOC_FAILED`): the guest did not get it | lives |
 * | `failed` | the guest trapped, exited, timed out or broke the ABI | must not be called again |
 */
export type ConsumeOutcome =
  | { readonly status: 'unchanged' }
  | ({ readonly status: 'changed' } & OwnedBytes)
  | { readonly status: 'refused' | 'no_room' | 'failed'; readonly error: OtelWasmError };
