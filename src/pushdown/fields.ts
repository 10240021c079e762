import type { ReadableLogRecord, ReadableSpan } from '../otel';
import type { DropRules, Field } from './dropRules';
import { NOTHING, UNKNOWN } from './values';

export type Item = ReadableSpan & ReadableLogRecord;

/**
 * Reads the value that a field will have in the bytes: `NOTHING` if it will be absent, undefined if that is not known
 * here.
 */
export type Read = (item: Item) => unknown;

type Name = Exclude<Field, object>;

const SPAN: Partial<Record<Name, Read>> = {
  name: ({ name }) => textOf(name),
  // The API's kinds begin at 0, OTLP's at 1.
  kind: ({ kind }) => (isNumber(kind) ? kind + 1 : UNKNOWN),
  status_code: ({ status }) => (isNumber(status.code) ? status.code : UNKNOWN),
  scope_name: ({ instrumentationScope }) => textOf(instrumentationScope.name),
};

const LOG: Partial<Record<Name, Read>> = {
  severity_number: ({ severityNumber }) =>
    severityNumber === undefined ? 0 : isNumber(severityNumber) ? severityNumber : UNKNOWN,
  severity_text: ({ severityText }) => (severityText === undefined ? '' : textOf(severityText)),
  body: ({ body }) => textOf(body),
  scope_name: SPAN.scope_name,
};

const FIELDS = { traces: SPAN, logs: LOG };

/** Throws for a field that the signal's items do not have. */
export function readerOf(field: Field, signal: keyof DropRules): Read {
  const read = typeof field === 'string' ? FIELDS[signal][field] : attribute(field.attribute);
  if (read === undefined) throw new TypeError('unknown field');
  return read;
}

function attribute(key: string): Read {
  return ({ attributes }) => {
    // Like the encoder: inherited properties are not attributes.
    if (!hasOwnProperty.call(attributes, key)) return NOTHING;
    // null and undefined are encoded as a value without content, which the guest may interpret differently.
    return (attributes as Record<string, unknown>)[key] ?? UNKNOWN;
  };
}

// eslint-disable-next-line @typescript-eslint/unbound-method
const { hasOwnProperty } = Object.prototype;

function textOf(value: unknown): unknown {
  return typeof value === 'string' ? value : UNKNOWN;
}

const MOST = 2 ** 31;

function isNumber(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < MOST;
}
