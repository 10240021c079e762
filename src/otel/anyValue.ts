import type { Attributes } from '@opentelemetry/api';

/**
 * OTLP's AnyValue: whatever a log's body or attribute may be. The API's own attribute values are in it, so that the type
 * is what SDK 2.x says (api 1.9) or what SDK 3.x says (api 1.10: `unknown`).
 */
export type AnyValue = Attributes[string] | null | Uint8Array | AnyValue[] | AnyValueMap;

export interface AnyValueMap {
  [key: string]: AnyValue;
}
