import type { Attributes } from '@opentelemetry/api';

/**
 * OTLP's AnyValue: the body or an attribute of a log record. It includes the API's attribute values, so that the type
 * matches both SDK 2.x (api 1.9) and SDK 3.x (api 1.10: `unknown`).
 */
export type AnyValue = Attributes[string] | null | Uint8Array | AnyValue[] | AnyValueMap;

export interface AnyValueMap {
  [key: string]: AnyValue;
}
