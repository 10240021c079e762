import type { Signal } from '../../src';
import { decodeOtlp } from '../support/decodeOtlp';

interface Item {
  readonly name: string;
  readonly body?: { readonly stringValue: string };
}

const ENVELOPES = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
} as const;

/** The items in OTLP bytes without their envelopes, read by an independent decoder. */
export function itemsIn(signal: Signal, bytes: Uint8Array): readonly Item[] {
  const [resources, scopes, items] = ENVELOPES[signal];
  const list = (parent: Record<string, unknown>, key: string): Record<string, unknown>[] =>
    (parent[key] as Record<string, unknown>[] | undefined) ?? [];
  return list(decodeOtlp(signal, bytes), resources)
    .flatMap(resource => list(resource, scopes))
    .flatMap(scope => list(scope, items)) as unknown as Item[];
}

/** Names of spans and metrics, bodies of log records. */
export function itemNames(signal: Signal, bytes: Uint8Array): string[] {
  return itemsIn(signal, bytes).map(({ name, body }) =>
    signal === 'logs' ? (body?.stringValue ?? '') : name,
  );
}
